package console

import (
	"context"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/notice"
)

const deadShown = 50

func (s *console) deadRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/dead", Do: s.dead},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/dead/:id", Do: s.resend},
	}
}

// deadPage is what was given up, with whom it was for.
type deadPage struct {
	Letters []deadLetter
	Next    string
}

type deadLetter struct {
	notice.Letter

	Name string
}

func (s *console) deadPage(ctx context.Context, v *web.Visit) (deadPage, error) {
	var page deadPage
	letters, next, err := s.Notices.DeadIn(ctx, v.Actor, v.Village, v.Query("after"), deadShown)
	if err != nil {
		return page, err
	}
	var ids []string
	for _, l := range letters {
		if l.To.VillageID == v.Village {
			ids = append(ids, l.To.ID)
		}
	}
	names, err := s.People.Names(ctx, v.Village, ids...)
	for _, l := range letters {
		page.Letters = append(page.Letters, deadLetter{Letter: l, Name: names[l.To.ID]})
	}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return page, err
}

func (s *console) dead(ctx context.Context, v *web.Visit) error {
	page, err := s.deadPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("dead", "没送出去的消息", page)
}

func (s *console) resend(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		return web.Then{To: below(v, "dead"), Said: "重新排上了，马上再送一次"}, s.Notices.Resend(ctx, v.Actor, v.Village, rowID(v, "id"))
	})
	if err == nil {
		return nil
	}
	page, failed := s.deadPage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "dead", "没送出去的消息", page)
}

// dueDead is one line of an operator's day.
func (s *console) dueDead(ctx context.Context, v *web.Visit) ([]due, error) {
	if !v.Actor.May(model.VerbDeadLetters, v.Village) {
		return nil, nil
	}
	letters, next, err := s.Notices.DeadIn(ctx, v.Actor, v.Village, "", deadShown)
	if err != nil || len(letters) == 0 {
		return nil, err
	}
	n := count(len(letters))
	if next != "" {
		n += "以上"
	}
	return []due{{What: "消息", Title: "有" + n + "条没送出去，请看一看", To: below(v, "dead")}}, nil
}
