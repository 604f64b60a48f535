package simulator_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTokenErrors(t *testing.T) {
	w := newWorld(t, setup{})
	for _, tc := range []struct {
		name, grant, appID, secret string
		want                       int
	}{
		{"right", "client_credential", oaID, "oa-secret", 0},
		{"grant", "password", oaID, "oa-secret", 40002},
		{"no appid", "client_credential", "", "oa-secret", 41002},
		{"no secret", "client_credential", oaID, "", 41004},
		{"appid", "client_credential", "wx9999999999999999", "oa-secret", 40013},
		{"secret", "client_credential", oaID, "mini-secret", 40125},
	} {
		t.Run(tc.name, func(t *testing.T) {
			query := url.Values{"grant_type": {tc.grant}, "appid": {tc.appID}, "secret": {tc.secret}}
			if got := w.call("GET", "cgi-bin/token", query, nil); errcode(got) != tc.want {
				t.Errorf("token: %v, want %d", got, tc.want)
			}
			body := map[string]any{"grant_type": tc.grant, "appid": tc.appID, "secret": tc.secret}
			if got := w.call("POST", "cgi-bin/stable_token", nil, body); errcode(got) != tc.want {
				t.Errorf("stable_token: %v, want %d", got, tc.want)
			}
		})
	}
	w.expect(w.call("GET", "cgi-bin/stable_token", nil, nil), 43002)
	w.expect(w.call("POST", "cgi-bin/token", nil, nil), 43001)
	w.expect(w.call("POST", "cgi-bin/stable_token", nil, "{"), 47001)
	if n := w.sim.Count("cgi-bin/token"); n != 7 {
		t.Errorf("counted %d calls, want 7", n)
	}
	for _, c := range w.sim.Calls() {
		if c.Body != nil {
			t.Error("the log keeps a body with a secret")
		}
	}
}

// works tells whether a token is taken, by the errcode of a call.
func (w *world) works(token string) int {
	return errcode(w.call("GET", "cgi-bin/user/get", url.Values{"access_token": {token}}, nil))
}

func (w *world) stable(force bool) string {
	w.Helper()
	answer := w.call("POST", "cgi-bin/stable_token", nil, map[string]any{"grant_type": "client_credential", "appid": oaID, "secret": "oa-secret", "force_refresh": force})
	value, _ := answer["access_token"].(string)
	if value == "" {
		w.Fatalf("stable_token: %v", answer)
	}
	return value
}

func TestStableToken(t *testing.T) {
	w := newWorld(t, setup{})
	first := w.stable(false)
	if w.stable(false) != first {
		t.Error("the same token must come back")
	}
	w.sim.Advance(7200*time.Second - 5*time.Minute - time.Second)
	if w.stable(false) != first {
		t.Error("renewed too early")
	}
	w.sim.Advance(time.Second)
	second := w.stable(false)
	if second == first {
		t.Error("not renewed five minutes before the end")
	}
	if code := w.works(first); code != 0 {
		t.Errorf("renewal ended the predecessor: %d", code)
	}
	w.sim.Advance(5 * time.Minute)
	if code := w.works(first); code != 42001 {
		t.Errorf("expired token: %d, want 42001", code)
	}
	third := w.stable(true)
	if code := w.works(second); code != 40001 {
		t.Errorf("a forced refresh left the old token alive: %d", code)
	}
	if code := w.works(third); code != 0 {
		t.Errorf("new token: %d", code)
	}
	if code := w.works("nonsense"); code != 40001 {
		t.Errorf("nonsense: %d", code)
	}
	if code := w.works(""); code != 41001 {
		t.Errorf("no token: %d", code)
	}
}

func TestForcedRefreshIsLimited(t *testing.T) {
	w := newWorld(t, setup{})
	body := map[string]any{"grant_type": "client_credential", "appid": oaID, "secret": "oa-secret", "force_refresh": true}
	for range 20 {
		w.expect(w.call("POST", "cgi-bin/stable_token", nil, body), 0)
	}
	w.expect(w.call("POST", "cgi-bin/stable_token", nil, body), 45009)
	w.sim.Advance(24 * time.Hour)
	w.expect(w.call("POST", "cgi-bin/stable_token", nil, body), 0)
}

func TestPlainTokenHasGrace(t *testing.T) {
	w := newWorld(t, setup{})
	fetch := func() string {
		answer := w.call("GET", "cgi-bin/token", url.Values{"grant_type": {"client_credential"}, "appid": {oaID}, "secret": {"oa-secret"}}, nil)
		return answer["access_token"].(string)
	}
	stable, first := w.stable(false), fetch()
	second := fetch()
	if first == second {
		t.Fatal("cgi-bin/token must make a new token")
	}
	w.sim.Advance(5*time.Minute - time.Second)
	if code := w.works(first); code != 0 {
		t.Errorf("within the grace: %d", code)
	}
	w.sim.Advance(time.Second)
	if code := w.works(first); code != 40001 {
		t.Errorf("after the grace: %d", code)
	}
	if w.works(second) != 0 || w.works(stable) != 0 {
		t.Error("the two doors disturb each other")
	}
	w.sim.ExpireToken(oaID)
	if w.works(second) != 40001 || w.works(stable) != 40001 {
		t.Error("ExpireToken left a token alive")
	}
}

func TestMinuteLimit(t *testing.T) {
	w := newWorld(t, setup{})
	address := "/wxa/getwxacodeunlimit?access_token=" + url.QueryEscape(w.token(miniID))
	call := func() string { // without a network: five thousand connections prove nothing more
		recorder := httptest.NewRecorder()
		w.sim.API().ServeHTTP(recorder, httptest.NewRequest("POST", address, strings.NewReader(`{"scene":"a","page":"/bad"}`)))
		return recorder.Body.String()
	}
	for range 5000 {
		if got := call(); !strings.Contains(got, "41030") {
			t.Fatal(got)
		}
	}
	if got := call(); !strings.Contains(got, "45011") {
		t.Error(got)
	}
	w.sim.Advance(time.Minute)
	if got := call(); !strings.Contains(got, "41030") {
		t.Error(got)
	}
}

func TestAccountKinds(t *testing.T) {
	w := newWorld(t, setup{})
	w.expect(w.post(miniID, "cgi-bin/qrcode/create", map[string]any{}), 48001)
	w.expect(w.post(oaID, "wxa/msg_sec_check", map[string]any{}), 48001)
	w.expect(w.post(oaID, "cgi-bin/message/mass/send", map[string]any{}), 40066)
	if got := w.get(oaID, "cgi-bin/ticket/getticket", url.Values{"type": {"jsapi"}}); got["ticket"] == nil {
		t.Errorf("ticket: %v", got)
	}
}
