package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/help"
	"cunwu/service/mediation"
	"cunwu/service/village"
)

// DisputeShape is a dispute as a list shows it to whoever has a part in it.
type DisputeShape struct {
	ID        string             `json:"id"`
	Number    int64              `json:"number" doc:"人们说的编号 #N"`
	Village   string             `json:"village"`
	Kind      string             `json:"kind"`
	State     model.DisputeState `json:"state" enum:"accepting,consent,mediating,agreed,closed"`
	StateText string             `json:"state_text"`
	Outcome   string             `json:"outcome,omitempty" enum:"kept,failed,refused,silent,withdrawn,rejected" doc:"结束了才有"`
	Tier      string             `json:"tier" doc:"哪一级在办"`
	Part      string             `json:"part,omitempty" enum:"applicant,respondent,mediator,lawyer,township" doc:"您是谁：甲方、乙方、调解员、律师、镇司法所；空的是还没有人接手的"`
	FiledAt   time.Time          `json:"filed_at"`
	DueAt     *time.Time         `json:"due_at" doc:"这一级的期限"`
	ClosedAt  *time.Time         `json:"closed_at"`
}

func (a *API) shapeOfDispute(d model.Dispute, part string) DisputeShape {
	return DisputeShape{ID: model.PublicID(d.VillageID, d.ID), Number: d.Number, Village: d.VillageID, Kind: d.Kind, State: d.State, StateText: mediation.StateName(d),
		Outcome: d.Outcome, Tier: a.Cases.TierTitle(mediation.KindName, d.Tier), Part: part, FiledAt: d.FiledAt.In(model.Shanghai), DueAt: moment(d.DueAt), ClosedAt: moment(d.ClosedAt)}
}

// disputes lists those that the actor has or had a part in.
func (a *API) disputes(ctx context.Context, who Caller, in *PageQuery) (*answer[list[DisputeShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	found, next, err := a.Disputes.List(ctx, who.Actor, after, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []DisputeShape
	for _, m := range found {
		shapes = append(shapes, a.shapeOfDispute(m.Dispute, m.Part))
	}
	if next != "" {
		next = opaque(next)
	}
	return listOf(shapes, next), nil
}

type namedShape struct {
	Name        string `json:"name" minLength:"1" maxLength:"64"`
	HouseholdNo string `json:"household_no,omitempty" maxLength:"32" doc:"有同名的要写户号"`
}

type newDisputeInput struct {
	Body struct {
		Kind        string       `json:"kind" minLength:"1" maxLength:"32" doc:"哪一类，见 /disputes/kinds"`
		OtherParty  string       `json:"other_party" minLength:"1" maxLength:"64" doc:"对方的姓名"`
		HouseholdNo string       `json:"other_household_no,omitempty" maxLength:"32" doc:"对方有同名的要写户号"`
		Outside     bool         `json:"other_outside,omitempty" doc:"对方不是本村人"`
		Facts       string       `json:"facts,omitempty" maxLength:"3000" doc:"怎么回事；传了录音或照片可以不写"`
		Wish        string       `json:"wish" minLength:"1" maxLength:"1000" doc:"希望怎么解决"`
		UploadIDs   []string     `json:"upload_ids,omitempty" maxItems:"9" nullable:"false" doc:"先 POST /uploads 得到的 id"`
		Together    []namedShape `json:"together,omitempty" maxItems:"19" nullable:"false" doc:"一起申请的人；由申请人代表"`
		Mediator    string       `json:"mediator,omitempty" maxLength:"64" doc:"想请哪位调解员；不写就由系统分"`
		Elsewhere   string       `json:"elsewhere,omitempty" maxLength:"32" doc:"是不是已经在别处办，见 /disputes/kinds；没有就不写"`
		Private     bool         `json:"private_matter,omitempty" doc:"对方是村干部，但只是两家的私事"`
		OnBehalfOf  string       `json:"on_behalf_of,omitempty" maxLength:"80" doc:"替谁办（他同意过您代办）：person 的 id"`
	}
}

type filedDisputeShape struct {
	DisputeStandingShape
	Advice string   `json:"advice,omitempty" doc:"要马上给人看的话：急救电话"`
	Hints  []string `json:"hints" nullable:"false" doc:"要提醒的期限"`
	Rights string   `json:"rights" doc:"每一步都要给人看：自愿、不收费、可以起诉"`
}

func (a *API) newDispute(ctx context.Context, who Caller, in *newDisputeInput) (*answer[filedDisputeShape], error) {
	b := in.Body
	words, err := WordsShape{UploadIDs: b.UploadIDs}.words()
	if err != nil {
		return nil, err
	}
	elder, err := optionalPerson(b.OnBehalfOf)
	if err != nil {
		return nil, err
	}
	dispute := mediation.NewDispute{Kind: b.Kind, Other: village.Named{Name: b.OtherParty, HouseholdNo: b.HouseholdNo}, Outside: b.Outside, Facts: b.Facts, Wish: b.Wish,
		Uploads: words.Uploads, Mediator: b.Mediator, Elsewhere: b.Elsewhere, Private: b.Private}
	for _, p := range b.Together {
		dispute.Together = append(dispute.Together, village.Named{Name: p.Name, HouseholdNo: p.HouseholdNo})
	}
	filed, err := a.Desk.FileDispute(ctx, who.Actor, elder, dispute)
	if err != nil {
		return nil, err
	}
	shape := filedDisputeShape{DisputeStandingShape: stateOfDispute(filed.Dispute), Hints: append([]string{}, filed.Hints...), Rights: mediation.RightToSue}
	if filed.Heed.Danger != help.NoDanger || filed.Heed.Domestic {
		shape.Advice = wordsNumbers
	}
	return &answer[filedDisputeShape]{shape}, nil
}

// DisputeStandingShape is what a write on a dispute is answered with.
type DisputeStandingShape struct {
	ID        string             `json:"id"`
	Number    int64              `json:"number"`
	State     model.DisputeState `json:"state"`
	StateText string             `json:"state_text"`
}

type disputeAnswer = answer[DisputeStandingShape]

func stateOfDispute(d model.Dispute) DisputeStandingShape {
	return DisputeStandingShape{ID: model.PublicID(d.VillageID, d.ID), Number: d.Number, State: d.State, StateText: mediation.StateName(d)}
}

func disputeOf(d model.Dispute, err error) (*disputeAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &disputeAnswer{stateOfDispute(d)}, nil
}

type kindShape struct {
	Name string `json:"name"`
	Ink  bool   `json:"ink" doc:"协议要在纸上用笔签（电子签名法第三条）"`
}

type elsewhereShape struct {
	Code   string `json:"code"`
	Choice string `json:"choice"`
	Door   string `json:"door,omitempty" doc:"选了它就不能在这里调解，请去哪里"`
}

type kindsShape struct {
	Kinds     []kindShape      `json:"kinds" nullable:"false"`
	Elsewhere []elsewhereShape `json:"elsewhere" nullable:"false"`
	Rights    string           `json:"rights"`
}

func (a *API) disputeKinds(context.Context, *nothing) (*answer[kindsShape], error) {
	shape := kindsShape{Rights: mediation.RightToSue}
	for _, m := range mediation.Matters() {
		shape.Kinds = append(shape.Kinds, kindShape{Name: m.Name, Ink: m.Ink})
	}
	for _, e := range mediation.Elsewheres() {
		shape.Elsewhere = append(shape.Elsewhere, elsewhereShape(e))
	}
	return &answer[kindsShape]{shape}, nil
}
