package site

import (
	"context"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
)

func (s *site) myVoteRoutes() []web.Route {
	const get, post, one = http.MethodGet, http.MethodPost, "/v/:village/vote/:id"
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: "/v/:village/vote", Do: s.known(s.myVotes)},
		{Door: web.SignedIn, Method: get, Path: one, Do: s.myVote},
		{Door: web.SignedIn, Method: post, Path: one, Do: s.castHere},
		{Door: web.SignedIn, Method: post, Path: one + "/object", Do: s.voteForm(wordsObjected, s.object)},
		{Door: web.SignedIn, Method: post, Path: one + "/proxy", Do: s.voteForm(wordsProxyGiven, s.giveProxy)},
		{Door: web.SignedIn, Method: post, Path: one + "/revoke", Do: s.voteForm(wordsProxyTaken, s.revokeProxy)},
		{Door: web.SignedIn, Method: post, Path: one + "/remark", Do: s.voteForm(wordsRemarked, s.remark("poll"))},
	}
}

type myVotesPage struct {
	Todo    []poll.Item
	Noticed []poll.Item
	Next    string
}

func (s *site) myVotes(ctx context.Context, v *web.Visit) error {
	var page myVotesPage
	var err error
	var next string
	if page.Todo, next, err = s.Polls.List(ctx, v.Actor, poll.Query{VillageID: v.Village, Todo: true, After: v.Query("after"), Limit: mineShown}); err != nil {
		return err
	}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	page.Noticed, _, err = s.Polls.List(ctx, v.Actor, poll.Query{VillageID: v.Village, State: model.PollNoticed, Limit: mineShown})
	if err != nil {
		return err
	}
	return v.Show("votes", "等我投的票", page)
}

// votePage is a poll with what a villager may do about it.
type votePage struct {
	poll.View
	filled
	At, Decides, Receipt string
	Here                 bool // its votes may be cast on this page, by name
	Objects              bool // the roll may be objected to
	Objections           []model.PollObjection
	Mine                 *poll.Proxy // whom the reader has vote for them
	Held                 []proxyLine // for whom the reader may vote
	Proxies              int
	Talk                 poll.Discussion
	Next                 string
}

type proxyLine struct {
	poll.Proxy
	Chosen bool
}

func (s *site) myVote(ctx context.Context, v *web.Visit) error {
	page, err := s.votePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("vote", page.Poll.Title, page)
}

func (s *site) votePage(ctx context.Context, v *web.Visit) (votePage, error) {
	page := votePage{filled: filledIn(v, "choice", "for", "kind", "name", "household", "text", "remark")}
	var err error
	if page.View, err = s.Polls.Get(ctx, v.Actor, pollOf(v)); err != nil {
		return page, err
	}
	p := page.Poll
	page.At, page.Decides = mine(v, "/vote/"+p.ID), poll.Decides(p)
	page.Here = !p.Secret && p.State == model.PollOpen && p.ClosesAt.After(s.Now())
	page.Objects = p.State == model.PollNoticed && p.ObjectionsUntil.After(s.Now())
	if page.Receipt = v.Text("receipt"); page.Receipt == "" {
		if page.Receipt, err = poll.NewReceipt(); err != nil {
			return page, err
		}
	}
	if v.Actor.May(model.VerbVote, v.Village) && v.Actor.Known() {
		if page.Objections, err = s.Polls.Objections(ctx, v.Actor, pollOf(v)); err != nil {
			return page, err
		}
	}
	if err := s.fillProxies(ctx, v, &page); err != nil {
		return page, err
	}
	page.Talk, err = s.Polls.Discussion(ctx, v.Actor, topicOf(v, "poll"), v.Query("after"), mineShown)
	if page.Talk.Next != "" {
		page.Next = v.Here("after", page.Talk.Next)
	}
	return page, err
}

