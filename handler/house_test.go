package handler_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/handler"
	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/inbox"
	"cunwu/wechat"
)

const (
	appID  = "wx0123456789abcdef"
	miniID = "wxfedcba9876543210"
	token  = "AAAAA"
	secret = "what the villager said"
)

// house is the doors on a real inbox, database and codec.
type house struct {
	t       *testing.T
	clock   *modeltest.Clock
	store   *model.Store
	inbox   *inbox.Service
	deps    handler.Deps
	engine  http.Handler
	crypter *wechat.Crypter
	logs    *logs

	mu   sync.Mutex
	got  []model.Incoming
	turn inbox.Turn
}

// logs is what was logged.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newHouse(t *testing.T, change func(*handler.Deps)) *house {
	t.Helper()
	h := &house{t: t, clock: modeltest.NewClock(), logs: &logs{}}
	h.store = modeltest.NewStore(t, h.clock.Now)
	log := slog.New(slog.NewJSONHandler(h.logs, nil))
	var err error
	h.inbox, err = inbox.New(h.store, h.say, inbox.Options{Dir: filepath.Join(t.TempDir(), "spool"), Logger: log, Patience: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.inbox.Close() })
	key := strings.Repeat("A", 43)
	codec := func(id string) map[string]*wechat.Codec {
		codec, err := wechat.NewCodec(wechat.Account{AppID: id, Token: token, AESKey: key}, h.clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		return map[string]*wechat.Codec{id: codec}
	}
	if h.crypter, err = wechat.NewCrypter(appID, token, key); err != nil {
		t.Fatal(err)
	}
	h.deps = handler.Deps{Inbox: h.inbox, Official: codec(appID), Mini: codec(miniID), Now: h.clock.Now, Logger: log}
	if change != nil {
		change(&h.deps)
	}
	if h.engine, err = handler.NewRouter(h.deps); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) say(ctx context.Context, in model.Incoming) (model.Reply, error) {
	h.mu.Lock()
	h.got = append(h.got, in)
	n, turn := len(h.got), h.turn
	h.mu.Unlock()
	if turn != nil {
		return turn(ctx, in)
	}
	return model.Reply{Text: fmt.Sprintf("收到 #%d", n)}, nil
}

func (h *house) do(method, target string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, target, body)
	r.RemoteAddr = "127.0.0.1:40000"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

// push delivers a plaintext as WeChat does in safe mode, signed at a time.
func (h *house) push(plain string, at time.Time) *httptest.ResponseRecorder {
	h.t.Helper()
	encrypt := h.crypter.Seal([16]byte{7}, []byte(plain))
	timestamp := strconv.FormatInt(at.Unix(), 10)
	query := url.Values{"timestamp": {timestamp}, "nonce": {"n1"}, "signature": {wechat.Sign(token, timestamp, "n1")},
		"msg_signature": {h.crypter.Signature(timestamp, "n1", encrypt)}, "encrypt_type": {"aes"}, "openid": {"oSecret"}}
	body := "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[" + encrypt + "]]></Encrypt></xml>"
	return h.do(http.MethodPost, "/wechat/oa/"+appID+"?"+query.Encode(), strings.NewReader(body))
}

// message is a plaintext: what every one has, and then the rest.
func (h *house) message(rest string) string {
	return fmt.Sprintf("<xml><ToUserName>gh_1</ToUserName><FromUserName>oSecret</FromUserName><CreateTime>%d</CreateTime>%s</xml>", h.clock.Now().Unix(), rest)
}

func (h *house) text(id int) string {
	return h.message(fmt.Sprintf("<MsgType>text</MsgType><Content>%s</Content><MsgId>%d</MsgId>", secret, id))
}

// answer decrypts a reply.
func (h *house) answer(w *httptest.ResponseRecorder) string {
	h.t.Helper()
	var sealed struct{ Encrypt, MsgSignature, TimeStamp, Nonce string }
	if err := xml.Unmarshal(w.Body.Bytes(), &sealed); err != nil {
		h.t.Fatalf("%d %q: %v", w.Code, w.Body, err)
	}
	if sealed.MsgSignature != h.crypter.Signature(sealed.TimeStamp, sealed.Nonce, sealed.Encrypt) {
		h.t.Error("the answer's signature is wrong")
	}
	plain, err := h.crypter.Open(sealed.Encrypt)
	if err != nil {
		h.t.Fatal(err)
	}
	var reply struct{ ToUserName, FromUserName, MsgType, Content string }
	if err := xml.Unmarshal(plain, &reply); err != nil {
		h.t.Fatal(err)
	}
	if reply.ToUserName != "oSecret" || reply.FromUserName != "gh_1" || reply.MsgType != "text" {
		h.t.Errorf("the answer is %+v", reply)
	}
	return reply.Content
}

func (h *house) metric(line string) {
	h.t.Helper()
	if page := h.do(http.MethodGet, "/metrics", nil).Body.String(); !strings.Contains(page, line+"\n") {
		h.t.Errorf("/metrics lacks %q", line)
	}
}

// handled is what reached the turn.
func (h *house) handled() []model.Incoming {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.got
}

// stored counts the rows of everything that came in.
func (h *house) stored() (deliveries, raw int64) {
	h.t.Helper()
	db := h.store.DB(context.Background())
	err := db.Model(&model.Delivery{}).Count(&deliveries).Error
	if err == nil {
		err = db.Model(&model.RawDelivery{}).Count(&raw).Error
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return deliveries, raw
}
