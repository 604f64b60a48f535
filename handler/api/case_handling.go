package api

import (
	"context"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/desk"
)

type lineShape struct {
	Text      string   `json:"text,omitempty" maxLength:"4000"`
	UploadIDs []string `json:"upload_ids,omitempty" maxItems:"1" nullable:"false" doc:"一次一个附件"`
}

type lineInput struct {
	ByID
	Body lineShape
}

type lineMove func(ctx context.Context, actor model.Actor, ref casework.Ref, w desk.Words) (model.Case, error)

// spoken is a route by which a handler says something.
func spoken(say lineMove) func(ctx context.Context, who Caller, in *lineInput) (*stateAnswer, error) {
	return func(ctx context.Context, who Caller, in *lineInput) (*stateAnswer, error) {
		ref, err := in.ref()
		if err != nil {
			return nil, err
		}
		words, err := WordsShape(in.Body).words()
		if err != nil {
			return nil, err
		}
		return stateOf(say(ctx, who.Actor, ref, words))
	}
}

type reasonInput struct {
	ByID
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"1000"`
	}
}

type reasonMove func(ctx context.Context, actor model.Actor, ref casework.Ref, reason string) (model.Case, error)

// reasoned is a route that needs a reason.
func reasoned(move reasonMove) func(ctx context.Context, who Caller, in *reasonInput) (*stateAnswer, error) {
	return func(ctx context.Context, who Caller, in *reasonInput) (*stateAnswer, error) {
		ref, err := in.ref()
		if err != nil {
			return nil, err
		}
		return stateOf(move(ctx, who.Actor, ref, in.Body.Reason))
	}
}

type transferInput struct {
	ByID
	Body struct {
		To string `json:"to" minLength:"1" maxLength:"64" doc:"接手人的姓名"`
	}
}

func (a *API) transfer(ctx context.Context, who Caller, in *transferInput) (*stateAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return stateOf(a.Cases.Transfer(ctx, who.Actor, ref, in.Body.To))
}

type decideInput struct {
	ByID
	Body struct {
		Adopted bool   `json:"adopted" doc:"采纳"`
		Reason  string `json:"reason" minLength:"1" maxLength:"1000"`
	}
}

func (a *API) decide(ctx context.Context, who Caller, in *decideInput) (*stateAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return stateOf(a.Cases.Decide(ctx, who.Actor, ref, in.Body.Adopted, in.Body.Reason))
}

type topicInput struct {
	ByID
	Body struct {
		Topic string `json:"topic" enum:"求助,咨询,意见建议,投诉,感谢"`
	}
}

func (a *API) topic(ctx context.Context, who Caller, in *topicInput) (*stateAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return stateOf(a.Cases.SetTopic(ctx, who.Actor, ref, in.Body.Topic))
}

type contactShape struct {
	First bool `json:"first" doc:"这是第一次回话"`
}

func (a *API) contact(ctx context.Context, who Caller, in *ByID) (*answer[contactShape], error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	first, err := a.Cases.Contact(ctx, who.Actor, ref)
	return &answer[contactShape]{contactShape{first}}, err
}

type heardInput struct {
	ByID
	Body struct {
		Solved bool `json:"solved"`
	}
}

// heard enters a verdict that the asker spoke.
func (a *API) heard(ctx context.Context, who Caller, in *heardInput) (*stateAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return stateOf(a.Cases.EnterSpoken(ctx, who.Actor, ref, in.Body.Solved))
}
