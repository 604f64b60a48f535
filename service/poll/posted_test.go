package poll_test

import (
	"testing"

	"cunwu/model"
	"cunwu/service/poll"
)

// Anybody sees what is asked and how many took part; drafts and what is for the
// village alone stay inside.
func TestWhatHangsOnTheBoard(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 6)
	stranger := model.Actor{}
	done := h.opened(h.question())
	for _, who := range []string{"村民1", "村民2"} {
		h.must(done, who, 1)
	}
	h.over(done)
	own := h.question()
	own.VillageOnly, own.Title = true, "只给本村看"
	draft, running, inside := h.draft(h.question()), h.opened(h.question()), h.opened(own)
	h.must(running, "村民1", 1)

	listed := func(actor model.Actor, over bool) map[string]int {
		t.Helper()
		found := map[string]int{}
		for after := ""; ; {
			page, next, err := h.Posted(h.ctx, actor, poll.PostedQuery{VillageID: yunxi, Over: over, After: after, Limit: 1})
			h.ok(err)
			for _, p := range page {
				if p.Result != "" {
					t.Errorf("%s tells its result", p.Title)
				}
				found[p.ID] = p.Turnout
			}
			if after = next; next == "" {
				return found
			}
		}
	}
	if got := listed(stranger, false); len(got) != 1 || got[running.ID] != 1 {
		t.Errorf("a stranger sees %v", got)
	}
	if got := listed(h.actor("村民3"), false); len(got) != 2 || got[inside.ID] != 0 {
		t.Errorf("a villager sees %v", got)
	}
	if got := listed(stranger, true); len(got) != 1 || got[done.ID] != 2 {
		t.Errorf("of those that are over a stranger sees %v", got)
	}
	v, err := h.Look(h.ctx, stranger, running)
	h.ok(err)
	if v.Turnout != 1 || v.MayVote || v.Listed || v.VotedBy != "" || v.Why == "" || len(v.Options) == 0 {
		t.Errorf("a stranger looks at %+v", v)
	}
	if v, err = h.Look(h.ctx, h.actor("村民3"), running); err != nil || !v.MayVote {
		t.Errorf("a villager looks at %+v %v", v, err)
	}
	for _, ref := range []poll.Ref{draft, inside, {VillageID: "other", ID: running.ID}} {
		if _, err := h.Look(h.ctx, stranger, ref); !model.IsCode(err, model.Unknown) {
			t.Errorf("a stranger looks at %v: %v", ref, err)
		}
	}
}
