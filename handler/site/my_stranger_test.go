package site_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"cunwu/handler/handlertest"
	"cunwu/service/session"
)

// Somebody whom no village knows asks all the same; for what needs a binding they
// are shown how to get one.
func TestAStrangerAsks(t *testing.T) {
	h := settled(t)
	signed, err := h.Deps.Sessions.SignIn(h.Ctx, session.SignIn{Door: session.DoorPage, Account: handlertest.Official, Code: "login-stranger", Label: "测试"})
	h.OK(err)
	send := func(method, path string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(h.Ctx, method, handlertest.Origin+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", handlertest.Origin)
		r.AddCookie(&http.Cookie{Name: "__Host-cunwu", Value: signed.Token})
		w := httptest.NewRecorder()
		h.Engine.ServeHTTP(w, r)
		return w
	}
	for _, path := range []string{"/vote", "/merit", "/merit/store", "/merit/claim", "/merit/stories", "/disputes/new", "/proposals"} {
		if w := send("GET", "/v/yunxi"+path, nil); w.Code != 403 || !strings.Contains(w.Body.String(), "邀请码") {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
	form := send("GET", "/v/yunxi/ask", nil).Body.String()
	field := func(name string) string {
		return regexp.MustCompile(`name="` + name + `" value="([0-9a-f]{32})"`).FindStringSubmatch(form)[1]
	}
	w := send("POST", "/v/yunxi/ask", url.Values{"token": {field("token")}, "once": {field("once")}, "text": {"路过，看见路灯坏了"}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("a stranger's words were answered %d: %s", w.Code, w.Body)
	}
	if page := send("GET", w.Header().Get("Location"), nil).Body.String(); !strings.Contains(page, "路过，看见路灯坏了") {
		t.Error("a stranger doesn't see what they asked")
	}
}
