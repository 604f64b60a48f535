package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/mediation"
)

// What mediators, lawyers and the township do in a dispute.

// disputeReasoned is a route that needs a reason.
func disputeReasoned(move answerMove) func(ctx context.Context, who Caller, in *reasonInput) (*disputeAnswer, error) {
	return func(ctx context.Context, who Caller, in *reasonInput) (*disputeAnswer, error) {
		ref, err := in.ref()
		if err != nil {
			return nil, err
		}
		return disputeOf(move(ctx, who.Actor, ref, in.Body.Reason))
	}
}

type givenAnswerInput struct {
	ByID
	Body struct {
		Agreed bool   `json:"agreed"`
		How    string `json:"how" enum:"visit,phone,paper" doc:"上门、电话、书面"`
		Seq    int    `json:"seq,omitempty" minimum:"1" doc:"哪位当事人；不写是对方"`
	}
}

func (a *API) recordAnswer(ctx context.Context, who Caller, in *givenAnswerInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return disputeOf(a.Disputes.RecordAnswer(ctx, who.Actor, ref, mediation.Answer{Agreed: in.Body.Agreed, How: in.Body.How, Seq: in.Body.Seq}))
}

type sessionInput struct {
	ByID
	Body struct {
		At    time.Time `json:"at" doc:"什么时候"`
		Place string    `json:"place" minLength:"1" maxLength:"60" doc:"在哪里"`
	}
}

func (a *API) planSession(ctx context.Context, who Caller, in *sessionInput) (*answer[meetingShape], error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	session, err := a.Disputes.PlanSession(ctx, who.Actor, ref, in.Body.At, in.Body.Place)
	if err != nil {
		return nil, err
	}
	return &answer[meetingShape]{shapeOfMeeting(session)}, nil
}

type recordInput struct {
	ByID
	Body struct {
		Seq      int        `json:"seq,omitempty" minimum:"1" doc:"第几次会；不写是约好的那次，没有约就是刚开的"`
		Attended []string   `json:"attended" minItems:"1" maxItems:"40" nullable:"false" doc:"到场的人"`
		Record   string     `json:"record" minLength:"1" maxLength:"3000" doc:"记录；双方都能看"`
		NextAt   *time.Time `json:"next_at,omitempty" doc:"下一次会"`
		Place    string     `json:"next_place,omitempty" maxLength:"60"`
	}
}

func (a *API) recordSession(ctx context.Context, who Caller, in *recordInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	held := mediation.Held{Seq: in.Body.Seq, Attended: in.Body.Attended, Record: in.Body.Record, Place: in.Body.Place}
	if in.Body.NextAt != nil {
		held.Next = *in.Body.NextAt
	}
	return disputeOf(a.Disputes.RecordSession(ctx, who.Actor, ref, held))
}

type newPromiseShape struct {
	By        string `json:"by" enum:"applicant,respondent" doc:"甲方还是乙方做"`
	What      string `json:"what" minLength:"1" maxLength:"200"`
	AmountFen int64  `json:"amount_fen,omitempty" minimum:"0" doc:"多少钱，分；没有钱不写"`
	DueOn     string `json:"due_on" format:"date" doc:"哪天以前"`
}

type draftInput struct {
	ByID
	Body struct {
		Form           string            `json:"form" enum:"signed,ink,oral" doc:"在小程序里签、在纸上签、口头协议"`
		Facts          string            `json:"facts" maxLength:"3000" doc:"主要事实、争议事项"`
		Responsibility string            `json:"responsibility" maxLength:"3000" doc:"各方的责任"`
		Content        string            `json:"content" maxLength:"3000" doc:"协议的内容"`
		Manner         string            `json:"manner" maxLength:"3000" doc:"履行方式"`
		Promises       []newPromiseShape `json:"promises" minItems:"1" maxItems:"60" nullable:"false" doc:"谁在哪天以前做什么"`
		OnlyProperty   bool              `json:"only_property,omitempty" doc:"只涉及财产，不涉及身份关系：可以申请司法确认"`
	}
}

// writeAgreement writes a version of the agreement; its text is read with the
// dispute, and stands in no kept answer.
func (a *API) writeAgreement(ctx context.Context, who Caller, in *draftInput) (*answer[agreementShape], error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	b := in.Body
	draft := mediation.Draft{Form: b.Form, Facts: b.Facts, Responsibility: b.Responsibility, Content: b.Content, Manner: b.Manner, OnlyProperty: b.OnlyProperty}
	for _, p := range b.Promises {
		draft.Promises = append(draft.Promises, mediation.Promise{By: p.By, What: p.What, Fen: p.AmountFen, DueOn: p.DueOn})
	}
	written, err := a.Disputes.WriteAgreement(ctx, who.Actor, ref, draft)
	if err != nil {
		return nil, err
	}
	return &answer[agreementShape]{shapeOfAgreement(written)}, nil
}

type signedPaperInput struct {
	ByID
	Body struct {
		Hash     string `json:"hash" minLength:"64" maxLength:"64" doc:"签的是哪一稿"`
		UploadID string `json:"upload_id" minLength:"1" maxLength:"80" doc:"签好名的协议的照片或 PDF"`
	}
}

func (a *API) recordPaper(ctx context.Context, who Caller, in *signedPaperInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	_, upload, err := model.ParsePublicID(in.Body.UploadID)
	if err != nil {
		return nil, err
	}
	return disputeOf(a.Disputes.RecordPaper(ctx, who.Actor, ref, in.Body.Hash, upload))
}

type referInput struct {
	ByID
	Body struct {
		To     string `json:"to" enum:"lawyer,township" doc:"公益律师（先问双方）、镇司法所"`
		Reason string `json:"reason,omitempty" maxLength:"1000" doc:"转镇司法所要写原因"`
	}
}

func (a *API) refer(ctx context.Context, who Caller, in *referInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	to := map[string]int{"lawyer": model.TierLawyer, "township": model.TierTownship}[in.Body.To]
	return disputeOf(a.Disputes.Refer(ctx, who.Actor, ref, to, in.Body.Reason))
}

type sideInput struct {
	ByID
	Body struct {
		Side string `json:"side" enum:"applicant,respondent" doc:"只为一方服务，不能再改（律师法第三十九条）"`
	}
}

func (a *API) declareSide(ctx context.Context, who Caller, in *sideInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return disputeOf(a.Disputes.Declare(ctx, who.Actor, ref, in.Body.Side))
}

type reportInput struct {
	ByID
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"1000" doc:"向谁报告的、什么时候、对方怎么答复"`
	}
}

func (a *API) report(ctx context.Context, who Caller, in *reportInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return disputeOf(a.Disputes.Report(ctx, who.Actor, ref, in.Body.Text))
}

type guardianInput struct {
	ByID
	Body namedShape
}

func (a *API) setGuardian(ctx context.Context, who Caller, in *guardianInput) (*disputeAnswer, error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	return disputeOf(a.Disputes.SetGuardian(ctx, who.Actor, ref, in.Body.Name, in.Body.HouseholdNo))
}
