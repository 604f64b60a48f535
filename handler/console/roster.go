package console

import (
	"context"
	"net/http"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/village"
)

const peopleShown = 50 // of the roll, on one page

func (s *console) rosterRoutes() []web.Route {
	const at = "/console/:village/roster"
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: at, Do: s.roster},
		{Door: web.SignedIn, Method: http.MethodGet, Path: at + "/sheet", Do: s.rosterSheet, Sends: true},
		{Door: web.SignedIn, Method: http.MethodGet, Path: at + "/households/:id", Do: s.household},
		{Door: web.SignedIn, Method: http.MethodGet, Path: at + "/people/:id", Do: s.person},
		{Door: web.SignedIn, Method: http.MethodPost, Path: at + "/people/:id/state", Do: s.markPerson},
		{Door: web.SignedIn, Method: http.MethodPost, Path: at + "/people/:id/confirm", Do: s.confirmPerson},
		{Door: web.SignedIn, Method: http.MethodPost, Path: at + "/people/:id/unbind", Do: s.unbindPerson},
		{Door: web.SignedIn, Method: http.MethodPost, Path: at + "/people/:id/kin", Do: s.addKin},
		{Door: web.SignedIn, Method: http.MethodPost, Path: at + "/people/:id/kin/drop", Do: s.dropKin},
		{Door: web.SignedIn, Method: http.MethodGet, Path: at + "/import", Do: s.importRoster},
		{Door: web.SignedIn, Method: http.MethodGet, Path: at + "/import/template", Do: s.rosterTemplate, Sends: true},
		{Door: web.SignedIn, Method: http.MethodGet, Path: at + "/import/progress", Do: s.progress},
		{Door: web.SignedIn, Method: http.MethodPost, Path: at + "/import", Do: s.previewRoster, Sends: true},
		{Door: web.SignedIn, Method: http.MethodPost, Path: at + "/import/confirm", Do: s.confirmRoster, Sends: true},
	}
}

// rosterPage is a part of the roll.
type rosterPage struct {
	village.Sought

	Groups []choice
	States []choice
	People []village.Entry
	Next   string
	Sheet  string // where the same people go out as Excel
	Import bool
	Invite bool
	Bind   bool
	Today  time.Time
}

// soughtIn is whom the address asks for: those who are there, unless it says so.
func soughtIn(v *web.Visit) village.Sought {
	q := village.Sought{Words: v.Query("words"), Group: v.Query("group"), State: v.Query("state")}
	switch q.State {
	case "":
		q.State = model.VillagerLiving
	case "all":
		q.State = ""
	}
	return q
}

func (s *console) roster(ctx context.Context, v *web.Visit) error {
	page := rosterPage{Sought: soughtIn(v), Today: s.Now(), Sheet: below(v, "roster", "sheet"), Import: v.Actor.May(model.VerbImport, v.Village),
		Invite: v.Actor.May(model.VerbInvite, v.Village), Bind: v.Actor.May(model.VerbBindOthers, v.Village)}
	page.States = choose([]choice{{Value: model.VillagerLiving, Text: "在册"}, {Value: model.VillagerMoved, Text: "迁出"}, {Value: model.VillagerDead, Text: "去世"}, {Value: "all", Text: "全部"}}, v.Query("state"))
	groups, err := s.People.Groups(ctx, v.Village)
	if err != nil {
		return err
	}
	page.Groups = []choice{{Text: "全村"}}
	for _, group := range groups {
		page.Groups = append(page.Groups, choice{Value: group, Text: group})
	}
	page.Groups = choose(page.Groups, page.Group)
	people, next, err := s.People.Roll(ctx, v.Actor, v.Village, page.Sought, v.Query("after"), peopleShown)
	if err != nil {
		return v.Again(ctx, err, "roster", "名册", page)
	}
	page.People = people
	page.Sheet += v.Here("after", "")[len(v.Path()):]
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return v.Show("roster", "名册", page)
}

// rosterSheet sends the same people as Excel; nobody's numbers stand in it in full.
func (s *console) rosterSheet(ctx context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbRoll, v.Village); err != nil {
		return err
	}
	head := []string{"姓名", "性别", "身份证号（遮了中间）", "手机号（遮了中间）", "户号", "与户主关系", "村民小组", "户籍", "现居地", "政治面貌", "在不在册", "微信"}
	return v.SendSheet(ctx, web.Sheet{Name: "名册", Head: head, Each: func(row func(cells ...any) error) error {
		return s.People.EachOfRoll(ctx, v.Actor, v.Village, soughtIn(v), func(e village.Entry) error {
			return row(e.Name, e.Gender, e.IDNumber, e.Phone, e.HouseholdNo, e.Relation, e.Group, standingWords(e.Standing), e.Residence, e.Political, personState(e.State), strengthWords(e.Strength))
		})
	}})
}

type householdPage struct {
	village.House

	Invite bool
	Today  time.Time
}

func (s *console) household(ctx context.Context, v *web.Visit) error {
	house, err := s.People.House(ctx, v.Actor, v.Village, rowID(v, "id"))
	if err != nil {
		return err
	}
	return v.Show("household", "户号 "+house.Number, householdPage{House: house, Today: s.Now(), Invite: v.Actor.May(model.VerbInvite, v.Village)})
}
