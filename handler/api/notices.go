package api

import (
	"context"
	"slices"
	"time"

	"cunwu/model"
)

type noticeShape struct {
	ID       string    `json:"id"`
	CaseID   string    `json:"case_id,omitempty" doc:"和哪件留言有关"`
	Text     string    `json:"text"`
	UploadID string    `json:"upload_id,omitempty"`
	Question string    `json:"question,omitempty" doc:"在等您回答什么，如 verdict"`
	At       time.Time `json:"at"`
	Read     bool      `json:"read"`
}

func (a *API) notices(ctx context.Context, who Caller, in *PageQuery) (*answer[list[noticeShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	items, next, err := a.Notices.Inbox(ctx, who.Actor, after, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []noticeShape
	for _, n := range items {
		shapes = append(shapes, noticeShape{ID: model.PublicID(n.VillageID, n.NoticeID), CaseID: public(n.VillageID, n.CaseID), Text: n.Text,
			UploadID: public(n.VillageID, n.MediaID), Question: n.Question, At: n.At, Read: n.Read})
	}
	if next != "" {
		next = opaque(next)
	}
	return listOf(shapes, next), nil
}

func (a *API) readNotice(ctx context.Context, who Caller, in *ByID) (*done, error) {
	villageID, id, err := in.parse()
	if err != nil {
		return nil, err
	}
	return &done{}, a.Notices.Read(ctx, who.Actor, villageID, id)
}

type templatesShape struct {
	TemplateIDs []string `json:"template_ids" nullable:"false" doc:"可以请人订阅的模板"`
}

func (a *API) templates(_ context.Context, who Caller, _ *nothing) (*answer[templatesShape], error) {
	return &answer[templatesShape]{templatesShape{append([]string{}, a.Templates(who.Actor.Account)...)}}, nil
}

type grantShape struct {
	TemplateID string `json:"template_id" minLength:"1" maxLength:"64"`
	Accepted   bool   `json:"accepted"`
}

type grantsInput struct {
	Body struct {
		Grants []grantShape `json:"grants" minItems:"1" maxItems:"10" nullable:"false"`
	}
}

// subscribe records what the person let us send, template by template.
func (a *API) subscribe(ctx context.Context, who Caller, in *grantsInput) (*done, error) {
	known := a.Templates(who.Actor.Account)
	var grants []model.Grant
	for _, g := range in.Body.Grants {
		if !slices.Contains(known, g.TemplateID) {
			return nil, model.Errorf(model.Invalid, "没有这个订阅模板，请重新打开小程序")
		}
		grants = append(grants, model.Grant{TemplateID: g.TemplateID, Accepted: g.Accepted})
	}
	return &done{}, a.Notices.Granted(ctx, who.Actor.Account, who.Actor.OpenID, grants)
}
