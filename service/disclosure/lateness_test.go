package disclosure_test

import (
	"testing"

	"cunwu/model"
	"cunwu/service/disclosure"
)

// What is counted as late is what the calendar shows as late, once the sweep has
// written it down.
func TestLatenessIsTheCalendars(t *testing.T) {
	h := newHall(t)
	h.clock.Set(day("2026-02-03"))
	h.published(month("2026-01", 0, 10_00, 5_00))
	for _, on := range []string{"2026-02-20", "2026-03-17", "2026-04-16", "2026-06-01"} {
		h.clock.Set(day(on))
		_, err := h.RemindDue(h.ctx)
		h.must(err)
		slots, err := h.Calendar(h.ctx, model.Actor{}, yunxi, day("2020-01-01"), h.clock.Now())
		h.must(err)
		var want disclosure.Lateness
		for _, slot := range slots {
			switch slot.State {
			case disclosure.StateLate:
				want.Late++
			case disclosure.StateVeryLate:
				want.VeryLate++
			}
		}
		got, err := h.Latenesses(h.ctx, []string{yunxi, "nowhere"})
		h.must(err)
		if got[yunxi] != want || got["nowhere"] != (disclosure.Lateness{}) {
			t.Errorf("%s: counted %+v, the calendar shows %+v", on, got[yunxi], want)
		}
	}
}

// Who of the township changed the catalogue last can be read by everybody.
func TestEditsOfTheCatalogue(t *testing.T) {
	h := newHall(t)
	h.must(h.SetDuty(h.ctx, h.actor("周镇"), yunxi, disclosure.Duty{ID: "own_1", Kind: model.DiscloseVillage, Title: "低保名单", Months: 3, DueDays: 10, Active: true}))
	edits, err := h.Edits(h.ctx, yunxi)
	h.must(err)
	if e := edits["own_1"]; len(edits) != 1 || e.By != "周镇" || !e.At.Equal(h.clock.Now()) {
		t.Errorf("the edits are %+v", edits)
	}
}
