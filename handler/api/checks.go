package api

import (
	"context"
	"time"

	"cunwu/model"
)

type checkShape struct {
	ID       string    `json:"id"`
	Subject  string    `json:"subject" doc:"是什么的一部分，如 question/ID"`
	Kind     string    `json:"kind" enum:"text,media"`
	Text     string    `json:"text,omitempty"`
	UploadID string    `json:"upload_id,omitempty"`
	Risky    bool      `json:"risky" doc:"微信认为有风险；要公开必须写理由"`
	Why      string    `json:"why" doc:"为什么要人看"`
	Author   string    `json:"author"`
	Own      bool      `json:"own" doc:"自己写的，由别人决定"`
	At       time.Time `json:"at"`
}

// villagePage is the part of a village's list that is wanted.
type villagePage struct {
	PageQuery
	Village string `query:"village" maxLength:"32" doc:"哪个村；不写是自己的村"`
}

func (in villagePage) village(who Caller) string {
	if in.Village == "" {
		return who.Actor.VillageID
	}
	return in.Village
}

// checks lists what waits for a person's decision whether it may be published.
func (a *API) checks(ctx context.Context, who Caller, in *villagePage) (*answer[list[checkShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	items, next, err := a.Checks.Queue(ctx, who.Actor, in.village(who), after, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []checkShape
	for _, i := range items {
		shapes = append(shapes, checkShape{ID: model.PublicID(i.VillageID, i.ID), Subject: i.Subject, Kind: i.Kind, Text: i.Text, UploadID: public(i.VillageID, i.MediaID),
			Risky: i.Risky, Why: i.Why, Author: i.AuthorName, Own: i.Own, At: i.At})
	}
	if next != "" {
		next = opaque(next)
	}
	return listOf(shapes, next), nil
}

type checkInput struct {
	ByID
	Body struct {
		Publish bool   `json:"publish"`
		Reason  string `json:"reason,omitempty" maxLength:"80" doc:"不公开，或有风险仍要公开时，必须写"`
	}
}

func (a *API) decideCheck(ctx context.Context, who Caller, in *checkInput) (*done, error) {
	villageID, id, err := in.parse()
	if err != nil {
		return nil, err
	}
	return &done{}, a.Checks.Decide(ctx, who.Actor, villageID, id, in.Body.Publish, in.Body.Reason)
}
