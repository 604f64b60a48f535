package site

import (
	"context"
	"io"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/poll"
)

const ballotsShown = 100 // on a page

type resultPage struct {
	Result    poll.Result
	Decides   string
	Residence web.Chart
	File      string // address of the poll's files, without their ending; empty: they are the village's only
	Ballots   []poll.PublishedBallot
	Next      string // address of the next page of ballots; empty: none
	Earlier   bool   // it isn't the first page
}

// pollOf is the poll that the path names.
func pollOf(v *web.Visit) poll.Ref { return poll.Ref{VillageID: v.Village, ID: idOf(v)} }

// result shows what a poll came to, with every ballot: nothing in it names anybody,
// unless it is the village's own and a roll call.
func (s *site) result(ctx context.Context, v *web.Visit, p model.Poll) error {
	page := resultPage{Decides: poll.Decides(p), Earlier: v.Query("after") != ""}
	var next string
	var err error
	if p.VillageOnly {
		page.Result, err = s.Polls.Result(ctx, v.Actor, pollOf(v))
	} else {
		page.Result, err = s.Polls.Public(ctx, pollOf(v))
		page.File = "/v/" + v.Village + "/polls/" + p.ID + "/ballots"
	}
	if err == nil && !page.Result.Withheld {
		page.Ballots, next, err = s.ballots(ctx, v, p)
	}
	if err != nil {
		return err
	}
	if next != "" {
		page.Next = v.Here("after", next) + "#ballots"
	}
	page.Residence = residenceChart(page.Result)
	return v.Show("result", page.Result.Title, page)
}

func (s *site) ballots(ctx context.Context, v *web.Visit, p model.Poll) ([]poll.PublishedBallot, string, error) {
	if p.VillageOnly {
		return s.Polls.Ballots(ctx, v.Actor, pollOf(v), v.Query("after"), ballotsShown)
	}
	return s.Polls.PublicBallots(ctx, pollOf(v), v.Query("after"), ballotsShown)
}

// residenceChart shows whether those who live away took part as those at home did.
func residenceChart(r poll.Result) web.Chart {
	c := web.Chart{Title: "住在哪里的人参加了", Unit: "票", Series: []web.Series{{Name: "名册上"}, {Name: "参加了"}}}
	for _, share := range r.ByResidence {
		c.Labels = append(c.Labels, poll.ShareTitle(share.Name))
		c.Series[0].Values = append(c.Series[0].Values, web.Count(share.Electorate))
		c.Series[1].Values = append(c.Series[1].Values, web.Count(share.Turnout))
	}
	return c
}

// ballotsFile is what `server verify poll` and the page's script count anew.
func (s *site) ballotsFile(ctx context.Context, v *web.Visit) error {
	return s.file(ctx, v, "application/json; charset=utf-8", s.Polls.ExportPublic)
}

// ballotLines are the ballots as text, whose SHA-256 stands in the result and in
// the public log.
func (s *site) ballotLines(ctx context.Context, v *web.Visit) error {
	return s.file(ctx, v, "text/plain; charset=utf-8", s.Polls.PublicLines)
}

func (s *site) file(ctx context.Context, v *web.Visit, contentType string, write func(ctx context.Context, ref poll.Ref, to io.Writer) error) error {
	if _, err := s.Polls.Public(ctx, pollOf(v)); err != nil { // refusals come before the file
		return err
	}
	return v.Send(ctx, contentType, "", func(to io.Writer) error { return write(ctx, pollOf(v), to) })
}
