package site

import (
	"context"
	"slices"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/membership"
)

// elder is somebody of the village for whom the actor may act.
type elder struct {
	ID, Name string // the public id
	Chosen   bool
}

// forWhom asks for whom something is done.
type forWhom struct {
	Self   bool // it may be for the actor, who belongs to the village
	Elders []elder
	Chosen string // the public id of the elder; empty: the actor
	Name   string
}

// elders are those of this village who agreed to be helped with one of the scopes;
// none named: with anything.
func (s *site) elders(ctx context.Context, v *web.Visit, scopes ...string) ([]elder, error) {
	if !v.Actor.Known() {
		return nil, nil
	}
	_, byMe, err := s.Members.Helpers(ctx, v.Actor)
	var all []elder
	for _, h := range byMe {
		useful := len(scopes) == 0 || slices.ContainsFunc(scopes, func(scope string) bool { return slices.Contains(h.Scope, scope) })
		if h.State == model.HelpAgreed && h.VillageID == v.Village && useful && h.Until.After(s.Now()) {
			all = append(all, elder{ID: model.PublicID(h.Elder.VillageID, h.Elder.ID), Name: h.ElderName})
		}
	}
	return all, err
}

// whom is the question for whom, with what the page or the form says already.
func (s *site) whom(ctx context.Context, v *web.Visit, scopes ...string) (forWhom, error) {
	elders, err := s.elders(ctx, v, scopes...)
	w := forWhom{Self: v.Actor.VillageID == v.Village || !v.Actor.Known(), Elders: elders, Chosen: forOf(v)}
	if w.Chosen == "" && !w.Self && len(elders) > 0 {
		w.Chosen = elders[0].ID
	}
	for i := range w.Elders {
		if w.Elders[i].ID == w.Chosen {
			w.Elders[i].Chosen, w.Name = true, w.Elders[i].Name
		}
	}
	return w, err
}

// person is the elder that is chosen, as services name them.
func (w forWhom) person(v *web.Visit) (model.Person, error) { return personFor(v, w.Chosen) }

func forOf(v *web.Visit) string {
	if named := v.Text("for"); named != "" {
		return named
	}
	return v.Query("for")
}

// chosen is for whom a form is; nobody: for the actor.
func chosen(v *web.Visit) (model.Person, error) { return personFor(v, forOf(v)) }

func personFor(v *web.Visit, named string) (model.Person, error) {
	if named == "" {
		if v.Actor.Known() && v.Actor.VillageID != v.Village {
			return model.Person{}, model.Errorf(model.Forbidden, wordsChoose)
		}
		return model.Person{}, nil
	}
	villageID, id, err := model.ParsePublicID(named)
	if err != nil || villageID != v.Village {
		return model.Person{}, model.Errorf(model.Forbidden, wordsChoose)
	}
	return model.Person{VillageID: villageID, ID: id}, nil
}

// withFor adds for whom to an address, when it isn't for the actor.
func withFor(to, public string) string {
	if public == "" {
		return to
	}
	return to + "?for=" + public
}

func (s *site) myHelpRoutes() []web.Route {
	const at = "/v/:village/me/helpers"
	return []web.Route{
		{Door: web.SignedIn, Method: "GET", Path: at, Do: s.helpers},
		{Door: web.SignedIn, Method: "POST", Path: at, Do: s.askHelp},
		{Door: web.SignedIn, Method: "POST", Path: at + "/:id/agree", Do: s.helpMove(wordsHelpAgreed, func(ctx context.Context, a model.Actor, ref membership.HelpRef) error {
			_, err := s.Members.Agree(ctx, a, ref)
			return err
		})},
		{Door: web.SignedIn, Method: "POST", Path: at + "/:id/disagree", Do: s.helpMove(wordsHelpRefused, func(ctx context.Context, a model.Actor, ref membership.HelpRef) error {
			_, err := s.Members.Disagree(ctx, a, ref)
			return err
		})},
		{Door: web.SignedIn, Method: "POST", Path: at + "/:id/end", Do: s.helpMove(wordsHelpEnded, func(ctx context.Context, a model.Actor, ref membership.HelpRef) error {
			_, err := s.Members.EndHelp(ctx, a, ref)
			return err
		})},
	}
}

type helpersPage struct {
	filled
	OfMine, ByMe []membership.Help
}

func (s *site) helpers(ctx context.Context, v *web.Visit) error {
	page, err := s.helpersPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("my helpers", wordsHelpers, page)
}

func (s *site) helpersPage(ctx context.Context, v *web.Visit) (helpersPage, error) {
	page := helpersPage{filled: filledIn(v, "name", "household", "scope", "months")}
	var err error
	page.OfMine, page.ByMe, err = s.Members.Helpers(ctx, v.Actor)
	return page, err
}

func (s *site) helpAgain(ctx context.Context, v *web.Visit, failed error) error {
	if model.AsError(failed) == nil {
		return failed
	}
	page, err := s.helpersPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Again(ctx, failed, "my helpers", wordsHelpers, page)
}

func (s *site) askHelp(ctx context.Context, v *web.Visit) error {
	months, err := v.Number("months", "几个月")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			help, err := s.Members.AskToHelp(ctx, v.Actor, membership.AskHelp{VillageID: v.Village, Elder: named(v, "name", "household"), Scope: v.Texts("scope"), Months: months})
			return web.Then{To: mine(v, "/me/helpers"), Said: "问出去了，编号 #" + itoa(int(help.Number)) + "。" + help.ElderName + "同意以后才能代办；没有微信的，请网格员当面问"}, err
		})
	}
	return s.helpAgain(ctx, v, err)
}

// helpMove is a form about one helping, which may be of an elder of another village.
func (s *site) helpMove(said string, move func(ctx context.Context, actor model.Actor, ref membership.HelpRef) error) doing {
	return func(ctx context.Context, v *web.Visit) error {
		villageID, id, err := model.ParsePublicID(v.Param("id"))
		if err == nil {
			err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
				return web.Then{To: mine(v, "/me/helpers"), Said: said}, move(ctx, v.Actor, membership.HelpRef{VillageID: villageID, ID: id})
			})
		}
		return s.helpAgain(ctx, v, err)
	}
}
