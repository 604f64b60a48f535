package wechat

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Kinds of a Reply.
const (
	ReplyText  = "text"
	ReplyImage = "image"
	ReplyVoice = "voice"
)

// Reply is the passive answer to one message: a text, or an image or voice by
// its media id. The zero Reply says nothing to the person.
type Reply struct {
	Kind    string // ReplyText when empty and Text is set, else ReplyImage
	Text    string // cut to MaxTextBytes
	MediaID string // of UploadMedia
}

// success is the only answer that is never encrypted. An empty text in an
// encrypted answer would show the villager 「该公众号提供的服务出现故障」.
const success = "success"

// EncodeReply writes the answer to a decoded message: "success" for an empty
// reply, else encrypted with a fresh timestamp and the request's nonce, as XML
// or JSON as the request was. Errors: an unknown kind, or a message without
// sender and receiver.
func (c *Codec) EncodeReply(to *Message, reply Reply) (body []byte, contentType string, err error) {
	switch reply.Kind {
	case "", ReplyText, ReplyImage, ReplyVoice:
	default:
		return nil, "", fmt.Errorf("wechat: a reply of kind %q", reply.Kind)
	}
	reply = reply.normal()
	if reply == (Reply{}) {
		return []byte(success), "text/plain; charset=utf-8", nil
	}
	if to.OpenID == "" || to.ToUser == "" {
		return nil, "", fmt.Errorf("wechat: a reply to %q from %q", to.OpenID, to.ToUser)
	}
	now := c.now()
	var plain []byte
	if to.JSON {
		plain, err = reply.json(to, now)
	} else {
		plain = reply.xml(to, now)
	}
	if err != nil {
		return nil, "", err
	}
	var random [16]byte
	rand.Read(random[:]) // never fails: crypto/rand ends the program instead
	encrypt := c.crypter.Seal(random, plain)
	timestamp := strconv.FormatInt(now.Unix(), 10)
	signature := c.crypter.Signature(timestamp, to.Nonce, encrypt)
	if to.JSON {
		return sealedJSON(encrypt, signature, timestamp, to.Nonce)
	}
	return sealedXML(encrypt, signature, timestamp, to.Nonce), "application/xml; charset=utf-8", nil
}

// normal cleans the reply and names its kind; a reply with nothing to show is
// the zero Reply.
func (r Reply) normal() Reply {
	r.Text = CutText(cleanText(r.Text), MaxTextBytes)
	switch {
	case strings.TrimSpace(r.Text) != "" && (r.Kind == "" || r.Kind == ReplyText):
		return Reply{Kind: ReplyText, Text: r.Text}
	case r.MediaID != "" && r.Kind == "":
		return Reply{Kind: ReplyImage, MediaID: r.MediaID}
	case r.MediaID != "" && r.Kind != ReplyText:
		return Reply{Kind: r.Kind, MediaID: r.MediaID}
	}
	return Reply{}
}

// xml writes the answer's plaintext. From and to change places.
func (r Reply) xml(to *Message, now time.Time) []byte {
	b := make([]byte, 0, 320+len(r.Text))
	b = append(b, "<xml>"...)
	b = appendElement(b, "ToUserName", to.OpenID)
	b = appendElement(b, "FromUserName", to.ToUser)
	b = append(b, "<CreateTime>"...)
	b = strconv.AppendInt(b, now.Unix(), 10)
	b = append(b, "</CreateTime>"...)
	b = appendElement(b, "MsgType", r.Kind)
	switch r.Kind {
	case ReplyText:
		b = appendElement(b, "Content", r.Text)
	case ReplyImage:
		b = append(appendElement(append(b, "<Image>"...), "MediaId", r.MediaID), "</Image>"...)
	case ReplyVoice:
		b = append(appendElement(append(b, "<Voice>"...), "MediaId", r.MediaID), "</Voice>"...)
	}
	return append(b, "</xml>"...)
}

// appendElement writes one element with a CDATA section.
func appendElement(b []byte, name, value string) []byte {
	b = append(append(append(b, '<'), name...), "><![CDATA["...)
	if strings.Contains(value, "]]>") {
		// The only text that can't stand in a CDATA section is its end: split
		// it over two sections.
		value = strings.ReplaceAll(value, "]]>", "]]]]><![CDATA[>")
	}
	b = append(b, value...)
	return append(append(append(b, "]]></"...), name...), '>')
}

// json writes the answer's plaintext for accounts set to JSON.
func (r Reply) json(to *Message, now time.Time) ([]byte, error) {
	type media struct{ MediaId string }
	answer := struct {
		ToUserName   string
		FromUserName string
		CreateTime   int64
		MsgType      string
		Content      string `json:",omitempty"`
		Image        *media `json:",omitempty"`
		Voice        *media `json:",omitempty"`
	}{ToUserName: to.OpenID, FromUserName: to.ToUser, CreateTime: now.Unix(), MsgType: r.Kind, Content: r.Text}
	switch r.Kind {
	case ReplyImage:
		answer.Image = &media{r.MediaID}
	case ReplyVoice:
		answer.Voice = &media{r.MediaID}
	}
	return encodeJSON(answer)
}

// sealedXML writes the encrypted answer.
func sealedXML(encrypt, signature, timestamp, nonce string) []byte {
	b := make([]byte, 0, 220+len(encrypt)+len(nonce))
	b = append(b, "<xml>"...)
	b = appendElement(b, "Encrypt", encrypt)
	b = appendElement(b, "MsgSignature", signature)
	b = append(append(append(b, "<TimeStamp>"...), timestamp...), "</TimeStamp>"...)
	b = appendElement(b, "Nonce", cleanText(nonce))
	return append(b, "</xml>"...)
}

// sealedJSON writes the encrypted answer for accounts set to JSON.
func sealedJSON(encrypt, signature, timestamp, nonce string) ([]byte, string, error) {
	body, err := encodeJSON(struct {
		Encrypt      string
		MsgSignature string
		TimeStamp    json.Number
		Nonce        string
	}{encrypt, signature, json.Number(timestamp), nonce})
	return body, "application/json; charset=utf-8", err
}

// encodeJSON writes JSON as WeChat wants it: < > & as themselves (some of its
// APIs show the escapes to people), no line feed at the end.
func encodeJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("wechat: encode JSON: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
