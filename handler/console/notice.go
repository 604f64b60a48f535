package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/notice"
)

const callsMost = 100 // on one page, which is printed

func (s *console) noticeRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/notices", Do: s.calls},
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/notices/sheet", Do: s.callSheet, Sends: true},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/notices/:id/told", Do: s.told},
	}
}

// calls is the list of whom WeChat didn't reach in time: to be printed and ticked.
func (s *console) calls(ctx context.Context, v *web.Visit) error {
	calls, err := s.Notices.CallList(ctx, v.Actor, v.Village, callsMost)
	if err != nil {
		return err
	}
	return v.Show("calls", "要打电话或上门告诉的人", calls)
}

// callSheet is the same list for whoever takes it along.
func (s *console) callSheet(ctx context.Context, v *web.Visit) error {
	calls, err := s.Notices.CallList(ctx, v.Actor, v.Village, callsMost)
	if err != nil {
		return err
	}
	return v.SendSheet(ctx, web.Sheet{Name: "要打电话的名单", Head: []string{"姓名", "要告诉的话", "什么时候发的", "告诉了没有"}, Each: func(row func(cells ...any) error) error {
		for _, c := range calls {
			if err := row(callee(c), c.Text, moment(c.PutAt), ""); err != nil {
				return err
			}
		}
		return nil
	}})
}

// told ticks somebody.
func (s *console) told(ctx context.Context, v *web.Visit) error {
	return v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		to := backTo(v, "/console/"+v.Village+"/notices")
		if id := v.Text("disclosure"); len(id) == 32 {
			to = "/console/" + v.Village + "/disclosures/" + url.PathEscape(id) + "/reach"
		}
		return web.Then{To: to, Said: "记下了：已经当面或打电话告诉"}, s.Notices.Told(ctx, v.Actor, v.Village, v.Param("id"))
	})
}

func callee(c notice.Call) string {
	if c.Name == "" {
		return "没有绑定的人"
	}
	return c.Name
}

const (
	callsOnDay = 3
	callGrace  = 24 * time.Hour // of a call whose time has come, before it is late
)

// dueCalls are the most pressing calls, and how many more wait. The actor needn't
// be called: they are here.
func (s *console) dueCalls(ctx context.Context, v *web.Visit) ([]due, error) {
	if !v.Actor.May(model.VerbCallList, v.Village) {
		return nil, nil
	}
	calls, err := s.Notices.CallList(ctx, v.Actor, v.Village, callsMost)
	if err != nil {
		return nil, err
	}
	calls = slices.DeleteFunc(calls, func(c notice.Call) bool { return c.To.Is(v.Actor.Person()) })
	at := "/console/" + v.Village + "/notices"
	var dues []due
	for i, c := range calls {
		if i == callsOnDay {
			return append(dues, due{What: "打电话", Title: fmt.Sprintf("还有%d个人要告诉，看名单", len(calls)-i), To: at, By: c.CallAfter, Late: s.Now().Sub(c.CallAfter) > callGrace}), nil
		}
		dues = append(dues, due{What: "打电话", Title: "告诉" + callee(c), To: at, More: c.Text, By: c.CallAfter, Late: s.Now().Sub(c.CallAfter) > callGrace,
			Now:   c.Urgent && c.CaseNumber != 0, // what is urgent of a vote is no danger
			Quick: []quick{{To: at + "/" + c.NoticeID + "/told", Button: "告诉了", Second: true}}})
	}
	return dues, nil
}

// countCalls counts them.
func (s *console) countCalls(ctx context.Context, v *web.Visit) (int, error) {
	calls, err := s.Notices.CallList(ctx, v.Actor, v.Village, callsMost)
	return len(calls), err
}
