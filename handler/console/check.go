package console

import (
	"context"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/moderation"
)

const checksShown = 20

func (s *console) checkRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/checks", Do: s.checks},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/checks/:id", Do: s.decideCheck},
	}
}

// checkList is what waits for a person's word whether it may be published.
type checkList struct {
	Items  []checkRow
	Next   string
	Failed string // id of the form that comes back
	Reason string // what was filled in there
}

type checkRow struct {
	moderation.Item
	File *model.Media
}

func (s *console) checkList(ctx context.Context, v *web.Visit) (checkList, error) {
	var list checkList
	items, next, err := s.Checks.Queue(ctx, v.Actor, v.Village, v.Query("after"), checksShown)
	if err != nil {
		return list, err
	}
	for _, item := range items {
		row := checkRow{Item: item}
		if item.MediaID != "" {
			m, err := s.Media.Of(ctx, v.Village, item.MediaID)
			if err != nil && !model.IsCode(err, model.Unknown) {
				return list, err
			}
			if err == nil {
				row.File = &m
			}
		}
		list.Items = append(list.Items, row)
	}
	if next != "" {
		list.Next = v.Here("after", next)
	}
	return list, nil
}

func (s *console) checks(ctx context.Context, v *web.Visit) error {
	list, err := s.checkList(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("checks", wordsChecks, list)
}

func (s *console) decideCheck(ctx context.Context, v *web.Visit) error {
	failed := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		publish := v.Text("publish") == "yes"
		said := wordsRefused
		if publish {
			said = wordsPassed
		}
		return web.Then{To: backTo(v, "/console/"+v.Village+"/checks"), Said: said}, s.Checks.Decide(ctx, v.Actor, v.Village, v.Param("id"), publish, v.Text("reason"))
	})
	if failed == nil {
		return nil
	}
	list, err := s.checkList(ctx, v)
	if err != nil {
		return failed
	}
	list.Failed, list.Reason = v.Param("id"), v.Text("reason")
	return v.Again(ctx, failed, "checks", wordsChecks, list)
}

// dueChecks are one line of the day.
func (s *console) dueChecks(ctx context.Context, v *web.Visit) ([]due, error) {
	if !v.Actor.May(model.VerbReview, v.Village) {
		return nil, nil
	}
	items, _, err := s.Checks.Queue(ctx, v.Actor, v.Village, "", checksShown)
	if err != nil {
		return nil, err
	}
	at := "/console/" + v.Village + "/checks"
	var dues []due
	for _, i := range items {
		if len(dues) == dueMost || i.Own {
			continue
		}
		d := due{What: "审核", Title: "能不能公开：" + i.Why, To: at, More: i.Text}
		if i.MediaID != "" {
			d.More = "照片或录音，请点开看"
		} else if !i.Risky {
			d.Quick = []quick{{To: at + "/" + i.ID, Button: "可以公开", Name: "publish", Value: "yes", Second: true}}
		}
		dues = append(dues, d)
	}
	return dues, nil
}
