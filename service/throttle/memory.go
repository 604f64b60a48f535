package throttle

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const maxKeys = 20_000 // of a generation: two of them take about 10 MB

// generations keep what is known of keys for a while. What wasn't used for a
// generation is forgotten; whoever sends many addresses can't fill the memory.
type generations[T any] struct {
	young, old map[string]*T
	turnedAt   time.Time
	longest    time.Duration // of the limits seen: what is known must live that long
}

// of is what is known of a key, or nil.
func (g *generations[T]) of(key string, life time.Duration, now time.Time) *T {
	g.longest = max(g.longest, life)
	if len(g.young) >= maxKeys || now.Sub(g.turnedAt).Abs() >= g.longest || g.young == nil {
		g.old, g.young, g.turnedAt = g.young, make(map[string]*T, len(g.young)), now
	}
	found := g.young[key]
	if found == nil {
		if found = g.old[key]; found != nil {
			g.young[key] = found
		}
	}
	return found
}

// memory is the counts of one process, and what it has taken of shared ones.
type memory struct {
	mu     sync.Mutex
	counts generations[rate.Limiter]
	purses generations[int]
}

func (m *memory) take(key string, limit Limit, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := m.counts.of(key, limit.Per, now)
	if counts == nil {
		counts = rate.NewLimiter(rate.Every(limit.Per/time.Duration(limit.Burst)), limit.Burst)
		m.counts.young[key] = counts
	}
	asked := counts.ReserveN(now, 1)
	wait := asked.DelayFrom(now)
	if wait > 0 {
		asked.CancelAt(now)
	}
	return wait
}

// spend takes one of what was taken of the shared count before.
func (m *memory) spend(key string, limit Limit, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	left := m.purses.of(key, limit.Per, now)
	if left == nil || *left == 0 {
		return false
	}
	*left--
	return true
}

// save keeps for later what was taken and isn't needed yet.
func (m *memory) save(key string, limit Limit, n int, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if left := m.purses.of(key, limit.Per, now); left != nil {
		*left += n
		return
	}
	m.purses.young[key] = &n
}
