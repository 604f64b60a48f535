// Package api is the JSON door under /api/v1: for the mini-program and any other
// client. What it serves describes itself at /openapi.json.
package api

import (
	"log/slog"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"cunwu/service/casework"
	"cunwu/service/desk"
	"cunwu/service/disclosure"
	"cunwu/service/media"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/moderation"
	"cunwu/service/notice"
	"cunwu/service/once"
	"cunwu/service/poll"
	"cunwu/service/privacy"
	"cunwu/service/publiclog"
	"cunwu/service/session"
	"cunwu/service/throttle"
	"cunwu/service/village"
)

// Prefix stands before every path of the table of routes.
const Prefix = "/api/v1"

// Deps are the rooms that the door opens on.
type Deps struct {
	Sessions *session.Service
	People   *village.Service
	Members  *membership.Service
	Cases    *casework.Service
	Desk     *desk.Service
	Notices  *notice.Service
	Media    *media.Service
	Checks   *moderation.Service
	Disputes *mediation.Service
	Merit    *merit.Service
	Public   *disclosure.Service
	Ledger   *publiclog.Service
	Polls    *poll.Service
	Privacy  *privacy.Service
	Once     *once.Service
	Throttle *throttle.Service
	Limits   Limits
	Logger   *slog.Logger
	// Templates are those that people of an account may be asked to subscribe to.
	Templates func(account string) []string
}

// Limits say how often somebody may ask. A whole village may stand behind one
// address, so those of addresses are wide.
type Limits struct {
	Address       throttle.Limit // requests from one address
	Person        throttle.Limit // requests of one signed-in WeChat identity
	StrictAddress throttle.Limit // tries to sign in or to bind, from one address
	StrictPerson  throttle.Limit // and of one identity
}

// DefaultLimits are what an ordinary county needs.
func DefaultLimits() Limits {
	return Limits{
		Address:       throttle.Limit{Burst: 1200, Per: time.Minute},
		Person:        throttle.Limit{Burst: 120, Per: time.Minute},
		StrictAddress: throttle.Limit{Burst: 120, Per: 10 * time.Minute},
		StrictPerson:  throttle.Limit{Burst: 10, Per: 10 * time.Minute},
	}
}

// API is the door.
type API struct {
	Deps
	document []byte // of /openapi.json
	page     []byte // of /openapi
}

// Mount hangs the routes into the engine and returns the door.
func Mount(engine *gin.Engine, d Deps) (*API, error) {
	if d.Limits == (Limits{}) {
		d.Limits = DefaultLimits()
	}
	a := &API{Deps: d}
	group := engine.Group(Prefix, closed)
	registered := humagin.NewWithGroup(engine, group, config())
	for _, r := range a.routes() {
		r.handle(a, registered, r)
	}
	if err := a.describe(registered.OpenAPI()); err != nil {
		return nil, err
	}
	engine.GET("/openapi.json", closed, a.serveDocument)
	engine.GET("/openapi", closed, a.servePage)
	return a, nil
}

// config is huma without what would write into bodies or need a network, and with
// nothing but JSON.
func config() huma.Config {
	c := huma.DefaultConfig("村务 API", "1")
	c.CreateHooks, c.OpenAPIPath, c.DocsPath, c.SchemasPath = nil, "", "", ""
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Formats = map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}
	c.RejectUnknownQueryParameters = true
	c.Transformers = []huma.Transformer{asProblem}
	c.Servers = []*huma.Server{{URL: Prefix}}
	c.Info.Description = "村民、村干部的小程序和其他客户端用的接口。除标明“不用登录”的以外，请求头要带 Authorization: Bearer TOKEN。" +
		"时间是带时区的 RFC 3339，金额是整数分；列表用 limit（最多100）和 cursor 翻页；写操作可带 Idempotency-Key，同一编号同一内容只办一次。" +
		"出错时回 application/problem+json，detail 是给人看的话。"
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"session": {Type: "http", Scheme: "bearer", Description: "登录（POST /login）得到的 token"}}
	return c
}

// schemaName is a type's name in the document.
func schemaName(t reflect.Type, hint string) string {
	return strings.TrimSuffix(huma.DefaultSchemaNamer(t, hint), "Shape")
}
