package handler

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	checkPatience = time.Second
	checkRest     = 250 * time.Millisecond // anybody may ask; the disk needn't answer each
)

// Check is one thing that /readyz looks at. The server is ready while one of the
// Needed ones is there: with the database away deliveries are kept on disk, and
// without the disk in the database.
type Check struct {
	Name   string
	Needed bool
	Look   func(ctx context.Context) error
}

func healthy(c *gin.Context) { c.String(http.StatusOK, "ok") }

// readiness says what is there and what is away.
type readiness struct {
	checks []Check
	mu     sync.Mutex
	asked  time.Time
	status int
	found  map[string]string
}

func (r *readiness) serve(c *gin.Context) {
	status, found := r.look()
	c.JSON(status, found)
}

func (r *readiness) look() (int, map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.found != nil && time.Since(r.asked) < checkRest {
		return r.status, r.found
	}
	// Whoever asks may leave; the answer serves the next one too.
	ctx, cancel := context.WithTimeout(context.Background(), checkPatience)
	defer cancel()
	there := make([]bool, len(r.checks))
	var wait sync.WaitGroup
	for i, check := range r.checks {
		wait.Go(func() { there[i] = check.Look(ctx) == nil })
	}
	wait.Wait()
	needed, one := false, false
	r.found = map[string]string{}
	for i, check := range r.checks {
		r.found[check.Name] = "away"
		if there[i] {
			r.found[check.Name] = "ok"
		}
		needed, one = needed || check.Needed, one || check.Needed && there[i]
	}
	r.status, r.asked = http.StatusOK, time.Now()
	if needed && !one {
		r.status = http.StatusServiceUnavailable
	}
	return r.status, r.found
}
