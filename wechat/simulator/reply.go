package simulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
)

// sealed is an encrypted answer.
type sealed struct {
	XMLName      xml.Name `xml:"xml" json:"-"`
	Encrypt      string
	MsgSignature string
	TimeStamp    json.Number
	Nonce        string
}

// passive is a decrypted answer.
type passive struct {
	XMLName      xml.Name `xml:"xml" json:"-"`
	ToUserName   string
	FromUserName string
	CreateTime   json.Number
	MsgType      string
	Content      string
	Image        struct{ MediaId string }
	Voice        struct{ MediaId string }
	ArticleCount int
	Articles     struct {
		Item []struct{ Title, Description, Url string } `xml:"item" json:"item"`
	}
}

// readReply is what the phone shows for an answer: nothing for an empty one or `success`. Everything
// that the platform can't read is an error.
func (s *Simulator) readReply(a *account, p *person, body []byte) (*Bubble, string, error) {
	text := bytes.TrimSpace(body)
	if len(text) == 0 || string(text) == "success" {
		return nil, "", nil
	}
	plain := text
	if a.crypter != nil {
		var err error
		if plain, err = a.open(text); err != nil {
			return nil, "", err
		}
	}
	var in passive
	if err := a.decode(plain, &in); err != nil {
		return nil, "", fmt.Errorf("回复读不出来：%w", err)
	}
	if in.ToUserName != openID(a.AppID, p.Key) || in.FromUserName != a.original() {
		return nil, "", errors.New("回复的 ToUserName、FromUserName 应与来信对调")
	}
	if _, err := in.CreateTime.Int64(); err != nil {
		return nil, "", errors.New("回复的 CreateTime 不是数字")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	bubble, err := s.replyBubble(a, in)
	return bubble, string(plain), err
}

// open checks an encrypted answer's signature and decrypts it.
func (a *account) open(body []byte) ([]byte, error) {
	var in sealed
	if err := a.decode(body, &in); err != nil || in.Encrypt == "" {
		return nil, errors.New("账号是安全模式，回复却没有加密")
	}
	if in.MsgSignature != a.crypter.Signature(in.TimeStamp.String(), in.Nonce, in.Encrypt) {
		return nil, errors.New("回复的签名（MsgSignature）不对")
	}
	return a.crypter.Open(in.Encrypt)
}

// decode reads XML or JSON, by the account's setting.
func (a *account) decode(body []byte, into any) error {
	if a.JSON {
		return json.Unmarshal(body, into)
	}
	return xml.Unmarshal(body, into)
}

// replyBubble checks an answer by its type; the caller holds mu.
func (s *Simulator) replyBubble(a *account, in passive) (*Bubble, error) {
	var b Bubble
	var failed *apiError
	switch in.MsgType {
	case "text":
		b, failed = textBubble(in.Content)
	case "image":
		b, failed = s.mediaBubble(a, KindPicture, "image", in.Image.MediaId)
	case "voice":
		b, failed = s.mediaBubble(a, KindVoice, "voice", in.Voice.MediaId)
	case "news":
		if in.ArticleCount != 1 || len(in.Articles.Item) != 1 {
			return nil, errors.New("图文回复只能有一条")
		}
		item := in.Articles.Item[0]
		b = newsBubble(article{Title: item.Title, Description: item.Description, URL: item.Url})
	case "transfer_customer_service":
		return nil, nil
	default:
		return nil, fmt.Errorf("回复的 MsgType 是没有的类型 %q", strings.ToValidUTF8(in.MsgType, "?"))
	}
	if failed != nil {
		return nil, fmt.Errorf("回复的 %s 不合规：%d %s", in.MsgType, failed.code, failed.message)
	}
	return &b, nil
}
