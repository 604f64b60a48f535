package api

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"cunwu/model"
	"cunwu/service/privacy"
)

const longest = 10 * time.Minute // for a phone to take an export

type consentShape struct {
	Purpose  string     `json:"purpose"`
	Title    string     `json:"title"`
	Version  string     `json:"version" doc:"说明的版本；同意时要带上"`
	Text     string     `json:"text"`
	Needed   bool       `json:"needed" doc:"不同意就办不了这件事"`
	Given    bool       `json:"given"`
	Outdated bool       `json:"outdated" doc:"同意的是旧的说明，要再问一次"`
	At       *time.Time `json:"at"`
}

func (a *API) consents(ctx context.Context, who Caller, _ *nothing) (*answer[list[consentShape]], error) {
	all, err := a.Privacy.Consents(ctx, who.Actor, model.Person{})
	if err != nil {
		return nil, err
	}
	var shapes []consentShape
	for _, s := range all {
		shapes = append(shapes, consentShape{Purpose: s.Name, Title: s.Title, Version: s.Version, Text: s.Text, Needed: s.Needed, Given: s.Given, Outdated: s.Outdated,
			At: moment(model.At(s.At))})
	}
	return listOf(shapes, ""), nil
}

type consentInput struct {
	Body struct {
		Purpose string `json:"purpose" minLength:"1" maxLength:"32"`
		Version string `json:"version" maxLength:"16" doc:"看到的说明的版本"`
		Given   bool   `json:"given" doc:"false 是收回"`
	}
}

func (a *API) consent(ctx context.Context, who Caller, in *consentInput) (*done, error) {
	return &done{}, a.Privacy.Consent(ctx, who.Actor, model.Person{}, in.Body.Purpose, in.Body.Version, in.Body.Given, "")
}

type heldShape struct {
	What  string `json:"what"`
	Until string `json:"until" doc:"留到什么时候"`
	Law   string `json:"law" doc:"依据"`
}

type erasureShape struct {
	State     string      `json:"state" doc:"空的是没有申请过；asked 等您确认；done 办完了"`
	ConfirmBy *time.Time  `json:"confirm_by" doc:"什么时候前确认，不确认就不删"`
	Now       []string    `json:"now" nullable:"false" doc:"马上删的"`
	Held      []heldShape `json:"held" nullable:"false" doc:"法律要求先留着的"`
	Text      string      `json:"text" doc:"同样的内容，给人看的话"`
}

func erasureOf(found privacy.Answer, err error) (*answer[erasureShape], error) {
	if err != nil {
		return nil, err
	}
	shape := erasureShape{State: found.State, ConfirmBy: moment(model.At(found.ConfirmBy)), Now: append([]string{}, found.Now...), Held: []heldShape{}, Text: found.Text()}
	for _, h := range found.Held {
		shape.Held = append(shape.Held, heldShape(h))
	}
	return &answer[erasureShape]{shape}, nil
}

func (a *API) erasure(ctx context.Context, who Caller, _ *nothing) (*answer[erasureShape], error) {
	return erasureOf(a.Privacy.ErasureOf(ctx, who.Actor, model.Person{}))
}

func (a *API) askErasure(ctx context.Context, who Caller, _ *nothing) (*answer[erasureShape], error) {
	return erasureOf(a.Privacy.AskErasure(ctx, who.Actor, model.Person{}))
}

func (a *API) confirmErasure(ctx context.Context, who Caller, _ *nothing) (*answer[erasureShape], error) {
	return erasureOf(a.Privacy.ConfirmErasure(ctx, who.Actor, model.Person{}))
}

func (a *API) withdrawErasure(ctx context.Context, who Caller, _ *nothing) (*done, error) {
	return &done{}, a.Privacy.WithdrawErasure(ctx, who.Actor, model.Person{})
}

// export sends everything that is kept of the person, as it is read.
func (a *API) export(ctx context.Context, who Caller, _ *nothing) (*fileAnswer, error) {
	bundle, err := a.Privacy.Export(ctx, who.Actor, model.Person{})
	if err != nil {
		return nil, err
	}
	return &fileAnswer{Body: func(ctx huma.Context) {
		g := humagin.Unwrap(ctx)
		_ = http.NewResponseController(g.Writer).SetWriteDeadline(time.Now().Add(longest)) // a test's recorder has none
		g.Header("Content-Type", "application/zip")
		g.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": bundle.Filename}))
		if err := bundle.WriteTo(ctx.Context(), g.Writer); err != nil {
			a.Logger.ErrorContext(ctx.Context(), "an export broke off", "request_id", g.Writer.Header().Get("X-Request-ID"), "error", err)
			panic(http.ErrAbortHandler) // so that nobody takes half of it for the whole
		}
	}}, nil
}
