package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/disclosure"
)

func (s *console) catalogueRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/catalogue", Do: s.catalogue},
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/catalogue/:duty", Do: s.catalogueLine},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/catalogue/:duty", Do: s.setLine},
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/rules", Do: s.rules},
	}
}

// cataloguePage is what the village must disclose, and who changed it when.
type cataloguePage struct {
	Duties []dutyRow
	May    bool
}

type dutyRow struct {
	disclosure.Duty

	Edited disclosure.Edit
}

func (s *console) catalogue(ctx context.Context, v *web.Visit) error {
	duties, err := s.Public.Catalogue(ctx, v.Village)
	if err != nil {
		return err
	}
	edits, err := s.Public.Edits(ctx, v.Village)
	if err != nil {
		return err
	}
	page := cataloguePage{May: v.Actor.May(model.VerbCatalogue, v.Village)}
	for _, d := range duties {
		page.Duties = append(page.Duties, dutyRow{Duty: d, Edited: edits[d.ID]})
	}
	return v.Show("catalogue", "公开目录", page)
}

const newLine = "new" // in place of an id

// linePage is a line of the catalogue to be changed, or a new one.
type linePage struct {
	disclosure.Duty

	New   bool
	Kinds []choice
	Often []choice
	F     typed
}

func (s *console) linePage(ctx context.Context, v *web.Visit) (linePage, error) {
	page := linePage{New: v.Param("duty") == newLine, Duty: disclosure.Duty{Months: 3, DueDays: 15, Active: true}}
	if err := v.Actor.Require(model.VerbCatalogue, v.Village); err != nil {
		return page, err
	}
	if !page.New {
		duties, err := s.Public.Catalogue(ctx, v.Village)
		if err != nil {
			return page, err
		}
		at := slices.IndexFunc(duties, func(d disclosure.Duty) bool { return d.ID == v.Param("duty") })
		if at < 0 {
			return page, model.Errorf(model.Unknown, "目录里没有这一项，请回到目录再选")
		}
		page.Duty = duties[at]
	}
	page.F = typed{"title": page.Title, "days": count(page.DueDays), "since": page.Since.In(model.Shanghai).Format(time.DateOnly)}
	if page.Since.IsZero() {
		page.F["since"] = s.Now().In(model.Shanghai).Format(time.DateOnly)
	}
	page.Kinds = choose(dutyKinds(), page.Kind)
	page.Often = choose([]choice{{Value: "1", Text: "每月"}, {Value: "3", Text: "每季"}, {Value: "12", Text: "每年"}, {Value: "0", Text: "随时（有事就公开）"}}, count(page.Months))
	return page, nil
}

func (s *console) catalogueLine(ctx context.Context, v *web.Visit) error {
	page, err := s.linePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("duty", lineTitle(page), page)
}

func lineTitle(page linePage) string {
	if page.New {
		return "目录里加一项"
	}
	return page.Title
}

func (s *console) setLine(ctx context.Context, v *web.Visit) error {
	page, err := s.linePage(ctx, v)
	if err != nil {
		return err
	}
	err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		d := disclosure.Duty{ID: page.ID, Kind: v.Text("kind"), Title: v.Text("title"), Active: page.Law != "" || v.Ticked("active")}
		if page.New {
			d.ID = "own_" + strings.ToLower(model.NewID()[20:])
		}
		var err error
		if d.Months, err = v.Number("months", "多久公开一次"); err != nil {
			return web.Then{}, err
		}
		if d.DueDays, err = v.Number("days", "几天内公开"); err != nil {
			return web.Then{}, err
		}
		if d.Since, err = v.Day("since", "从哪天算起"); err != nil {
			return web.Then{}, err
		}
		return web.Then{To: below(v, "catalogue"), Said: "目录改好了，从下一期起照新的办"}, s.Public.SetDuty(ctx, v.Actor, v.Village, d)
	})
	if err == nil {
		return nil
	}
	page.F, page.Active = typedIn(v, "title", "days", "since"), v.Ticked("active")
	page.Kinds, page.Often = chooseOnly(page.Kinds, v.Text("kind")), chooseOnly(page.Often, v.Text("months"))
	return v.Again(ctx, err, "duty", lineTitle(page), page)
}

// chooseOnly chooses one again, whatever was chosen before.
func chooseOnly(choices []choice, chosen string) []choice {
	for i := range choices {
		choices[i].Chosen = choices[i].Value == chosen
	}
	return choices
}

// ruleRow is a dated number of the law.
type ruleRow struct {
	model.Rule

	Now bool // it holds today
}

// ruleGroup is a part of the rule table.
type ruleGroup struct {
	Title string
	Rules []ruleRow
}

// rules are read only: they change by a new version of the program.
func (s *console) rules(ctx context.Context, v *web.Visit) error {
	all, err := s.People.Rules(ctx)
	if err != nil {
		return err
	}
	today := s.Now().In(model.Shanghai).Format(time.DateOnly)
	var groups []ruleGroup
	for _, r := range all {
		part, _, _ := strings.Cut(r.Name, ".")
		if n := len(groups); n == 0 || groups[n-1].Title != ruleGroupTitle(part) {
			groups = append(groups, ruleGroup{Title: ruleGroupTitle(part)})
		}
		last := &groups[len(groups)-1]
		last.Rules = append(last.Rules, ruleRow{Rule: r, Now: r.ValidFrom <= today && (r.ValidTo == "" || today <= r.ValidTo)})
	}
	return v.Show("rules", "程序照着办的规则", groups)
}

func ruleGroupTitle(part string) string {
	switch part {
	case "case":
		return "留言"
	case "disclosure":
		return "公开"
	case "poll", "proposal":
		return "投票和提议"
	case "merit":
		return "积分"
	case "mediation":
		return "调解"
	case "retain", "erasure", "export", "upload":
		return "资料保存"
	}
	return "绑定和代办"
}
