package throttle_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"cunwu/config"
	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/throttle"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// client is a real Redis when the test command gives one.
func client(t *testing.T) redis.UniversalClient {
	t.Helper()
	address := os.Getenv("TEST_REDIS_URL")
	if address == "" {
		address = "redis://" + miniredis.RunT(t).Addr()
	}
	where, err := (&config.Config{RedisURL: address}).Redis() // a cluster's, perhaps
	if err != nil {
		t.Fatal(err)
	}
	where.Options.ContextTimeoutEnabled = true
	c := redis.NewUniversalClient(where.Options)
	t.Cleanup(func() { _ = c.Close() })
	if nodes, ok := c.(*redis.ClusterClient); ok { // it learns who keeps which keys at its first question
		var err error
		for range 100 {
			if err = nodes.ForEachMaster(t.Context(), func(ctx context.Context, node *redis.Client) error { return node.Ping(ctx).Err() }); err == nil {
				return c
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatal(err)
	}
	return c
}

// Each key has its own burst; who has used it is told how long to wait. An hour's
// limits give nothing back while a test runs.
func TestABurstThenWait(t *testing.T) {
	limit := throttle.Limit{Burst: 5, Per: time.Hour}
	for name, s := range map[string]*throttle.Service{
		"redis":  throttle.New(client(t), time.Now, quiet()).Patient(),
		"memory": throttle.New(nil, time.Now, quiet()),
	} {
		for _, key := range []string{"a/" + model.NewID(), "b/" + model.NewID()} {
			for i := range 5 {
				if wait := s.Take(t.Context(), key, limit); wait != 0 {
					t.Errorf("%s: the %d. of %s must wait %v", name, i+1, key, wait)
				}
			}
			for range 3 { // asking again makes the wait no longer
				if wait := s.Take(t.Context(), key, limit); wait <= 10*time.Minute || wait > 13*time.Minute {
					t.Errorf("%s: one too many must wait %v, not the 12 minutes until one comes back", name, wait)
				}
			}
		}
	}
}

func TestMemoryGivesBackAsTimePasses(t *testing.T) {
	clock := modeltest.NewClock()
	s := throttle.New(nil, clock.Now, quiet())
	limit := throttle.Limit{Burst: 2, Per: time.Minute}
	take := func(key string) bool { return s.Take(t.Context(), key, limit) == 0 }
	for step, c := range []struct {
		pass time.Duration
		may  []bool
	}{
		{0, []bool{true, true, false}}, {29 * time.Second, []bool{false}}, {time.Second, []bool{true, false}},
		{time.Hour, []bool{true, true, false}}, // no more than a burst is saved up
	} {
		clock.Advance(c.pass)
		for i, may := range c.may {
			if take("k") != may {
				t.Errorf("step %d, %d: %v", step, i, !may)
			}
		}
	}
}

func TestManyKeysPushNobodyOut(t *testing.T) {
	s := throttle.New(nil, modeltest.NewClock().Now, quiet())
	limit := throttle.Limit{Burst: 1, Per: time.Hour}
	s.Take(t.Context(), "victim", limit)
	for i := range 19_000 {
		s.Take(t.Context(), fmt.Sprint(i), limit)
	}
	if s.Take(t.Context(), "victim", limit) == 0 {
		t.Error("a count was forgotten before its time")
	}
}

// With Redis away the counts go on in memory; when it is back, it counts again.
func TestRedisAway(t *testing.T) {
	server := miniredis.RunT(t)
	shared := redis.NewClient(&redis.Options{Addr: server.Addr(), ContextTimeoutEnabled: true, MaxRetries: -1})
	t.Cleanup(func() { _ = shared.Close() })
	clock, out := modeltest.NewClock(), &bytes.Buffer{}
	s := throttle.New(shared, clock.Now, slog.New(slog.NewTextHandler(out, nil)))
	limit := throttle.Limit{Burst: 3, Per: time.Hour}
	server.Close()
	for i := range 3 {
		if wait := s.Take(t.Context(), "k", limit); wait != 0 {
			t.Errorf("the %d. must wait %v", i+1, wait)
		}
		clock.Advance(2 * time.Second)
	}
	if s.Take(t.Context(), "k", limit) == 0 {
		t.Error("with Redis away nothing is bounded")
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	clock.Advance(2 * time.Second)
	for i := 0; s.Take(t.Context(), "other", limit) == 0 && i < 10; i++ {
		continue
	}
	if !server.Exists("rate:other") {
		t.Error("Redis doesn't count again")
	}
	if n := strings.Count(out.String(), "Redis is away"); n != 1 {
		t.Errorf("it was said %d times:\n%s", n, out)
	}
}

// Replicas share one count, however many ask at once.
func TestReplicasShareTheCount(t *testing.T) {
	shared := client(t)
	key, limit := "shared/"+model.NewID(), throttle.Limit{Burst: 16, Per: time.Hour}
	var all sync.WaitGroup
	var let atomic.Int64
	for range 4 {
		s := throttle.New(shared, time.Now, quiet()).Patient()
		for range 25 {
			all.Go(func() {
				if s.Take(t.Context(), key, limit) == 0 {
					let.Add(1)
				}
			})
		}
	}
	all.Wait()
	if n := let.Load(); n != 16 {
		t.Errorf("%d of 100 were let through, 16 may be", n)
	}
}

// A wide limit is asked of Redis less often: not at all by who asks for little. What
// a replica let through before it asked is paid, so that more in all are let
// through only by replicas that have asked for nothing yet.
func TestAWideLimitCostsRedisLittle(t *testing.T) {
	shared := client(t)
	key, limit := "wide/"+model.NewID(), throttle.Limit{Burst: 160, Per: time.Hour}
	replica := func() *throttle.Service { return throttle.New(shared, time.Now, quiet()).Patient() }
	known := func() bool {
		n, err := shared.Exists(t.Context(), "rate:"+key).Result()
		if err != nil {
			t.Fatal(err)
		}
		return n > 0
	}
	let := 0
	replicas := []*throttle.Service{replica(), replica()}
	for i := range 400 {
		if replicas[i%2].Take(t.Context(), key, limit) == 0 {
			let++
		}
		if i < 20 && known() {
			t.Fatalf("Redis was asked for the %d.", i+1)
		}
	}
	if let != 160 || !known() {
		t.Errorf("%d were let through, 160 may be", let)
	}
	late, let := replica(), 0
	var wait time.Duration
	for range 40 {
		if wait = late.Take(t.Context(), key, limit); wait == 0 {
			let++
		}
	}
	if let != 10 {
		t.Errorf("a replica that owed nothing let %d through, not a sixteenth", let)
	}
	if each := time.Hour / 160; wait <= 9*each || wait > 11*each {
		t.Errorf("with 10 owed the wait is %v", wait)
	}
}

func TestSeconds(t *testing.T) {
	for wait, seconds := range map[time.Duration]int{time.Millisecond: 1, time.Second: 1, 1001 * time.Millisecond: 2, time.Hour: 3600} {
		if got := throttle.Seconds(wait); got != seconds {
			t.Errorf("%v: %d", wait, got)
		}
	}
}
