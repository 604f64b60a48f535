package console

import (
	"context"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/village"
)

const grantsShown = 100

func (s *console) roleRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/roles", Do: s.roles},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/roles", Do: s.grantRole},
		{Door: web.SignedIn, Method: http.MethodPost, Path: "/console/:village/roles/end", Do: s.endRole},
	}
}

// rolesPage is who holds what since when, and with All who held it.
type rolesPage struct {
	All    bool
	Grants []village.Grant
	Next   string
	May    bool
	Town   bool // of a township
	Roles  []choice
	F      typed
}

func (s *console) rolesPage(ctx context.Context, v *web.Visit) (rolesPage, error) {
	page := rolesPage{All: v.Query("all") != "", May: v.Actor.May(model.VerbGrant, v.Village), F: typedIn(v, "name", "house", "role", "outsider")}
	unit, err := s.People.Get(ctx, v.Village)
	if err != nil {
		return page, err
	}
	page.Town = unit.Kind == model.UnitTownship
	for _, role := range village.RolesAt(unit.Kind) {
		page.Roles = append(page.Roles, choice{Value: string(role), Text: role.Title()})
	}
	page.Roles = choose(page.Roles, page.F["role"])
	var next string
	page.Grants, next, err = s.People.Grants(ctx, v.Actor, v.Village, page.All, v.Query("after"), grantsShown)
	if next != "" {
		page.Next = v.Here("after", next)
	}
	return page, err
}

func (s *console) roles(ctx context.Context, v *web.Visit) error {
	page, err := s.rolesPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("roles", "职务", page)
}

func (s *console) grantRole(ctx context.Context, v *web.Visit) error {
	return s.inRoles(ctx, v, func(ctx context.Context) (string, error) {
		role := model.Role(v.Text("role"))
		person, err := s.People.Grant(ctx, v.Actor, village.GrantRole{Unit: v.Village, Name: v.Text("name"), HouseholdNo: v.Text("house"), Role: role, Outsider: v.Ticked("outsider")})
		return person.Name + "从现在起是" + role.Title(), err
	})
}

func (s *console) endRole(ctx context.Context, v *web.Visit) error {
	return s.inRoles(ctx, v, func(ctx context.Context) (string, error) {
		role := model.Role(v.Text("role"))
		person, err := s.People.End(ctx, v.Actor, village.EndRole{Unit: v.Village, ID: v.Text("person"), Role: role})
		return person.Name + "不再是" + role.Title() + "，没办完的事转给了别人", err
	})
}

// inRoles does something of the page and comes back to it.
func (s *console) inRoles(ctx context.Context, v *web.Visit, run func(ctx context.Context) (said string, err error)) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		said, err := run(ctx)
		return web.Then{To: below(v, "roles"), Said: said}, err
	})
	if err == nil {
		return nil
	}
	page, failed := s.rolesPage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "roles", "职务", page)
}
