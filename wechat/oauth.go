package wechat

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"github.com/silenceper/wechat/v2/officialaccount/js"
	"github.com/silenceper/wechat/v2/officialaccount/oauth"
)

const (
	oauthPath  = "/sns/oauth2/access_token"
	ticketPath = "/cgi-bin/ticket/getticket"
)

// Scopes of OAuthURL.
const (
	// ScopeBase asks nothing of the person and gives the openid.
	ScopeBase = "snsapi_base"
	// ScopeUserInfo asks the person once and gives the unionid, too.
	ScopeUserInfo = "snsapi_userinfo"
)

// statePattern is what WeChat takes as state.
var statePattern = regexp.MustCompile(`^[A-Za-z0-9]{0,128}$`)

// WebUser is who opened a page of the village site inside WeChat.
type WebUser struct {
	OpenID  string // in the official account
	UnionID string // see User
	Scope   string
}

// OAuthURL is where a browser inside WeChat is sent to learn who reads: WeChat
// sends it back to redirectURL with code and state. The caller binds state to
// the browser and checks it. Errors: a state that isn't up to 128 letters and
// digits, an unknown scope.
func (c *Client) OAuthURL(redirectURL, scope, state string) (string, error) {
	if !statePattern.MatchString(state) {
		return "", invalid("/connect/oauth2/authorize", "a state that isn't up to 128 letters and digits")
	}
	if scope != ScopeBase && scope != ScopeUserInfo {
		return "", invalid("/connect/oauth2/authorize", "scope %q", scope)
	}
	address, err := oauth.NewOauth(c.official("")).GetRedirectURL(redirectURL, scope, state)
	if err != nil {
		return "", c.sdkError("/connect/oauth2/authorize", err)
	}
	return c.webURL + strings.TrimPrefix(address, defaultWebURL), nil
}

// OAuthUser turns the code that came back into the person. A code works once,
// for five minutes (ClassUserAgain). ErrSnapshotUser: WeChat gave an invented
// openid; storing it would make a ghost voter.
func (c *Client) OAuthUser(ctx context.Context, code string) (*WebUser, error) {
	if err := checkCode(oauthPath, code); err != nil {
		return nil, err
	}
	// There is no access token whose place a pass could take: the context
	// says whose call it is.
	ctx = context.WithValue(ctx, exchangeKey{}, &sdkExchange{ctx: ctx, base: c.base})
	var got oauth.ResAccessToken
	err := c.sdkRun(ctx, oauthPath, "", func(p pass) (err error) {
		got, err = oauth.NewOauth(c.official(p)).GetUserAccessTokenContext(ctx, code)
		return err
	})
	if err != nil {
		return nil, err
	}
	if got.IsSnapShotUser == 1 {
		return nil, &APIError{Path: oauthPath, Message: "snapshot mode", Class: ClassUserAgain, Cause: ErrSnapshotUser}
	}
	if got.OpenID == "" {
		return nil, &APIError{Path: oauthPath, Message: "an answer without an openid", Class: ClassUserAgain}
	}
	return &WebUser{OpenID: got.OpenID, UnionID: got.UnionID, Scope: got.Scope}, nil
}

// JSConfig is what a page passes to wx.config.
type JSConfig struct {
	AppID     string `json:"appId"`
	Timestamp int64  `json:"timestamp"` // Unix seconds
	Nonce     string `json:"nonceStr"`
	Signature string `json:"signature"`
}

// JSConfig signs a page of the village site for WeChat's JS SDK. The ticket
// behind it is shared by all replicas.
func (c *Client) JSConfig(ctx context.Context, pageURL string) (*JSConfig, error) {
	page, err := url.Parse(pageURL)
	if err != nil || page.Host == "" {
		return nil, invalid(ticketPath, "the page has no absolute address")
	}
	pageURL, _, _ = strings.Cut(pageURL, "#") // WeChat signs without the fragment
	var config *js.Config
	err = c.sdkCall(ctx, ticketPath, func(p pass) (err error) {
		signer := js.NewJs(c.official(p))
		signer.SetJsTicketHandle(c.tickets) // its lock must be one for all calls
		config, err = signer.GetConfigContext(ctx, pageURL)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &JSConfig{AppID: config.AppID, Timestamp: config.Timestamp, Nonce: config.NonceStr, Signature: config.Signature}, nil
}
