// Package console is where cadres work at a desk or on a phone: each sees what
// waits for them, and nothing that isn't theirs to see.
package console

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/desk"
	"cunwu/service/disclosure"
	"cunwu/service/media"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/moderation"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

//go:embed page/*.html
var pageFiles embed.FS

// Deps are the rooms that the console shows.
type Deps struct {
	People   *village.Service
	Cases    *casework.Service
	Desk     *desk.Service // forms over several rooms, and files for whoever may see them
	Public   *disclosure.Service
	Notices  *notice.Service
	Checks   *moderation.Service
	Media    *media.Service
	Polls    *poll.Service
	Disputes *mediation.Service
	Merit    *merit.Service
	Members  *membership.Service
	Audit    *audit.Service
	Ledger   *publiclog.Service
	Chain    *audit.Chain
	// InviteQR makes what a household's QR code holds; nil: slips have the code only.
	InviteQR func(ctx context.Context, villageID, code string) (content string, err error)
	Now      func() time.Time
}

type console struct {
	Deps
	imports imports // of rosters, now running
}

// Mount hangs the console into the engine.
func Mount(engine *gin.Engine, frame *web.Frame, d Deps) error {
	s := &console{Deps: d}
	_, err := frame.Mount(engine, web.Room{Pages: pageFiles, Words: words(), Nav: s.nav, Enter: s.enter, Desk: true, Routes: s.routes()})
	return err
}

// routes is every page of the console; each part adds its line.
func (s *console) routes() []web.Route {
	return slices.Concat(
		s.doorRoutes(),
		s.pollRoutes(),
		s.matterRoutes(),
		s.disputeRoutes(),
		s.meritRoutes(),
		s.caseRoutes(),
		s.checkRoutes(),
		s.noticeRoutes(),
		s.disclosureRoutes(),
		s.rosterRoutes(),
		s.requestRoutes(),
		s.inviteRoutes(),
		s.roleRoutes(),
		s.catalogueRoutes(),
		s.auditRoutes(),
		s.deadRoutes(),
		s.townshipRoutes(),
	)
}

// doorRoutes are the way in. Each part of the console has such a list in its file.
func (s *console) doorRoutes() []web.Route {
	return []web.Route{
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console", Do: s.choose},
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village", Do: s.day},
		{Door: web.SignedIn, Method: http.MethodGet, Path: "/console/:village/settings", Do: s.settingsPage},
	}
}

// enter lets in whoever holds a role in the village, and of the township only
// with a second factor, for they see several villages.
func (s *console) enter(_ context.Context, v *web.Visit) error {
	if v.Village == "" {
		return nil
	}
	roles := rolesIn(v.Actor, v.Village)
	if len(roles) == 0 {
		return model.Errorf(model.Forbidden, wordsNoRole)
	}
	switch {
	case !needsSecond(roles) || v.Session.Strong && v.Actor.Person().Is(v.Sender.Actor.Person()):
		return nil
	case !v.Actor.Person().Is(v.Sender.Actor.Person()): // the factor is of whoever speaks
		return model.Errorf(model.Forbidden, wordsSpeakFirst, v.Actor.Name)
	}
	return v.Second()
}

func rolesIn(a model.Actor, villageID string) []model.Role {
	var roles []model.Role
	for _, held := range a.Holds {
		if held.VillageID == villageID && !slices.Contains(roles, held.Role) {
			roles = append(roles, held.Role)
		}
	}
	return roles
}

func needsSecond(roles []model.Role) bool {
	return slices.Contains(roles, model.RoleTownship) || slices.Contains(roles, model.RoleOperator)
}
