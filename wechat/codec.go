package wechat

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// What can be wrong with a callback; test with errors.Is.
var (
	// ErrForged: WeChat didn't send this. Answer 403, keep nothing.
	ErrForged = errors.New("wechat: forged callback")
	// ErrStale: WeChat signed this once, but not within ten minutes of our
	// clock: a replay, or a clock that is wrong. Answer 403, tell the operator
	// if it repeats.
	ErrStale = errors.New("wechat: stale callback")
	// ErrMalformed: WeChat sent this, and we can't read it. Keep the message
	// that comes with the error and answer success, or WeChat sends it again
	// and shows the villager an error.
	ErrMalformed = errors.New("wechat: unreadable message")
)

const (
	// MaxBody is the longest request body that Decode takes, in bytes: 10,000
	// characters of four bytes, encrypted and beside it in the clear
	// (compatible mode), with ample room.
	MaxBody = 512 << 10
	// window is how far a callback's timestamp may lie from our clock.
	window = 10 * time.Minute
	// maxNonce bounds what we repeat in answers; WeChat's have ten digits.
	maxNonce = 128
)

// echoPattern is what an echostr may hold. The signature doesn't cover it, so
// who replays a signed URL chooses the text that we would answer.
var echoPattern = regexp.MustCompile(`^[0-9A-Za-z+/=_.-]{1,1000}$`)

// Codec verifies, decrypts, decodes and answers the callbacks of one account
// in safe mode. Compatible mode is read too, by its encrypted part alone;
// plaintext mode never. It is safe for concurrent use.
type Codec struct {
	account *Account // a pointer, so that no %v of what holds a Codec shows it
	crypter *Crypter
	now     func() time.Time
}

// NewCodec makes the codec of one account; now is the clock that timestamps
// are checked against (nil: time.Now). An empty token or a bad AES key is
// refused: with either, anybody could write to the village.
func NewCodec(account Account, now func() time.Time) (*Codec, error) {
	crypter, err := NewCrypter(account.AppID, account.Token, account.AESKey)
	if err != nil {
		return nil, err
	}
	if now == nil {
		now = time.Now
	}
	return &Codec{account: &account, crypter: crypter, now: now}, nil
}

// String shows the codec without its secrets, so that no %v leaks them.
func (c *Codec) String() string { return "WeChat codec of " + c.account.String() }

// VerifyURL answers the platform's GET that checks the callback address: it
// returns the echostr to be written back verbatim as text/plain. Errors:
// ErrForged, ErrStale.
func (c *Codec) VerifyURL(query url.Values) (echo string, err error) {
	timestamp, nonce := query.Get("timestamp"), query.Get("nonce")
	if !same(query.Get("signature"), Sign(c.account.Token, timestamp, nonce)) {
		return "", fmt.Errorf("%w: wrong signature", ErrForged)
	}
	if _, err := c.fresh(timestamp); err != nil {
		return "", err
	}
	echo = query.Get("echostr")
	if !echoPattern.MatchString(echo) {
		return "", fmt.Errorf("%w: echostr is not plain", ErrForged)
	}
	return echo, nil
}

// Decode verifies and reads one pushed message. Only the encrypted part
// counts, proved by msg_signature: the query's plain signature covers no body,
// and encrypt_type is the sender's word. Errors: ErrForged, ErrStale, and
// ErrMalformed with a message that holds Raw and whatever could be read.
func (c *Codec) Decode(query url.Values, body []byte) (*Message, error) {
	if len(body) > MaxBody {
		return nil, fmt.Errorf("%w: a body of %d bytes", ErrForged, len(body))
	}
	doc := string(body)
	encrypt, err := envelope(doc)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForged, err)
	}
	timestamp, nonce := query.Get("timestamp"), query.Get("nonce")
	if !same(query.Get("msg_signature"), c.crypter.Signature(timestamp, nonce, encrypt)) {
		return nil, fmt.Errorf("%w: wrong msg_signature", ErrForged)
	}
	if len(nonce) > maxNonce {
		return nil, fmt.Errorf("%w: a nonce of %d bytes", ErrForged, len(nonce))
	}
	signedAt, err := c.fresh(timestamp)
	if err != nil {
		return nil, err
	}
	raw, err := c.crypter.Open(encrypt)
	if err != nil {
		// Rather an old AES key in our settings than a forger with our token.
		return nil, fmt.Errorf("%w: signed with our token, yet not with our EncodingAESKey and appid: %w", ErrForged, err)
	}
	m := &Message{AppID: c.account.AppID, SignedAt: signedAt, Raw: raw, Nonce: nonce, JSON: isJSON(doc)}
	if err := m.parse(string(raw)); err != nil {
		return m, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return m, nil
}

// fresh reads a signed timestamp (Unix seconds) and refuses one that lies more
// than ten minutes from our clock, before or after it. Call it after the
// signature is proved: ErrStale means an authentic but late or early callback.
func (c *Codec) fresh(timestamp string) (time.Time, error) {
	n, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: the timestamp is no number", ErrForged)
	}
	signedAt := time.Unix(n, 0)
	if age := c.now().Sub(signedAt); age > window || age < -window {
		return time.Time{}, fmt.Errorf("%w: signed %v from our clock", ErrStale, age.Round(time.Second))
	}
	return signedAt, nil
}

// envelope finds the Encrypt element of a request body. Nothing else in the
// envelope is trusted, or even looked at.
func envelope(doc string) (string, error) {
	encrypt, flat := "", false
	if !isJSON(doc) {
		encrypt, flat = envelopeFlat(doc)
	}
	if !flat {
		parser := parseXML
		if isJSON(doc) {
			parser = parseJSON
		}
		root, err := parser(doc)
		if err != nil {
			return "", fmt.Errorf("the body is no envelope: %w", err)
		}
		encrypt = root.child("Encrypt")
	}
	if encrypt == "" {
		return "", errors.New("the body is not encrypted")
	}
	return encrypt, nil
}

// envelopeFlat is envelope by the fast scan; flat is false if the strict
// decoder must decide.
func envelopeFlat(doc string) (encrypt string, flat bool) {
	scan := scanFlat(doc)
	for {
		name, value, more := scan.next()
		if !more {
			return encrypt, !scan.failed
		}
		if name == "Encrypt" {
			encrypt = value
		}
	}
}
