package wechat

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

const testSecret = "app+secret/9f8e"

// testAPI is a stand-in for WeChat's API over real HTTP: stable_token as it
// works, and whatever a test puts on the other paths.
type testAPI struct {
	*httptest.Server
	mux *http.ServeMux

	mu       sync.Mutex
	token    int // the valid token's number
	normal   int // calls of stable_token
	forced   int
	life     int64 // seconds
	slow     time.Duration
	tokenErr string // answered instead of a token
	requests []request
}

// request is what a test may want to know of one call.
type request struct {
	path, token, body string
}

func newTestAPI(t testing.TB) *testAPI {
	api := &testAPI{mux: http.NewServeMux(), token: 1, life: 7200}
	api.mux.HandleFunc("POST /cgi-bin/stable_token", api.stableToken)
	api.Server = httptest.NewServer(api.mux)
	t.Cleanup(api.Close)
	return api
}

func (a *testAPI) stableToken(w http.ResponseWriter, r *http.Request) {
	var in struct {
		AppID, Secret string
		Type          string `json:"grant_type"`
		Force         bool   `json:"force_refresh"`
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.Secret != testSecret || in.Type != "client_credential" {
		_, _ = fmt.Fprint(w, `{"errcode":40125,"errmsg":"invalid appsecret"}`)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	time.Sleep(a.slow)
	a.normal++
	if in.Force {
		a.forced++
		a.token++
	}
	if a.tokenErr != "" {
		_, _ = fmt.Fprint(w, a.tokenErr)
		return
	}
	_, _ = fmt.Fprintf(w, `{"access_token":"TOKEN-%d","expires_in":%d}`, a.token, a.life)
}

// handle answers a path; the token is checked first, as WeChat does.
func (a *testAPI) handle(path string, answer http.HandlerFunc) {
	a.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		token := r.URL.Query().Get("access_token")
		a.requests = append(a.requests, request{r.URL.Path, token, string(body)})
		valid := token == fmt.Sprintf("TOKEN-%d", a.token)
		a.mu.Unlock()
		if !valid {
			_, _ = fmt.Fprintf(w, `{"errcode":40001,"errmsg":"invalid credential, access_token=%s is invalid or not latest"}`, token)
			return
		}
		answer(w, r)
	})
}

// says answers a path with one text.
func (a *testAPI) says(path, answer string) {
	a.handle(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, answer) })
}

func (a *testAPI) revoke() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.token++
}

func (a *testAPI) tokenCalls() (all, forced int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.normal, a.forced
}

// last returns the body of the newest call, as JSON text.
func (a *testAPI) last() request {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.requests) == 0 {
		return request{}
	}
	return a.requests[len(a.requests)-1]
}

func (a *testAPI) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.requests)
}

// client makes a client of this API; change may alter its options.
func (a *testAPI) client(change func(*Options)) *Client {
	options := Options{BaseURL: a.URL, Account: Account{AppID: officialAppID, Secret: testSecret},
		Logger: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&options)
	}
	return NewClient(options)
}

// newTestRedis starts an in-process Redis.
func newTestRedis(t testing.TB) (*miniredis.Miniredis, func() redis.UniversalClient) {
	server := miniredis.RunT(t)
	return server, func() redis.UniversalClient {
		client := redis.NewClient(&redis.Options{Addr: server.Addr()})
		t.Cleanup(func() { client.Close() })
		return client
	}
}

// clock is a settable time.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func bg() context.Context { return context.Background() }
