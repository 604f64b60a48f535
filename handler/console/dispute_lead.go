package console

import (
	"context"
	"strconv"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/mediation"
)

// What whoever mediates, the lawyer and the township do on a dispute's page.

func (s *console) declineDispute(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	return bare(s.Disputes.Decline(ctx, v.Actor, ref, v.Text("why")))
}

// recordAnswer keeps what a party answered otherwise than in WeChat.
func (s *console) recordAnswer(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	seq, err := v.Number("seq", "哪位当事人")
	if err != nil {
		return err
	}
	return bare(s.Disputes.RecordAnswer(ctx, v.Actor, ref, mediation.Answer{Agreed: v.Text("agreed") == "yes", How: v.Text("how"), Seq: seq}))
}

func (s *console) planSession(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	at, err := v.Moment("at", "什么时候")
	if err != nil {
		return err
	}
	return bare(s.Disputes.PlanSession(ctx, v.Actor, ref, at, v.Text("place")))
}

func (s *console) recordSession(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	next, err := v.Moment("next", "下一次的时间")
	if err != nil {
		return err
	}
	return bare(s.Disputes.RecordSession(ctx, v.Actor, ref, mediation.Held{Attended: lines(v.Text("attended")), Record: v.Text("record"), Next: next, Place: v.Text("next_place")}))
}

func (s *console) referDispute(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	to := map[string]int{"lawyer": model.TierLawyer, "township": model.TierTownship}[v.Text("refer")]
	return bare(s.Disputes.Refer(ctx, v.Actor, ref, to, v.Text("to_reason")))
}

func (s *console) failDispute(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	return bare(s.Disputes.Fail(ctx, v.Actor, ref, v.Text("fail")))
}

func (s *console) rejectDispute(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	return bare(s.Disputes.Reject(ctx, v.Actor, ref, v.Text("reject")))
}

func (s *console) setGuardian(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	return bare(s.Disputes.SetGuardian(ctx, v.Actor, ref, v.Text("guardian"), v.Text("guardian_house")))
}

func (s *console) declareSide(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	return bare(s.Disputes.Declare(ctx, v.Actor, ref, v.Text("side")))
}

func (s *console) reportDanger(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	return bare(s.Disputes.Report(ctx, v.Actor, ref, v.Text("report")))
}

func (s *console) signDispute(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
	return bare(s.Disputes.Sign(ctx, v.Actor, ref, v.Text("hash")))
}

const promiseRows = 6 // of a fresh form

// promiseRow is a line of the agreement's form: who does what by when.
type promiseRow struct{ By, What, Yuan, Due string }

type agreementPage struct {
	mediation.View
	Matter   mediation.Matter
	Checks   []check
	Promises []promiseRow
	F        typed
	Only     bool
	Again    bool // a version is there already, which a new one voids
}

// check is something that the law, or the rules, want of the agreement.
type check struct {
	OK   bool
	Text string
}

// agreementForm drafts the agreement: the form's text is there, to be changed.
func (s *console) agreementForm(ctx context.Context, v *web.Visit) error {
	page, err := s.agreementPage(ctx, v)
	if err != nil {
		return err
	}
	page.F = typed{"form": model.FormSigned, "facts": factsOf(page.View), "responsibility": draftResponsibility, "content": draftContent, "manner": draftManner}
	if page.Matter.Ink {
		page.F["form"] = model.FormInk
	}
	page.Promises = nil
	for _, p := range page.View.Promises {
		row := promiseRow{By: p.BySide, What: p.What, Due: p.DueOn}
		if p.AmountFen > 0 {
			row.Yuan = web.Yuan(p.AmountFen)
		}
		page.Promises = append(page.Promises, row)
	}
	page.rows()
	return v.Show("agreement", "写调解协议", page)
}

// factsOf begins the facts with what the applicant said.
func factsOf(v mediation.View) string {
	for _, w := range v.Words {
		if w.Kind == "facts" && w.Text != "" {
			return w.Text
		}
	}
	return ""
}

func (p *agreementPage) rows() {
	for len(p.Promises) < promiseRows {
		p.Promises = append(p.Promises, promiseRow{})
	}
}

func (s *console) agreementPage(ctx context.Context, v *web.Visit) (agreementPage, error) {
	page := agreementPage{F: typedIn(v, "form", "facts", "responsibility", "content", "manner"), Only: v.Ticked("only_property")}
	var err error
	if page.View, err = s.Disputes.Get(ctx, v.Actor, disputeRef(v)); err != nil {
		return page, err
	}
	if page.Part != model.PartMediator && page.Part != model.PartTownship {
		return page, model.Errorf(model.Forbidden, "协议由主持调解的人来写")
	}
	for _, m := range mediation.Matters() {
		if m.Name == page.Dispute.Kind {
			page.Matter = m
		}
	}
	page.Again = page.Agreement != nil
	page.Checks, page.Promises = agreementChecks(page.View, page.Matter), promisesIn(v)
	page.rows()
	return page, nil
}

// agreementChecks say beforehand what would be refused.
func agreementChecks(v mediation.View, m mediation.Matter) []check {
	var joined [2]bool
	guarded := true
	for _, p := range v.Parties {
		if p.State == model.PartyJoined {
			joined[map[string]int{model.PartApplicant: 0, model.PartRespondent: 1}[p.Side]] = true
		}
		guarded = guarded && (!p.Minor || p.GuardianID != "")
	}
	checks := []check{{joined[0] && joined[1], "双方都同意调解"}, {v.Dispute.State == model.DisputeMediating, "正在调解中"}, {guarded, "未满18岁的当事人有监护人"}, {!v.Dispute.Flagged(), "没有还没登记报告的人身危险"}}
	if m.Ink {
		checks = append(checks, check{true, m.Name + "的协议要在纸上用笔签（电子签名法第三条）"})
	}
	return append(checks, check{true, map[mediation.Confirmable]string{mediation.ConfirmYes: "生效后可以在期限内一起申请司法确认", mediation.ConfirmProperty: "只有财产部分可以申请司法确认",
		mediation.ConfirmNo: "这一类不能申请司法确认"}[m.Confirm]})
}

// promisesIn are the rows that were filled in.
func promisesIn(v *web.Visit) []promiseRow {
	var rows []promiseRow
	for i := range maxPromiseRows {
		n := strconv.Itoa(i + 1)
		row := promiseRow{By: v.Text("by_" + n), What: v.Text("what_" + n), Yuan: v.Text("yuan_" + n), Due: v.Text("due_" + n)}
		if row.What != "" || row.Yuan != "" || row.Due != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

const maxPromiseRows = 60

// writeAgreement writes a version; an earlier one, and what was signed under it, is void.
func (s *console) writeAgreement(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		in := mediation.Draft{Form: v.Text("form"), Facts: v.Text("facts"), Responsibility: v.Text("responsibility"), Content: v.Text("content"), Manner: v.Text("manner"), OnlyProperty: v.Ticked("only_property")}
		for _, row := range promisesIn(v) {
			fen, err := fenOf(row.Yuan)
			if err != nil {
				return web.Then{}, err
			}
			in.Promises = append(in.Promises, mediation.Promise{By: row.By, What: row.What, Fen: fen, DueOn: row.Due})
		}
		_, err := s.Disputes.WriteAgreement(ctx, v.Actor, disputeRef(v), in)
		return web.Then{To: below(v, "disputes", disputeRef(v).ID), Said: "协议写好了，请双方看全文、签名"}, err
	})
	if err == nil {
		return nil
	}
	page, failed := s.agreementPage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "agreement", "写调解协议", page)
}
