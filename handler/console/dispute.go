package console

import (
	"context"
	"fmt"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/desk"
	"cunwu/service/mediation"
	"cunwu/service/paper"
)

func (s *console) disputeRoutes() []web.Route {
	m := s.Disputes
	return []web.Route{
		read("/disputes", s.disputes),
		read("/disputes/figures", s.disputeFigures), sends(read("/disputes/archive", s.disputeArchive)),
		read("/disputes/people", s.disputePeople), write("/disputes/people", s.setKinds), write("/disputes/duty", s.setDuty),
		read("/disputes/:id", s.dispute),
		write("/disputes/:id/accept", s.disputeMove("接手了。系统会去问对方愿不愿意调解", func(ctx context.Context, v *web.Visit, ref mediation.Ref) error {
			return bare(m.Accept(ctx, v.Actor, ref))
		})),
		write("/disputes/:id/decline", s.disputeMove("换别的调解员了", s.declineDispute)),
		write("/disputes/:id/answer", s.disputeMove("记下了", s.recordAnswer)),
		write("/disputes/:id/session", s.disputeMove("约好了，双方会收到通知，前一天再提醒", s.planSession)),
		write("/disputes/:id/record", s.disputeMove("记好了，双方都能看", s.recordSession)),
		write("/disputes/:id/refer", s.disputeMove("转出去了", s.referDispute)),
		write("/disputes/:id/fail", s.disputeMove("记下了：没有调解成。别的办法已经告诉双方", s.failDispute)),
		write("/disputes/:id/reject", s.disputeMove("不受理，该去哪里已经告诉申请人", s.rejectDispute)),
		write("/disputes/:id/guardian", s.disputeMove("监护人登记好了", s.setGuardian)),
		write("/disputes/:id/side", s.disputeMove("声明好了，不能再改", s.declareSide)),
		write("/disputes/:id/report", s.disputeMove("报告登记好了", s.reportDanger)),
		write("/disputes/:id/sign", s.disputeMove("签好了，协议生效，盖了调委会的章", s.signDispute)),
		sends(write("/disputes/:id/say", s.sayInDispute)), sends(write("/disputes/:id/signed", s.recordPaper)),
		read("/disputes/:id/agreement", s.agreementForm), write("/disputes/:id/agreement", s.writeAgreement),
		sends(read("/disputes/:id/paper", s.disputePaper)),
	}
}

// bare leaves out what a page doesn't need.
func bare[T any](_ T, err error) error { return err }

func disputeRef(v *web.Visit) mediation.Ref {
	return mediation.Ref{VillageID: v.Village, ID: rowID(v, "id")}
}

type disputesPage struct {
	Offered []model.Dispute
	Flagged []model.Dispute
	Found   []mediation.Mine
	Ended   bool
	Next    string
	May     mayDispute
}

// mayDispute is what the pages offer; the service decides.
type mayDispute struct{ Mediate, Counsel, Supervise, Figures bool }

func mayDisputes(v *web.Visit) mayDispute {
	return mayDispute{Mediate: v.Actor.May(model.VerbMediate, v.Village), Counsel: v.Actor.May(model.VerbCounsel, v.Village),
		Supervise: v.Actor.May(model.VerbSupervise, v.Village), Figures: v.Actor.May(model.VerbDisputeCount, v.Village)}
}

// disputes lists those that the actor serves in; who only counts them sees figures.
func (s *console) disputes(ctx context.Context, v *web.Visit) error {
	page := disputesPage{Ended: v.Query("ended") != "", May: mayDisputes(v)}
	if !page.May.Mediate && !page.May.Counsel && !page.May.Supervise {
		if err := v.Actor.Require(model.VerbDisputeCount, v.Village); err != nil {
			return err
		}
		return v.Go(below(v, "disputes", "figures"), "")
	}
	var next string
	var err error
	page.Found, next, err = s.Disputes.Hall(ctx, v.Actor, mediation.HallQuery{VillageID: v.Village, Ended: page.Ended, After: v.Query("after"), Limit: listed})
	if err != nil {
		return err
	}
	if next != "" {
		page.Next = v.Here("after", next)
	}
	if v.Query("after") == "" && !page.Ended {
		if page.Offered, err = s.Disputes.Offered(ctx, v.Actor, v.Village); err != nil {
			return err
		}
		if page.May.Supervise {
			page.Flagged, err = s.Disputes.Flags(ctx, v.Actor, v.Village)
		}
	}
	if err != nil {
		return err
	}
	return v.Show("disputes", "调解", page)
}

