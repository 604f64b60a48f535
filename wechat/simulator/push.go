package simulator

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"cunwu/wechat"
)

// newPusher is the client that carries callbacks; WeChat follows no redirects.
func newPusher() *http.Client {
	return &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// stamp is what the platform's query parameters are made from.
func stamp(now time.Time) (timestamp, nonce string) {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	n := 1_000_000_000 + uint64(b[0])<<21 + uint64(b[1])<<14 + uint64(b[2])<<7 + uint64(b[3])
	return strconv.FormatInt(now.Unix(), 10), strconv.FormatUint(n, 10)
}

// seal makes the query and the body of one delivery.
func (s *Simulator) seal(a *account, openid string, plain []byte) (url.Values, []byte) {
	s.mu.Lock()
	now := s.now()
	s.mu.Unlock()
	timestamp, nonce := stamp(now)
	query := url.Values{
		"signature": {wechat.Sign(a.Token, timestamp, nonce)}, "timestamp": {timestamp}, "nonce": {nonce}, "openid": {openid},
	}
	if a.crypter == nil {
		return query, plain
	}
	var random [16]byte
	copy(random[:], secret(12)) // 16 printable characters, like the platform's
	encrypt := a.crypter.Seal(random, plain)
	query.Set("encrypt_type", "aes")
	query.Set("msg_signature", a.crypter.Signature(timestamp, nonce, encrypt))
	nodes := []node{{name: "ToUserName", text: a.original()}, {name: "Encrypt", text: encrypt}}
	if a.JSON {
		return query, writeJSON(nodes)
	}
	return query, writeXML(nodes)
}

// Envelope signs and encrypts a body of the test's own making as the platform would, for PushRaw.
func (s *Simulator) Envelope(appID, openid string, plain []byte) (url.Values, []byte, error) {
	s.mu.Lock()
	a := s.accounts[appID]
	s.mu.Unlock()
	if a == nil {
		return nil, nil, fmt.Errorf("%w: %s", ErrUnknownAccount, appID)
	}
	query, body := s.seal(a, openid, plain)
	return query, body, nil
}

// PushRaw posts a query and a body to the account's callback address, once, as they are: what a forger,
// a replayer or a broken platform would send.
func (s *Simulator) PushRaw(ctx context.Context, appID string, query url.Values, body []byte) (Exchange, error) {
	address, err := s.callback(appID)
	if err != nil {
		return Exchange{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timing.Deadline)
	defer cancel()
	start := time.Now()
	d := s.post(ctx, address, query, body)
	ex := Exchange{Status: d.status, Body: d.body, Deliveries: 1, Elapsed: time.Since(start), Query: query, Sent: body}
	return ex, d.err
}

// VerifyURL is the check that WeChat makes when an owner saves the callback address: a signed GET whose
// echostr must come back verbatim.
func (s *Simulator) VerifyURL(ctx context.Context, appID string) error {
	address, err := s.callback(appID)
	if err != nil {
		return err
	}
	s.mu.Lock()
	token, now := s.accounts[appID].Token, s.now()
	s.mu.Unlock()
	timestamp, nonce := stamp(now)
	_, echo := stamp(now)
	query := url.Values{
		"signature": {wechat.Sign(token, timestamp, nonce)}, "timestamp": {timestamp}, "nonce": {nonce}, "echostr": {echo + nonce},
	}
	ctx, cancel := context.WithTimeout(ctx, s.timing.Deadline)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, join(address, query), nil)
	if err != nil {
		return err
	}
	d := s.send(r)
	if d.err == nil && (d.status != http.StatusOK || string(d.body) != echo+nonce) {
		return fmt.Errorf("simulator: the callback address answered %d %.60q to the check", d.status, d.body)
	}
	return d.err
}

func (s *Simulator) callback(appID string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[appID]
	if a == nil {
		return "", fmt.Errorf("%w: %s", ErrUnknownAccount, appID)
	}
	if a.CallbackURL == "" {
		return "", fmt.Errorf("%w: %s", ErrNoCallback, appID)
	}
	return a.CallbackURL, nil
}

// delivery is how one delivery ended.
type delivery struct {
	status int
	body   []byte
	err    error
}

// answered tells whether the program took the delivery.
func (d delivery) answered() bool { return d.err == nil && d.status == http.StatusOK }

const replyLimit = 256 << 10

func (s *Simulator) post(ctx context.Context, address string, query url.Values, body []byte) delivery {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, join(address, query), bytes.NewReader(body))
	if err != nil {
		return delivery{err: err}
	}
	kind := "text/xml"
	if json.Valid(body) {
		kind = "application/json"
	}
	r.Header.Set("Content-Type", kind)
	return s.send(r)
}

func (s *Simulator) send(r *http.Request) delivery {
	r.Header.Set("User-Agent", "Mozilla/4.0")
	answer, err := s.client.Do(r)
	if err != nil {
		return delivery{err: err}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, replyLimit))
	return delivery{status: answer.StatusCode, body: body, err: err}
}

func join(address string, query url.Values) string {
	if strings.Contains(address, "?") {
		return address + "&" + query.Encode()
	}
	return address + "?" + query.Encode()
}
