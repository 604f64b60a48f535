package poll_test

import (
	"testing"
	"time"
)

// Who takes part at home and who from elsewhere is summed over the polls whose
// results are out; one that is running tells nothing yet.
func TestTookPart(t *testing.T) {
	h := newHouse(t)
	home, away := h.villagers("家", 8), h.villagers("外", 10)
	for _, name := range away {
		h.set(name, "residence", "深圳")
	}
	since := h.clock.Now()
	for range 2 {
		ref := h.opened(h.question())
		for _, name := range home[:6] {
			h.must(ref, name, 1)
		}
		for _, name := range away[:5] {
			h.must(ref, name, 1)
		}
		h.over(ref)
	}
	h.must(h.opened(h.question()), home[0], 1)

	all, err := h.TookPart(h.ctx, []string{yunxi, "shiqiao"}, since)
	h.ok(err)
	got := all[yunxi]
	if got.Polls != 2 || got.Here.Turnout != 12 || got.Away.Turnout != 10 || got.Away.Electorate != 20 || got.Here.Electorate < 16 {
		t.Errorf("they took part: %+v", got)
	}
	if later, err := h.TookPart(h.ctx, []string{yunxi}, h.clock.Now().Add(time.Minute)); err != nil || len(later) != 0 {
		t.Errorf("later: %+v, %v", later, err)
	}
}
