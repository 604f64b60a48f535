package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/handler/problem"
	"cunwu/model"
	"cunwu/service/throttle"
)

const (
	maxForm  = 256 << 10
	maxFiles = 50<<20 + 256<<10        // of one form, for all its files
	slowest  = 10 * time.Second        // for a phone to send a form
	waiting  = 10 * time.Second        // for a page to be made
	lasting  = 10 * time.Minute        // for a phone to send or take a file
	entering = 1500 * time.Millisecond // to find out who it is
)

// serve is what stands before and behind every page.
func (f *Frame) serve(room *roomPages, r Route) gin.HandlerFunc {
	return func(c *gin.Context) {
		v := &Visit{c: c, frame: f, room: room, route: r, Village: c.Param("village")}
		v.head()
		within := waiting
		if r.Sends {
			within = lasting
		}
		ctx, cancel := context.WithTimeout(c.Request.Context(), within)
		defer cancel()
		v.bound()
		err := f.enter(ctx, v)
		if err == nil {
			err = r.Do(ctx, v)
		}
		if err != nil {
			v.fail(ctx, err)
		}
	}
}

// head says what a browser may do with the page.
func (v *Visit) head() {
	h := v.c.Writer.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "strict-origin") // under no-referrer a browser's own forms bring "Origin: null"
	h.Set("X-Robots-Tag", "noindex, nofollow")
}

// bound bounds what may be sent, and how long it may take.
func (v *Visit) bound() {
	most, read := int64(maxForm), slowest
	if v.route.Sends {
		most, read = maxFiles, lasting
	}
	v.c.Request.Body = http.MaxBytesReader(v.c.Writer, v.c.Request.Body, most)
	control := http.NewResponseController(v.c.Writer)
	_ = control.SetReadDeadline(time.Now().Add(read)) // a test's recorder has none
	if v.route.Sends {
		_ = control.SetWriteDeadline(time.Now().Add(2 * lasting))
	}
}

// enter counts the visit, finds who it is, and turns away forged forms.
func (f *Frame) enter(ctx context.Context, v *Visit) error {
	if err := f.count(ctx, "page/address/"+throttle.Network(v.c.ClientIP()), f.Limits.Address); err != nil {
		return err
	}
	whoCtx, cancel := context.WithTimeout(ctx, entering)
	defer cancel()
	if v.route.Door != Secret {
		if err := v.recognise(whoCtx); err != nil {
			return err
		}
	}
	if v.route.Door == SignedIn && !v.SignedIn {
		return model.Errorf(model.SignedOut, wordsSignIn)
	}
	if v.SignedIn {
		if err := f.count(ctx, "page/person/"+v.Actor.Account+"/"+v.Actor.OpenID, f.Limits.Person); err != nil {
			return err
		}
	}
	if v.route.Method == http.MethodPost {
		if err := v.genuine(); err != nil {
			return err
		}
	}
	if v.route.Door == SignedIn && v.room.Enter != nil {
		return v.room.Enter(ctx, v)
	}
	return nil
}

func (f *Frame) count(ctx context.Context, key string, limit throttle.Limit) error {
	if f.Throttle == nil {
		return nil
	}
	if wait := f.Throttle.Take(ctx, key, limit); wait > 0 {
		return &tooOften{model.Errorf(model.TooMany, wordsTooOften), throttle.Seconds(wait)}
	}
	return nil
}

// tooOften is the refusal of somebody who asks too often, with the wait.
type tooOften struct {
	refusal *model.Error
	seconds int
}

func (t *tooOften) Error() string { return t.refusal.Error() }

func (t *tooOften) Unwrap() error { return t.refusal }

// fail is the page of what went wrong; its cause is in the log. Whoever isn't
// signed in is sent to do that, and comes back.
func (v *Visit) fail(ctx context.Context, err error) {
	if errors.Is(err, errSecond) {
		v.c.Redirect(http.StatusSeeOther, "/signin/second?"+query("to", v.back()))
		return
	}
	p := v.problem(ctx, err)
	if p.Status == http.StatusUnauthorized && v.route.Door == SignedIn {
		v.c.Redirect(http.StatusSeeOther, v.signInAddress())
		return
	}
	if err := v.show(p.Status, "problem", wordsProblem, p); err != nil {
		v.frame.Logger.ErrorContext(ctx, "the page of a problem failed", "request_id", p.RequestID, "error", err)
		p.Send(v.c)
	}
}

// problem makes of an error what people read, and logs the rest.
func (v *Visit) problem(ctx context.Context, err error) *problem.Problem {
	p := problem.Of(err, v.c.Writer.Header().Get("X-Request-ID"))
	var wait *tooOften
	if errors.As(err, &wait) {
		p = p.After(wait.seconds)
	}
	if p.Cause() != nil {
		level := slog.LevelInfo
		if p.Status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		v.frame.Logger.Log(ctx, level, "a page failed", "request_id", p.RequestID, "route", v.c.FullPath(), "code", p.Code, "error", p.Cause())
	}
	for name, values := range p.GetHeaders() {
		if name != "Www-Authenticate" { // a browser has no Bearer
			v.c.Header(name, values[0])
		}
	}
	return p
}

// Second sends whoever hasn't given a second factor to give it; they come back.
func (v *Visit) Second() error { return errSecond }

// errSecond isn't for people: fail turns it into a way to go.
var errSecond = errors.New("a second factor is needed")

// signInAddress is the sign-in page that leads back here.
func (v *Visit) signInAddress() string {
	return "/signin?" + query("village", v.Village, "to", v.back())
}

// back is this page, or of a form the page above it.
func (v *Visit) back() string {
	if v.route.Method == http.MethodGet {
		return v.c.Request.URL.RequestURI()
	}
	return v.c.Request.URL.Path[:strings.LastIndexByte(v.c.Request.URL.Path, '/')]
}
