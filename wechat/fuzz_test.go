package wechat

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzFastAgainstStrict is the gate of the fast scan: what it accepts, both
// our strict decoder and xml.Unmarshal accept, with the same fields.
func FuzzFastAgainstStrict(f *testing.F) {
	for _, seed := range []string{
		textXML, around("event", "<Event>CLICK</Event><EventKey></EventKey>"), "<xml></xml>", " <xml> </xml>\n", "<xml/>",
		"<xml><a>1]]></a></xml>", "<xml><a><![CDATA[]]]]></a></xml>", "<xml><a>&amp;</a></xml>", "<xml><a>x<![CDATA[y]]></a></xml>",
		"<xml><Content>\uFFFE</Content></xml>", "<xml><Content>\xed\xa0\x80</Content></xml>", "<xml><Content>a\rb</Content></xml>",
		"<xml><Content>></Content></xml>", "<xml>x<Content>a</Content></xml>", "<xml><1>a</1></xml>", "<xml><xml>a</xml></xml>",
		"<xml><Content>a</Content><Content>b</Content></xml>", "<xml><Content> a </Content ></xml>", "<xml><_>\x7f</_></xml>",
		"<xml><Content><!--x--></Content></xml>", "<xml><Content><?x?></Content></xml>", "<?xml version='1.0'?><xml></xml>",
		"<xml><Content><![CDATA[<![CDATA[]]></Content></xml>", "<xml><Content></Content></xml></xml>", "<xml><Content>\u0085\u2028</Content></xml>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		var fast, strict Message
		if !fast.parseFlat(doc) {
			if !reflect.DeepEqual(fast, Message{}) {
				t.Fatalf("a refused document left %+v", fast)
			}
			return
		}
		root, err := parseXML(doc)
		if err != nil {
			t.Fatalf("fast accepts %q, strict: %v", doc, err)
		}
		strict.fill(root)
		if !reflect.DeepEqual(fast, strict) {
			t.Fatalf("%q\nfast   %+v\nstrict %+v", doc, fast, strict)
		}
		compareUnmarshal(t, doc, &fast)
		encrypt, flat := envelopeFlat(doc)
		if !flat || encrypt != root.child("Encrypt") {
			t.Fatalf("Encrypt of %q: %q, %q", doc, encrypt, root.child("Encrypt"))
		}
	})
}

// compareUnmarshal holds a message against the standard library's reading.
func compareUnmarshal(t *testing.T, doc string, got *Message) {
	var want struct {
		XMLName                                                                  xml.Name `xml:"xml"`
		ToUserName, FromUserName, CreateTime, MsgType, Content, Event, EventKey  string
		Ticket, MediaId, ThumbMediaId, Format, PicUrl, Label, Title, Url, Status string
		Description                                                              string
		Bizmsgmenuid                                                             string `xml:"bizmsgmenuid"`
	}
	if err := xml.Unmarshal([]byte(doc), &want); err != nil {
		t.Fatalf("fast accepts %q, xml.Unmarshal: %v", doc, err)
	}
	if got.ToUser != want.ToUserName || got.OpenID != want.FromUserName || got.Type != want.MsgType ||
		got.Text != want.Content || got.Event != want.Event || got.EventKey != want.EventKey || got.Ticket != want.Ticket ||
		got.MediaID != want.MediaId || got.ThumbMediaID != want.ThumbMediaId || got.Format != want.Format ||
		got.PicURL != want.PicUrl || got.Label != want.Label || got.Title != want.Title || got.URL != want.Url ||
		got.Description != want.Description || got.Status != want.Status || got.MenuID != strings.TrimSpace(want.Bizmsgmenuid) ||
		!got.SentAt.Equal(seconds(want.CreateTime)) {
		t.Fatalf("%q\ngot  %+v\nwant %+v", doc, got, want)
	}
}

// FuzzDecode feeds authentic messages of any content: no panic, and whatever
// comes out is safe to store.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{textXML, "", "{}", "<xml>", `{"a":[1,{"b":null}]}`, around("event", "<Event>x</Event>"),
		`{"FromUserName":"o","CreateTime":1,"MsgType":"event","Event":"subscribe_msg_popup_event","List":[{"TemplateId":"T"}]}`,
		`{"FromUserName":1e999,"CreateTime":-1,"MsgId":123456789012345678901234567890}`, "<xml><Content>&#0;&#x1;</Content></xml>",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	codec := newTestCodec(f, time.Unix(1714112445, 0))
	f.Fuzz(func(t *testing.T, inner string, json bool) {
		m, err := codec.Decode(pushed(codec, inner, json))
		if err != nil && !errors.Is(err, ErrMalformed) {
			if len(inner) < MaxBody/2 {
				t.Fatal(err)
			}
			return
		}
		if string(m.Raw) != inner || m.JSON != json || m.Nonce != "77" {
			t.Fatalf("raw %q", m.Raw)
		}
		if err == nil && (m.OpenID == "" || m.Type == "" || m.SentAt.IsZero()) {
			t.Fatalf("accepted without sender, type or time: %+v", m)
		}
		for _, text := range []string{m.Text, m.OpenID, m.ToUser, m.MsgID, m.EventKey, m.Event, m.Type, m.Label, m.Key()} {
			if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x01\x0b\r\x7f") {
				t.Fatalf("unclean %q", text)
			}
		}
		if len(m.Key()) > maxKey || len(m.Key()) < 3 {
			t.Fatalf("key %q", m.Key())
		}
	})
}

