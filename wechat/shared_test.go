package wechat

import (
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// TestRedisDown: a Redis that refuses, then one that hangs, cost little, once.
func TestRedisDown(t *testing.T) {
	hanging, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hanging.Close()
	for name, addr := range map[string]string{"refuses": "127.0.0.1:1", "hangs": hanging.Addr().String()} {
		api := newTestAPI(t)
		client := redis.NewClient(&redis.Options{Addr: addr})
		defer client.Close()
		c := api.client(func(o *Options) { o.Redis = client })
		began := time.Now()
		if token, err := c.AccessToken(bg()); token != "TOKEN-1" || err != nil {
			t.Errorf("%s: %q, %v", name, token, err)
		}
		if took := time.Since(began); took > 400*time.Millisecond {
			t.Errorf("%s: the first token took %v", name, took)
		}
		began = time.Now()
		c.tokens.reject("TOKEN-1")
		_, _ = c.AccessToken(bg())
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("%s: the next token took %v", name, took)
		}
	}
}

// TestRedisGone: Redis goes away under a running client and comes back.
func TestRedisGone(t *testing.T) {
	api := newTestAPI(t)
	server, connect := newTestRedis(t)
	c := api.client(func(o *Options) { o.Redis = connect() })
	_, _ = c.AccessToken(bg())
	server.Close()
	if token, err := c.AccessToken(bg()); token != "TOKEN-1" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
	api.revoke()
	c.tokens.reject("TOKEN-1")
	if token, err := c.AccessToken(bg()); token != "TOKEN-2" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	c.tokens.shared.awayUntil.Store(0)
	api.revoke()
	c.tokens.reject("TOKEN-2")
	if token, err := c.AccessToken(bg()); token != "TOKEN-3" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
	if stored, _ := server.Get(c.tokens.key); stored != "300000|TOKEN-3" {
		t.Errorf("stored %q", stored)
	}
}

// TestDeadHolder: a replica died with the lock in its hand.
func TestDeadHolder(t *testing.T) {
	t.Parallel()
	api := newTestAPI(t)
	server, connect := newTestRedis(t)
	c := api.client(func(o *Options) { o.Redis = connect() })
	_ = server.Set(c.tokens.key+":lock", "somebody")
	began := time.Now()
	if token, err := c.AccessToken(bg()); token != "TOKEN-1" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
	if took := time.Since(began); took > lockPatience+time.Second {
		t.Errorf("took %v", took)
	}
}
