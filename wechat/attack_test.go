package wechat

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAttacks(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	query, body := pushed(codec, textXML, false)
	with := func(key, value string) url.Values {
		changed := url.Values{}
		for k := range query {
			changed.Set(k, query.Get(k))
		}
		changed.Set(key, value)
		return changed
	}
	foreign, err := NewCrypter("wx0000000000000000", officialToken, officialKey())
	if err != nil {
		t.Fatal(err)
	}
	otherApp := foreign.Seal([16]byte{}, []byte(textXML))
	plain := with("msg_signature", "")
	plain.Del("encrypt_type")
	plain.Del("msg_signature")
	cases := map[string]struct {
		query url.Values
		body  []byte
	}{
		"plaintext, encrypt_type dropped":    {plain, []byte(textXML)},
		"plaintext with signature as msg_":   {with("msg_signature", query.Get("signature")), []byte(textXML)},
		"empty Encrypt, plain signature":     {with("msg_signature", query.Get("signature")), []byte("<xml><Encrypt></Encrypt></xml>")},
		"plaintext JSON":                     {plain, []byte(`{"FromUserName":"o","MsgType":"text","Content":"x"}`)},
		"empty body":                         {query, nil},
		"white space":                        {query, []byte(" \n")},
		"not XML":                            {query, []byte("hello")},
		"JSON array":                         {query, []byte(`["Encrypt"]`)},
		"no msg_signature":                   {with("msg_signature", ""), body},
		"upper case signature":               {with("msg_signature", strings.ToUpper(query.Get("msg_signature"))), body},
		"another nonce":                      {with("nonce", "78"), body},
		"another timestamp":                  {with("timestamp", "1714112446"), body},
		"timestamp no number":                {with("timestamp", "1714112445 "), body},
		"wrong appid":                        {signed(codec, otherApp), enveloped(otherApp, false)},
		"another Encrypt":                    {query, enveloped(otherApp, false)},
		"Encrypt ==":                         {signed(codec, "=="), enveloped("==", false)},
		"Encrypt no multiple of 16":          {signed(codec, "QUFBQQ=="), enveloped("QUFBQQ==", false)},
		"body beyond the limit":              {query, append(body, make([]byte, MaxBody)...)},
		"doctype":                            {query, append([]byte("<!DOCTYPE xml [<!ENTITY a 'b'>]>"), body...)},
		"a second root":                      {query, append(append([]byte{}, body...), body...)},
		"a million elements":                 {query, []byte("<xml>" + strings.Repeat("<a b=''></a>", 40000) + "</xml>")},
		"deep":                               {query, []byte("<xml>" + strings.Repeat("<a>", 40000))},
		"deep JSON":                          {query, []byte(`{"a":` + strings.Repeat("[", 40000))},
		"huge nonce":                         hugeNonce(codec),
		"arrays for Encrypt":                 {query, []byte(`{"Encrypt":["a","b"]}`)},
		"comments that cut a text to pieces": {query, []byte("<xml><a>" + strings.Repeat("x<!---->", 50000) + "</a></xml>")},
	}
	for name, attack := range cases {
		began := time.Now()
		if m, err := codec.Decode(attack.query, attack.body); !errors.Is(err, ErrForged) || m != nil {
			t.Errorf("%s: %v, %v", name, m, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func hugeNonce(codec *Codec) (attack struct {
	query url.Values
	body  []byte
}) {
	encrypt := codec.crypter.Seal([16]byte{}, []byte(textXML))
	timestamp, nonce := strconv.FormatInt(codec.now().Unix(), 10), strings.Repeat("9", 5000)
	attack.query = url.Values{"timestamp": {timestamp}, "nonce": {nonce},
		"msg_signature": {codec.crypter.Signature(timestamp, nonce, encrypt)}}
	attack.body = enveloped(encrypt, false)
	return attack
}

func TestReplay(t *testing.T) {
	at := time.Unix(1714112445, 0)
	query, body := pushed(newTestCodec(t, at), textXML, false)
	for skew, want := range map[time.Duration]error{
		-10 * time.Minute: nil, 10 * time.Minute: nil, 0: nil,
		-10*time.Minute - time.Second: ErrStale, 10*time.Minute + time.Second: ErrStale, 24 * time.Hour: ErrStale,
	} {
		_, err := newTestCodec(t, at.Add(skew)).Decode(query, body)
		if !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("skew %v: %v", skew, err)
		}
	}
}

// TestMalformed: authentic but unreadable messages come back with what is
// known, and with a key that two deliveries share.
func TestMalformed(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	for name, inner := range map[string]string{
		"cut off":       "<xml><FromUserName>oAbC</FromUserName><Content>路",
		"no type":       "<xml><FromUserName>oAbC</FromUserName><CreateTime>1714112445</CreateTime></xml>",
		"time in words": "<xml><FromUserName>oAbC</FromUserName><MsgType>text</MsgType><CreateTime>now</CreateTime></xml>",
		"cut off JSON":  `{"FromUserName":"oAbC","MsgType":"te`,
		"JSON tail":     `{"FromUserName":"oAbC","MsgType":"text","CreateTime":1} {}`,
		"bare event":    "<xml><FromUserName>oAbC</FromUserName><CreateTime>1714112445</CreateTime><MsgType>event</MsgType></xml>",
	} {
		query, body := pushed(codec, inner, false)
		m, err := codec.Decode(query, body)
		if !errors.Is(err, ErrMalformed) || m == nil || string(m.Raw) != inner || m.OpenID != "oAbC" {
			t.Errorf("%s: %+v, %v", name, m, err)
			continue
		}
		again, _ := codec.Decode(pushed(codec, inner, false))
		if m.Key() == "" || len(m.Key()) > maxKey || m.Key() != again.Key() {
			t.Errorf("%s: key %q", name, m.Key())
		}
	}
	for name, inner := range map[string]string{"empty": "", "noise": "\x00\xff", "array": "[]", "GBK": `<?xml version="1.0" encoding="GBK"?><xml/>`} {
		query, body := pushed(codec, inner, false)
		if m, err := codec.Decode(query, body); !errors.Is(err, ErrMalformed) || m == nil || string(m.Raw) != inner {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

// TestControlCharacters: what makes a text illegal XML must not lose it.
func TestControlCharacters(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	for name, c := range map[string][2]string{
		"xml": {strings.Replace(textXML, "坏", "\x00坏\x0b\x7f\uFFFF", 1), "路灯坏了👨‍👩‍👧𠮷 a<b&c"},
		"json": {`{"ToUserName":"g","FromUserName":"o","CreateTime":1714112445,"MsgType":"text","Content":"a\u0000b` + "\x01" + `c\r\nd","MsgId":7}`,
			"abc\nd"},
		"broken utf-8": {strings.Replace(textXML, "路灯", "路\xff灯", 1), "路\uFFFD灯坏了👨‍👩‍👧𠮷 a<b&c"},
		"crlf":         {strings.Replace(textXML, "路", "路\r\n", 1), "路\n灯坏了👨‍👩‍👧𠮷 a<b&c"},
	} {
		m, err := codec.Decode(pushed(codec, c[0], false))
		if err != nil || m.Text != c[1] {
			t.Errorf("%s: %q, %v", name, m.Text, err)
		}
	}
}
