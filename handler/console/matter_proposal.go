package console

import (
	"context"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
)

type proposalsPage struct {
	All  []poll.Signed
	Next string
}

// proposals are what villagers want decided, the newest first.
func (s *console) proposals(ctx context.Context, v *web.Visit) error {
	all, next, err := s.Polls.Proposals(ctx, v.Actor, v.Village, v.Query("after"), listed)
	if err != nil {
		return err
	}
	page := proposalsPage{All: all}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return v.Show("proposals", "村民的提议", page)
}

type proposalPage struct {
	poll.Signed
	Matters []choice // that it may become
	Answer  bool     // it awaits the committees' answer, and the actor may give it
	Propose bool
	F       typed
	Accept  bool
}

func (s *console) proposalPage(ctx context.Context, v *web.Visit) (proposalPage, error) {
	page := proposalPage{F: typedIn(v, "text", "matter"), Accept: v.Text("accept") == "yes", Propose: v.Actor.May(model.VerbMatter, v.Village)}
	var err error
	if page.Signed, err = s.Polls.Proposal(ctx, v.Actor, pollRef(v)); err != nil {
		return page, err
	}
	page.Answer = v.Actor.May(model.VerbPoll, v.Village) && page.Proposal.State == model.ProposalSubmitted
	if !page.Answer {
		return page, nil
	}
	matters, _, err := s.Polls.Matters(ctx, v.Actor, v.Village, "", mattersOffered)
	for _, m := range matters {
		if m.EndedAt.IsZero() {
			page.Matters = append(page.Matters, choice{Value: m.ID, Text: m.Title, Chosen: m.ID == page.F["matter"] || m.ProposalID == page.Proposal.ID})
		}
	}
	return page, err
}

func (s *console) proposal(ctx context.Context, v *web.Visit) error {
	page, err := s.proposalPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("proposal", page.Proposal.Title, page)
}

// answerProposal is the committees' answer; everybody who signed is told.
func (s *console) answerProposal(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		accept, matter := v.Text("accept") == "yes", ""
		if accept {
			if matter = v.Text("matter"); matter == "" {
				return web.Then{}, model.Errorf(model.Invalid, "请选它成了哪个议题；还没有的，请党支部先提议")
			}
		}
		p, err := s.Polls.Answer(ctx, v.Actor, pollRef(v), accept, matter, v.Text("text"))
		return web.Then{To: below(v, "proposals", p.ID), Said: "答复发给所有联名的人了"}, err
	})
	if err == nil {
		return nil
	}
	page, failed := s.proposalPage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "proposal", page.Proposal.Title, page)
}

// duePolls is what waits in polls, matters and proposals for whoever comes in.
func (s *console) duePolls(ctx context.Context, v *web.Visit) ([]due, error) {
	put, watch, desk := v.Actor.May(model.VerbPoll, v.Village), v.Actor.May(model.VerbPollWatch, v.Village), v.Actor.May(model.VerbPollDesk, v.Village)
	var dues []due
	for _, state := range []model.PollState{model.PollNoticed, model.PollOpen} {
		if !put && !watch && !desk {
			return nil, nil
		}
		items, _, err := s.Polls.List(ctx, v.Actor, poll.Query{VillageID: v.Village, State: state, Limit: dueMost})
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			p := item.Poll
			one := due{What: "投票", Title: p.Title, To: below(v, "polls", p.ID), By: p.ClosesAt.Time, More: "正在投票，到时间自动截止"}
			if state == model.PollNoticed {
				one.By, one.More = p.OpensAt.Time, "已经通知，到时间开始；名册意见要先处理完"
				one.Late = p.OpensAt.Before(s.Now())
				if watch && p.Effect == model.EffectBinding {
					one.More = "开始以前，请监督委员核对名册"
				}
			}
			if put || watch || state == model.PollOpen {
				dues = append(dues, one)
			}
		}
	}
	if !put {
		return dues, nil
	}
	proposals, _, err := s.Polls.Proposals(ctx, v.Actor, v.Village, "", listed)
	for _, p := range proposals {
		if p.Proposal.State == model.ProposalSubmitted {
			dues = append(dues, due{What: "提议", Title: p.Proposal.Title, To: below(v, "proposals", p.Proposal.ID), By: p.Proposal.DueAt.Time, Late: p.Proposal.DueAt.Before(s.Now()),
				More: "村民联名够了，要答复：列为议题，或者说明理由"})
		}
	}
	return dues, err
}
