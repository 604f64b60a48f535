package poll_test

import (
	"testing"

	"cunwu/model"
	"cunwu/service/poll"
)

// Before anybody is asked, whoever puts a poll knows how many must take part, and
// how many must agree.
func TestWhatAPollWouldNeed(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 8)
	boss := h.actor("赵志强")
	all, err := h.Preview(h.ctx, boss, yunxi, model.OrganPersons, "", false)
	h.ok(err)
	_, err = h.Enrol(h.ctx, boss, yunxi, model.OrganCollective, names("村民1", "村民2", "村民3", "村民4"))
	h.ok(err)
	for _, c := range []struct {
		organ                     model.Organ
		electorate, needed, ofAll int
	}{
		{model.OrganPersons, all.Electorate, all.Electorate/2 + 1, 0},
		{model.OrganCollective, 4, 3, 3},
		{model.OrganRepresentatives, 0, 0, 0},
		{model.OrganConsultation, all.Electorate, 0, 0},
	} {
		p, err := h.Preview(h.ctx, boss, yunxi, c.organ, "", false)
		h.ok(err)
		if p.Electorate != c.electorate || p.Needed != c.needed || p.OfAll != c.ofAll {
			t.Errorf("%s: %+v", c.organ, p)
		}
	}
	if all.Electorate < 8 || all.NoticeDays != 10 {
		t.Errorf("%+v", all)
	}
	_, err = h.Preview(h.ctx, h.actor("村民1"), yunxi, model.OrganPersons, "", false)
	wantCode(t, err, model.Forbidden)
	_, err = h.Preview(h.ctx, boss, yunxi, "emperor", "", false)
	wantCode(t, err, model.Invalid)
}

// The desk sees which sheets wait for the second person, and nothing that is on
// them; a list by state leaves the others out.
func TestWhatTheDeskSees(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 8)
	ref := h.opened(h.question())
	_, err := h.EnterSheet(h.ctx, h.actor("刘芳"), poll.Sheet{Poll: ref, Number: "7", Voters: names("村民1", "村民2", "村民3", "村民4", "村民5"), Ballots: [][]int{{1}, {1}, {1}, {2}, nil}})
	h.ok(err)
	for name, mine := range map[string]bool{"刘芳": true, "赵志强": false} {
		lines, err := h.Sheets(h.ctx, h.actor(name), ref)
		h.ok(err)
		if len(lines) != 1 || lines[0].State != poll.SheetEntered || lines[0].Votes != 5 || lines[0].First != "刘芳" || lines[0].Mine != mine {
			t.Errorf("%s sees %+v", name, lines)
		}
	}
	_, err = h.Sheets(h.ctx, h.actor("村民1"), ref)
	wantCode(t, err, model.Forbidden)
	h.draft(h.question())
	for state, n := range map[model.PollState]int{model.PollOpen: 1, model.PollDraft: 1, model.PollCounted: 0, "": 2} {
		items, _, err := h.List(h.ctx, h.actor("赵志强"), poll.Query{VillageID: yunxi, State: state})
		h.ok(err)
		if len(items) != n {
			t.Errorf("%q: %d polls", state, len(items))
		}
	}
}
