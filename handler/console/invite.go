package console

import (
	"context"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/village"
)

func (s *console) inviteRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/invite", Do: s.invite},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/invite", Do: s.printSlips, Sends: true},
	}
}

// invitePage asks for whom slips are printed.
type invitePage struct {
	Groups []choice
	Most   int
	F      typed
}

// slipsPage are the slips. They are shown once: nobody can look codes up.
type slipsPage struct {
	Slips []slip
	Next  string // the household after which it goes on; empty: all are there
	F     typed
	NoQR  bool
}

type slip struct {
	village.Slip

	Name string // of one person; empty: for the household
	Code web.Drawing
}

func (s *console) invitePage(ctx context.Context, v *web.Visit) (invitePage, error) {
	page := invitePage{Most: village.SlipsMost, F: typedIn(v, "group", "unbound", "house", "name", "after")}
	if err := v.Actor.Require(model.VerbInvite, v.Village); err != nil {
		return page, err
	}
	groups, err := s.People.Groups(ctx, v.Village)
	page.Groups = []choice{{Text: "全村"}}
	for _, group := range groups {
		page.Groups = append(page.Groups, choice{Value: group, Text: group})
	}
	page.Groups = choose(page.Groups, page.F["group"])
	return page, err
}

func (s *console) invite(ctx context.Context, v *web.Visit) error {
	page, err := s.invitePage(ctx, v)
	if err != nil {
		return err
	}
	page.F["unbound"], page.F["house"] = "1", v.Query("house")
	return v.Show("invite", "绑定邀请", page)
}

// printSlips makes codes and shows them as slips. It doesn't go by Do, which would
// keep the codes in clear.
func (s *console) printSlips(ctx context.Context, v *web.Visit) error {
	page, err := s.invitePage(ctx, v)
	if err != nil {
		return err
	}
	slips, next, err := s.slips(ctx, v)
	if err != nil {
		return v.Again(ctx, err, "invite", "绑定邀请", page)
	}
	out := slipsPage{Next: next, F: page.F}
	for _, one := range slips {
		if one.Code, err = s.slipCode(ctx, v, one.Slip.Code); err != nil {
			out.NoQR = true // WeChat is away: the code alone does
		}
		out.Slips = append(out.Slips, one)
	}
	return v.Show("slips", "绑定条", out)
}

func (s *console) slips(ctx context.Context, v *web.Visit) ([]slip, string, error) {
	house, id := v.Text("house"), v.Text("person")
	if house == "" && id == "" {
		made, next, err := s.People.InviteHouseholds(ctx, v.Actor, village.Slips{Unit: v.Village, Group: v.Text("group"), Unbound: v.Ticked("unbound"), After: v.Text("after")})
		slips := make([]slip, len(made))
		for i := range made {
			slips[i].Slip = made[i]
		}
		return slips, next, err
	}
	code, expires, err := s.People.Invite(ctx, v.Actor, village.NewInvitation{Unit: v.Village, HouseholdNo: house, ID: id})
	one := slip{Slip: village.Slip{Household: model.Household{Number: house}, Code: code, Expires: expires}}
	if err == nil && id != "" {
		var names map[string]string
		names, err = s.People.Names(ctx, v.Village, id)
		one.Name = names[id]
	}
	return []slip{one}, "", err
}

// slipCode draws the code that binds whoever scans it.
func (s *console) slipCode(ctx context.Context, v *web.Visit, code string) (web.Drawing, error) {
	if s.InviteQR == nil {
		return web.Drawing{}, model.Errorf(model.Away, "没有接公众号")
	}
	content, err := s.InviteQR(ctx, v.Village, code)
	if err != nil {
		return web.Drawing{}, err
	}
	return web.DrawCode(content)
}
