package api

import (
	"encoding/base64"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
)

// What many routes take and give.

// ByID names the thing that a path is about.
type ByID struct {
	ID string `path:"id" maxLength:"80" doc:"编号，如 yunxi-0192…"`
}

func (p ByID) parse() (villageID, id string, err error) { return model.ParsePublicID(p.ID) }

// ref is the case that the path names.
func (p ByID) ref() (casework.Ref, error) {
	villageID, id, err := p.parse()
	return casework.Ref{VillageID: villageID, ID: id}, err
}

// PageQuery is the part of a list that is wanted.
type PageQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"最多几条"`
	Cursor string `query:"cursor" maxLength:"200" doc:"上一页的 next"`
}

// list is a page of things.
type list[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next" doc:"下一页的 cursor；没有下一页是 null"`
}

// answer is a JSON answer.
type answer[T any] struct{ Body T }

// done is an answer that says nothing: 204.
type done struct{}

// nothing is taken by routes that need nothing.
type nothing struct{}

func listOf[T any](items []T, next string) *answer[list[T]] {
	if items == nil {
		items = []T{}
	}
	l := list[T]{Items: items}
	if next != "" {
		l.Next = &next
	}
	return &answer[list[T]]{l}
}

// moment is a time as the API tells it; nil: never.
func moment(t model.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	at := t.In(model.Shanghai)
	return &at
}

// opaque wraps a room's own mark of a place in a list.
func opaque(place string) string { return base64.RawURLEncoding.EncodeToString([]byte(place)) }

func place(cursor string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", model.Errorf(model.Invalid, "页码看不懂，请从头看起")
	}
	return string(raw), nil
}

// public is a row's id as the outside knows it; empty when there is none.
func public(villageID, id string) string {
	if id == "" {
		return ""
	}
	return model.PublicID(villageID, id)
}
