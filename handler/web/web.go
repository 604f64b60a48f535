// Package web is what all server-rendered pages share: the frame, one style and
// one set of components, sign-in, forms that can't be forged or sent twice, and
// errors for people. Pages work on an old phone, inside WeChat, without scripts,
// and fetch nothing from elsewhere.
package web

import (
	"context"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/handler/problem"
	"cunwu/model"
	"cunwu/service/media"
	"cunwu/service/once"
	"cunwu/service/session"
	"cunwu/service/throttle"
	"cunwu/service/village"
)

//go:embed page/*.html
var pageFiles embed.FS

//go:embed static/*
var staticFiles embed.FS

// policy lets a page use what stands beside it, and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Weixin is WeChat, as far as pages need it.
type Weixin interface {
	// OAuthURL is where WeChat's browser goes to tell who reads; it comes back to the address with the state.
	OAuthURL(account, back, state string) (string, error)
	// SignInQR is what a code holds that brings the scene to the account when it is scanned.
	SignInQR(ctx context.Context, account, scene string) (string, error)
}

// Deps are what the frame stands on.
type Deps struct {
	Sessions *session.Service
	People   *village.Service
	Media    *media.Service
	Once     *once.Service
	Throttle *throttle.Service
	Weixin   Weixin
	Account  string // the official account of whoever names no village; empty: none
	BaseURL  string // as people reach the pages
	HTTPS    bool   // people come by https
	StandIn  string // the village whose pages stand in for the mini-program, in a demo; empty: none
	Limits   Limits
	Logger   *slog.Logger
}

// Limits say how often somebody may ask for pages. A whole village may stand
// behind one address, so those of addresses are wide.
type Limits struct {
	Address throttle.Limit // pages from one address
	Person  throttle.Limit // pages of one who is signed in
	Tries   throttle.Limit // tries to sign in, from one address
	Guesses throttle.Limit // codes tried from anywhere: 8 digits can be guessed from many addresses
}

// DefaultLimits are what an ordinary county needs.
func DefaultLimits() Limits {
	return Limits{
		Address: throttle.Limit{Burst: 1200, Per: time.Minute},
		Person:  throttle.Limit{Burst: 240, Per: time.Minute},
		Tries:   throttle.Limit{Burst: 60, Per: 10 * time.Minute},
		Guesses: throttle.Limit{Burst: 10000, Per: 10 * time.Minute},
	}
}

// Frame serves rooms of pages.
type Frame struct {
	Deps
	version string // of what stands beside the pages
	forgery *http.CrossOriginProtection
	own     *roomPages // sign-in and the rest that no room owns
}

// New makes the frame and hangs up what no room owns: the static files, sign-in,
// the size of the type.
func New(engine *gin.Engine, d Deps) (*Frame, error) {
	if d.Limits == (Limits{}) {
		d.Limits = DefaultLimits()
	}
	f := &Frame{Deps: d, forgery: http.NewCrossOriginProtection()}
	var err error
	if f.version, err = digest(staticFiles); err != nil {
		return nil, err
	}
	if d.BaseURL != "" { // a proxy may have changed the Host that an Origin is compared with
		if err := f.forgery.AddTrustedOrigin(d.BaseURL); err != nil {
			return nil, err
		}
	}
	engine.GET("/site/:version/:file", f.static)
	f.own, err = f.Mount(engine, Room{Routes: f.ownRoutes()})
	return f, err
}

// Missing is the page of an address that leads nowhere.
func (f *Frame) Missing(c *gin.Context) {
	f.serve(f.own, Route{Door: Public, Method: http.MethodGet, Do: func(context.Context, *Visit) error {
		return model.Errorf(model.Unknown, "%s", problem.NoPage)
	}})(c)
}

// Room is a part of the pages with templates and a navigation of its own.
type Room struct {
	Pages  fs.FS                                               // *.html in page/; nil: none
	Words  template.FuncMap                                    // what its pages write in their own way
	Nav    func(ctx context.Context, v *Visit) ([]Link, error) // nil: none
	Enter  func(ctx context.Context, v *Visit) error           // stands before every SignedIn route; nil: nothing
	Desk   bool                                                // for people at a desk: smaller, wider
	Routes []Route
}

type roomPages struct {
	Room
	pages *template.Template
}

// Link is a line of a navigation.
type Link struct {
	To, Text string
	Count    int  // how many things wait behind it; 0 isn't shown
	Here     bool // it is this page
}

// Door says who may come in by a route.
type Door string

// The doors of pages.
const (
	Public   Door = "public"    // anybody
	Secret   Door = "secret"    // whoever has the address, which is a secret
	SignedIn Door = "signed in" // others are sent to sign in, and come back
)

// Route is a page or a form's target. A POST is checked for forgery.
type Route struct {
	Door   Door
	Method string
	Path   string
	Do     func(ctx context.Context, v *Visit) error
	Sends  bool // a file goes out or comes in, for as long as the phone takes
	Plain  bool // a form that does nothing in anybody's name: it needs no token
}

// Mount hangs a room's routes up.
func (f *Frame) Mount(engine *gin.Engine, r Room) (*roomPages, error) {
	pages, err := template.New("").Funcs(words()).Funcs(r.Words).ParseFS(pageFiles, "page/*.html")
	if err == nil && r.Pages != nil {
		pages, err = pages.ParseFS(r.Pages, "page/*.html")
	}
	if err != nil {
		return nil, err
	}
	room := &roomPages{Room: r, pages: pages}
	for _, route := range r.Routes {
		engine.Handle(route.Method, route.Path, f.serve(room, route))
	}
	return room, nil
}
