package site

import (
	"context"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
)

func (s *site) proposalRoutes() []web.Route {
	const get, post, all, one = http.MethodGet, http.MethodPost, "/v/:village/proposals", "/v/:village/proposals/:id"
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: all, Do: s.known(s.proposals)},
		{Door: web.SignedIn, Method: post, Path: all, Do: s.known(s.suggest)},
		{Door: web.SignedIn, Method: get, Path: one, Do: s.proposal},
		{Door: web.SignedIn, Method: post, Path: one + "/sign", Do: s.proposalForm("联名好了", s.signProposal)},
		{Door: web.SignedIn, Method: post, Path: one + "/remark", Do: s.proposalForm(wordsRemarked, s.remark("proposal"))},
	}
}

type proposalsPage struct {
	filled
	All  []poll.Signed
	Next string
}

func (s *site) proposalsPage(ctx context.Context, v *web.Visit) (proposalsPage, error) {
	page := proposalsPage{filled: filledIn(v, "title", "text")}
	all, next, err := s.Polls.Proposals(ctx, v.Actor, v.Village, v.Query("after"), mineShown)
	if page.All = all; next != "" {
		page.Next = v.Here("after", next)
	}
	return page, err
}

func (s *site) proposals(ctx context.Context, v *web.Visit) error {
	page, err := s.proposalsPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("proposals", wordsProposals, page)
}

func (s *site) suggest(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		p, err := s.Polls.Suggest(ctx, v.Actor, poll.NewProposal{VillageID: v.Village, Title: v.Text("title"), Text: v.Text("text")})
		return web.Then{To: mine(v, "/proposals/"+p.ID), Said: "提上去了，您是第一个联名的。内容核对过以后，别人才看得到"}, err
	})
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.proposalsPage(ctx, v)
	if wrong != nil {
		return err
	}
	return v.Again(ctx, err, "proposals", wordsProposals, page)
}

type proposalPage struct {
	poll.Signed
	filled
	At   string
	Talk poll.Discussion
	Next string
}

func (s *site) proposalPage(ctx context.Context, v *web.Visit) (proposalPage, error) {
	page := proposalPage{filled: filledIn(v, "remark")}
	var err error
	if page.Signed, err = s.Polls.Proposal(ctx, v.Actor, poll.Ref{VillageID: v.Village, ID: idOf(v)}); err != nil {
		return page, err
	}
	page.At = mine(v, "/proposals/"+page.Proposal.ID)
	page.Talk, err = s.Polls.Discussion(ctx, v.Actor, topicOf(v, "proposal"), v.Query("after"), mineShown)
	if page.Talk.Next != "" {
		page.Next = v.Here("after", page.Talk.Next)
	}
	return page, err
}

func (s *site) proposal(ctx context.Context, v *web.Visit) error {
	page, err := s.proposalPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("proposal", page.Proposal.Title, page)
}

func (s *site) proposalForm(said string, do func(ctx context.Context, v *web.Visit) error) doing {
	return func(ctx context.Context, v *web.Visit) error {
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			return web.Then{To: mine(v, "/proposals/"+idOf(v)), Said: said}, do(ctx, v)
		})
		if model.AsError(err) == nil {
			return err
		}
		page, wrong := s.proposalPage(ctx, v)
		if wrong != nil {
			return err
		}
		return v.Again(ctx, err, "proposal", page.Proposal.Title, page)
	}
}

func (s *site) signProposal(ctx context.Context, v *web.Visit) error {
	_, err := s.Polls.Sign(ctx, v.Actor, poll.Ref{VillageID: v.Village, ID: idOf(v)})
	return err
}
