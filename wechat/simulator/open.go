package simulator

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// openLink opens a link of a chat or of the menu as that person: the browser plays this phone from now
// on. A link of the menu is pushed as a VIEW event.
func (s *Simulator) openLink(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	target, app, person := q.Get("url"), q.Get("app"), q.Get("person")
	if !isWeb(target) {
		http.Error(w, "这个链接打不开", http.StatusBadRequest)
		return
	}
	if q.Get("menu") != "" {
		s.track(func() {
			ctx, cancel := context.WithTimeout(s.base, actLimit)
			defer cancel()
			_, _ = s.TapMenu(ctx, app, person, target)
		})
	}
	remember(w, person)
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// miniView is the page of a mini-program that can't run in a browser.
type miniView struct {
	Person Person
	Path   string
	Code   string
	Back   string
}

// showMini stands in for the mini-program: the configured page, or one that shows the login code.
func (s *Simulator) showMini(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	key, path := q.Get("person"), q.Get("path")
	code := s.MiniLoginCode(key)
	if code == "" {
		http.Error(w, "没有小程序，或没有这个人", http.StatusNotFound)
		return
	}
	remember(w, key)
	if s.options.MiniView != "" {
		target, err := url.Parse(s.options.MiniView)
		if err == nil {
			values := target.Query()
			values.Set("path", path)
			values.Set("code", code)
			target.RawQuery = values.Encode()
			http.Redirect(w, r, target.String(), http.StatusSeeOther)
			return
		}
	}
	s.mu.Lock()
	view := miniView{Person: s.people[key].Person, Path: path, Code: code, Back: "/simulator/?a=" + url.QueryEscape(key)}
	s.mu.Unlock()
	s.render(w, "mini.html", view)
}

// giveCodes gives what a mini-program that runs elsewhere, in a test, gets of WeChat on that person's
// phone: wx.login's code, and that of the phone-number button.
func (s *Simulator) giveCodes(w http.ResponseWriter, r *http.Request) {
	key := r.URL.Query().Get("person")
	code := s.MiniLoginCode(key)
	if code == "" {
		http.Error(w, "没有小程序，或没有这个人", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(map[string]string{"code": code, "phone_code": s.PhoneCode(key, "")})
}

// whoView is the question whose phone a browser plays.
type whoView struct {
	People  []whoPerson
	Consent bool
	Account string
}

type whoPerson struct {
	Person
	URL string
}

// askWho asks whose phone opens a page that wants authorisation, and for consent where it needs one.
func (s *Simulator) askWho(w http.ResponseWriter, r *http.Request, key string) {
	q := r.URL.Query()
	view := whoView{Consent: q.Get("scope") == scopeUser}
	s.mu.Lock()
	if a := s.accounts[q.Get("appid")]; a != nil {
		view.Account = a.Name
	}
	for _, other := range s.roll {
		if _, known := s.people[key]; known && other != key {
			continue
		}
		q.Set(personCookie, other)
		q.Set("consent", "1")
		view.People = append(view.People, whoPerson{s.people[other].Person, "?" + q.Encode()})
	}
	s.mu.Unlock()
	s.render(w, "who.html", view)
}
