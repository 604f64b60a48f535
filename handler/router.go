// Package handler is the doors: HTTP in, a use case, HTTP out.
package handler

import (
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/handler/api"
	"cunwu/handler/console"
	"cunwu/handler/problem"
	"cunwu/handler/site"
	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/inbox"
	"cunwu/wechat"
)

// Deps are what the doors open on.
type Deps struct {
	Inbox    *inbox.Service
	Official map[string]*wechat.Codec // official accounts, by app id
	Mini     map[string]*wechat.Codec // the mini-program's own pushes
	Checks   []Check                  // of /readyz
	Gauges   []Gauges                 // of /metrics
	Now      func() time.Time
	Logger   *slog.Logger
	Extra    map[string]http.Handler // the demo's pages, by path
	Proxies  []string                // whose word on a visitor's address counts
	API      *api.Deps               // the JSON API; nil: there is none
	Web      *web.Deps               // what all pages stand on; nil: there are none
	Site     site.Deps               // the village's pages
	Console  console.Deps            // the cadres' pages
	Checked  http.Handler            // files that WeChat fetches to check them; nil: none
	HTTPS    bool                    // people come by https
}

// Door says who may come in by a route.
type Door string

// The doors.
const (
	Public Door = "public" // anybody
	WeChat Door = "wechat" // WeChat, by signature
	// Machine: the machines around, by private address; a proxy must not let it out.
	Machine Door = "machine"
)

// route is a line of the table below.
type route struct {
	door   Door
	method string
	path   string
	handle gin.HandlerFunc
}

// NewRouter builds the doors.
func NewRouter(d Deps) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.MaxMultipartMemory = 1 << 20 // of a form; the rest goes to a file
	if err := engine.SetTrustedProxies(d.Proxies); err != nil {
		return nil, err
	}
	m := newMetrics(d)
	callback := &callback{inbox: d.Inbox, metrics: m, now: d.Now, log: d.Logger}
	engine.Use(identify, guarded(d.HTTPS), m.observe, logged(d.Logger), recovered(d.Logger))

	routes := []route{
		{WeChat, http.MethodGet, "/wechat/oa/:appid", callback.check(d.Official)},
		{WeChat, http.MethodPost, "/wechat/oa/:appid", callback.receive(d.Official)},
		{WeChat, http.MethodGet, "/wechat/mini/:appid", callback.check(d.Mini)},
		{WeChat, http.MethodPost, "/wechat/mini/:appid", callback.receive(d.Mini)},
		{Public, http.MethodGet, "/healthz", healthy},
		{Public, http.MethodGet, "/readyz", (&readiness{checks: d.Checks}).serve},
		{Machine, http.MethodGet, "/metrics", m.page},
		// What stands under /api/v1 is on the screen of handler/api/routes.go.
	}
	if d.Checked != nil {
		routes = append(routes, route{WeChat, http.MethodGet, "/checks/:token", gin.WrapH(d.Checked)})
	}
	for _, r := range routes {
		if r.door == Machine {
			engine.Handle(r.method, r.path, nearby, r.handle)
			continue
		}
		engine.Handle(r.method, r.path, r.handle)
	}
	if d.API != nil {
		if _, err := api.Mount(engine, *d.API); err != nil {
			return nil, err
		}
	}
	engine.NoRoute(func(c *gin.Context) { say(c, http.StatusNotFound, model.Unknown, problem.NoPage) })
	if d.Web != nil {
		if err := pages(engine, d); err != nil {
			return nil, err
		}
	}
	mount(engine, d.Extra)
	engine.NoMethod(func(c *gin.Context) { say(c, http.StatusMethodNotAllowed, model.Invalid, problem.NoMethod) })
	return engine, nil
}

// pages hangs up what browsers read, and tells a reader in a page what programs
// are told in JSON.
func pages(engine *gin.Engine, d Deps) error {
	frame, err := web.New(engine, *d.Web)
	if err != nil {
		return err
	}
	engine.NoRoute(func(c *gin.Context) {
		if strings.Contains(c.GetHeader("Accept"), "text/html") {
			frame.Missing(c)
			return
		}
		say(c, http.StatusNotFound, model.Unknown, problem.NoPage)
	})
	if err := site.Mount(engine, frame, d.Site); err != nil {
		return err
	}
	return console.Mount(engine, frame, d.Console)
}

// mount hangs the demo's pages up: "/" is the front door itself, any other path
// all that lies below it.
func mount(engine *gin.Engine, extra map[string]http.Handler) {
	for path, h := range extra {
		if path == "/" {
			engine.GET("/", gin.WrapH(h))
			continue
		}
		engine.Any(path, gin.WrapH(h))
		engine.Any(path+"/*below", gin.WrapH(h))
	}
}

// nearby lets private addresses in; to others the page isn't there.
func nearby(c *gin.Context) {
	if ip := net.ParseIP(c.ClientIP()); ip == nil || !ip.IsLoopback() && !ip.IsPrivate() {
		say(c, http.StatusNotFound, model.Unknown, problem.NoPage)
		c.Abort()
	}
}