func (s *site) fillProxies(ctx context.Context, v *web.Visit, page *votePage) error {
	all, err := s.Polls.Proxies(ctx, v.Actor, pollOf(v))
	page.Proxies = len(all)
	for i, p := range all {
		switch v.Actor.VillagerID {
		case p.VoterID:
			page.Mine = &all[i]
		case p.HolderID:
			page.Held = append(page.Held, proxyLine{p, page.F["for"] == p.VoterID})
		}
	}
	return err
}

func topicOf(v *web.Visit, kind string) poll.Topic {
	return poll.Topic{VillageID: v.Village, Kind: kind, ID: idOf(v)}
}

// castHere takes a vote by name: it asks once more, for a vote can't be changed.
// The same form sent twice is one vote, by its receipt; its choice is kept nowhere
// but in the box. A secret one is cast on a page of its own, whose address is used
// up.
func (s *site) castHere(ctx context.Context, v *web.Visit) error {
	page, err := s.votePage(ctx, v)
	if err != nil {
		return err
	}
	if page.Poll.Secret {
		return s.vote(ctx, v)
	}
	ballot := poll.Ballot{Poll: pollOf(v), Choices: v.Numbers("choice"), Receipt: page.Receipt, OnBehalfOf: v.Text("for"), ForHousehold: page.Poll.ByHousehold, Channel: model.ByChat}
	choices := pageOf(page.View, ballot.Choices, page.Receipt)
	switch {
	case len(ballot.Choices) == 0:
		return v.Again(ctx, model.Errorf(model.Invalid, wordsNone), "vote", page.Poll.Title, page)
	case len(ballot.Choices) > page.Poll.MaxChoices:
		return v.Again(ctx, model.Errorf(model.Invalid, wordsMany), "vote", page.Poll.Title, page)
	case !v.Ticked("sure"):
		return v.Show("vote sure", page.Poll.Title, sureHere{choices, page.At, ballot.OnBehalfOf, page.holderOf(ballot.OnBehalfOf)})
	}
	if err := s.Polls.Cast(ctx, v.Actor, ballot); err != nil {
		return v.Again(ctx, err, "vote", page.Poll.Title, page)
	}
	return v.Show("cast", page.Poll.Title, choices)
}

// sureHere is a ballot that is asked about once more.
type sureHere struct {
	ballotPage
	At, For, Name string
}

// holderOf is the name of whoever's vote the reader holds.
func (p votePage) holderOf(voterID string) string {
	for _, held := range p.Held {
		if held.VoterID == voterID {
			return held.Voter
		}
	}
	return ""
}

// voteForm is a form of a poll's page.
func (s *site) voteForm(said string, do func(ctx context.Context, v *web.Visit) error) doing {
	return func(ctx context.Context, v *web.Visit) error {
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			return web.Then{To: mine(v, "/vote/"+idOf(v)), Said: said}, do(ctx, v)
		})
		if model.AsError(err) == nil {
			return err
		}
		page, wrong := s.votePage(ctx, v)
		if wrong != nil {
			return err
		}
		page.Open = lastPart(v)
		return v.Again(ctx, err, "vote", page.Poll.Title, page)
	}
}

func (s *site) object(ctx context.Context, v *web.Visit) error {
	_, err := s.Polls.Object(ctx, v.Actor, poll.Objection{Poll: pollOf(v), Kind: v.Text("kind"), About: named(v, "name", "household"), Text: v.Text("text")})
	return err
}

func (s *site) giveProxy(ctx context.Context, v *web.Visit) error {
	return s.Polls.GiveProxy(ctx, v.Actor, poll.NewProxy{Poll: pollOf(v), Holder: named(v, "name", "household")})
}

func (s *site) revokeProxy(ctx context.Context, v *web.Visit) error {
	return s.Polls.RevokeProxy(ctx, v.Actor, pollOf(v), v.Actor.VillagerID)
}

func (s *site) remark(kind string) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		_, err := s.Polls.Say(ctx, v.Actor, topicOf(v, kind), v.Text("remark"))
		return err
	}
}
