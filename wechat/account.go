// Package wechat is everything this program knows about WeChat: the callback
// codec (verify, decrypt, decode, answer) and the typed client of the server
// API. It imports no other package of the program and has its own types.
//
// Source for every rule without another one named: developers.weixin.qq.com,
// as gathered in the design notes; [U] there means "could not be confirmed".
package wechat

import "log/slog"

// Account is one official account or mini-program as its owner registered it.
// Secret serves the API client; Token and AESKey serve the callback codec.
type Account struct {
	AppID  string // "wx" and 16 hex digits
	Secret string // AppSecret
	Token  string // chosen by the owner, signs callbacks
	AESKey string // EncodingAESKey, 43 characters of base64
}

// String shows the account without its secrets, so that no %v leaks them.
func (a Account) String() string { return "account " + a.AppID }

// GoString shows the account without its secrets, so that no %#v leaks them.
func (a Account) GoString() string { return `wechat.Account{AppID:"` + a.AppID + `"}` }

// LogValue shows the account without its secrets in structured logs.
func (a Account) LogValue() slog.Value { return slog.StringValue(a.AppID) }
