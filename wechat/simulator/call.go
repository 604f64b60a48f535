package simulator

import (
	"context"
	"log/slog"
	"time"
)

// Call is one call of the platform's API. It holds no token and no secret.
type Call struct {
	At      time.Time
	AppID   string
	Method  string
	Path    string // without a leading slash
	Person  string // whom it concerns, where the path has a touser or an openid
	ErrCode int
	ErrMsg  string
	Status  int
	Elapsed time.Duration
	// Dropped is true where a Fault cut the connection.
	Dropped bool
	// Body is the request's JSON; nil for tokens and uploads.
	Body []byte
}

// Push is one callback to the program, however often it was delivered.
type Push struct {
	At         time.Time
	AppID      string
	Person     string
	What       string // text, voice, subscribe, CLICK, …
	Detail     string // the words, the menu's key, the scene
	Status     int
	Deliveries int
	Elapsed    time.Duration
	// Outcome is reply, empty, failed or ignored.
	Outcome string
	Reason  string
}

const keptEntries = 2000

// Calls are the last API calls, oldest first; at most 2,000.
func (s *Simulator) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Pushes are the last callbacks, oldest first; at most 2,000.
func (s *Simulator) Pushes() []Push {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Push(nil), s.pushes...)
}

// Count is how often an API path has been called since the start, however it ended.
func (s *Simulator) Count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[cleanPath(path)]
}

// noteCall keeps a call.
func (s *Simulator) noteCall(c Call) {
	s.mu.Lock()
	c.At = s.now()
	s.calls = keep(s.calls, c)
	s.counts[c.Path]++
	s.announce()
	s.mu.Unlock()
	s.logger.LogAttrs(context.Background(), slog.LevelInfo, "wechat api",
		slog.String("path", c.Path), slog.Int("errcode", c.ErrCode), slog.Duration("elapsed", c.Elapsed))
}

// notePush keeps a callback.
func (s *Simulator) notePush(p Push) {
	s.mu.Lock()
	p.At = s.now()
	s.pushes = keep(s.pushes, p)
	s.announce()
	s.mu.Unlock()
	s.logger.LogAttrs(context.Background(), slog.LevelInfo, "wechat callback",
		slog.String("what", p.What), slog.String("outcome", p.Outcome), slog.Int("deliveries", p.Deliveries),
		slog.Duration("elapsed", p.Elapsed))
}

// keep appends, and forgets the older half when there are too many.
func keep[T any](all []T, one T) []T {
	if len(all) >= keptEntries {
		all = append(all[:0:0], all[keptEntries/2:]...)
	}
	return append(all, one)
}
