package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/model"
	"cunwu/service/throttle"
)

// tooOften is the refusal of somebody who asks too often, with the wait.
type tooOften struct {
	refusal *model.Error
	seconds int
}

func (t *tooOften) Error() string { return t.refusal.Error() }

func (t *tooOften) Unwrap() error { return t.refusal }

func (a *API) count(ctx context.Context, key string, limit throttle.Limit) error {
	wait := a.Throttle.Take(ctx, key, limit)
	if wait == 0 {
		return nil
	}
	seconds := throttle.Seconds(wait)
	return &tooOften{model.Errorf(model.TooMany, "操作太频繁了，请过%s再试", waitWords(seconds)), seconds}
}

func waitWords(seconds int) string {
	if seconds < 60 {
		return "一会儿"
	}
	return "几分钟"
}

func (a *API) countAddress(ctx context.Context, r route, address string) error {
	key := throttle.Network(address)
	if r.marks.has(strict) {
		if err := a.count(ctx, "strict/address/"+key, a.Limits.StrictAddress); err != nil {
			return err
		}
	}
	return a.count(ctx, "address/"+key, a.Limits.Address)
}

func (a *API) countPerson(ctx context.Context, r route, who Caller) error {
	key := who.Actor.Account + "/" + who.Actor.OpenID
	if r.marks.has(strict) {
		if err := a.count(ctx, "strict/person/"+key, a.Limits.StrictPerson); err != nil {
			return err
		}
	}
	return a.count(ctx, "person/"+key, a.Limits.Person)
}

// bound bounds what a phone may send and how long it may take, and to take the
// answer.
func bound(g *gin.Context, r route) {
	most, read := int64(maxJSON), slowest
	if r.marks.has(upload) {
		most, read = maxUpload+upGrace, slowUp
	}
	g.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, most)
	control := http.NewResponseController(g.Writer)
	now := time.Now()
	_ = control.SetReadDeadline(now.Add(read)) // a test's recorder has none
	_ = control.SetWriteDeadline(now.Add(read + writing))
}

// closed says what a browser may do with what the API answers: nothing.
func closed(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	if strings.HasPrefix(c.Request.URL.Path, Prefix) {
		h.Set("Cache-Control", "no-store")
	}
}