// clockSpan is a tier's time, with its name.
type clockSpan struct {
	model.CaseClock
	Name string
}

type disputePage struct {
	mediation.View
	Tier      string
	Spans     []clockSpan
	Leads     bool // the actor conducts the mediation; the service decides
	Offer     bool // it waits for any mediator, or for this one
	Plan      bool // a meeting may be planned
	Planned   *model.DisputeSession
	Asked     []model.DisputeParty // who hasn't answered yet
	Minors    bool
	Audiences []choice
	F         typed
	Files     []string
}

func (s *console) disputePage(ctx context.Context, v *web.Visit) (disputePage, error) {
	page := disputePage{F: typedIn(v, "why", "to", "to_reason", "at", "place", "attended", "record", "next", "next_place", "text", "report", "guardian", "guardian_house", "seq", "how", "fail", "reject")}
	var err error
	if page.View, err = s.Disputes.Get(ctx, v.Actor, disputeRef(v)); err != nil {
		return page, err
	}
	d := page.Dispute
	page.Tier = s.Cases.TierTitle(mediation.KindName, d.Tier)
	page.Leads = page.Part == model.PartMediator && d.Tier != model.TierTownship && !d.AcceptedAt.IsZero() || page.Part == model.PartTownship && d.Tier == model.TierTownship
	page.Offer = d.State == model.DisputeAccepting && (page.Part == model.PartMediator || page.Part == "")
	page.Plan = page.Leads && d.State == model.DisputeMediating
	for _, c := range page.Clocks {
		page.Spans = append(page.Spans, clockSpan{c, s.Cases.TierTitle(mediation.KindName, c.Tier)})
	}
	for i := range page.Sessions {
		if page.Sessions[i].HeldAt.IsZero() {
			page.Planned = &page.Sessions[i]
		}
	}
	for _, p := range page.Parties {
		page.Minors = page.Minors || p.Minor
		if p.State == model.PartyAsked {
			page.Asked = append(page.Asked, p)
		}
	}
	switch {
	case page.Part == model.PartLawyer && d.LawyerSide != "":
		page.Audiences = []choice{{Value: d.LawyerSide, Text: mediation.SideName(d.LawyerSide)}}
	case page.Leads:
		for _, side := range []string{model.PartBoth, model.PartApplicant, model.PartRespondent} {
			page.Audiences = append(page.Audiences, choice{Value: side, Text: mediation.SideName(side)})
		}
	}
	page.Audiences = choose(page.Audiences, page.F["to"])
	return page, nil
}

func disputeTitle(d model.Dispute) string { return fmt.Sprintf("调解 #%d（%s）", d.Number, d.Kind) }

func (s *console) dispute(ctx context.Context, v *web.Visit) error {
	page, err := s.disputePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("dispute", disputeTitle(page.Dispute), page)
}

// disputeMove is a form on the dispute's page.
func (s *console) disputeMove(said string, move func(ctx context.Context, v *web.Visit, ref mediation.Ref) error) func(ctx context.Context, v *web.Visit) error {
	return func(ctx context.Context, v *web.Visit) error {
		ref := disputeRef(v)
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			return web.Then{To: backTo(v, below(v, "disputes", ref.ID)), Said: said}, move(ctx, v, ref)
		})
		return s.disputeAgain(ctx, v, nil, err)
	}
}

func (s *console) disputeAgain(ctx context.Context, v *web.Visit, files []string, err error) error {
	if err == nil {
		return nil
	}
	page, failed := s.disputePage(ctx, v)
	if failed != nil {
		return err
	}
	page.Files = files
	return v.Again(ctx, err, "dispute", disputeTitle(page.Dispute), page)
}

