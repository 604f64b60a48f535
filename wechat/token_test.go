package wechat

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestTokenRace: 50 callers in each of 3 replicas, one refresh.
func TestTokenRace(t *testing.T) {
	api := newTestAPI(t)
	api.slow = 100 * time.Millisecond
	_, connect := newTestRedis(t)
	var clients []*Client
	for range 3 {
		clients = append(clients, api.client(func(o *Options) { o.Redis = connect() }))
	}
	together(150, func(i int) {
		if token, err := clients[i%3].AccessToken(bg()); token != "TOKEN-1" || err != nil {
			t.Errorf("%q, %v", token, err)
		}
	})
	if all, _ := api.tokenCalls(); all != 1 {
		t.Errorf("%d refreshes", all)
	}
}

// together runs n calls at once.
func together(n int, call func(i int)) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			call(i)
		})
	}
	close(start)
	group.Wait()
}

// TestTokenRejected: WeChat ends a token early; all calls of all replicas
// succeed after one refresh.
func TestTokenRejected(t *testing.T) {
	api := newTestAPI(t)
	api.says("/cgi-bin/message/custom/send", `{"errcode":0,"errmsg":"ok"}`)
	_, connect := newTestRedis(t)
	var clients []*Client
	for range 3 {
		c := api.client(func(o *Options) { o.Redis = connect() })
		if _, err := c.AccessToken(bg()); err != nil {
			t.Fatal(err)
		}
		clients = append(clients, c)
	}
	for round := 2; round < 5; round++ {
		api.revoke()
		together(60, func(i int) {
			if err := clients[i%3].SendText(bg(), "oAbC", "你好"); err != nil {
				t.Error(err)
			}
		})
		if all, forced := api.tokenCalls(); all != round || forced != 0 {
			t.Errorf("round %d: %d refreshes, %d forced", round, all, forced)
		}
	}
}

// TestTokenForced: stable_token insists on a token that the API refuses.
func TestTokenForced(t *testing.T) {
	api := newTestAPI(t)
	refuse := true
	api.handle("/cgi-bin/user/info", func(w http.ResponseWriter, r *http.Request) {
		if refuse && r.URL.Query().Get("access_token") == "TOKEN-1" {
			_, _ = w.Write([]byte(`{"errcode":42001,"errmsg":"access_token expired"}`))
			return
		}
		_, _ = w.Write([]byte(`{"subscribe":1,"openid":"oAbC"}`))
	})
	c := api.client(nil)
	if user, err := c.UserInfo(bg(), "oAbC"); err != nil || !user.Subscribed {
		t.Fatal(err)
	}
	if all, forced := api.tokenCalls(); all != 3 || forced != 1 {
		t.Errorf("%d calls, %d forced", all, forced)
	}
}

// TestTokenHopeless: an API that always says 40001 must not eat the 20 forced
// refreshes of the day.
func TestTokenHopeless(t *testing.T) {
	api := newTestAPI(t)
	api.says("/cgi-bin/user/info", `{"errcode":40001,"errmsg":"no"}`)
	c := api.client(nil)
	for range 30 {
		if _, err := c.UserInfo(bg(), "oAbC"); ClassOf(err) != ClassToken {
			t.Fatal(err)
		}
	}
	if _, forced := api.tokenCalls(); forced != 1 {
		t.Errorf("%d forced", forced)
	}
	if api.count() != 60 {
		t.Errorf("%d calls, not two each", api.count())
	}
	c.tokens.forced = time.Now().Add(-forcePause - time.Minute)
	if _, err := c.UserInfo(bg(), "oAbC"); ClassOf(err) != ClassToken {
		t.Error(err)
	}
	if _, forced := api.tokenCalls(); forced != 2 {
		t.Errorf("%d forced after the pause", forced)
	}
}

