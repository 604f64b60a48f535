package wechat

import (
	"context"
	"net/http"
	"net/url"
	"regexp"

	"github.com/silenceper/wechat/v2/miniprogram/business"
)

const (
	sessionPath = "/sns/jscode2session"
	phonePath   = "/wxa/business/getuserphonenumber"
)

// codePattern is what a login, OAuth or phone code may look like. They come
// from the person's phone and go into addresses.
var codePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,512}$`)

// checkCode refuses what can't be a code of WeChat's: the person starts again.
func checkCode(path, code string) error {
	if codePattern.MatchString(code) {
		return nil
	}
	return &APIError{Path: path, Message: "this is no code of WeChat's", Class: ClassUserAgain, Cause: ErrInvalid}
}

// Session is who signed in to a mini-program. WeChat's session_key is dropped
// at once: this program decrypts nothing with it, and what isn't kept can't
// leave the server.
type Session struct {
	OpenID  string // in the mini-program, not in the official account
	UnionID string // see User
}

// Code2Session turns the code of wx.login into the person's openid. A code
// works once, for five minutes: 40029 and 40163 are ClassUserAgain, 45011 (100
// a minute for one person) ClassQuota, 40226 (high-risk user) ClassRecipient.
// It is our own call: the SDK's escapes nothing and puts secret and code into
// its errors.
func (c *Client) Code2Session(ctx context.Context, code string) (*Session, error) {
	if err := checkCode(sessionPath, code); err != nil {
		return nil, err
	}
	what := call{method: http.MethodGet, path: sessionPath, query: url.Values{
		"appid": {c.account.AppID}, "secret": {c.account.Secret},
		"js_code": {code}, "grant_type": {"authorization_code"},
	}}
	got, err := c.do(ctx, what, "")
	if err != nil {
		return nil, err
	}
	var out struct {
		OpenID  string `json:"openid"`
		UnionID string `json:"unionid"`
	}
	if err := c.read(what, got.body, &out); err != nil {
		return nil, err
	}
	if out.OpenID == "" {
		return nil, &APIError{Path: sessionPath, Message: "an answer without an openid", Class: ClassUserAgain}
	}
	return &Session{OpenID: out.OpenID, UnionID: out.UnionID}, nil
}

// Phone is a number that a person confirmed to WeChat. Alone it proves no
// identity.
type Phone struct {
	Number  string // without country code
	Country string // country code, "86"
}

// PhoneNumber turns the code of a mini-program's phone button into the number.
// A code works once, for five minutes.
func (c *Client) PhoneNumber(ctx context.Context, code string) (*Phone, error) {
	if err := checkCode(phonePath, code); err != nil {
		return nil, err
	}
	var info business.PhoneInfo
	err := c.sdkCall(ctx, phonePath, func(p pass) (err error) {
		info, err = business.NewBusiness(c.mini(p)).
			GetPhoneNumberWithContext(ctx, &business.GetPhoneNumberRequest{Code: code})
		return err
	})
	if err != nil {
		return nil, err
	}
	if info.Watermark.AppID != c.account.AppID || info.PurePhoneNumber == "" {
		return nil, &APIError{Path: phonePath, Message: "the number is not this mini-program's to know", Class: ClassUserAgain}
	}
	return &Phone{Number: info.PurePhoneNumber, Country: info.CountryCode}, nil
}
