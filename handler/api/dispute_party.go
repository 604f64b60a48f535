package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/mediation"
)

// What parties do in their dispute.

type disputeMove func(ctx context.Context, actor model.Actor, ref mediation.Ref) (model.Dispute, error)

// disputed is a route that needs nothing but the dispute.
func disputed(move disputeMove) func(ctx context.Context, who Caller, in *ByID) (*disputeAnswer, error) {
	return func(ctx context.Context, who Caller, in *ByID) (*disputeAnswer, error) {
		ref, err := in.ref()
		if err != nil {
			return nil, err
		}
		return disputeOf(move(ctx, who.Actor, ref))
	}
}

// byAPI is the way by which a party answers here.
const byAPI = "api"

type answerMove func(ctx context.Context, actor model.Actor, ref mediation.Ref, how string) (model.Dispute, error)

// consenting is a party's yes or no to what is asked.
func consenting(move answerMove) func(ctx context.Context, who Caller, in *ByID) (*disputeAnswer, error) {
	return disputed(func(ctx context.Context, actor model.Actor, ref mediation.Ref) (model.Dispute, error) {
		return move(ctx, actor, ref, byAPI)
	})
}

type perhapsReasonInput struct {
	ByID
	Body *struct { // a pointer, so that nothing need be sent
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

// perhapsReasoned is a route for which a reason may be given.
func perhapsReasoned(move answerMove) func(ctx context.Context, who Caller, in *perhapsReasonInput) (*disputeAnswer, error) {
	return func(ctx context.Context, who Caller, in *perhapsReasonInput) (*disputeAnswer, error) {
		ref, err := in.ref()
		if err != nil {
			return nil, err
		}
		reason := ""
		if in.Body != nil {
			reason = in.Body.Reason
		}
		return disputeOf(move(ctx, who.Actor, ref, reason))
	}
}

type disputeWordsInput struct {
	ByID
	Body struct {
		WordsShape
		To         string `json:"to,omitempty" enum:"applicant,respondent,both,lawyer" doc:"调解员对谁说：甲方、乙方、双方；当事人不写就是对调解员说，lawyer 是对为自己服务的律师说"`
		OnBehalfOf string `json:"on_behalf_of,omitempty" maxLength:"80" doc:"替谁说（他同意过您代办）：person 的 id"`
	}
}

func (a *API) sayInDispute(ctx context.Context, who Caller, in *disputeWordsInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	words, err := in.Body.words()
	if err != nil {
		return nil, err
	}
	elder, err := optionalPerson(in.Body.OnBehalfOf)
	if err != nil {
		return nil, err
	}
	return disputeOf(a.Desk.SayInDispute(ctx, who.Actor, elder, ref, in.Body.To, words))
}

type extendedShape struct {
	Extended bool `json:"extended" doc:"false：要等其他当事人也要求延期"`
}

func (a *API) askExtension(ctx context.Context, who Caller, in *ByID) (*answer[extendedShape], error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	extended, err := a.Disputes.AskExtension(ctx, who.Actor, ref)
	return &answer[extendedShape]{extendedShape{extended}}, err
}

type releaseInput struct {
	ByID
	Body struct {
		WordIDs []string `json:"word_ids" maxItems:"500" nullable:"false" doc:"律师能看自己的哪些话；没有列的就看不到"`
	}
}

func (a *API) release(ctx context.Context, who Caller, in *releaseInput) (*done, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return &done{}, a.Disputes.Release(ctx, who.Actor, ref, in.Body.WordIDs)
}

type signInput struct {
	ByID
	Body struct {
		Hash string `json:"hash" minLength:"64" maxLength:"64" doc:"看到的协议的 hash；协议改过就不能再签旧的"`
	}
}

func (a *API) signAgreement(ctx context.Context, who Caller, in *signInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return disputeOf(a.Disputes.Sign(ctx, who.Actor, ref, in.Body.Hash))
}

type performanceInput struct {
	ByID
	Body struct {
		Seq  int    `json:"seq,omitempty" minimum:"1" doc:"第几项；不写是最早到期的"`
		Kept bool   `json:"kept" doc:"对方做到了；false 会重新调解"`
		Text string `json:"text,omitempty" maxLength:"1000"`
	}
}

// performance is a party's word on what the other side had promised.
func (a *API) performance(ctx context.Context, who Caller, in *performanceInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return disputeOf(a.Disputes.Performance(ctx, who.Actor, ref, in.Body.Seq, in.Body.Kept, in.Body.Text))
}

type courtShape struct {
	Text     string     `json:"text" doc:"填好的司法确认申请书"`
	DaysLeft int        `json:"days_left"`
	Last     *time.Time `json:"last" doc:"什么时候以前申请"`
}

func (a *API) confirmation(ctx context.Context, who Caller, in *ByID) (*answer[courtShape], error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	form, err := a.Disputes.Confirmation(ctx, who.Actor, ref)
	return &answer[courtShape]{courtShape{Text: form.Text, DaysLeft: form.DaysLeft, Last: moment(form.Last)}}, err
}
