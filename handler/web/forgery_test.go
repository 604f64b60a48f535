package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"cunwu/handler/handlertest"
	"cunwu/model"
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
	for name, want := range map[string]string{"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "strict-origin"} {
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

// An old phone says where a form stood, but not by Sec-Fetch-Site: that it is let in
// hangs on the policy under which its browser tells the origin at all.
func TestOldPhonesMaySendForms(t *testing.T) {
	h := county(t)
	page := h.Browser().Get("/signin").Want(200)
	if page.Header.Get("Referrer-Policy") == "no-referrer" || strings.Contains(page.Body, "no-referrer") {
		t.Error("their browsers would say that the form comes from nowhere")
	}
	page.Submit("登录", "code", chatCode(h, "yunxi", "张明")).Want(200, "登录好了")
}

// Whoever is signed in and enlarges the type on a ballot keeps the page; and nothing
// on it leads on with its address.
func TestABallotKeepsItsAddress(t *testing.T) {
	h := county(t)
	b := h.SignIn("yunxi", "王小草")
	page := b.Get("/v/yunxi/ballot/nothing").Want(410).Lacks("/signin?")
	page.Submit("特大字").Want(410)
}

// Without the second factor a session of the township's is a villager's, on the
// village's pages and in the API.
func TestTheFactorCountsEverywhere(t *testing.T) {
	h := county(t)
	h.Grant("xishan", "赵镇", model.RoleTownship)
	asked := h.SignIn("yunxi", "王小草").Get("/v/yunxi/ask").Want(200).Submit("交上去", "text", "只想让镇里知道的事", "who", "township").Want(200)
	at := strings.TrimSuffix(strings.SplitN(asked.Path, "?", 2)[0], "/")
	weak := h.Browser()
	weak.Get("/signin?to=/v/yunxi").Submit("登录", "code", chatCode(h, "xishan", "赵镇")).Want(200)
	if page := weak.Get(at); page.Status == 200 {
		t.Errorf("%s is shown without the factor: %s", at, page.Text())
	}
	h.SignIn("xishan", "赵镇").Get(at).Want(200, "只想让镇里知道的事")
}
