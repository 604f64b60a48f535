package site

import (
	"context"
	"net/http"
	"net/url"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
)

const pollsShown = 20

func (s *site) pollRoutes() []web.Route {
	const get, post, at = http.MethodGet, http.MethodPost, "/v/:village/polls"
	return []web.Route{
		{Door: web.Public, Method: get, Path: at, Do: s.polls},
		{Door: web.Public, Method: get, Path: at + "/:id", Do: s.poll},
		{Door: web.SignedIn, Method: post, Path: at + "/:id/vote", Do: s.vote},
		{Door: web.Public, Method: get, Path: at + "/:id/ballots.json", Do: s.ballotsFile, Sends: true},
		{Door: web.Public, Method: get, Path: at + "/:id/ballots.txt", Do: s.ballotLines, Sends: true},
		{Door: web.SignedIn, Method: get, Path: "/v/:village/matters", Do: s.matters},
		{Door: web.SignedIn, Method: get, Path: "/v/:village/matters/:id", Do: s.matter},
	}
}

type pollsPage struct {
	Now  []model.Poll // under way and to come; on the first page
	Over []model.Poll
	More bool // more are under way than are shown
	Next string
}

func (s *site) polls(ctx context.Context, v *web.Visit) error {
	var page pollsPage
	var err error
	after := v.Query("after")
	if after == "" {
		var more string
		page.Now, more, err = s.Polls.Posted(ctx, v.Actor, poll.PostedQuery{VillageID: v.Village})
		if err != nil {
			return err
		}
		page.More = more != ""
	}
	over, next, err := s.Polls.Posted(ctx, v.Actor, poll.PostedQuery{VillageID: v.Village, Over: true, After: after, Limit: pollsShown})
	if err != nil {
		return err
	}
	if page.Over = over; next != "" {
		page.Next = v.Here("after", next)
	}
	return v.Show("polls", "投票", page)
}

// pollPage is a poll that isn't counted yet.
type pollPage struct {
	poll.View
	Decides string
	Path    string
	Open    bool // votes are taken now
}

// poll shows what is asked and how to vote, or what it came to.
func (s *site) poll(ctx context.Context, v *web.Visit) error {
	view, err := s.Polls.Look(ctx, v.Actor, pollOf(v))
	if err != nil {
		return err
	}
	if view.Poll.State == model.PollCounted {
		return s.result(ctx, v, view.Poll)
	}
	return v.Show("poll", view.Poll.Title, s.pollPage(v, view))
}

func (s *site) pollPage(v *web.Visit, view poll.View) pollPage {
	return pollPage{View: view, Decides: poll.Decides(view.Poll), Path: "/v/" + v.Village + "/polls/" + view.Poll.ID,
		Open: view.Poll.State == model.PollOpen && view.Poll.ClosesAt.After(s.Now())}
}

// vote leads to the one-time page of a ballot. Its address is a secret: it is kept
// nowhere, not even as the answer to the form.
func (s *site) vote(ctx context.Context, v *web.Visit) error {
	address, _, err := s.Polls.Link(ctx, v.Actor, pollOf(v))
	if err == nil {
		to, err := url.Parse(address)
		if err != nil {
			return err
		}
		return v.Go(to.Path, "")
	}
	view, wrong := s.Polls.Look(ctx, v.Actor, pollOf(v))
	if wrong != nil {
		return wrong
	}
	return v.Again(ctx, err, "poll", view.Poll.Title, s.pollPage(v, view))
}
