package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/mediation"
)

type partyShape struct {
	Seq      int    `json:"seq"`
	Side     string `json:"side" enum:"applicant,respondent"`
	Name     string `json:"name"`
	Outside  bool   `json:"outside" doc:"不在本村名册"`
	Speaker  bool   `json:"speaker" doc:"代表这一方"`
	Minor    bool   `json:"minor" doc:"未满18岁，由监护人来办"`
	Guardian string `json:"guardian,omitempty"`
	State    string `json:"state" enum:"asked,joined,refused"`
	Mine     bool   `json:"mine" doc:"是您，或您是他的监护人"`
}

type wordShape struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Part     string    `json:"part" enum:"applicant,respondent,mediator,lawyer,township"`
	To       string    `json:"to" enum:"applicant,respondent,both,mediator,lawyer"`
	Kind     string    `json:"kind" enum:"facts,wish,word"`
	Text     string    `json:"text"`
	UploadID string    `json:"upload_id,omitempty"`
	Mine     bool      `json:"mine"`
	Released bool      `json:"released" doc:"您自己的话：律师能看"`
}

type meetingShape struct {
	Seq      int        `json:"seq"`
	At       time.Time  `json:"at"`
	Place    string     `json:"place"`
	HeldAt   *time.Time `json:"held_at"`
	Attended string     `json:"attended,omitempty"`
	Record   string     `json:"record,omitempty"`
	By       string     `json:"by"`
}

type agreementShape struct {
	Version     int              `json:"version"`
	Form        string           `json:"form" enum:"signed,ink,oral"`
	Text        string           `json:"text,omitempty"`
	Hash        string           `json:"hash" doc:"全文的 SHA-256；签名时带上"`
	DraftedBy   string           `json:"drafted_by"`
	DraftedAt   time.Time        `json:"drafted_at"`
	EffectiveAt *time.Time       `json:"effective_at"`
	PaperID     string           `json:"paper_upload_id,omitempty" doc:"签好名的纸"`
	ConfirmBy   *time.Time       `json:"confirm_by" doc:"双方一起申请司法确认的最后期限；null 是不能申请"`
	ConfirmedAt *time.Time       `json:"confirmed_at"`
	Signatures  []signatureShape `json:"signatures" nullable:"false"`
	Promises    []promiseShape   `json:"promises" nullable:"false"`
}

type signatureShape struct {
	Name string    `json:"name"`
	Part string    `json:"part" enum:"applicant,respondent,mediator,township"`
	At   time.Time `json:"at"`
}

type promiseShape struct {
	Seq       int    `json:"seq"`
	By        string `json:"by" enum:"applicant,respondent"`
	What      string `json:"what"`
	AmountFen int64  `json:"amount_fen"`
	DueOn     string `json:"due_on" format:"date"`
	State     string `json:"state" enum:"due,kept,broken,assumed"`
}

type flagShape struct {
	What       string     `json:"what" enum:"danger,violence"`
	At         *time.Time `json:"at"`
	Report     string     `json:"report,omitempty" doc:"向谁报告的；没有就不能办结"`
	ReportedAt *time.Time `json:"reported_at"`
}

type disputeView struct {
	DisputeShape
	Mediator   string          `json:"mediator"`
	Lawyer     string          `json:"lawyer"`
	LawyerSide string          `json:"lawyer_side,omitempty" enum:"applicant,respondent" doc:"律师为哪一方服务"`
	Officer    string          `json:"officer" doc:"镇司法所的经办人"`
	Asking     string          `json:"asking,omitempty" enum:"consent,lawyer" doc:"等您答复的：愿不愿意调解、要不要请律师"`
	Reason     string          `json:"reason,omitempty" doc:"怎么结束的"`
	Reopened   int             `json:"reopened" doc:"因没照协议做，重新调解过几次"`
	Extended   bool            `json:"extended"`
	Flag       *flagShape      `json:"flag" doc:"人身危险的红旗；只给调解员和镇里看"`
	Parties    []partyShape    `json:"parties" nullable:"false"`
	Words      []wordShape     `json:"words" nullable:"false" doc:"您能看的话"`
	Sessions   []meetingShape  `json:"sessions" nullable:"false"`
	Agreement  *agreementShape `json:"agreement"`
	Clocks     []clockShape    `json:"clocks" nullable:"false" doc:"每一级的时限"`
	Rights     string          `json:"rights" doc:"每一步都要给人看：可以起诉、申请仲裁"`
}

type disputeInput struct {
	ByID
	OnBehalfOf string `query:"on_behalf_of" maxLength:"80" doc:"替谁看（他同意过您查看）：person 的 id"`
}

