package wechat

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"
)

func TestEmptyReply(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	to := &Message{OpenID: "o", ToUser: "gh", Nonce: "n"}
	for _, reply := range []Reply{{}, {Text: " \n"}, {Text: "\x00"}, {Kind: ReplyText}, {Kind: ReplyVoice, Text: "x"}} {
		body, contentType, err := codec.EncodeReply(to, reply)
		if string(body) != "success" || contentType != "text/plain; charset=utf-8" || err != nil {
			t.Errorf("%+v: %s, %s, %v", reply, body, contentType, err)
		}
	}
	if body, _, err := codec.EncodeReply(&Message{}, Reply{}); string(body) != "success" || err != nil {
		t.Errorf("to an unreadable message: %s, %v", body, err)
	}
	if _, _, err := codec.EncodeReply(to, Reply{Kind: "news", Text: "x"}); err == nil {
		t.Error("an unknown kind was answered")
	}
	if _, _, err := codec.EncodeReply(&Message{}, Reply{Text: "x"}); err == nil {
		t.Error("a reply to nobody")
	}
}

// opened is a decrypted answer as WeChat reads it.
type opened struct {
	XMLName      xml.Name `xml:"xml" json:"-"`
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	Content      string
	Image, Voice struct{ MediaId string }
}

// openReply verifies and opens an answer as WeChat does.
func openReply(t testing.TB, codec *Codec, to *Message, body []byte) opened {
	t.Helper()
	var envelope struct {
		XMLName      xml.Name `xml:"xml" json:"-"`
		Encrypt      string
		MsgSignature string
		TimeStamp    json.Number
		Nonce        string
	}
	var answer opened
	unmarshal := xml.Unmarshal
	if to.JSON {
		unmarshal = json.Unmarshal
	}
	if err := unmarshal(body, &envelope); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	if envelope.Nonce != cleanText(to.Nonce) {
		t.Fatalf("nonce %q", envelope.Nonce)
	}
	if got := Sign(officialToken, string(envelope.TimeStamp), to.Nonce, envelope.Encrypt); got != envelope.MsgSignature {
		t.Fatalf("signature %s, want %s", envelope.MsgSignature, got)
	}
	plain, err := codec.crypter.Open(envelope.Encrypt)
	if err != nil {
		t.Fatal(err)
	}
	if err := unmarshal(plain, &answer); err != nil {
		t.Fatalf("%v in %s", err, plain)
	}
	return answer
}

func TestReplyKinds(t *testing.T) {
	codec := newTestCodec(t, time.Unix(1714112445, 0))
	for _, asJSON := range []bool{false, true} {
		to := &Message{OpenID: "oAbC", ToUser: "gh_1", Nonce: "42", JSON: asJSON}
		body, contentType, err := codec.EncodeReply(to, Reply{Text: "收到 #12 <b>&]]>\x01"})
		if err != nil || asJSON != strings.Contains(contentType, "json") {
			t.Fatal(contentType, err)
		}
		got := openReply(t, codec, to, body)
		got.XMLName = xml.Name{}
		want := opened{ToUserName: "oAbC", FromUserName: "gh_1", CreateTime: 1714112445, MsgType: "text", Content: "收到 #12 <b>&]]>"}
		if got != want {
			t.Errorf("got %+v", got)
		}
		body, _, _ = codec.EncodeReply(to, Reply{MediaID: "m"})
		if got := openReply(t, codec, to, body); got.MsgType != "image" || got.Image.MediaId != "m" {
			t.Errorf("got %+v", got)
		}
		body, _, _ = codec.EncodeReply(to, Reply{Kind: ReplyVoice, MediaID: "m"})
		if got := openReply(t, codec, to, body); got.MsgType != "voice" || got.Voice.MediaId != "m" {
			t.Errorf("got %+v", got)
		}
		body, _, _ = codec.EncodeReply(to, Reply{Text: strings.Repeat("村", 3000)})
		if got := openReply(t, codec, to, body); len(got.Content) > MaxTextBytes || !strings.HasSuffix(got.Content, "村…") {
			t.Errorf("%d bytes", len(got.Content))
		}
		again, _, _ := codec.EncodeReply(to, Reply{Text: "a"})
		if other, _, _ := codec.EncodeReply(to, Reply{Text: "a"}); string(other) == string(again) {
			t.Error("the random head repeats")
		}
	}
}