// sayInDispute speaks to a side, or to both.
func (s *console) sayInDispute(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			d, err := s.Desk.SayInDispute(ctx, v.Actor, model.Person{}, disputeRef(v), v.Text("to"), desk.Words{Text: v.Text("text"), Uploads: files})
			return web.Then{To: below(v, "disputes", d.ID), Said: "发出去了"}, err
		})
	}
	return s.disputeAgain(ctx, v, files, err)
}

// recordPaper keeps the paper that everybody signed with a pen.
func (s *console) recordPaper(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			upload := ""
			if len(files) > 0 {
				upload = files[0]
			}
			d, err := s.Disputes.RecordPaper(ctx, v.Actor, disputeRef(v), v.Text("hash"), upload)
			return web.Then{To: below(v, "disputes", d.ID), Said: "登记好了，协议生效，双方会收到通知"}, err
		})
	}
	return s.disputeAgain(ctx, v, files, err)
}

// disputePaper sends the sealed agreement.
func (s *console) disputePaper(ctx context.Context, v *web.Visit) error {
	drawn, err := s.Disputes.Paper(ctx, v.Actor, disputeRef(v))
	return sendDrawn(ctx, v, "人民调解协议书.pdf", paper.PDF, drawn, err)
}

// dueDisputes is what waits in disputes for whoever comes in. No name is in it.
func (s *console) dueDisputes(ctx context.Context, v *web.Visit) ([]due, error) {
	may := mayDisputes(v)
	if !may.Mediate && !may.Counsel && !may.Supervise {
		return nil, nil
	}
	offered, err := s.Disputes.Offered(ctx, v.Actor, v.Village)
	if err != nil {
		return nil, err
	}
	var dues []due
	for _, d := range offered {
		dues = append(dues, due{What: "调解", Title: disputeTitle(d), To: below(v, "disputes", d.ID), By: d.DueAt.Time, Late: d.DueAt.Before(s.Now()), More: "等调解员接手"})
	}
	found, _, err := s.Disputes.Hall(ctx, v.Actor, mediation.HallQuery{VillageID: v.Village, Limit: 100})
	for _, m := range found {
		if one, waits := s.dueDispute(v, m); waits {
			dues = append(dues, one)
		}
	}
	return dues[:min(len(dues), dueMost)], err
}

func (s *console) dueDispute(v *web.Visit, m mediation.Mine) (due, bool) {
	d, mine := m.Dispute, m.Part == model.PartMediator && m.Dispute.MediatorID == v.Actor.VillagerID && m.Dispute.Tier != model.TierTownship
	township := m.Part == model.PartTownship && d.Tier == model.TierTownship
	one := due{What: "调解", Title: disputeTitle(d), To: below(v, "disputes", d.ID), By: d.DueAt.Time, Late: !d.DueAt.IsZero() && d.DueAt.Before(s.Now())}
	switch {
	case d.Flagged() && (mine || m.Part == model.PartTownship):
		one.Now, one.More = true, "有人身危险的迹象：先核实，该打110就打110，再登记报告"
	case mine && d.State == model.DisputeAccepting:
		one.More, one.Quick = "分给您了，等您接手", []quick{{To: one.To + "/accept", Button: "接手"}}
	case (mine || township) && d.State == model.DisputeConsent && !d.VisitAt.IsZero():
		one.More = "对方一直没有答复，请上门或打电话问"
	case (mine || township) && d.State == model.DisputeMediating:
		one.More = mediation.StateName(d)
	case m.Part == model.PartLawyer && d.Tier == model.TierLawyer && d.LawyerSide == "" && d.State == model.DisputeMediating:
		one.More = "请先声明为哪一方服务"
	case m.Part == model.PartLawyer && d.Tier == model.TierLawyer && d.State == model.DisputeMediating:
		one.More = "您在帮" + mediation.SideName(d.LawyerSide)
	default:
		return due{}, false
	}
	return one, true
}
