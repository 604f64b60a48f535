package simulator_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/wechat"
)

// program is an independent receiver of callbacks: it verifies and decrypts with nothing but the crypto
// of package wechat.
type program struct {
	t       *testing.T
	setup   setup
	server  *httptest.Server
	crypter map[string]*wechat.Crypter

	mu       sync.Mutex
	received []push
	answer   func(push) string // the plain answer: "" and "success" go as they are, "!…" unencrypted
}

// push is one delivery that the program has received.
type push struct {
	AppID                                string
	Plain                                string
	Query                                url.Values
	ToUserName, FromUserName             string
	MsgType, Event, EventKey, Ticket     string
	Content, MediaID, MenuID, Status, ID string
	At                                   int64
}

func newProgram(t *testing.T, in setup) *program {
	p := &program{t: t, setup: in, crypter: map[string]*wechat.Crypter{}, answer: func(push) string { return "" }}
	for appID, token := range map[string]string{oaID: "oatoken", miniID: "minitoken"} {
		crypter, err := wechat.NewCrypter(appID, token, aesKey)
		if err != nil {
			t.Fatal(err)
		}
		p.crypter[appID] = crypter
	}
	p.server = httptest.NewServer(http.HandlerFunc(p.receive))
	return p
}

func (p *program) reply(answer func(push) string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func (p *program) all() []push {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]push(nil), p.received...)
}

func (p *program) last() push {
	all := p.all()
	if len(all) == 0 {
		p.t.Fatal("nothing was pushed")
	}
	return all[len(all)-1]
}

// waitFor waits for a push of an event.
func (p *program) waitFor(event string) push {
	p.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		for _, got := range p.all() {
			if got.Event == event {
				return got
			}
		}
	}
	p.t.Fatalf("no event %s came", event)
	return push{}
}

func (p *program) receive(w http.ResponseWriter, r *http.Request) {
	appID := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, r.URL.Query().Get("echostr"))
		return
	}
	body, _ := io.ReadAll(r.Body)
	got := push{AppID: appID, Query: r.URL.Query()}
	if problem := p.read(&got, body); problem != "" {
		p.t.Errorf("bad callback: %s", problem)
		http.Error(w, problem, http.StatusForbidden)
		return
	}
	p.mu.Lock()
	p.received = append(p.received, got)
	answer := p.answer
	p.mu.Unlock()
	_, _ = io.WriteString(w, p.write(got, answer(got)))
}

// read verifies, decrypts and decodes.
func (p *program) read(got *push, body []byte) string {
	q, token := got.Query, map[string]string{oaID: "oatoken", miniID: "minitoken"}[got.AppID]
	if q.Get("signature") != wechat.Sign(token, q.Get("timestamp"), q.Get("nonce")) {
		return "signature"
	}
	got.Plain = string(body)
	if !p.setup.plain {
		var envelope struct {
			XMLName xml.Name `xml:"xml" json:"-"`
			Encrypt string
		}
		if err := p.decode(body, &envelope); err != nil {
			return err.Error()
		}
		if q.Get("encrypt_type") != "aes" || q.Get("msg_signature") != p.crypter[got.AppID].Signature(q.Get("timestamp"), q.Get("nonce"), envelope.Encrypt) {
			return "msg_signature"
		}
		plain, err := p.crypter[got.AppID].Open(envelope.Encrypt)
		if err != nil {
			return err.Error()
		}
		got.Plain = string(plain)
	}
	var in struct {
		XMLName                                   xml.Name `xml:"xml" json:"-"`
		ToUserName, FromUserName                  string
		MsgType, Event, EventKey, Ticket, Content string
		MediaId, Status                           string
		CreateTime, MsgId, MsgID                  json.Number
		Bizmsgmenuid                              json.Number `xml:"bizmsgmenuid" json:"bizmsgmenuid"`
	}
	if err := p.decode([]byte(got.Plain), &in); err != nil {
		return err.Error()
	}
	got.ToUserName, got.FromUserName, got.MsgType, got.Event, got.EventKey = in.ToUserName, in.FromUserName, in.MsgType, in.Event, in.EventKey
	got.Ticket, got.Content, got.MediaID, got.MenuID, got.Status = in.Ticket, in.Content, in.MediaId, in.Bizmsgmenuid.String(), in.Status
	got.ID = in.MsgId.String() + in.MsgID.String()
	got.At, _ = in.CreateTime.Int64()
	return ""
}

func (p *program) decode(body []byte, into any) error {
	if p.setup.json {
		return json.Unmarshal(body, into)
	}
	return xml.Unmarshal(body, into)
}

// write encrypts an answer where it must be.
func (p *program) write(got push, plain string) string {
	if raw, found := strings.CutPrefix(plain, "!"); found {
		return raw
	}
	if plain == "" || plain == "success" || p.setup.plain {
		return plain
	}
	encrypt := p.crypter[got.AppID].Seal([16]byte{1, 2, 3}, []byte(plain))
	timestamp := got.Query.Get("timestamp")
	signature := p.crypter[got.AppID].Signature(timestamp, got.Query.Get("nonce"), encrypt)
	if p.setup.json {
		return `{"Encrypt":"` + encrypt + `","MsgSignature":"` + signature + `","TimeStamp":` + timestamp + `,"Nonce":"` + got.Query.Get("nonce") + `"}`
	}
	return "<xml><Encrypt><![CDATA[" + encrypt + "]]></Encrypt><MsgSignature>" + signature + "</MsgSignature><TimeStamp>" +
		timestamp + "</TimeStamp><Nonce>" + got.Query.Get("nonce") + "</Nonce></xml>"
}

// say is a text answer to a push.
func say(words string) func(push) string {
	return func(got push) string {
		return "<xml><ToUserName>" + got.FromUserName + "</ToUserName><FromUserName>" + got.ToUserName + "</FromUserName><CreateTime>" +
			strconv.FormatInt(got.At, 10) + "</CreateTime><MsgType>text</MsgType><Content><![CDATA[" + words + "]]></Content></xml>"
	}
}
