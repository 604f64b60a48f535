// Package site is the village's pages, for anybody and first of all for phones.
package site

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/desk"
	"cunwu/service/disclosure"
	"cunwu/service/media"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/privacy"
	"cunwu/service/publiclog"
	"cunwu/service/session"
	"cunwu/service/village"
)

//go:embed page/*.html
var pageFiles embed.FS

// Deps are the rooms that the pages show.
type Deps struct {
	Now    model.Now
	People *village.Service
	Cases  *casework.Service
	Public *disclosure.Service
	Polls  *poll.Service
	Merit  *merit.Service
	Ledger *publiclog.Service
	Media  *media.Service
	Desk   *desk.Service
	Mine
}

// Mine are the rooms that only whoever is signed in comes to.
type Mine struct {
	Members  *membership.Service
	Disputes *mediation.Service
	Notices  *notice.Service
	Privacy  *privacy.Service
	Sessions *session.Service
}

type site struct{ Deps }

// Mount hangs the pages into the engine.
func Mount(engine *gin.Engine, frame *web.Frame, d Deps) error {
	s := &site{d}
	routes := s.routes()
	for i, r := range routes {
		if r.Door != web.Secret {
			routes[i].Do = s.ofVillage(r.Do)
		}
	}
	_, err := frame.Mount(engine, web.Room{Pages: pageFiles, Words: allWords(), Nav: s.nav, Routes: routes})
	return err
}

// routes is every page of the site. The token in a ballot's path is a secret: logs
// and metrics name the route.
func (s *site) routes() []web.Route {
	const get, post = http.MethodGet, http.MethodPost
	return slices.Concat([]web.Route{
		{Door: web.Secret, Method: get, Path: "/v/:village/ballot/:token", Do: s.ballot},
		{Door: web.Secret, Method: post, Path: "/v/:village/ballot/:token", Do: s.cast},
		{Door: web.Public, Method: get, Path: "/v/:village", Do: s.home},
		{Door: web.Public, Method: get, Path: "/v/:village/answers", Do: s.answers},
	},
		s.disclosureRoutes(),
		s.pollRoutes(),
		s.honourRoutes(),
		s.logRoutes(),
		s.myRoutes(),
	)
}

// ofVillage lets nobody past who asks for a village that there isn't: a township
// has no pages here.
func (s *site) ofVillage(do func(context.Context, *web.Visit) error) func(context.Context, *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		unit, err := s.People.Get(ctx, v.Village)
		if err != nil {
			return err
		}
		if unit.Kind != model.UnitVillage {
			return model.Errorf(model.Unknown, wordsNoVillage)
		}
		return do(ctx, v)
	}
}

// nav is the site's navigation; a one-time ballot has none.
func (s *site) nav(_ context.Context, v *web.Visit) ([]web.Link, error) {
	home := "/v/" + v.Village
	if v.Village == "" || strings.HasPrefix(v.Path(), home+"/ballot/") {
		return nil, nil
	}
	links := []web.Link{{To: home, Text: "首页", Here: v.Path() == home}}
	for _, part := range []struct{ path, text string }{{"disclosures", "公开"}, {"polls", "投票"}, {"ask", "问支部"}, {"disputes", "调解"}, {"merit", "积分"}, {"me", "我的"}} {
		to := home + "/" + part.path
		links = append(links, web.Link{To: to, Text: part.text, Here: here(v, part.path)})
	}
	return links, nil
}

// idOf is the row that the path names, by its public id or without the village.
func idOf(v *web.Visit) string { return strings.TrimPrefix(v.Param("id"), v.Village+"-") }
