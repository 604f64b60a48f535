package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"cunwu/handler/problem"
	"cunwu/model"
	"cunwu/service/once"
)

// Door says who may come in by a route.
type Door string

// The doors of the API.
const (
	Public  Door = "public"  // anybody
	Session Door = "session" // whoever is signed in
)

// mark sets a route apart.
type mark uint

const (
	// untraced keeps no answer: what asks WeChat or moves a file can't stand in a
	// transaction, and a ballot must leave no trace.
	untraced mark = 1 << iota
	strict        // few tries
	creates       // 201
	upload        // takes a file, not JSON
	sends         // gives a file, for as long as the phone takes it
)

func (m mark) has(n mark) bool { return m&n != 0 }

// Verb own: the thing is the actor's own, whatever role they hold.
const own model.Verb = "own"

// route is a line of the table. The verb is what the service requires of whoever
// does this to what belongs to others in their village; a test compares.
type route struct {
	door    Door
	verb    model.Verb
	method  string
	path    string
	marks   mark
	summary string
	handle  handle
}

type handle func(a *API, registered huma.API, r route)

func (r route) name() string { return r.method + " " + r.path }

const (
	maxJSON   = 1 << 20
	maxUpload = 10 << 20
	slowest   = 5 * time.Second         // for a phone to send JSON
	slowUp    = 2 * time.Minute         // to send a file
	writing   = 30 * time.Second        // to take the answer
	upGrace   = 64 << 10                // what multipart adds to a file
	entering  = 1500 * time.Millisecond // to find out who it is
	answering = 10 * time.Second        // for all that isn't a file
)

