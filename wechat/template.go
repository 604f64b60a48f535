package wechat

import (
	"context"
	"strings"
)

const (
	templatePath      = "/cgi-bin/message/template/send"
	subscribePath     = "/cgi-bin/message/subscribe/bizsend"
	miniSubscribePath = "/cgi-bin/message/subscribe/send"
)

// Template is a template message of a verified service account.
type Template struct {
	OpenID, TemplateID string
	URL                string // opened by a tap, unless a mini-program page is given
	MiniAppID          string // a mini-program bound to the account
	MiniPagePath       string
	// ClientMsgID makes sending again safe: WeChat drops a second message
	// with the same id for ten minutes [U]. At most 32 characters.
	ClientMsgID string
	Fields      map[string]string // e.g. "thing1": "…"; cut to what WeChat takes
}

// Subscription is a subscription message: each accept of the person pays for
// exactly one (long-term templates excepted).
type Subscription struct {
	OpenID, TemplateID string
	// Page is a web address for SendSubscribe, a page of the mini-program
	// itself for SendMiniSubscribe.
	Page         string
	MiniAppID    string // SendSubscribe only
	MiniPagePath string // SendSubscribe only
	State        string // SendMiniSubscribe only: developer, trial or formal (default)
	Fields       map[string]string
}

type miniPage struct {
	AppID    string `json:"appid"`
	PagePath string `json:"pagepath"`
}

type fieldValue struct {
	Value string `json:"value"`
}

// SendTemplate sends a template message of a service account.
func (c *Client) SendTemplate(ctx context.Context, t Template) error {
	if t.TemplateID == "" {
		return invalid(templatePath, "no template id")
	}
	return c.send(ctx, templatePath, t.OpenID, struct {
		ToUser      string                `json:"touser"`
		TemplateID  string                `json:"template_id"`
		URL         string                `json:"url,omitempty"`
		Mini        *miniPage             `json:"miniprogram,omitempty"`
		ClientMsgID string                `json:"client_msg_id,omitempty"`
		Data        map[string]fieldValue `json:"data"`
	}{t.OpenID, t.TemplateID, t.URL, mini(t.MiniAppID, t.MiniPagePath), t.ClientMsgID, fields(t.Fields)})
}

// SendSubscribe sends a subscription notice of a service account (bizsend).
// errcode 43101, class ClassRecipient: the person has no quota left or refuses;
// that answer, not our count, is the truth.
func (c *Client) SendSubscribe(ctx context.Context, s Subscription) error {
	if s.TemplateID == "" {
		return invalid(subscribePath, "no template id")
	}
	return c.send(ctx, subscribePath, s.OpenID, struct {
		ToUser     string                `json:"touser"`
		TemplateID string                `json:"template_id"`
		Page       string                `json:"page,omitempty"`
		Mini       *miniPage             `json:"miniprogram,omitempty"`
		Data       map[string]fieldValue `json:"data"`
	}{s.OpenID, s.TemplateID, s.Page, mini(s.MiniAppID, s.MiniPagePath), fields(s.Fields)})
}

// SendMiniSubscribe sends a subscription message of a mini-program; OpenID is
// the person's in the mini-program. errcode 43101 as for SendSubscribe.
func (c *Client) SendMiniSubscribe(ctx context.Context, s Subscription) error {
	if s.TemplateID == "" {
		return invalid(miniSubscribePath, "no template id")
	}
	return c.send(ctx, miniSubscribePath, s.OpenID, struct {
		ToUser     string                `json:"touser"`
		TemplateID string                `json:"template_id"`
		Page       string                `json:"page,omitempty"`
		State      string                `json:"miniprogram_state,omitempty"`
		Data       map[string]fieldValue `json:"data"`
	}{s.OpenID, s.TemplateID, s.Page, s.State, fields(s.Fields)})
}

func mini(appID, page string) *miniPage {
	if appID == "" {
		return nil
	}
	return &miniPage{AppID: appID, PagePath: page}
}

// fields cuts each value to the length that its kind of keyword takes; beyond
// it WeChat refuses the whole message with 47003.
func fields(values map[string]string) map[string]fieldValue {
	data := make(map[string]fieldValue, len(values))
	for key, value := range values {
		value = cleanText(value)
		if limit := fieldLimit(key); limit > 0 {
			value = cutRunes(value, limit)
		}
		data[key] = fieldValue{value}
	}
	return data
}

// fieldLimit is the number of characters that a keyword takes [U], by the kind
// in its name (thing1 is a thing); 0 is no known limit. Numbers, times and
// amounts are never cut: half a number is a wrong one.
func fieldLimit(key string) int {
	switch strings.TrimRight(key, "0123456789") {
	case "thing", "const":
		return 20
	case "name":
		return 10
	case "phrase":
		return 5
	case "character_string":
		return 32
	}
	return 0
}
