// Package site is the village's pages for any browser: they work on an old phone,
// inside WeChat, without scripts, and fetch nothing from elsewhere.
package site

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/handler/problem"
	"cunwu/model"
	"cunwu/service/poll"
)

//go:embed page/*.html
var pageFiles embed.FS

//go:embed static/*
var staticFiles embed.FS

const (
	maxForm = 16 << 10
	slowest = 10 * time.Second // for a phone to send a form
	waiting = 10 * time.Second // for a page to be made
	lasting = 10 * time.Minute // for a phone to take a file
)

// policy lets a page use what stands beside it, and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Deps are the rooms that the pages show.
type Deps struct {
	Polls  *poll.Service
	Logger *slog.Logger
}

type site struct {
	Deps
	pages   *template.Template
	version string // of what stands beside the pages
}

// Mount hangs the pages into the engine.
func Mount(engine *gin.Engine, d Deps) error {
	s := &site{Deps: d}
	var err error
	if s.version, err = digest(staticFiles); err != nil {
		return err
	}
	if s.pages, err = template.New("").Funcs(words()).ParseFS(pageFiles, "page/*.html"); err != nil {
		return err
	}
	engine.GET("/site/:version/:file", s.static)
	// The token in a ballot's path is a secret: logs and metrics name the route.
	engine.GET("/v/:village/ballot/:token", s.page(s.ballot))
	engine.POST("/v/:village/ballot/:token", s.page(s.cast))
	engine.GET("/v/:village/polls/:id", s.page(s.result))
	engine.GET("/v/:village/polls/:id/ballots.json", s.page(s.ballotsFile))
	engine.GET("/v/:village/polls/:id/ballots.txt", s.page(s.ballotLines))
	return nil
}

// page prepares the answer of a route and turns its error into a page.
func (s *site) page(fn func(c *gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		h := c.Writer.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
		control := http.NewResponseController(c.Writer)
		_ = control.SetReadDeadline(time.Now().Add(slowest)) // a test's recorder has none
		if err := fn(c); err != nil {
			s.fail(c, err)
		}
	}
}

// shown is what every page is made of.
type shown struct {
	Title   string
	Version string
	Data    any
}

// show renders a page whole before it sends any of it.
func (s *site) show(c *gin.Context, status int, name, title string, data any) error {
	var out bytes.Buffer
	if err := s.pages.ExecuteTemplate(&out, name, shown{title, s.version, data}); err != nil {
		return err
	}
	c.Data(status, "text/html; charset=utf-8", out.Bytes())
	return nil
}

// fail is the page of what went wrong; its cause is in the log.
func (s *site) fail(c *gin.Context, err error) {
	p := problem.Of(err, c.Writer.Header().Get("X-Request-ID"))
	if p.Cause() != nil {
		level := slog.LevelInfo
		if p.Status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		s.Logger.Log(c.Request.Context(), level, "a page failed", "request_id", p.RequestID, "route", c.FullPath(), "code", p.Code, "error", p.Cause())
	}
	for name, values := range p.GetHeaders() {
		c.Header(name, values[0])
	}
	if err := s.show(c, p.Status, "problem", wordsProblem, p); err != nil {
		p.Send(c)
	}
}

// unknown is the answer for what isn't there.
func unknown() error { return model.Errorf(model.Unknown, "%s", problem.NoPage) }
