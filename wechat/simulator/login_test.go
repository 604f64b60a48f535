package simulator_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"cunwu/wechat/simulator"
)

func (w *world) login(code string) map[string]any {
	w.Helper()
	return w.call("GET", "sns/jscode2session", url.Values{"appid": {miniID}, "secret": {"mini-secret"}, "js_code": {code}, "grant_type": {"authorization_code"}}, nil)
}

func TestLoginCode(t *testing.T) {
	w := newWorld(t, setup{})
	code := w.sim.MiniLoginCode("wang")
	got := w.login(code)
	if got["openid"] != w.sim.OpenID(miniID, "wang") || got["unionid"] != w.sim.UnionID("wang") || got["session_key"] == "" {
		t.Errorf("session: %v", got)
	}
	w.expect(w.login(code), 40163)
	w.expect(w.login("nonsense"), 40029)
	w.expect(w.login(""), 41008)
	late := w.sim.MiniLoginCode("wang")
	w.sim.Advance(5 * time.Minute)
	w.expect(w.login(late), 40029)
	for range 99 {
		w.expect(w.login(w.sim.MiniLoginCode("zhang")), 0)
	}
	w.expect(w.login(w.sim.MiniLoginCode("zhang")), 0)
	w.expect(w.login(w.sim.MiniLoginCode("zhang")), 45011)
}

func TestOpenIDs(t *testing.T) {
	w := newWorld(t, setup{})
	seen := map[string]bool{}
	for _, app := range []string{oaID, miniID} {
		for _, person := range []string{"wang", "zhang"} {
			id := w.sim.OpenID(app, person)
			if len(id) != 28 || !strings.HasPrefix(id, "o") || seen[id] {
				t.Errorf("openid %q", id)
			}
			seen[id] = true
		}
	}
	if w.sim.OpenID(oaID, "nobody") != "" {
		t.Error("nobody has an openid")
	}
}

func TestUserInfo(t *testing.T) {
	w := newWorld(t, setup{})
	ask := func() map[string]any {
		return w.get(oaID, "cgi-bin/user/info", url.Values{"openid": {w.sim.OpenID(oaID, "wang")}})
	}
	if got := ask(); got["subscribe"] != 0.0 {
		t.Errorf("a stranger: %v", got)
	}
	_, err := w.sim.Follow(w.ctx, oaID, "wang", "door")
	w.must(err)
	if got := ask(); got["subscribe"] != 1.0 || got["qr_scene_str"] != "door" || got["unionid"] != w.sim.UnionID("wang") {
		t.Errorf("a follower: %v", got)
	}
	w.expect(w.get(oaID, "cgi-bin/user/info", url.Values{"openid": {"oNobody"}}), 40003)
	apart := newWorld(t, setup{separate: true})
	if got := apart.get(oaID, "cgi-bin/user/info", url.Values{"openid": {apart.sim.OpenID(oaID, "wang")}}); got["unionid"] != nil {
		t.Errorf("a separate account sees a unionid: %v", got)
	}
	if got := apart.login(apart.sim.MiniLoginCode("wang")); got["unionid"] != nil {
		t.Errorf("a separate mini-program sees a unionid: %v", got)
	}
}

func TestPhoneCode(t *testing.T) {
	w := newWorld(t, setup{})
	code := w.sim.PhoneCode("wang", "")
	got := w.post(miniID, "wxa/business/getuserphonenumber", map[string]any{"code": code})
	info, _ := got["phone_info"].(map[string]any)
	if info["purePhoneNumber"] != "13800000001" {
		t.Errorf("%v", got)
	}
	w.expect(w.post(miniID, "wxa/business/getuserphonenumber", map[string]any{"code": code}), 40029)
	w.expect(w.post(miniID, "wxa/business/getuserphonenumber", map[string]any{"code": w.sim.MiniLoginCode("wang")}), 40029)
}

func TestOAuth(t *testing.T) {
	w := newWorld(t, setup{})
	w.sim.AddPerson(simulator.Person{Key: "ghost", Name: "幽灵", Snapshot: true})
	authorize := func(person, scope string) url.Values {
		w.Helper()
		address := "https://open.weixin.qq.com/connect/oauth2/authorize?" + url.Values{
			"appid": {oaID}, "redirect_uri": {"https://example.com/back?x=1"}, "response_type": {"code"}, "scope": {scope}, "state": {"s1"},
		}.Encode() + "#wechat_redirect"
		target, err := w.sim.Authorize(person, address)
		w.must(err)
		u, err := url.Parse(target)
		w.must(err)
		if u.Query().Get("state") != "s1" || u.Query().Get("x") != "1" {
			t.Errorf("went on to %s", target)
		}
		return u.Query()
	}
	exchange := func(code string) map[string]any {
		return w.call("GET", "sns/oauth2/access_token", url.Values{"appid": {oaID}, "secret": {"oa-secret"}, "code": {code}, "grant_type": {"authorization_code"}}, nil)
	}
	code := authorize("wang", "snsapi_base").Get("code")
	got := exchange(code)
	if got["openid"] != w.sim.OpenID(oaID, "wang") || got["unionid"] != nil || got["is_snapshotuser"] != nil {
		t.Errorf("base: %v", got)
	}
	user := url.Values{"access_token": {got["access_token"].(string)}, "openid": {got["openid"].(string)}}
	w.expect(w.call("GET", "sns/userinfo", user, nil), 48001)
	w.expect(exchange(code), 40163)
	w.expect(exchange("nonsense"), 40029)
	full := exchange(authorize("wang", "snsapi_userinfo").Get("code"))
	user = url.Values{"access_token": {full["access_token"].(string)}, "openid": {full["openid"].(string)}}
	if info := w.call("GET", "sns/userinfo", user, nil); info["nickname"] != "王秀英" || info["unionid"] != w.sim.UnionID("wang") {
		t.Errorf("userinfo: %v", info)
	}
	w.expect(w.call("GET", "sns/auth", user, nil), 0)
	w.sim.Advance(2 * time.Hour)
	w.expect(w.call("GET", "sns/auth", user, nil), 42001)
	if ghost := exchange(authorize("ghost", "snsapi_userinfo").Get("code")); ghost["is_snapshotuser"] != 1.0 || ghost["openid"] == w.sim.OpenID(oaID, "ghost") || ghost["unionid"] == w.sim.UnionID("ghost") {
		t.Errorf("snapshot: %v", ghost)
	}
	if _, err := w.sim.Authorize("wang", "https://x/?appid="+oaID+"&response_type=code&scope=snsapi_base&redirect_uri=javascript:1"); err == nil {
		t.Error("a redirect to javascript was taken")
	}
}
