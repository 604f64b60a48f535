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
	purses generations[purse]
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

// purse is what a key may spend here before the shared count is asked again, and
// what of that the shared count hasn't been told of.
type purse struct{ left, owed int }

// spend takes one out of the key's purse, which holds some when the key is new, on
// credit. When it is empty, whoever asks the shared count has the debt to pay.
func (m *memory) spend(key string, limit Limit, some int, now time.Time) (owed int, may bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.purses.of(key, limit.Per, now)
	switch {
	case p == nil:
		m.purses.young[key] = &purse{left: some - 1, owed: some}
		return 0, true
	case p.left > 0:
		p.left--
		return 0, true
	}
	owed, p.owed = p.owed, 0
	return owed, false
}

// save adds to the key's purse, if there is anything to add.
func (m *memory) save(key string, limit Limit, more purse, now time.Time) {
	if more == (purse{}) {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.purses.of(key, limit.Per, now); p != nil {
		p.left, p.owed = p.left+more.left, p.owed+more.owed
		return
	}
	m.purses.young[key] = &more
}
