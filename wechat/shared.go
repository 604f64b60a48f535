package wechat

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/bsm/redislock"
	"github.com/redis/go-redis/v9"
)

const (
	// storePatience is the most that a Redis in trouble may cost one call.
	storePatience = 250 * time.Millisecond
	// storePause is how long such a Redis is then left alone.
	storePause = 5 * time.Second
)

// errStoreAway: Redis isn't there, or wasn't a moment ago.
var errStoreAway = errors.New("wechat: Redis is away")

// sharedStore is Redis as replicas share it, made harmless: it may be absent,
// down or hanging, and none of that costs a caller more than storePatience
// once in storePause.
type sharedStore struct {
	client redis.UniversalClient
	locks  *redislock.Client
	logger *slog.Logger
	began  time.Time
	// awayUntil is nanoseconds since began: the monotonic clock, which no
	// correction of this machine's time moves.
	awayUntil atomic.Int64
}

func newSharedStore(client redis.UniversalClient, logger *slog.Logger) *sharedStore {
	s := &sharedStore{client: client, logger: logger, began: time.Now()}
	if client != nil {
		s.locks = redislock.New(client)
	}
	return s
}

// do runs op against Redis. It waits in a goroutine of its own: go-redis, as
// configured by default, doesn't give up at a context's deadline but after its
// own seconds of dialling and reading.
func (s *sharedStore) do(ctx context.Context, op func(context.Context) error) error {
	if s.client == nil || int64(time.Since(s.began)) < s.awayUntil.Load() {
		return errStoreAway
	}
	bounded, cancel := context.WithTimeout(ctx, storePatience)
	done := make(chan error, 1)
	go func() {
		defer cancel()
		done <- op(bounded)
	}()
	var err error
	select {
	case err = <-done:
	case <-bounded.Done():
		select {
		case err = <-done: // both were ready
		default:
			err = bounded.Err()
		}
	}
	if err == nil || errors.Is(err, redis.Nil) || errors.Is(err, redislock.ErrNotObtained) ||
		errors.Is(err, redislock.ErrLockNotHeld) {
		return err
	}
	if ctx.Err() == nil { // else the caller left: no fault of Redis
		s.awayUntil.Store(int64(time.Since(s.began) + storePause))
		s.logger.Warn("Redis is away, each process keeps its own WeChat tokens", "error", err)
	}
	return errStoreAway
}

// get returns a text and how long it will still be kept.
func (s *sharedStore) get(ctx context.Context, key string) (value string, left time.Duration, err error) {
	type pair struct {
		value string
		left  time.Duration
	}
	found := make(chan pair, 1) // do may return before op does
	err = s.do(ctx, func(ctx context.Context) error {
		pipe := s.client.Pipeline()
		text, ttl := pipe.Get(ctx, key), pipe.PTTL(ctx, key)
		if _, err := pipe.Exec(ctx); err != nil {
			return err
		}
		found <- pair{text.Val(), ttl.Val()}
		return nil
	})
	if err != nil {
		return "", 0, err
	}
	p := <-found
	return p.value, p.left, nil
}

// set stores a text for a while.
func (s *sharedStore) set(ctx context.Context, key, value string, life time.Duration) error {
	return s.do(ctx, func(ctx context.Context) error {
		return s.client.Set(ctx, key, value, life).Err()
	})
}

// lock takes a lock for at most life. The error is redislock.ErrNotObtained
// when another holds it.
func (s *sharedStore) lock(ctx context.Context, key string, life time.Duration) (*redislock.Lock, error) {
	taken := make(chan *redislock.Lock, 1)
	err := s.do(ctx, func(ctx context.Context) error {
		lock, err := s.locks.Obtain(ctx, key, life, nil)
		if err == nil {
			taken <- lock
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return <-taken, nil
}

// unlock gives a lock back; one that can't be given back runs out by itself.
func (s *sharedStore) unlock(ctx context.Context, lock *redislock.Lock) {
	_ = s.do(ctx, lock.Release)
}
