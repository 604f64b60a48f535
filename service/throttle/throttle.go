// Package throttle bounds how often somebody may ask. The counts stand in Redis,
// so that all replicas share them, and in memory while Redis is away.
package throttle

import (
	"context"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

const (
	defaultPatience = 50 * time.Millisecond // with Redis, before memory decides
	rest            = time.Second           // without asking Redis again after that
	handful         = 16                    // how many a wide limit gives at once, and a sixteenth of it at most
)

// Limit allows Burst at once, and Burst more in each Per.
type Limit struct {
	Burst int
	Per   time.Duration
}

// Service keeps the counts.
type Service struct {
	shared   *redis_rate.Limiter // nil: one process without Redis
	own      *memory
	now      func() time.Time
	patience time.Duration
	awayTo   atomic.Int64 // Redis is left alone until then, Unix ns
	log      *slog.Logger
}

// New makes the service. A nil client keeps everything in memory. now may jump:
// only differences of a few seconds are measured by it.
func New(client redis.UniversalClient, now func() time.Time, log *slog.Logger) *Service {
	s := &Service{own: &memory{}, now: now, patience: defaultPatience, log: log}
	if client != nil {
		s.shared = redis_rate.NewLimiter(client)
	}
	return s
}

// Take takes one of what key may do. Zero: it may; else the time to wait. Of a wide
// limit a few are let through before the shared count is asked, which they are
// owed to, and a few more are taken from it at once: each replica may let through
// as many too many as it owes, and as many too few as it has taken and not spent.
func (s *Service) Take(ctx context.Context, key string, limit Limit) time.Duration {
	now := s.now()
	if s.shared == nil || now.UnixNano() < s.awayTo.Load() {
		return s.own.take(key, limit, now)
	}
	some, owed := min(max(limit.Burst/handful, 1), handful), 0
	if some > 1 {
		var may bool
		if owed, may = s.own.spend(key, limit, some, now); may {
			return 0
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	result, err := s.shared.AllowAtMost(ctx, key, redis_rate.Limit{Rate: limit.Burst, Burst: limit.Burst, Period: limit.Per}, owed+some)
	if err != nil {
		s.own.save(key, limit, purse{owed: owed}, now)
		if s.awayTo.Swap(now.Add(rest).UnixNano()) == 0 {
			s.log.WarnContext(ctx, "Redis is away: requests are counted in memory", "error", err)
		}
		return s.own.take(key, limit, now)
	}
	if s.awayTo.Swap(0) != 0 {
		s.log.InfoContext(ctx, "Redis counts requests again")
	}
	if result.Allowed > owed {
		s.own.save(key, limit, purse{left: result.Allowed - owed - 1}, now)
		return 0
	}
	owed -= result.Allowed
	s.own.save(key, limit, purse{owed: owed}, now)
	each := limit.Per / time.Duration(limit.Burst)
	return max(result.RetryAfter, time.Millisecond) + time.Duration(owed)*each
}

// Seconds is a wait as Retry-After says it: whole seconds, one at least.
func Seconds(wait time.Duration) int { return max(1, int(math.Ceil(wait.Seconds()))) }
