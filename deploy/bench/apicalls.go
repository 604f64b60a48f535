package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
)

// What the server calls for each notice, and for its access token.
const (
	sendPath  = "cgi-bin/message/custom/send"
	tokenPath = "cgi-bin/stable_token"
)

// apiCalls counts the calls as they come: the simulator counts those that have ended.
type apiCalls struct {
	next http.Handler
	mu   sync.Mutex
	calls
}

// calls are those of a while.
type calls struct {
	sends, tokens int
	people        map[string]bool // whom the sends were to
}

func (c *apiCalls) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/" + sendPath:
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		c.send(body)
	case "/" + tokenPath:
		c.mu.Lock()
		c.tokens++
		c.mu.Unlock()
	}
	c.next.ServeHTTP(w, r)
}

func (c *apiCalls) send(body []byte) {
	var to struct {
		User string `json:"touser"`
	}
	_ = json.Unmarshal(body, &to) // the simulator refuses what isn't JSON
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sends++
	c.people[to.User] = true
}

// take returns what came since the last time.
func (c *apiCalls) take() calls {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.calls
	c.calls = calls{people: map[string]bool{}}
	return was
}
