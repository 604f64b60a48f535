package site

import (
	"context"
	"slices"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/merit"
	"cunwu/service/poll"
)

const (
	homeShown = 5  // of each list
	owedYears = 10 // how far back what was never made public is looked for
)

// homePage is what is new and what is owed.
type homePage struct {
	Late        []disclosure.Slot // the worst first
	LateMore    int
	Answers     casework.Figures
	Polls       []model.Poll
	Disclosures []model.Disclosure
	Stories     []merit.Story
}

func (s *site) home(ctx context.Context, v *web.Visit) error {
	var page homePage
	var err error
	if page.Late, err = s.owed(ctx, v); err != nil {
		return err
	}
	page.LateMore = max(0, len(page.Late)-homeShown)
	page.Late = page.Late[:min(len(page.Late), homeShown)]
	record, err := s.record(ctx, v)
	if err != nil {
		return err
	}
	page.Answers = record.Figures
	if page.Polls, _, err = s.Polls.Posted(ctx, v.Actor, poll.PostedQuery{VillageID: v.Village, Limit: homeShown}); err != nil {
		return err
	}
	if page.Disclosures, err = s.Public.List(ctx, v.Actor, disclosure.Query{VillageID: v.Village, Limit: homeShown}); err != nil {
		return err
	}
	if page.Stories, err = s.Merit.Stories(ctx, v.Village, "", "", 3); err != nil {
		return err
	}
	return v.Show("home", "村里的事", page)
}

// owed is what should be public and isn't, the longest owed first.
func (s *site) owed(ctx context.Context, v *web.Visit) ([]disclosure.Slot, error) {
	now := s.Now()
	slots, err := s.Public.Calendar(ctx, v.Actor, v.Village, now.AddDate(-owedYears, 0, 0), now)
	slots = slices.DeleteFunc(slots, func(one disclosure.Slot) bool {
		return one.State != disclosure.StateLate && one.State != disclosure.StateVeryLate
	})
	slices.Reverse(slots)
	return slots, err
}