// FuzzEnvelope feeds any body and query: nothing gets through unsigned.
func FuzzEnvelope(f *testing.F) {
	codec := newTestCodec(f, time.Unix(1714112445, 0))
	query, body := pushed(codec, textXML, false)
	f.Add(body, query.Get("msg_signature"), query.Get("timestamp"), "77")
	f.Add([]byte(textXML), Sign(officialToken, "1714112445", "77"), "1714112445", "77")
	f.Add([]byte(`{"Encrypt":""}`), "", "", "")
	f.Fuzz(func(t *testing.T, body []byte, signature, timestamp, nonce string) {
		m, err := codec.Decode(url.Values{"msg_signature": {signature}, "timestamp": {timestamp}, "nonce": {nonce}}, body)
		if m != nil && string(m.Raw) != textXML {
			t.Fatalf("forged: %+v", m)
		}
		if m == nil && !errors.Is(err, ErrForged) && !errors.Is(err, ErrStale) {
			t.Fatalf("%v", err)
		}
	})
}

// FuzzOpen feeds any ciphertext, and any plaintext under the right key: no
// panic, and what opens is what was sealed.
func FuzzOpen(f *testing.F) {
	crypter, err := NewCrypter(officialAppID, officialToken, officialKey())
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(officialSeal), []byte("x"))
	f.Add([]byte("=="), []byte(""))
	f.Add([]byte("QUFBQUFBQUFBQUFBQUFBQQ=="), []byte(strings.Repeat("a", 31)))
	f.Fuzz(func(t *testing.T, sealed, plain []byte) {
		_, _ = crypter.Open(string(sealed))
		_, _ = crypter.Open(base64.StdEncoding.EncodeToString(sealed))
		// Any text that was really encrypted with the key, unframed.
		raw := append([]byte{}, plain...)
		for len(raw)%16 != 0 {
			raw = append(raw, byte(len(raw)))
		}
		if len(raw) > 0 {
			_, _ = crypter.Open(encryptRaw(crypter, raw))
		}
		got, err := crypter.Open(crypter.Seal([16]byte{byte(len(plain))}, plain))
		if err != nil || string(got) != string(plain) {
			t.Fatalf("%q came back as %q, %v", plain, got, err)
		}
	})
}

// FuzzReply: any text arrives as it was, cut and cleaned, and never as an
// empty one.
func FuzzReply(f *testing.F) {
	f.Add("收到 #1", "oAbC", "42", false)
	f.Add("]]>", "]]>", "<", true)
	f.Add("\x00\xff\r", "o", "\"", false)
	codec := newTestCodec(f, time.Unix(1714112445, 0))
	f.Fuzz(func(t *testing.T, text, openID, nonce string, json bool) {
		to := &Message{OpenID: cleanText(openID), ToUser: "gh_1", Nonce: cleanText(nonce), JSON: json}
		body, _, err := codec.EncodeReply(to, Reply{Text: text})
		if to.OpenID == "" {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		want := CutText(cleanText(text), MaxTextBytes)
		if strings.TrimSpace(want) == "" {
			if string(body) != success {
				t.Fatalf("an empty text was answered %s", body)
			}
			return
		}
		got := openReply(t, codec, to, body)
		if got.Content != want || got.ToUserName != to.OpenID || len(got.Content) > MaxTextBytes {
			t.Fatalf("%q arrived as %q", want, got.Content)
		}
	})
}

// FuzzCutText: never longer, never inside a character, always a beginning.
func FuzzCutText(f *testing.F) {
	f.Add("村委会", 4)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit < 0 || !utf8.ValidString(text) {
			return
		}
		got := CutText(text, limit)
		if len(got) > limit && len(text) > limit || !utf8.ValidString(got) || !strings.HasPrefix(text, strings.TrimSuffix(got, "…")) {
			t.Fatalf("CutText(%q, %s) = %q", text, strconv.Itoa(limit), got)
		}
	})
}
