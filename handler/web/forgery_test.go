package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"cunwu/handler/handlertest"
)

// Another site's page can't send a form for whoever is signed in, with or without
// an Origin, and no page of ours can be put into a frame.
func TestFormsCannotBeForged(t *testing.T) {
	h := county(t)
	b := h.SignIn("yunxi", "张明")
	page := b.Get("/console/yunxi").Want(200)
	b.Post("/signin/out", url.Values{}).Want(403, "不是从本站打开的")
	b.Post("/signin/out", url.Values{"token": {strings.Repeat("0", 32)}}).Want(403)
	b.Get("/console/yunxi").Want(200, "张明")
	for name, want := range map[string]string{"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
		if !strings.Contains(page.Header.Get(name), want) {
			t.Errorf("%s is %q", name, page.Header.Get(name))
		}
	}
	if policy := page.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("the policy is %q", policy)
	}
	for _, origin := range []string{"https://evil.example", "null"} {
		r := httptest.NewRequestWithContext(h.Ctx, http.MethodPost, handlertest.Origin+"/signin/code", strings.NewReader("code=12345678"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		h.Engine.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Errorf("a form from %s was answered %d", origin, w.Code)
		}
	}
}

// What a cookie holds is for the server only.
func TestCookiesAreClosed(t *testing.T) {
	h := county(t)
	r := httptest.NewRequestWithContext(h.Ctx, http.MethodPost, handlertest.Origin+"/signin/code", strings.NewReader(url.Values{"code": {chatCode(h, "yunxi", "张明")}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "__Host-cunwu", Value: "fixed-by-somebody"})
	w := httptest.NewRecorder()
	h.Engine.ServeHTTP(w, r)
	var session *http.Cookie
	for _, c := range w.Result().Cookies() {
		if !c.HttpOnly || !c.Secure || c.Path != "/" || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("cookie %s is open", c.Name)
		}
		if c.Name == "__Host-cunwu" && c.MaxAge > 0 {
			session = c
		}
	}
	if session == nil || session.Value == "fixed-by-somebody" {
		t.Errorf("no new session: %v", w.Result().Cookies())
	}
}

func TestTheSizeOfTheTypeIsRemembered(t *testing.T) {
	h := county(t)
	b := h.Browser()
	page := b.Get("/signin").Submit("特大字").Want(200)
	if !strings.Contains(page.Body, `class="size-3`) || !strings.Contains(b.Get("/signin").Body, `class="size-3`) {
		t.Error("the type is as small as before")
	}
}

// A reader who goes astray gets a page, a program gets what it can read.
func TestAnAddressThatLeadsNowhere(t *testing.T) {
	h := county(t)
	for accept, want := range map[string]string{"text/html,*/*": "text/html", "*/*": "application/problem+json"} {
		r := httptest.NewRequestWithContext(h.Ctx, http.MethodGet, handlertest.Origin+"/v/yunxi/nothing", nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		h.Engine.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound || !strings.HasPrefix(w.Header().Get("Content-Type"), want) || !strings.Contains(w.Body.String(), "没有这个页面") {
			t.Errorf("%s was answered %d %s", accept, w.Code, w.Body)
		}
	}
}
