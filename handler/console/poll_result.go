package console

import (
	"context"
	"io"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/paper"
	"cunwu/service/poll"
)

type pollResultPage struct {
	Poll      model.Poll
	Result    poll.Result
	Decides   string
	Options   web.Chart
	Residence web.Chart
}

// pollResult is what a counted poll came to, as pictures with the numbers behind.
func (s *console) pollResult(ctx context.Context, v *web.Visit) error {
	view, err := s.Polls.Get(ctx, v.Actor, pollRef(v))
	if err != nil {
		return err
	}
	r, err := s.Polls.Result(ctx, v.Actor, pollRef(v))
	if err != nil {
		return err
	}
	return v.Show("pollresult", "结果："+r.Title, pollResultPage{Poll: view.Poll, Result: r, Decides: poll.Decides(view.Poll), Options: optionChart(r), Residence: residenceChart(r)})
}

func optionChart(r poll.Result) web.Chart {
	c := web.Chart{Title: "各项票数", Unit: "票", Series: []web.Series{{Name: "票数"}}}
	for _, o := range r.Options {
		c.Labels = append(c.Labels, o.Text)
		c.Series[0].Values = append(c.Series[0].Values, web.Count(o.Votes))
	}
	return c
}

// residenceChart shows who took part, at home and away: a share of each is what can
// be compared.
func residenceChart(r poll.Result) web.Chart {
	c := web.Chart{Title: "住在哪里的人参加了", Unit: "票", Series: []web.Series{{Name: "名册"}, {Name: "参加"}}, Empty: "不单列"}
	for _, share := range r.ByResidence {
		c.Labels = append(c.Labels, poll.ShareTitle(share.Name))
		all := web.Count(share.Electorate)
		all.Missing = share.Electorate == 0
		c.Series[0].Values = append(c.Series[0].Values, all)
		c.Series[1].Values = append(c.Series[1].Values, web.Count(share.Turnout))
	}
	return c
}

// exportPoll sends the result with its ballots (json, xlsx), or as the board shows it.
func (s *console) exportPoll(ctx context.Context, v *web.Visit) error {
	ref := pollRef(v)
	r, err := s.Polls.Result(ctx, v.Actor, ref) // refusals come before the file
	if err != nil {
		return err
	}
	name := "投票结果 " + r.Title + "."
	switch form := v.Param("form"); form {
	case paper.PDF, paper.PNG:
		drawn, err := s.Polls.Board(ctx, v.Actor, ref, form)
		return sendDrawn(ctx, v, name+form, form, drawn, err)
	case "json":
		return v.Send(ctx, "application/json", name+form, func(to io.Writer) error { return s.Polls.Export(ctx, v.Actor, ref, to) })
	case "xlsx":
		return v.Send(ctx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name+form, func(to io.Writer) error { return s.Polls.Archive(ctx, v.Actor, ref, to) })
	}
	return model.Errorf(model.Unknown, "没有这种格式的文件")
}

// sendDrawn sends a drawn paper.
func sendDrawn(ctx context.Context, v *web.Visit, name, form string, drawn []byte, err error) error {
	if err != nil {
		return err
	}
	kind := "application/pdf"
	if form == paper.PNG {
		kind = "image/png"
	}
	return v.Send(ctx, kind, name, func(to io.Writer) error {
		_, err := to.Write(drawn)
		return err
	})
}

type remarksPage struct {
	Topic      poll.Topic
	Title      string
	Back       string
	Discussion poll.Discussion
	Hide       bool
	Next       string
	At         string
	F          typed
}

// topicTitles are the parts of an address below which a topic stands.
func topicPath(kind string) string {
	return map[string]string{"poll": "polls", "matter": "matters", "proposal": "proposals"}[kind]
}

// remarks are what people said under a topic.
func (s *console) remarks(kind string) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		page, err := s.remarksPage(ctx, v, kind)
		if err != nil {
			return err
		}
		return v.Show("remarks", "大家的意见", page)
	}
}

func (s *console) remarksPage(ctx context.Context, v *web.Visit, kind string) (remarksPage, error) {
	page := remarksPage{Topic: poll.Topic{VillageID: v.Village, Kind: kind, ID: rowID(v, "id")}, Hide: v.Actor.May(model.VerbReview, v.Village), At: v.Param("remark"), F: typedIn(v, "reason")}
	page.Back = below(v, topicPath(kind), page.Topic.ID)
	var err error
	page.Discussion, err = s.Polls.Discussion(ctx, v.Actor, page.Topic, v.Query("after"), listed)
	if page.Discussion.Next != "" {
		page.Next = v.Here("after", page.Discussion.Next)
	}
	return page, err
}

// hideRemark takes a remark out of sight, with the reason.
func (s *console) hideRemark(kind string) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			topic := poll.Topic{VillageID: v.Village, Kind: kind, ID: rowID(v, "id")}
			return web.Then{To: below(v, topicPath(kind), topic.ID, "remarks"), Said: "隐藏了。这条还留着，也算在数里"},
				s.Polls.Hide(ctx, v.Actor, topic, v.Param("remark"), v.Text("reason"))
		})
		if err == nil {
			return nil
		}
		page, failed := s.remarksPage(ctx, v, kind)
		if failed != nil {
			return err
		}
		return v.Again(ctx, err, "remarks", "大家的意见", page)
	}
}
