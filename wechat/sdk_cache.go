package wechat

import (
	"context"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/cache"
)

// sdkCache is the SDK's cache over our Redis client (its own speaks go-redis
// v8, and its cache.Memory is a data race), with a local copy that outlives
// Redis. The SDK keeps only texts in it: JS tickets.
type sdkCache struct {
	prefix string
	shared *sharedStore
	now    func() time.Time

	mu    sync.Mutex
	local map[string]cached
}

type cached struct {
	value string
	until time.Time
}

var _ cache.Cache = (*sdkCache)(nil)

func newSDKCache(appID string, shared *sharedStore, now func() time.Time) *sdkCache {
	return &sdkCache{prefix: "wechat:{" + appID + "}:", shared: shared, now: now, local: map[string]cached{}}
}

// Get returns the text kept under key, or nil.
func (c *sdkCache) Get(key string) any {
	c.mu.Lock()
	kept, ok := c.local[key]
	c.mu.Unlock()
	if ok && c.now().Before(kept.until) {
		return kept.value
	}
	value, left, err := c.shared.get(context.Background(), c.prefix+key)
	if err != nil || left <= 0 {
		return nil
	}
	c.keep(key, value, left)
	return value
}

// Set keeps a text for a while. Redis being away is no error: the local copy
// serves. What isn't a text, or would live forever (the SDK's meaning of 0) or
// not at all, isn't kept.
func (c *sdkCache) Set(key string, value any, life time.Duration) error {
	text, ok := value.(string)
	if !ok || life <= 0 {
		return nil
	}
	c.keep(key, text, life)
	_ = c.shared.set(context.Background(), c.prefix+key, text, life)
	return nil
}

// IsExist reports whether Get would find something.
func (c *sdkCache) IsExist(key string) bool { return c.Get(key) != nil }

// Delete forgets key here and in Redis.
func (c *sdkCache) Delete(key string) error {
	c.mu.Lock()
	delete(c.local, key)
	c.mu.Unlock()
	_ = c.shared.do(context.Background(), func(ctx context.Context) error {
		return c.shared.client.Del(ctx, c.prefix+key).Err()
	})
	return nil
}

func (c *sdkCache) keep(key, value string, life time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.local[key] = cached{value, c.now().Add(life)}
}