// TestTokenAhead: five minutes before its end the token is renewed in the
// background, and nobody waits.
func TestTokenAhead(t *testing.T) {
	api, at := newTestAPI(t), &clock{at: time.Unix(1714112445, 0)}
	c := api.client(func(o *Options) { o.Now = at.now })
	for range 3 {
		if _, err := c.AccessToken(bg()); err != nil {
			t.Fatal(err)
		}
	}
	at.forward(7200*time.Second - tokenMargin - time.Second)
	_, _ = c.AccessToken(bg())
	if all, _ := api.tokenCalls(); all != 1 {
		t.Fatalf("%d refreshes before the margin", all)
	}
	at.forward(2 * time.Second)
	api.revoke()
	if token, err := c.AccessToken(bg()); token != "TOKEN-1" || err != nil {
		t.Errorf("in the margin: %q, %v", token, err)
	}
	waitFor(t, func() bool { token, _ := c.AccessToken(bg()); return token == "TOKEN-2" })
	// The API fails in the margin: the old token serves until its end.
	at.forward(7200*time.Second - tokenMargin + time.Second)
	api.mu.Lock()
	api.tokenErr = `{"errcode":-1,"errmsg":"system error"}`
	api.mu.Unlock()
	for range 5 {
		if token, err := c.AccessToken(bg()); token != "TOKEN-2" || err != nil {
			t.Errorf("API down: %q, %v", token, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	at.forward(tokenMargin)
	if _, err := c.AccessToken(bg()); ClassOf(err) != ClassRetry {
		t.Errorf("after its end: %v", err)
	}
	if all, _ := api.tokenCalls(); all > 5 {
		t.Errorf("%d calls of a failing API", all)
	}
}

// waitFor polls a condition for two seconds.
func waitFor(t *testing.T, met func() bool) {
	t.Helper()
	for range 200 {
		if met() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("never happened")
}

// TestTokenSharedRenewal: a replica that is due takes the token that another
// has renewed meanwhile.
func TestTokenSharedRenewal(t *testing.T) {
	api, at := newTestAPI(t), &clock{at: time.Unix(1714112445, 0)}
	server, connect := newTestRedis(t)
	a := api.client(func(o *Options) { o.Redis, o.Now = connect(), at.now })
	b := api.client(func(o *Options) { o.Redis, o.Now = connect(), at.now })
	_, _ = a.AccessToken(bg())
	_, _ = b.AccessToken(bg())
	at.forward(6901 * time.Second)
	server.FastForward(6901 * time.Second)
	api.revoke()
	_, _ = a.AccessToken(bg())
	waitFor(t, func() bool { token, _ := a.AccessToken(bg()); return token == "TOKEN-2" })
	waitFor(t, func() bool { token, _ := b.AccessToken(bg()); return token == "TOKEN-2" })
	if all, _ := api.tokenCalls(); all != 2 {
		t.Errorf("%d refreshes", all)
	}
	for _, key := range server.Keys() {
		if !strings.HasPrefix(key, "wechat:{"+officialAppID+"}:") {
			t.Errorf("key %s", key)
		}
	}
}

func TestTokenCallerLeaves(t *testing.T) {
	api := newTestAPI(t)
	api.slow = 300 * time.Millisecond
	c := api.client(nil)
	ctx, cancel := context.WithTimeout(bg(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.AccessToken(ctx); !errors.Is(err, context.DeadlineExceeded) || ClassOf(err) != ClassRetry {
		t.Errorf("%v", err)
	}
	if token, err := c.AccessToken(bg()); token != "TOKEN-1" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
	if all, _ := api.tokenCalls(); all != 1 {
		t.Errorf("%d refreshes: the first caller's wasn't kept", all)
	}
}

func TestTokenErrors(t *testing.T) {
	for answer, want := range map[string]Class{
		`{"errcode":40164,"errmsg":"invalid ip 1.2.3.4, not in whitelist"}`: ClassOurFault,
		`{"errcode":40001,"errmsg":"invalid credential"}`:                   ClassOurFault,
		`{"errcode":45009,"errmsg":"reach max api daily quota limit"}`:      ClassQuota,
		`{"errcode":-1,"errmsg":"system error"}`:                            ClassRetry,
		`{"access_token":"","expires_in":7200}`:                             ClassRetry,
		`{"access_token":"T","expires_in":0}`:                               ClassRetry,
		`<html>`:                                                            ClassRetry,
	} {
		api := newTestAPI(t)
		api.tokenErr = answer
		c := api.client(nil)
		for range 20 {
			if _, err := c.AccessToken(bg()); ClassOf(err) != want {
				t.Errorf("%s: %v", answer, err)
			}
		}
		if all, _ := api.tokenCalls(); all != 1 {
			t.Errorf("%s: asked %d times", answer, all)
		}
	}
	wrong := newTestAPI(t)
	c := wrong.client(func(o *Options) { o.Account.Secret = "wrong" })
	if _, err := c.AccessToken(bg()); ClassOf(err) != ClassOurFault {
		t.Error(err)
	}
}
