package wechat

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The official samples of wechat.md paragraph 5.
const (
	officialToken = "AAAAA"
	officialAppID = "wxba5fad812f8e6fb9"
	officialSeal  = "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)

func officialKey() string { return strings.Repeat("A", 43) }

func TestOfficialURLCheck(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714036504, 0))
	query := url.Values{
		"signature": {"f464b24fc39322e44b38aa78f5edd27bd1441696"}, "timestamp": {"1714036504"},
		"nonce": {"1514711492"}, "echostr": {"4375120948345356249"},
	}
	echo, err := codec.VerifyURL(query)
	if err != nil || echo != "4375120948345356249" {
		t.Fatalf("VerifyURL = %q, %v", echo, err)
	}
	if got := Sign(officialToken, "1714037059", "486452656"); got != "899cf89e464efb63f54ddac96b0a0a235f53aa78" {
		t.Errorf("second sample: %s", got)
	}
	for name, broken := range map[string][2]string{
		"signature": {"signature", "f464b24fc39322e44b38aa78f5edd27bd1441697"}, "empty": {"signature", ""},
		"nonce": {"nonce", "1"}, "script": {"echostr", "<script>"}, "no echo": {"echostr", ""},
	} {
		changed := url.Values{}
		for key := range query {
			changed.Set(key, query.Get(key))
		}
		changed.Set(broken[0], broken[1])
		if _, err := codec.VerifyURL(changed); !errors.Is(err, ErrForged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	late := newTestCodec(t, time.Unix(1714036504+601, 0))
	if _, err := late.VerifyURL(query); !errors.Is(err, ErrStale) {
		t.Errorf("replayed URL check: %v", err)
	}
}

func TestOfficialPush(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	query := url.Values{"timestamp": {"1714112445"}, "nonce": {"415670741"},
		"msg_signature": {"046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"}}
	m, err := codec.Decode(query, []byte(`{"ToUserName":"gh_97417a04a28d","Encrypt":"`+officialSeal+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}`
	if string(m.Raw) != want {
		t.Errorf("raw: %s", m.Raw)
	}
	if m.ToUser != "gh_97417a04a28d" || m.OpenID != "o9AgO5Kd5ggOC-bXrbNODIiE3bGY" || m.Event != "debug_demo" ||
		!m.JSON || m.Nonce != "415670741" || m.SentAt.Unix() != 1714112445 || m.AppID != officialAppID {
		t.Errorf("fields: %+v", m)
	}
	if m.Key() != "e:o9AgO5Kd5ggOC-bXrbNODIiE3bGY:1714112445:debug_demo:" {
		t.Errorf("key: %s", m.Key())
	}
}

func TestOfficialReply(t *testing.T) {
	crypter, err := NewCrypter(officialAppID, officialToken, officialKey())
	if err != nil {
		t.Fatal(err)
	}
	var random [16]byte
	copy(random[:], "707722b803182950")
	encrypt := crypter.Seal(random, []byte(`{"demo_resp":"good luck"}`))
	if encrypt != "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==" {
		t.Errorf("sealed: %s", encrypt)
	}
	if got := crypter.Signature("1713424427", "415670741", encrypt); got != "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1" {
		t.Errorf("signature: %s", got)
	}
}

func TestNewCodecRefuses(t *testing.T) {
	good := Account{AppID: "wx1", Token: "t", AESKey: officialKey()}
	for name, change := range map[string]func(*Account){
		"appid":     func(a *Account) { a.AppID = "" },
		"token":     func(a *Account) { a.Token = "" },
		"no key":    func(a *Account) { a.AESKey = "" },
		"short key": func(a *Account) { a.AESKey = a.AESKey[1:] },
		"not b64":   func(a *Account) { a.AESKey = "!" + a.AESKey[1:] },
	} {
		account := good
		change(&account)
		if _, err := NewCodec(account, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// Real keys end in any character, also one whose last two bits aren't 0.
	good.AESKey = strings.Repeat("B", 42) + "9"
	if _, err := NewCodec(good, nil); err != nil {
		t.Error(err)
	}
}

// newTestCodec makes the official samples' codec at a fixed time.
func newTestCodec(t testing.TB, now time.Time) *Codec {
	t.Helper()
	codec, err := NewCodec(Account{AppID: officialAppID, Token: officialToken, AESKey: officialKey()},
		func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return codec
}

// pushed seals a message as WeChat would and signs it at the codec's time.
func pushed(codec *Codec, inner string, json bool) (url.Values, []byte) {
	encrypt := codec.crypter.Seal([16]byte{1, 2, 3}, []byte(inner))
	return signed(codec, encrypt), enveloped(encrypt, json)
}

func signed(codec *Codec, encrypt string) url.Values {
	timestamp := strconv.FormatInt(codec.now().Unix(), 10)
	return url.Values{"timestamp": {timestamp}, "nonce": {"77"}, "encrypt_type": {"aes"},
		"signature":     {Sign(officialToken, timestamp, "77")},
		"msg_signature": {codec.crypter.Signature(timestamp, "77", encrypt)}}
}

func enveloped(encrypt string, json bool) []byte {
	if json {
		return fmt.Appendf(nil, `{"ToUserName":"gh_1","Encrypt":%q}`, encrypt)
	}
	return fmt.Appendf(nil, "<xml>\n    <ToUserName><![CDATA[gh_1]]></ToUserName>\n    <Encrypt><![CDATA[%s]]></Encrypt>\n</xml>", encrypt)
}

const textXML = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName>\n<FromUserName><![CDATA[oAbC]]></FromUserName>\n<CreateTime>1714112445</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[路灯坏了👨‍👩‍👧𠮷 a<b&c]]></Content>\n<MsgId>24523456789012345</MsgId>\n<bizmsgmenuid>101</bizmsgmenuid>\n</xml>"

func TestDecodeText(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	for _, json := range []bool{false, true} {
		query, body := pushed(codec, textXML, json)
		m, err := codec.Decode(query, body)
		if err != nil {
			t.Fatal(err)
		}
		want := &Message{AppID: officialAppID, ToUser: "gh_1", OpenID: "oAbC", SentAt: time.Unix(1714112445, 0),
			SignedAt: time.Unix(1714112445, 0), Type: TypeText, MsgID: "24523456789012345", MenuID: "101",
			Text: "路灯坏了👨‍👩‍👧𠮷 a<b&c", Raw: []byte(textXML), Nonce: "77", JSON: json}
		if !reflect.DeepEqual(m, want) {
			t.Errorf("got %+v\nwant %+v", m, want)
		}
		if m.Key() != "m:24523456789012345" {
			t.Errorf("key %s", m.Key())
		}
	}
}

// TestCompatibleMode: only Encrypt counts, whatever stands beside it.
func TestCompatibleMode(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	encrypt := codec.crypter.Seal([16]byte{}, []byte(textXML))
	body := []byte("<xml><FromUserName>evil</FromUserName><Content>forged</Content><MsgId>1</MsgId><Encrypt>" + encrypt + "</Encrypt></xml>")
	m, err := codec.Decode(signed(codec, encrypt), body)
	if err != nil || m.OpenID != "oAbC" || m.MsgID != "24523456789012345" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestYear2039(t *testing.T) {
	at := time.Date(2039, 3, 1, 0, 0, 0, 0, time.UTC)
	codec := newTestCodec(t, at)
	inner := strings.Replace(textXML, "1714112445", strconv.FormatInt(at.Unix(), 10), 1)
	query, body := pushed(codec, inner, false)
	m, err := codec.Decode(query, body)
	if err != nil || !m.SentAt.Equal(at) {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestLongText(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	long := strings.Repeat("𠮷", 9999) + "👍"
	for _, json := range []bool{false, true} {
		m, err := codec.Decode(pushed(codec, strings.Replace(textXML, "路灯坏了👨‍👩‍👧𠮷 a<b&c", long, 1), json))
		if err != nil || m.Text != long {
			t.Errorf("json %v: %d bytes, %v", json, len(m.Text), err)
		}
	}
}
