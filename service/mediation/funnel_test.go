package mediation_test

import (
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/mediation"
)

// The funnel tells how far disputes came, and never of so few that one could be
// found by subtraction.
func TestTheFunnelHidesTheFew(t *testing.T) {
	h := newHall(t)
	steps := func() map[string]mediation.Counted {
		t.Helper()
		found, err := h.mediation.Funnel(h.ctx, h.as("张明"), "yunxi", h.clock.Now().AddDate(-1, 0, 0), h.clock.Now().Add(time.Hour))
		h.must(err)
		all := map[string]mediation.Counted{}
		for _, s := range found {
			all[s.Name] = s.Counted
		}
		return all
	}
	for range 3 {
		h.file()
	}
	if got := steps(); !got["filed"].Hidden {
		t.Errorf("three are told of: %+v", got)
	}
	for range 4 {
		h.mediating()
	}
	if got := steps(); got["filed"] != (mediation.Counted{N: 7}) || !got["consented"].Hidden || got["agreement"].N != 0 {
		t.Errorf("four of seven are told of: %+v", got)
	}
	for range 2 {
		h.mediating()
	}
	if got := steps(); got["filed"].N != 9 || !got["consented"].Hidden {
		t.Errorf("that three of nine aren't willing can be worked out: %+v", got)
	}
	for range 2 {
		h.file()
	}
	if got := steps(); got["filed"].N != 11 || got["consented"].Hidden || got["consented"].N != 6 {
		t.Errorf("six of eleven: %+v", got)
	}
	_, err := h.mediation.Funnel(h.ctx, h.as("王小草"), "yunxi", h.clock.Now(), h.clock.Now())
	h.refused(err, model.Forbidden, "")
}

// Each sees the disputes in which they serve; the township sees all of its village.
func TestWhoSeesTheHall(t *testing.T) {
	h := newHall(t)
	ref := h.mediating()
	for name, n := range map[string]int{"李调解": 1, "吴调解": 0, "王小草": 0, "陈勇": 0, "张明": 0, "周丽": 1} {
		found, _, err := h.mediation.Hall(h.ctx, h.as(name), mediation.HallQuery{VillageID: "yunxi", Limit: 10})
		h.must(err)
		if len(found) != n {
			t.Errorf("%s sees %d", name, len(found))
		}
	}
	_, err := h.mediation.Fail(h.ctx, h.as("李调解"), ref, "谈不拢")
	h.must(err)
	for ended, n := range map[bool]int{true: 1, false: 0} {
		found, _, err := h.mediation.Hall(h.ctx, h.as("李调解"), mediation.HallQuery{VillageID: "yunxi", Ended: ended, Limit: 10})
		h.must(err)
		if len(found) != n {
			t.Errorf("ended %v: %d", ended, len(found))
		}
	}
	found, _, err := h.mediation.Hall(h.ctx, h.as("周丽"), mediation.HallQuery{VillageID: "qingshan", Limit: 10})
	h.must(err)
	if len(found) != 0 {
		t.Errorf("a village of another township: %d", len(found))
	}
	offered, err := h.mediation.Offered(h.ctx, h.as("陈勇"), "yunxi")
	h.must(err)
	if len(offered) != 0 {
		t.Error("a party is offered the own dispute")
	}
}
