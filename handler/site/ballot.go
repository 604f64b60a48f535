package site

import (
	"context"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
)

// ballotPage is the page of a one-time link, in each of its steps.
type ballotPage struct {
	Poll    model.Poll
	Decides string
	Options []choice
	Most    int
	Turnout int
	Receipt string // drawn here for phones without scripts; others draw their own
}

type choice struct {
	Number int
	Text   string
	Chosen bool
}

// ballot shows the matter and takes the choice.
func (s *site) ballot(ctx context.Context, v *web.Visit) error {
	open, err := s.Polls.OpenLink(ctx, v.Village, v.Param("token"))
	if err != nil {
		return err
	}
	if !open.MayVote {
		return model.Errorf(model.Conflict, "%s。", open.Why)
	}
	receipt, err := poll.NewReceipt()
	if err != nil {
		return err
	}
	return v.Show("ballot", open.Poll.Title, pageOf(open, nil, receipt))
}

func pageOf(v poll.View, chosen []int, receipt string) ballotPage {
	p := ballotPage{Poll: v.Poll, Decides: poll.Decides(v.Poll), Most: v.Poll.MaxChoices, Turnout: v.Turnout, Receipt: receipt}
	for i, text := range v.Options {
		one := choice{Number: i + 1, Text: text}
		for _, n := range chosen {
			one.Chosen = one.Chosen || n == i+1
		}
		p.Options = append(p.Options, one)
	}
	return p
}

// cast asks once more, for a vote can't be changed, and then takes it. The same
// form sent twice is one vote; the receipt is shown and stands in no address.
func (s *site) cast(ctx context.Context, v *web.Visit) error {
	token := v.Param("token")
	open, err := s.Polls.OpenLink(ctx, v.Village, token)
	if err != nil {
		return err
	}
	chosen, receipt := v.Numbers("choice"), v.Text("receipt")
	page := pageOf(open, chosen, receipt)
	switch {
	case len(chosen) == 0:
		return v.Again(ctx, model.Errorf(model.Invalid, wordsNone), "ballot", open.Poll.Title, page)
	case len(chosen) > open.Poll.MaxChoices:
		return v.Again(ctx, model.Errorf(model.Invalid, wordsMany), "ballot", open.Poll.Title, page)
	case !v.Ticked("sure"):
		return v.Show("sure", open.Poll.Title, page)
	}
	err = s.Polls.CastByLink(ctx, v.Village, token, poll.Ballot{Choices: chosen, Receipt: receipt, ForHousehold: open.Poll.ByHousehold})
	if err != nil {
		return err
	}
	return v.Show("cast", open.Poll.Title, page)
}
