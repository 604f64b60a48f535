package wechat

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestLogin(t *testing.T) {
	api := newTestAPI(t)
	answers := map[string]string{
		"good": `{"openid":"oMini","session_key":"SK","unionid":"u"}`,
		"used": `{"errcode":40163,"errmsg":"code been used"}`, "bad": `{"errcode":40029,"errmsg":"invalid code"}`,
		"risk": `{"errcode":40226,"errmsg":"code blocked"}`, "empty": `{}`,
	}
	api.mux.HandleFunc("GET /sns/jscode2session", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("secret") != testSecret || q.Get("appid") != officialAppID || q.Get("grant_type") != "authorization_code" {
			t.Error(q)
		}
		_, _ = fmt.Fprint(w, answers[q.Get("js_code")])
	})
	c := api.client(nil)
	s, err := c.Code2Session(bg(), "good")
	if err != nil || s.OpenID != "oMini" || s.UnionID != "u" || strings.Contains(fmt.Sprintf("%+v", s), "SK") {
		t.Errorf("%+v, %v", s, err)
	}
	for code, want := range map[string]Class{"used": ClassUserAgain, "bad": ClassUserAgain, "risk": ClassRecipient, "empty": ClassUserAgain,
		"": ClassUserAgain, "a&secret=x": ClassUserAgain, "a b": ClassUserAgain, strings.Repeat("a", 600): ClassUserAgain, "é": ClassUserAgain} {
		if _, err := c.Code2Session(bg(), code); ClassOf(err) != want {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestOAuth(t *testing.T) {
	api := newTestAPI(t)
	useSDK(t, api.URL)
	answers := map[string]string{
		"good":     `{"access_token":"A","openid":"oAbC","scope":"snsapi_base","unionid":"u"}`,
		"snapshot": `{"access_token":"A","openid":"virtual","scope":"snsapi_base","is_snapshotuser":1}`,
		"used":     `{"errcode":40163,"errmsg":"code been used, rid: 1"}`,
	}
	api.mux.HandleFunc("GET /sns/oauth2/access_token", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, answers[r.URL.Query().Get("code")])
	})
	c := api.client(nil)
	if u, err := c.OAuthUser(bg(), "good"); err != nil || *u != (WebUser{"oAbC", "u", "snsapi_base"}) {
		t.Errorf("%+v, %v", u, err)
	}
	if u, err := c.OAuthUser(bg(), "snapshot"); u != nil || !errors.Is(err, ErrSnapshotUser) || ClassOf(err) != ClassUserAgain {
		t.Errorf("%+v, %v", u, err)
	}
	var used *APIError
	if _, err := c.OAuthUser(bg(), "used"); !errors.As(err, &used) || used.Class != ClassUserAgain || used.Code != 40163 {
		t.Error(err)
	}
	if _, err := c.OAuthUser(bg(), "x/../y"); ClassOf(err) != ClassUserAgain {
		t.Error(err)
	}
	address, err := c.OAuthURL("https://v/back?a=1&b=2", ScopeBase, "abc123")
	u, errParse := url.Parse(address)
	if err != nil || errParse != nil || !strings.HasPrefix(address, api.URL+"/connect/oauth2/authorize?") || u.Fragment != "wechat_redirect" ||
		u.Query().Get("redirect_uri") != "https://v/back?a=1&b=2" || u.Query().Get("state") != "abc123" || u.Query().Get("appid") != officialAppID {
		t.Errorf("%s, %v", address, err)
	}
	real := NewClient(Options{Account: Account{AppID: "wx1"}})
	if address, _ := real.OAuthURL("https://v", ScopeUserInfo, ""); !strings.HasPrefix(address, "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&") {
		t.Error(address)
	}
	for scope, state := range map[string]string{ScopeBase: "a&b", "snsapi_x": "a"} {
		if _, err := c.OAuthURL("https://v", scope, state); !errors.Is(err, ErrInvalid) {
			t.Error(scope, state, err)
		}
	}
}

func TestJSConfig(t *testing.T) {
	api := newTestAPI(t)
	useSDK(t, api.URL)
	tickets := 0
	api.handle("GET /cgi-bin/ticket/getticket", func(w http.ResponseWriter, _ *http.Request) {
		tickets++
		_, _ = fmt.Fprint(w, `{"errcode":0,"errmsg":"ok","ticket":"JST","expires_in":7200}`)
	})
	server, connect := newTestRedis(t)
	a := api.client(func(o *Options) { o.Redis = connect() })
	b := api.client(func(o *Options) { o.Redis = connect() })
	for _, c := range []*Client{a, a, b, b} {
		config, err := c.JSConfig(bg(), "https://v/page?a=1#part")
		if err != nil {
			t.Fatal(err)
		}
		plain := fmt.Sprintf("jsapi_ticket=JST&noncestr=%s&timestamp=%d&url=https://v/page?a=1", config.Nonce, config.Timestamp)
		if want := Sign(plain); config.Signature != want || config.AppID != officialAppID {
			t.Errorf("%+v", config)
		}
	}
	server.Close()
	if _, err := a.JSConfig(bg(), "https://v/"); err != nil {
		t.Errorf("Redis down: %v", err)
	}
	if tickets != 1 {
		t.Errorf("%d tickets fetched", tickets)
	}
	if _, err := a.JSConfig(bg(), "/page"); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
}
