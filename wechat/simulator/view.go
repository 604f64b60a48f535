package simulator

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
	"time"
)

// pageView is the page of phones.
type pageView struct {
	People  []personView
	Phones  []phoneView
	Steps   []stepView
	Log     []logView
	Last    string
	Problem string
	Place   string
	Query   template.URL // keeps the chosen phones in links
}

type personView struct {
	Person
	Unread      int
	Left, Right bool
	LeftURL     string
	RightURL    string
}

// phoneView is one phone on the page.
type phoneView struct {
	Slot      string // a or b
	Person    Person
	AppID     string
	Account   string
	Mini      bool
	HasMini   bool
	Following bool
	Tabs      []tabView
	Bubbles   []bubbleView
	Menu      []button
	Scenes    []sceneView
	Grants    []Template
	Place     string
	Clock     string
	Last      int64
	Revision  string
	Back      string
}

type tabView struct {
	AppID, Name, URL string
	Current          bool
	Unread           int
}

type bubbleView struct {
	Bubble
	Clock   string // a time above it, where there was a pause
	Account string
	Name    string
}

type sceneView struct{ Scene, Ticket string }

type stepView struct {
	Step
	Name   string
	AppID  string
	Back   string
	Number int
}

// Step is one suggestion of a first walk: what a person says.
type Step struct {
	Person string
	Text   string
	Note   string // why, or what to look at then
}

// choice is which phones the page shows, and which chat on each.
type choice struct{ a, b, appA, appB string }

// choose reads the choice from a query; the caller holds mu.
func (s *Simulator) choose(r *http.Request) choice {
	q := r.URL.Query()
	c := choice{a: q.Get("a"), b: q.Get("b"), appA: q.Get("aa"), appB: q.Get("ba")}
	if s.people[c.a] == nil {
		c.a = ""
	}
	if s.people[c.b] == nil || c.b == c.a {
		c.b = ""
	}
	for _, key := range s.roll {
		if c.a == "" && key != c.b {
			c.a = key
		}
		if c.b == "" && key != c.a {
			c.b = key
		}
	}
	c.appA, c.appB = s.chat(c.appA), s.chat(c.appB)
	return c
}

// chat is an account that exists: the first official one by default; the caller holds mu.
func (s *Simulator) chat(appID string) string {
	if s.accounts[appID] != nil {
		return appID
	}
	if a := s.firstOf(KindOfficial); a != nil {
		return a.AppID
	}
	if len(s.order) > 0 {
		return s.order[0]
	}
	return ""
}

// address is the page that shows a choice.
func (c choice) address() string {
	return "/simulator/?a=" + template.URLQueryEscaper(c.a) + "&b=" + template.URLQueryEscaper(c.b) +
		"&aa=" + template.URLQueryEscaper(c.appA) + "&ba=" + template.URLQueryEscaper(c.appB)
}

func (s *Simulator) showPage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	c := s.choose(r)
	view := pageView{Problem: r.URL.Query().Get("problem"), Place: s.options.Place}
	view.Phones = s.phones(c, true)
	view.People = s.personViews(c)
	for i, step := range s.options.Steps {
		if p := s.people[step.Person]; p != nil {
			view.Steps = append(view.Steps, stepView{Step: step, Name: p.Name, AppID: s.chat(""), Back: c.address(), Number: i + 1})
		}
	}
	view.Log = s.logViews()
	s.mu.Unlock()
	if len(view.Log) > 0 {
		view.Last = view.Log[0].Summary()
	}
	remember(w, c.a)
	s.render(w, "page.html", view)
}

// phones are the chosen phones; the first one counts as looked at when seen, the second one only once
// the page says that it is on the screen, since narrow screens hide it. The caller holds mu.
func (s *Simulator) phones(c choice, seen bool) []phoneView {
	var out []phoneView
	if c.a != "" && c.appA != "" {
		if seen {
			s.look(c.a, c.appA)
		}
		out = append(out, s.phoneView("a", c.a, c.appA, c, 0))
	}
	if c.b != "" && c.appB != "" {
		out = append(out, s.phoneView("b", c.b, c.appB, c, 0))
	}
	return out
}

// look marks a chat as read; the caller holds mu.
func (s *Simulator) look(personKey, appID string) {
	s.read[phoneKey{appID, personKey}] = s.lastID
}

func (s *Simulator) personViews(c choice) []personView {
	var out []personView
	for _, key := range s.roll {
		v := personView{Person: s.people[key].Person, Left: key == c.a, Right: key == c.b}
		for _, appID := range s.order {
			v.Unread += s.unread(phoneKey{appID, key})
		}
		left, right := c, c
		left.a, right.b = key, key
		if key == c.b {
			left.b, left.appA, left.appB = c.a, c.appB, c.appA
		}
		if key == c.a {
			right.a, right.appA, right.appB = c.b, c.appB, c.appA
		}
		v.LeftURL, v.RightURL = left.address(), right.address()
		out = append(out, v)
	}
	return out
}

// phoneView is one phone with the bubbles after a number; the caller holds mu.
func (s *Simulator) phoneView(slot, personKey, appID string, c choice, after int64) phoneView {
	a, p := s.accounts[appID], s.people[personKey]
	v := phoneView{
		Slot: slot, Person: p.Person, AppID: appID, Account: a.Name, Mini: a.Kind == KindMini, HasMini: s.firstOf(KindMini) != nil,
		Following: a.Kind == KindMini || a.follows(personKey), Place: s.options.Place,
		Clock: s.now().In(china()).Format("15:04"), Last: after, Back: c.address(),
	}
	v.Bubbles, v.Last = s.bubbleViews(a, p, after)
	if a.menu != nil && v.Following {
		v.Menu = a.menu.Button
	}
	for i := len(a.qrs) - 1; i >= 0 && len(v.Scenes) < 6; i-- {
		if code := a.qrs[i]; code.expires.IsZero() || s.now().Before(code.expires) {
			v.Scenes = append(v.Scenes, sceneView{code.scene, code.ticket})
		}
	}
	v.Grants = a.grantable()
	v.Tabs = s.tabs(slot, personKey, appID, c)
	v.Revision = strconv.Itoa(a.menuRev) + "." + strconv.FormatBool(v.Following) + "." + strconv.Itoa(len(a.qrs)) + "." + strconv.Itoa(len(v.Grants))
	return v
}

func (s *Simulator) bubbleViews(a *account, p *person, after int64) (out []bubbleView, last int64) {
	last = after
	var before time.Time
	for _, b := range s.bubbles[phoneKey{a.AppID, p.Key}] {
		v := bubbleView{Bubble: b, Account: a.Name, Name: p.Name}
		if b.At.Sub(before) > 5*time.Minute {
			v.Clock = b.At.In(china()).Format("1月2日 15:04")
		}
		before = b.At
		if b.ID > after {
			out, last = append(out, v), b.ID
		}
	}
	return out, last
}

// tabs are the chats of a phone; one alone has no tab.
func (s *Simulator) tabs(slot, personKey, appID string, c choice) []tabView {
	if len(s.order) < 2 {
		return nil
	}
	var out []tabView
	for _, id := range s.order {
		to := c
		if slot == "a" {
			to.appA = id
		} else {
			to.appB = id
		}
		out = append(out, tabView{
			AppID: id, Name: s.accounts[id].Name, URL: to.address(), Current: id == appID, Unread: s.unread(phoneKey{id, personKey}),
		})
	}
	return out
}

// render writes a page.
func (s *Simulator) render(w http.ResponseWriter, name string, view any) {
	var out bytes.Buffer
	if err := s.views.ExecuteTemplate(&out, name, view); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(out.Bytes())
}
