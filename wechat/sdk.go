package wechat

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strconv"

	miniconfig "github.com/silenceper/wechat/v2/miniprogram/config"
	minicontext "github.com/silenceper/wechat/v2/miniprogram/context"
	oaconfig "github.com/silenceper/wechat/v2/officialaccount/config"
	oacontext "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/util"
)

// The SDK silenceper/wechat serves menu, QR codes, OAuth, JS tickets, content
// checks and phone numbers. Only its subpackages are imported: the root
// package's init sends logrus, with message bodies, to standard output. Its
// objects are made for each call, because its lazy getters and shared handles
// are not synchronised.

// pass is what the SDK gets for an access token: the number of one call, that
// sdkTransport replaces by the token. So the call keeps its context and its
// client's base URL, which half of the SDK's methods can't take, and no text
// of the SDK's holds a token.
type pass string

// GetAccessToken implements the SDK's AccessTokenHandle.
func (p pass) GetAccessToken() (string, error) { return string(p), nil }

// GetAccessTokenContext implements the SDK's AccessTokenContextHandle.
func (p pass) GetAccessTokenContext(context.Context) (string, error) { return string(p), nil }

// official is the SDK's context of this account as an official account.
func (c *Client) official(p pass) *oacontext.Context {
	config := &oaconfig.Config{AppID: c.account.AppID, AppSecret: c.account.Secret, Cache: c.cache}
	return &oacontext.Context{Config: config, AccessTokenHandle: p}
}

// mini is the SDK's context of this account as a mini-program.
func (c *Client) mini(p pass) *minicontext.Context {
	config := &miniconfig.Config{AppID: c.account.AppID, AppSecret: c.account.Secret, Cache: c.cache}
	return &minicontext.Context{Config: config, AccessTokenContextHandle: p}
}

// sdkCall runs one of the SDK's calls with an access token, as callJSON does
// our own.
func (c *Client) sdkCall(ctx context.Context, path string, call func(pass) error) error {
	return c.withToken(ctx, func(token string) error {
		return c.sdkRun(ctx, path, token, call)
	})
}

// sdkRun makes one attempt of one of the SDK's calls; token may be empty.
func (c *Client) sdkRun(ctx context.Context, path, token string, call func(pass) error) error {
	door, ok := util.DefaultHTTPClient.Transport.(*sdkTransport)
	switch {
	case c.baseErr != nil:
		return c.baseErr
	case !ok:
		return &APIError{Path: path, Class: ClassOurFault, Message: "UseForSDK was not called"}
	case ctx.Err() != nil:
		return transportError(path, ctx.Err(), false, false)
	}
	p := door.admit(&sdkExchange{ctx: ctx, base: c.base, token: token})
	defer door.dismiss(p)
	err := call(p)
	if err != nil && ctx.Err() != nil {
		return transportError(path, ctx.Err(), true, false)
	}
	return c.sdkError(path, err)
}

var (
	sdkCode   = regexp.MustCompile(`errcode=(-?\d+) ?, ?err(?:or)?msg=(.*)`)
	sdkStatus = regexp.MustCompile(`statusCode=(\d+)`)
)

// sdkError classifies an error of the SDK. Half of its packages give errcode
// only in a text.
func (c *Client) sdkError(path string, err error) error {
	var common *util.CommonError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &common):
		return c.codeError(path, int(common.ErrCode), common.ErrMsg)
	}
	if found := sdkCode.FindStringSubmatch(err.Error()); found != nil {
		code, _ := strconv.Atoi(found[1])
		return c.codeError(path, code, found[2])
	}
	if found := sdkStatus.FindStringSubmatch(err.Error()); found != nil {
		status, _ := strconv.Atoi(found[1])
		return statusError(path, status, false)
	}
	return c.clean(transportError(path, err, true, false))
}

// codeError makes the error of an answer with an errcode.
func (c *Client) codeError(path string, code int, message string) error {
	return c.clean(&APIError{Path: path, Code: code, Message: message, Status: http.StatusOK, Class: classOfCode(code)})
}
