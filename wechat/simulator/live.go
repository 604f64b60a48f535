package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// liveView is what the page's script asks for after each change.
type liveView struct {
	People []liveBadge `json:"people"`
	Phones []livePhone `json:"phones"`
	Log    string      `json:"log"`
	Last   string      `json:"last"`
}

type liveBadge struct {
	Key    string `json:"key"`
	Unread int    `json:"unread"`
}

type livePhone struct {
	Slot     string      `json:"slot"`
	HTML     string      `json:"html"` // bubbles that are new
	Last     int64       `json:"last"`
	Clock    string      `json:"clock"`
	Revision string      `json:"revision"`
	Foot     string      `json:"foot,omitempty"` // when the revision has changed
	Tabs     []liveBadge `json:"tabs"`
}

// showState answers with what is new since the bubbles and revisions that the page has.
func (s *Simulator) showState(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.mu.Lock()
	c := s.choose(r)
	var phones []phoneView
	for _, slot := range []string{"a", "b"} {
		personKey, appID := c.a, c.appA
		if slot == "b" {
			personKey, appID = c.b, c.appB
		}
		if personKey == "" || appID == "" {
			continue
		}
		if q.Get(slot+"seen") == "1" {
			s.look(personKey, appID)
		}
		after, _ := strconv.ParseInt(q.Get(slot+"last"), 10, 64)
		phones = append(phones, s.phoneView(slot, personKey, appID, c, after))
	}
	people, log := s.personViews(c), s.logViews()
	s.mu.Unlock()
	out := liveView{Phones: []livePhone{}, Log: s.fragment("log", log)}
	for _, p := range people {
		out.People = append(out.People, liveBadge{p.Key, p.Unread})
	}
	for _, p := range phones {
		out.Phones = append(out.Phones, s.livePhone(p, q.Get(p.Slot+"rev")))
	}
	if len(log) > 0 {
		out.Last = log[0].Summary()
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(out)
}

func (s *Simulator) livePhone(p phoneView, revision string) livePhone {
	out := livePhone{Slot: p.Slot, Last: p.Last, Clock: p.Clock, Revision: p.Revision, HTML: s.fragment("bubbles", p)}
	if revision != p.Revision {
		out.Foot = s.fragment("foot", p)
	}
	for _, tab := range p.Tabs {
		out.Tabs = append(out.Tabs, liveBadge{tab.AppID, tab.Unread})
	}
	return out
}

// fragment is one template's HTML.
func (s *Simulator) fragment(name string, view any) string {
	var out bytes.Buffer
	if err := s.views.ExecuteTemplate(&out, name, view); err != nil {
		return ""
	}
	return out.String()
}

// streamEvents tells the page that something has changed; the page then asks for the state.
func (s *Simulator) streamEvents(w http.ResponseWriter, r *http.Request) {
	watcher := make(chan struct{}, 1)
	s.mu.Lock()
	s.watchers[watcher] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.watchers, watcher)
		s.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := http.NewResponseController(w)
	alive := time.NewTicker(20 * time.Second)
	defer alive.Stop()
	for line := ": hello\n\n"; ; {
		if _, err := fmt.Fprint(w, line); err != nil || flusher.Flush() != nil {
			return
		}
		select {
		case <-watcher:
			line = "data: change\n\n"
		case <-alive.C:
			line = ": alive\n\n"
		case <-r.Context().Done():
			return
		case <-s.base.Done():
			return
		}
	}
}