// call is one request on its way through the door.
type call struct {
	Caller
	requestID string
	key       string // Idempotency-Key
	path      string
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// open is a route that needs no session.
func open[I, O any](do func(ctx context.Context, in *I) (*O, error)) handle {
	return func(a *API, registered huma.API, r route) {
		huma.Register(registered, a.operation(r), func(ctx context.Context, in *I) (*O, error) {
			out, err := do(ctx, in)
			return out, a.told(ctx, r, err)
		})
	}
}

// shown is a route that everybody may read; whoever is signed in sees more.
func shown[I, O any](do func(ctx context.Context, who Caller, in *I) (*O, error)) handle {
	return func(a *API, registered huma.API, r route) {
		huma.Register(registered, a.operation(r), func(ctx context.Context, in *I) (*O, error) {
			out, err := do(ctx, callOf(ctx).Caller, in)
			return out, a.told(ctx, r, err)
		})
	}
}

// prepared is signed for what must be read, a file of the storage, before the
// transaction begins.
func prepared[I, P, O any](prepare func(ctx context.Context, who Caller, in *I) (P, error), do func(ctx context.Context, who Caller, in *I, p P) (*O, error)) handle {
	return func(a *API, registered huma.API, r route) {
		huma.Register(registered, a.operation(r), func(ctx context.Context, in *I) (*O, error) {
			c := callOf(ctx)
			p, err := prepare(ctx, c.Caller, in)
			if err != nil {
				return nil, a.told(ctx, r, err)
			}
			out, err := perhapsOnce(ctx, a, r, in, func(ctx context.Context) (*O, error) { return do(ctx, c.Caller, in, p) })
			return out, a.told(ctx, r, err)
		})
	}
}

// perhapsOnce does a write that came with a key once.
func perhapsOnce[I, O any](ctx context.Context, a *API, r route, in *I, run func(ctx context.Context) (*O, error)) (*O, error) {
	c := callOf(ctx)
	if c.key == "" || r.marks.has(untraced) || r.method == http.MethodGet {
		return run(ctx)
	}
	return onlyOnce(ctx, a.Once, c, r, in, run)
}

// signed is a route for whoever is signed in. A write that came with a key is
// done once.
func signed[I, O any](do func(ctx context.Context, who Caller, in *I) (*O, error)) handle {
	return func(a *API, registered huma.API, r route) {
		huma.Register(registered, a.operation(r), func(ctx context.Context, in *I) (*O, error) {
			c := callOf(ctx)
			out, err := perhapsOnce(ctx, a, r, in, func(ctx context.Context) (*O, error) { return do(ctx, c.Caller, in) })
			return out, a.told(ctx, r, err)
		})
	}
}

// onlyOnce keeps the answer with what was done.
func onlyOnce[I, O any](ctx context.Context, keeper *once.Service, c *call, r route, in *I, run func(ctx context.Context) (*O, error)) (*O, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	request := once.Request{Route: r.name(), Key: c.key, Body: append([]byte(c.path+"\n"), body...)}
	kept, err := keeper.Do(ctx, c.Actor, request, func(ctx context.Context) ([]byte, error) {
		out, err := run(ctx)
		if err != nil {
			return nil, err
		}
		return json.Marshal(out)
	})
	if err != nil {
		return nil, err
	}
	out := new(O)
	return out, json.Unmarshal(kept, out)
}

// operation is the route as huma wants it, with what stands before the handler.
func (a *API) operation(r route) huma.Operation {
	op := huma.Operation{
		OperationID: strings.ToLower(r.method) + strings.NewReplacer("/", "-", "{", "", "}", "").Replace(r.path),
		Method:      r.method, Path: r.path, Summary: r.summary, Tags: []string{tag(r.path)},
		MaxBodyBytes: maxJSON, BodyReadTimeout: slowest,
		Responses:   map[string]*huma.Response{"default": problemResponse()},
		Middlewares: huma.Middlewares{a.enter(r)},
	}
	if r.marks.has(creates) {
		op.DefaultStatus = http.StatusCreated
	}
	if r.door == Session {
		op.Security = []map[string][]string{{"session": {}}}
	}
	if r.verb != "" && r.verb != own {
		op.Description = "要有权限：" + string(r.verb) + "（自己的事不需要）"
	}
	if r.method != http.MethodGet && r.door == Session && !r.marks.has(untraced) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header",
			Description: "客户端随机生成的编号；网络断了用同一编号重发，只办一次", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	return op
}

// enter counts the request, finds who it is and bounds what may be sent.
func (a *API) enter(r route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		g := humagin.Unwrap(ctx)
		c := &call{requestID: g.Writer.Header().Get("X-Request-ID"), key: ctx.Header("Idempotency-Key"), path: g.Request.URL.Path}
		bound(g, r)
		if err := a.admit(ctx.Context(), r, c, g.ClientIP(), ctx.Header("Authorization")); err != nil {
			a.problem(ctx.Context(), r, c.requestID, err).Send(g)
			return
		}
		of := context.WithValue(ctx.Context(), callKey{}, c)
		if !r.marks.has(upload) && !r.marks.has(sends) {
			var cancel context.CancelFunc
			of, cancel = context.WithTimeout(of, answering)
			defer cancel()
		}
		next(huma.WithContext(ctx, of))
	}
}

// admit counts by address, asks who it is, and counts by person.
func (a *API) admit(ctx context.Context, r route, c *call, address, authorization string) error {
	ctx, cancel := context.WithTimeout(ctx, entering)
	defer cancel()
	if err := a.countAddress(ctx, r, address); err != nil {
		return err
	}
	var err error
	switch c.Caller, err = a.whoIs(ctx, authorization); {
	case r.door == Public && (authorization == "" || model.IsCode(err, model.SignedOut)):
		return nil // as anybody
	case err != nil:
		return err
	}
	return a.countPerson(ctx, r, c.Caller)
}

// told makes of a use case's error what huma sends.
func (a *API) told(ctx context.Context, r route, err error) error {
	if err == nil {
		return nil
	}
	c := callOf(ctx)
	return a.problem(ctx, r, c.requestID, err)
}

// problem logs the cause and keeps it here.
func (a *API) problem(ctx context.Context, r route, requestID string, err error) *problem.Problem {
	var wait *tooOften
	p := problem.Of(err, requestID)
	if errors.As(err, &wait) {
		p = p.After(wait.seconds)
	}
	if p.Cause() == nil {
		return p
	}
	if p.Status >= http.StatusInternalServerError {
		a.Logger.ErrorContext(ctx, "a request failed", "request_id", requestID, "route", r.path, "code", p.Code, "error", p.Cause())
	} else {
		a.Logger.InfoContext(ctx, "a request was refused", "request_id", requestID, "route", r.path, "code", p.Code, "error", p.Cause())
	}
	return p
}