// oneDispute shows a dispute to whoever has a part in it, and no more of it than
// the part may read.
func (a *API) oneDispute(ctx context.Context, who Caller, in *disputeInput) (*answer[disputeView], error) {
	ref, err := in.ref()
	if err != nil {
		return nil, err
	}
	elder, err := optionalPerson(in.OnBehalfOf)
	if err != nil {
		return nil, err
	}
	v, err := a.Desk.ReadDispute(ctx, who.Actor, elder, ref)
	if err != nil {
		return nil, err
	}
	if elder.ID == "" {
		elder = who.Actor.Person()
	}
	return &answer[disputeView]{a.viewOfDispute(v, elder)}, nil
}

func (a *API) viewOfDispute(v mediation.View, me model.Person) disputeView {
	d := v.Dispute
	out := disputeView{DisputeShape: a.shapeOfDispute(d, v.Part), Mediator: d.MediatorName, Lawyer: d.LawyerName, LawyerSide: d.LawyerSide, Officer: d.OfficerName,
		Reason: d.Reason, Reopened: d.Reopened, Extended: !d.ExtendedAt.IsZero(), Rights: v.Rights,
		Parties: []partyShape{}, Words: []wordShape{}, Sessions: []meetingShape{}, Clocks: []clockShape{}}
	for _, p := range v.Parties {
		shape := partyShape{Seq: p.Seq, Side: p.Side, Name: p.Name, Outside: p.PersonID == "", Speaker: p.Speaker, Minor: p.Minor, Guardian: p.GuardianName, State: p.State,
			Mine: me.VillageID == d.VillageID && me.ID != "" && p.Acts() == me.ID}
		if shape.Mine && out.Asking == "" {
			out.Asking = askingOf(d, p)
		}
		out.Parties = append(out.Parties, shape)
	}
	if d.Flag != "" && (v.Part == model.PartMediator || v.Part == model.PartTownship) {
		out.Flag = &flagShape{What: d.Flag, At: moment(d.FlaggedAt), Report: d.Report, ReportedAt: moment(d.ReportedAt)}
	}
	for _, w := range v.Words {
		mine := w.ByID == me.ID && me.ID != ""
		out.Words = append(out.Words, wordShape{ID: w.ID, At: w.At.In(model.Shanghai), By: w.ByName, Part: w.ByPart, To: w.Audience, Kind: w.Kind, Text: w.Text,
			UploadID: public(d.VillageID, w.MediaID), Mine: mine, Released: mine && !w.ReleasedAt.IsZero()})
	}
	for _, m := range v.Sessions {
		out.Sessions = append(out.Sessions, shapeOfMeeting(m))
	}
	for _, t := range v.Clocks {
		out.Clocks = append(out.Clocks, a.shapeOfClock(mediation.KindName, t))
	}
	if v.Agreement != nil {
		shape := agreementOf(v)
		out.Agreement = &shape
	}
	return out
}

// askingOf is what this party still has to answer.
func askingOf(d model.Dispute, p model.DisputeParty) string {
	switch {
	case p.State == model.PartyAsked && d.State != model.DisputeClosed:
		return "consent"
	case p.State == model.PartyJoined && p.LawyerAt.IsZero():
		return d.Asking
	}
	return ""
}

func shapeOfMeeting(m model.DisputeSession) meetingShape {
	return meetingShape{Seq: m.Seq, At: m.PlannedAt.In(model.Shanghai), Place: m.Place, HeldAt: moment(m.HeldAt), Attended: m.Attended, Record: m.Record, By: m.ByName}
}

func agreementOf(v mediation.View) agreementShape {
	d, a := v.Dispute, *v.Agreement
	out := shapeOfAgreement(a)
	out.Text, out.PaperID = a.Text, public(d.VillageID, a.PaperID)
	if !a.EffectiveAt.IsZero() {
		out.ConfirmBy, out.ConfirmedAt = moment(d.ConfirmBy), moment(d.ConfirmedAt)
	}
	for _, s := range v.Signatures {
		out.Signatures = append(out.Signatures, signatureShape{Name: s.Name, Part: s.Part, At: s.At.In(model.Shanghai)})
	}
	for _, p := range v.Promises {
		out.Promises = append(out.Promises, promiseShape{Seq: p.Seq, By: p.BySide, What: p.What, AmountFen: p.AmountFen, DueOn: p.DueOn, State: p.State})
	}
	return out
}

// shapeOfAgreement is the agreement without its text.
func shapeOfAgreement(a model.DisputeAgreement) agreementShape {
	return agreementShape{Version: a.Version, Form: a.Form, Hash: a.Hash, DraftedBy: a.DraftedBy, DraftedAt: a.DraftedAt.In(model.Shanghai), EffectiveAt: moment(a.EffectiveAt),
		Signatures: []signatureShape{}, Promises: []promiseShape{}}
}
