package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"cunwu/handler/api"
	"cunwu/service/session"
	"cunwu/service/throttle"
)

// Whoever asks too often is told when to come back; others aren't hindered.
func TestTooOften(t *testing.T) {
	narrow := func(change func(*api.Limits)) func(*house) {
		return func(h *house) {
			h.deps.Limits = api.DefaultLimits()
			change(&h.deps.Limits)
		}
	}
	few := throttle.Limit{Burst: 3, Per: 3 * time.Minute}
	for name, c := range map[string]struct {
		change func(*api.Limits)
		ask    func(h *house, who string) answered
		apart  bool // another person behind the same address isn't hindered
	}{
		"person":  {func(l *api.Limits) { l.Person = few }, func(h *house, who string) answered { return h.get(h.tokens[who], "/notices") }, true},
		"address": {func(l *api.Limits) { l.Address = throttle.Limit{Burst: 5, Per: 5 * time.Minute} }, func(h *house, who string) answered { return h.get(h.tokens[who], "/notices") }, false},
		"login":   {func(l *api.Limits) { l.StrictAddress = throttle.Limit{Burst: 5, Per: 5 * time.Minute} }, func(h *house, _ string) answered { return h.post("", "/login", map[string]any{"code": "x"}) }, false},
		"binding": {func(l *api.Limits) { l.StrictPerson = few }, func(h *house, who string) answered {
			return h.post(h.tokens[who], "/bindings", map[string]any{"invite_code": "00000000"})
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, narrow(c.change))
			h.tokens["a"], h.tokens["b"] = h.enter("a"), h.enter("b")
			for i := range 3 {
				if a := c.ask(h, "a"); a.status == http.StatusTooManyRequests {
					t.Fatalf("the %d. is too many: %s", i+1, a.body)
				}
			}
			a := c.ask(h, "a").want(http.StatusTooManyRequests)
			wait, err := strconv.Atoi(a.header.Get("Retry-After"))
			if err != nil || wait < 1 || wait > 61 || a.text("code") != "too_many" || !strings.Contains(a.text("detail"), "频繁") {
				t.Errorf("Retry-After %q: %s", a.header.Get("Retry-After"), a.body)
			}
			if b := c.ask(h, "b"); (b.status != http.StatusTooManyRequests) != c.apart {
				t.Errorf("another person: %d", b.status)
			}
			h.clock.Advance(time.Duration(wait) * time.Second)
			if a := c.ask(h, "a"); a.status == http.StatusTooManyRequests {
				t.Errorf("still too many after the wait")
			}
		})
	}
}

// A household's IPv6 addresses count as one; a forged header counts for nothing.
func TestAddresses(t *testing.T) {
	h := newHouse(t, func(h *house) {
		h.deps.Limits = api.DefaultLimits()
		h.deps.Limits.Address = throttle.Limit{Burst: 2, Per: time.Hour}
	})
	from := func(address, forwarded string) int {
		r, err := http.NewRequestWithContext(t.Context(), "GET", api.Prefix+"/me", nil)
		h.ok(err)
		r.RemoteAddr = address
		r.Header.Set("X-Forwarded-For", forwarded)
		return h.serve(r).status
	}
	for i, c := range []struct {
		address string
		status  int
	}{{"[2001:db8:1:1::1]:1", 401}, {"[2001:db8:1:1::2]:1", 401}, {"[2001:db8:1:1:9::3]:1", 429}, {"[2001:db8:1:2::1]:1", 401}, {"10.0.0.1:1", 401}, {"10.0.0.1:2", 401}, {"10.0.0.1:3", 429}, {"10.0.0.2:1", 401}} {
		if got := from(c.address, "198.51.100."+strconv.Itoa(i)); got != c.status {
			t.Errorf("%s: %d, want %d", c.address, got, c.status)
		}
	}
}

// With Redis away nobody is let in, and everybody is told to come again; when it
// is back, so are the sessions.
func TestRedisAway(t *testing.T) {
	server := miniredis.RunT(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), ContextTimeoutEnabled: true, MaxRetries: -1, DialerRetries: 1, DialTimeout: 300 * time.Millisecond, ReadTimeout: 300 * time.Millisecond})
	t.Cleanup(func() { _ = client.Close() })
	h := newHouse(t, func(h *house) {
		h.deps.Sessions = session.New(h.store, session.NewRedis(client), h.WeixinFor(), h.people, session.Options{Logger: h.deps.Logger})
		h.deps.Throttle = throttle.New(client, h.clock.Now, h.deps.Logger)
	})
	h.settle("yunxi", "王小草")
	token := h.token("yunxi", "王小草")
	h.get(token, "/me").want(200)
	server.Close()
	for _, l := range (&api.API{Deps: *h.deps}).Lines() {
		path := strings.ReplaceAll(l.Path, "{id}", "yunxi-x")
		a := h.call(token, l.Method, api.Prefix+path, map[string]any{"code": "login-x"})
		if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || a.text("code") != "away" {
			t.Errorf("%s %s: %d %s", l.Method, l.Path, a.status, a.body)
		}
	}
	if a := h.get("", "/me"); a.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", a.status)
	}
	h.ok(server.Restart())
	h.clock.Advance(5 * time.Second)
	for waited := time.Duration(0); waited < 20*time.Second; waited += 50 * time.Millisecond { // its client looks for it again once a second
		if h.get(token, "/me").status == http.StatusOK {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("the session is gone: %s", h.get(token, "/me").body)
}
