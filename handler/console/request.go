package console

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/membership"
)

const requestsShown = 50

func (s *console) requestRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/requests", Do: s.requests},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/requests/:number/confirm", Do: s.confirmRequest},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/requests/:number/refuse", Do: s.refuseRequest},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/corrections/:id", Do: s.decideCorrection},
	}
}

// requestsPage is who waits to be bound or to help, and what on the roll waits to be
// put right.
type requestsPage struct {
	Binds       bool
	Requests    []membership.Request
	Corrects    bool
	Corrections []membership.Open
	At          string // the one whose form was wrong
	F           typed
	Next        string
}

func (s *console) requestsPage(ctx context.Context, v *web.Visit) (requestsPage, error) {
	page := requestsPage{Binds: v.Actor.May(model.VerbBindOthers, v.Village), Corrects: v.Actor.May(model.VerbCorrect, v.Village),
		At: v.Param("number") + v.Param("id"), F: typedIn(v, "house", "reason")}
	if !page.Binds && !page.Corrects {
		return page, v.Actor.Require(model.VerbBindOthers, v.Village)
	}
	var err error
	if page.Binds {
		after, _ := strconv.ParseInt(v.Query("after"), 10, 64) // anything else is the beginning
		if page.Requests, err = s.Members.Pending(ctx, v.Actor, v.Village, after, requestsShown); err != nil {
			return page, err
		}
		if n := len(page.Requests); n == requestsShown {
			page.Next = v.Here("after", strconv.FormatInt(page.Requests[n-1].Number, 10))
		}
	}
	if page.Corrects && v.Query("after") == "" {
		page.Corrections, err = s.Members.OpenCorrections(ctx, v.Actor, v.Village, "", requestsShown)
	}
	return page, err
}

func (s *console) requests(ctx context.Context, v *web.Visit) error {
	page, err := s.requestsPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("requests", "等着确认的", page)
}

func (s *console) confirmRequest(ctx context.Context, v *web.Visit) error {
	return s.answerRequest(ctx, v, func(ctx context.Context, number int64) (string, error) {
		done, err := s.Members.Confirm(ctx, v.Actor, v.Village, number, v.Text("house"))
		if done.Request.Helper != "" {
			return "记下了：" + done.Request.Elder + "当面同意" + done.Request.Helper + "代办", err
		}
		return "绑定好了：" + done.Person.Name + "，已经告诉本人", err
	})
}

func (s *console) refuseRequest(ctx context.Context, v *web.Visit) error {
	return s.answerRequest(ctx, v, func(ctx context.Context, number int64) (string, error) {
		_, err := s.Members.Refuse(ctx, v.Actor, v.Village, number, v.Text("reason"))
		return "没有同意，原因已经告诉本人", err
	})
}

func (s *console) answerRequest(ctx context.Context, v *web.Visit, answer func(ctx context.Context, number int64) (said string, err error)) error {
	return s.inRequests(ctx, v, func(ctx context.Context) (string, error) {
		number, err := strconv.ParseInt(v.Param("number"), 10, 64)
		if err != nil {
			return "", model.Errorf(model.Unknown, "没有这个请求，请刷新再看")
		}
		return answer(ctx, number)
	})
}

func (s *console) decideCorrection(ctx context.Context, v *web.Visit) error {
	return s.inRequests(ctx, v, func(ctx context.Context) (string, error) {
		accept := v.Text("accept") == "yes"
		said := "没有改，理由已经告诉本人"
		if accept {
			said = "名册改好了，已经告诉本人"
		}
		_, err := s.Members.DecideCorrection(ctx, v.Actor, v.Village, rowID(v, "id"), accept, v.Text("reason"))
		return said, err
	})
}

// inRequests does something of the page and comes back to it.
func (s *console) inRequests(ctx context.Context, v *web.Visit, run func(ctx context.Context) (said string, err error)) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		said, err := run(ctx)
		return web.Then{To: below(v, "requests"), Said: said}, err
	})
	if err == nil {
		return nil
	}
	page, failed := s.requestsPage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "requests", "等着确认的", page)
}

// dueRequests are one line of the day.
func (s *console) dueRequests(ctx context.Context, v *web.Visit) ([]due, error) {
	if !v.Actor.May(model.VerbBindOthers, v.Village) {
		return nil, nil
	}
	waits, err := s.Members.Waits(ctx, v.Actor, v.Village)
	if err != nil || waits.N == 0 {
		return nil, err
	}
	return []due{{What: "确认", Title: fmt.Sprintf("%d个人等着确认：绑定微信，或替老人代办", waits.N), To: below(v, "requests"),
		More: "请当面或打电话核实。最早的是" + moment(waits.Oldest.Time) + "提的"}}, nil
}
