package simulator

import (
	"errors"
	"net/http"
	"net/url"
	"time"
)

// personCookie tells which phone a browser plays. The pages set it when a phone opens a link.
const personCookie = "simulator_person"

// Scopes of web page authorisation.
const (
	scopeBase = "snsapi_base"     // openid only, silent
	scopeUser = "snsapi_userinfo" // nickname and unionid, after the person's consent
)

// webToken is what sns/oauth2/access_token gives; it has nothing to do with access tokens.
type webToken struct {
	app, person, scope string
	openid, unionid    string
	expires            time.Time
}

// Authorize is a phone that opens an address of connect/oauth2/authorize, consenting where asked. It
// returns the address to which WeChat would send the phone, code and state included.
func (s *Simulator) Authorize(personKey, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.authorized(personKey, u.Query())
}

// authorized makes the code and the address to go on with; the caller holds mu.
func (s *Simulator) authorized(personKey string, query url.Values) (string, error) {
	a, _, err := s.find(query.Get("appid"), personKey)
	if err != nil {
		return "", err
	}
	scope := query.Get("scope")
	target, err := url.Parse(query.Get("redirect_uri"))
	switch {
	case err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https":
		return "", errors.New("10003 redirect_uri 域名与后台配置不一致")
	case a.Kind != KindOfficial || query.Get("response_type") != "code":
		return "", errors.New("10004 该公众号没有网页授权权限")
	case scope != scopeBase && scope != scopeUser:
		return "", errors.New("10005 scope 参数错误或没有 scope 权限")
	}
	q := target.Query()
	q.Set("code", s.newCode(code{purpose: codeOAuth, app: a.AppID, person: personKey, scope: scope}))
	q.Set("state", query.Get("state"))
	target.RawQuery = q.Encode()
	return target.String(), nil
}

// authorize is connect/oauth2/authorize in a browser: whose phone it is says a cookie of the pages, or
// the person is asked.
func (s *Simulator) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	key := query.Get(personCookie)
	if cookie, err := r.Cookie(personCookie); key == "" && err == nil {
		key, _ = url.QueryUnescape(cookie.Value)
	}
	s.mu.Lock()
	_, known := s.people[key]
	s.mu.Unlock()
	if !known || query.Get("scope") == scopeUser && query.Get("consent") == "" {
		s.askWho(w, r, key)
		return
	}
	s.mu.Lock()
	target, err := s.authorized(key, query)
	s.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, target, http.StatusFound)
}

// exchangeOAuth is sns/oauth2/access_token.
func (s *Simulator) exchangeOAuth(req *request) (any, *apiError) {
	if req.query.Get("grant_type") != "authorization_code" {
		return nil, failure(40002, "invalid grant_type")
	}
	a, failed := s.known(req.query.Get("appid"), req.query.Get("secret"))
	if failed != nil {
		return nil, failed
	}
	req.account = a
	value := req.query.Get("code")
	if value == "" {
		return nil, failure(41008, "missing code")
	}
	c, failed := s.takeCode(value, codeOAuth, a.AppID)
	if failed != nil {
		return nil, failed
	}
	p := s.people[c.person]
	req.person = p.Key
	t := &webToken{
		app: a.AppID, person: p.Key, scope: c.scope, openid: openID(a.AppID, p.Key),
		unionid: p.UnionID, expires: s.now().Add(tokenLife),
	}
	out := object{"expires_in": 7200, "refresh_token": "92_" + secret(60), "scope": c.scope}
	if p.Snapshot {
		t.openid = "o" + digest(27, "snapshot", a.AppID, secret(9))
		t.unionid = "o6_" + digest(25, "snapshot", secret(9))
		out["is_snapshotuser"] = 1
	}
	value = "92_" + secret(60)
	s.webTokens[value] = t
	out["access_token"], out["openid"] = value, t.openid
	if c.scope == scopeUser && !a.Separate {
		out["unionid"] = t.unionid
	}
	return out, nil
}

// webTokenOf is a web token that fits the openid; the caller holds mu.
func (s *Simulator) webTokenOf(req *request) (*webToken, *apiError) {
	t := s.webTokens[req.query.Get("access_token")]
	switch {
	case t == nil:
		return nil, failure(40001, "invalid credential, access_token is invalid or not latest")
	case !s.now().Before(t.expires):
		return nil, failure(42001, "access_token expired")
	case t.openid != req.query.Get("openid"):
		return nil, failure(40003, "invalid openid")
	}
	req.account, req.person = s.accounts[t.app], t.person
	return t, nil
}

// getWebUser is sns/userinfo.
func (s *Simulator) getWebUser(req *request) (any, *apiError) {
	t, failed := s.webTokenOf(req)
	if failed != nil {
		return nil, failed
	}
	if t.scope != scopeUser {
		return nil, failure(48001, "api unauthorized")
	}
	out := object{
		"openid": t.openid, "nickname": s.people[t.person].Name, "sex": 0, "language": "",
		"city": "", "province": "", "country": "", "headimgurl": "", "privilege": []string{},
	}
	if !req.account.Separate {
		out["unionid"] = t.unionid
	}
	if s.people[t.person].Snapshot {
		out["nickname"], out["is_snapshotuser"] = "微信用户", 1
	}
	return out, nil
}

// checkWebToken is sns/auth.
func (s *Simulator) checkWebToken(req *request) (any, *apiError) {
	if _, failed := s.webTokenOf(req); failed != nil {
		return nil, failed
	}
	return ok(nil), nil
}
