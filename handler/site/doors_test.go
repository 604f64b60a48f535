package site_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"cunwu/handler/handlertest"
	"cunwu/handler/site"
	"cunwu/handler/web"
)

// pathIn is a route's path in a village, with things that there aren't.
func pathIn(village string, r web.Route) string {
	parts := strings.Split(r.Path, "/")
	for i, part := range parts {
		if part == ":village" {
			parts[i] = village
		} else if strings.HasPrefix(part, ":") {
			parts[i] = strings.Repeat("a", 32)
		}
	}
	return strings.Join(parts, "/")
}

// Every route of the site: strangers are sent to sign in where they must, forms
// that no page of ours drew are refused, and there are no pages but a village's.
func TestEveryDoorOfTheSite(t *testing.T) {
	h := handlertest.New(t)
	h.Settle("yunxi", "王小草")
	stranger, villager := h.Browser(), h.SignIn("yunxi", "王小草")
	for _, r := range site.Routes() {
		path := pathIn("yunxi", r)
		switch {
		case r.Method == http.MethodPost && r.Door != web.Secret:
			villager.Post(path, url.Values{"text": {"x"}, "once": {"k"}}).Want(403, "请回到上一页")
		case r.Door == web.SignedIn:
			if page := stranger.Get(path).Want(200, "登录"); !strings.HasPrefix(page.Path, "/signin?") {
				t.Errorf("%s lets a stranger in", path)
			}
		}
		if r.Method == http.MethodPost {
			evil := httptest.NewRequestWithContext(h.Ctx, r.Method, handlertest.Origin+path, strings.NewReader("text=x"))
			evil.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			evil.Header.Set("Origin", "https://evil.example")
			w := httptest.NewRecorder()
			h.Engine.ServeHTTP(w, evil)
			sent := r.Door == web.SignedIn && w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/signin?")
			if w.Code != http.StatusForbidden && !sent { // other sites bring no cookies
				t.Errorf("%s takes another site's form: %d", path, w.Code)
			}
			continue
		}
		for _, none := range []string{"nowhere", "xishan"} {
			if r.Door != web.Secret {
				villager.Get(pathIn(none, r)).Want(404)
			}
		}
	}
}
