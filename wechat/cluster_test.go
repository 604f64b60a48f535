package wechat

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"cunwu/config"
)

// connect makes clients of the Redis or Redis Cluster that the test command gives,
// as the server does.
func connect(t *testing.T) func() redis.UniversalClient {
	t.Helper()
	address := os.Getenv("TEST_REDIS_URL")
	if address == "" {
		address = "redis://" + miniredis.RunT(t).Addr()
	}
	where, err := (&config.Config{RedisURL: address}).Redis()
	if err != nil {
		t.Fatal(err)
	}
	return func() redis.UniversalClient {
		client := redis.NewUniversalClient(where.Options)
		t.Cleanup(func() { _ = client.Close() })
		return client
	}
}

// TestReplicasShareWhatWeChatGave: accounts whose keys lie on different nodes of a
// cluster each refresh once for all replicas, again after a refusal, and share
// their tickets.
func TestReplicasShareWhatWeChatGave(t *testing.T) {
	client := connect(t)
	for n := range 8 {
		api := newTestAPI(t)
		app := fmt.Sprintf("wx%016x", time.Now().UnixNano()+int64(n))
		var replicas []*Client
		for range 3 {
			replicas = append(replicas, api.client(func(o *Options) { o.Redis, o.Account.AppID = client(), app }))
		}
		for round := 1; round <= 2; round++ {
			want := fmt.Sprintf("TOKEN-%d", round)
			together(30, func(i int) {
				if token, err := replicas[i%3].AccessToken(bg()); token != want || err != nil {
					t.Errorf("%q, %v; want %s", token, err, want)
				}
			})
			if all, _ := api.tokenCalls(); all != round {
				t.Errorf("%s: %d refreshes, want %d", app, all, round)
			}
			api.revoke()
			for _, r := range replicas {
				r.tokens.reject(want)
			}
		}
		if err := replicas[0].cache.Set("ticket", "T", time.Minute); err != nil || replicas[1].cache.Get("ticket") != "T" {
			t.Errorf("the ticket isn't shared: %v", err)
		}
	}
}
