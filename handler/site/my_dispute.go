package site

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/desk"
	"cunwu/service/mediation"
	"cunwu/service/membership"
)

// answeredHere is the way by which a party answers on these pages.
const answeredHere = "api"

func (s *site) myDisputeRoutes() []web.Route {
	const get, post, all, one = http.MethodGet, http.MethodPost, "/v/:village/disputes", "/v/:village/disputes/:id"
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: all, Do: s.inside(s.myDisputes)},
		{Door: web.SignedIn, Method: get, Path: all + "/new", Do: s.known(s.newDispute)},
		{Door: web.SignedIn, Method: post, Path: all + "/new", Do: s.known(s.fileDispute), Sends: true},
		{Door: web.SignedIn, Method: get, Path: one, Do: s.myDispute},
		{Door: web.SignedIn, Method: get, Path: one + "/paper", Do: s.disputePaper, Sends: true},
		{Door: web.SignedIn, Method: post, Path: one + "/consent", Do: s.disputeForm(wordsConsented, s.consentDispute)},
		{Door: web.SignedIn, Method: post, Path: one + "/refuse", Do: s.disputeForm(wordsRefused, s.refuseDispute)},
		{Door: web.SignedIn, Method: post, Path: one + "/withdraw", Do: s.disputeForm(wordsLeft, s.leaveDispute)},
		{Door: web.SignedIn, Method: post, Path: one + "/replace", Do: s.disputeForm(wordsReplaced, s.replaceMediator)},
		{Door: web.SignedIn, Method: post, Path: one + "/extension", Do: s.disputeForm(wordsMoreTime, s.moreTime)},
		{Door: web.SignedIn, Method: post, Path: one + "/release", Do: s.disputeForm(wordsReleased, s.releaseWords)},
		{Door: web.SignedIn, Method: post, Path: one + "/sign", Do: s.disputeForm(wordsSigned, s.signAgreement)},
		{Door: web.SignedIn, Method: post, Path: one + "/performance", Do: s.disputeForm(wordsPerformed, s.performance)},
		{Door: web.SignedIn, Method: post, Path: one + "/court", Do: s.disputeForm(wordsCourt, s.courtAsked)},
		{Door: web.SignedIn, Method: post, Path: one + "/say", Do: s.sayInDispute, Sends: true},
		{Door: web.SignedIn, Method: get, Path: "/v/:village/legal", Do: s.inside(s.legal)},
		{Door: web.SignedIn, Method: post, Path: "/v/:village/legal", Do: s.known(s.consult), Sends: true},
	}
}

func disputeRef(v *web.Visit) mediation.Ref { return mediation.Ref{VillageID: v.Village, ID: idOf(v)} }

type myDisputesPage struct {
	For   forWhom
	Found []mediation.Mine
	Next  string
}

func (s *site) myDisputes(ctx context.Context, v *web.Visit) error {
	var page myDisputesPage
	var err error
	if page.For, err = s.whom(ctx, v, membership.ScopeReading); err != nil {
		return err
	}
	elder, err := page.For.person(v)
	if err != nil {
		return err
	}
	found, next, err := s.Desk.DisputesFor(ctx, v.Actor, elder, v.Query("after"), mineShown)
	if err != nil {
		return err
	}
	if page.Found = found; next != "" {
		page.Next = v.Here("after", next)
	}
	return v.Show("my disputes", wordsDisputes, page)
}

// disputePage is a dispute as one of its parties sees it.
type disputePage struct {
	mediation.View
	filled
	At, Tier string
	For      string // the public id of the elder for whom it is read; empty: the reader's own
	Party    bool
	Takes    bool   // the party takes part
	Asking   string // consent or lawyer: what the reader is asked
	Signs    bool   // the agreement waits for the reader's signature
	Signed   bool   // they gave it
	Lawyer   bool   // their words may be released to the lawyer
	Lines    []disputeLine
	Court    *mediation.CourtForm
	Paper    *attached
	Clocks   []clockLine
}

type disputeLine struct {
	model.DisputeWord
	Mine bool
	File *attached
}

func (p disputePage) title() string {
	return fmt.Sprintf("#%d 调解（%s）", p.Dispute.Number, p.Dispute.Kind)
}

func (s *site) myDispute(ctx context.Context, v *web.Visit) error {
	page, err := s.disputePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("my dispute", page.title(), page)
}

func (s *site) disputePage(ctx context.Context, v *web.Visit) (disputePage, error) {
	page := disputePage{For: forOf(v), filled: filledIn(v, "text", "why", "seq", "release", "to", "read")}
	elder, err := personFor(v, page.For)
	if model.IsCode(err, model.Forbidden) && page.For == "" {
		elder, err = model.Person{}, nil // somebody from elsewhere may still have a part in it
	}
	if err != nil {
		return page, err
	}
	if page.View, err = s.Desk.ReadDispute(ctx, v.Actor, elder, disputeRef(v)); err != nil {
		return page, err
	}
	d := page.Dispute
	page.At, page.Tier = mine(v, "/disputes/"+d.ID), s.Cases.TierTitle(mediation.KindName, d.Tier)
	for _, t := range page.View.Clocks {
		page.Clocks = append(page.Clocks, clockLine{t, s.Cases.TierTitle(mediation.KindName, t.Tier)})
	}
	me := elder
	if me.ID == "" {
		me = v.Actor.Person()
	}
	page.standing(me)
	return page, s.fillDispute(ctx, v, &page, me)
}

// standing says what is asked of a party.
func (p *disputePage) standing(me model.Person) {
	d := p.Dispute
	for _, party := range p.Parties {
		if me.VillageID != d.VillageID || me.ID == "" || party.Acts() != me.ID {
			continue
		}
		p.Party = true
		p.Takes = p.Takes || party.State == model.PartyJoined
		switch {
		case d.State == model.DisputeClosed || d.State == model.DisputeAgreed:
		case party.State == model.PartyAsked:
			p.Asking = "consent"
		case party.State == model.PartyJoined && party.LawyerAt.IsZero() && p.Asking == "" && d.Asking == "lawyer":
			p.Asking = "lawyer"
		}
	}
	p.Lawyer = p.Takes && d.State != model.DisputeClosed && (d.Asking == "lawyer" || d.Tier == model.TierLawyer)
	for _, one := range p.Signatures {
		p.Signed = p.Signed || one.Signer == me.ID
	}
	p.Signs = p.Takes && !p.Signed && p.Agreement != nil && p.Agreement.EffectiveAt.IsZero() && p.Agreement.Form == model.FormSigned && d.State == model.DisputeMediating
}

// fillDispute adds the files and what the court may be asked.
func (s *site) fillDispute(ctx context.Context, v *web.Visit, page *disputePage, me model.Person) error {
	files, err := s.belonging(ctx, v.Village, mediation.Subject(disputeRef(v)))
	if err != nil {
		return err
	}
	for _, w := range page.Words {
		page.Lines = append(page.Lines, disputeLine{w, w.ByID == me.ID, files[w.MediaID]})
	}
	if page.Agreement != nil {
		page.Paper = files[page.Agreement.PaperID]
	}
	if page.For != "" || !page.Party || page.Dispute.State != model.DisputeAgreed || page.Dispute.ConfirmBy.IsZero() || !page.Dispute.ConfirmedAt.IsZero() {
		return nil
	}
	court, err := s.Disputes.Confirmation(ctx, v.Actor, disputeRef(v))
	if model.AsError(err) != nil {
		return nil //nolint:nilerr // the time for it is over
	}
	page.Court = &court
	return err
}

func (s *site) disputePaper(ctx context.Context, v *web.Visit) error {
	drawn, err := s.Disputes.Paper(ctx, v.Actor, disputeRef(v))
	if err != nil {
		return err
	}
	return v.Send(ctx, "application/pdf", "人民调解协议书.pdf", func(to io.Writer) error {
		_, err := to.Write(drawn)
		return err
	})
}

// disputeForm is a form of the dispute's page.
func (s *site) disputeForm(said string, do func(ctx context.Context, v *web.Visit) error) doing {
	return func(ctx context.Context, v *web.Visit) error {
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			return web.Then{To: mine(v, "/disputes/"+idOf(v)), Said: said}, do(ctx, v)
		})
		return s.disputeAgain(ctx, v, err, nil)
	}
}

func (s *site) disputeAgain(ctx context.Context, v *web.Visit, failed error, files []string) error {
	if model.AsError(failed) == nil {
		return failed
	}
	page, err := s.disputePage(ctx, v)
	if err != nil {
		return failed
	}
	page.Files, page.Open = files, lastPart(v)
	return v.Again(ctx, failed, "my dispute", page.title(), page)
}

func (s *site) consentDispute(ctx context.Context, v *web.Visit) error {
	_, err := s.Disputes.Consent(ctx, v.Actor, disputeRef(v), answeredHere)
	return err
}

func (s *site) refuseDispute(ctx context.Context, v *web.Visit) error {
	_, err := s.Disputes.Refuse(ctx, v.Actor, disputeRef(v), answeredHere)
	return err
}

func (s *site) leaveDispute(ctx context.Context, v *web.Visit) error {
	_, err := s.Disputes.Withdraw(ctx, v.Actor, disputeRef(v), v.Text("why"))
	return err
}

func (s *site) replaceMediator(ctx context.Context, v *web.Visit) error {
	_, err := s.Disputes.Replace(ctx, v.Actor, disputeRef(v))
	return err
}

func (s *site) moreTime(ctx context.Context, v *web.Visit) error {
	_, err := s.Disputes.AskExtension(ctx, v.Actor, disputeRef(v))
	return err
}

func (s *site) releaseWords(ctx context.Context, v *web.Visit) error {
	return s.Disputes.Release(ctx, v.Actor, disputeRef(v), v.Texts("release"))
}

// signAgreement signs the text that stood on the page, once it was read.
func (s *site) signAgreement(ctx context.Context, v *web.Visit) error {
	if !v.Ticked("read") {
		return model.Errorf(model.Invalid, "请先看完全文，在“我看完了全文”前打勾，再签名")
	}
	_, err := s.Disputes.Sign(ctx, v.Actor, disputeRef(v), v.Text("hash"))
	return err
}

func (s *site) performance(ctx context.Context, v *web.Visit) error {
	seq, err := v.Number("seq", "第几项")
	if err != nil {
		return err
	}
	_, err = s.Disputes.Performance(ctx, v.Actor, disputeRef(v), seq, v.Text("kept") == "yes", v.Text("text"))
	return err
}

func (s *site) courtAsked(ctx context.Context, v *web.Visit) error {
	_, err := s.Disputes.Confirmed(ctx, v.Actor, disputeRef(v))
	return err
}

func (s *site) sayInDispute(ctx context.Context, v *web.Visit) error {
	elder, err := personFor(v, v.Text("for"))
	if v.Text("for") == "" {
		elder, err = model.Person{}, nil
	}
	var files []string
	if err == nil {
		files, err = v.Upload(ctx, "files")
	}
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			_, err := s.Desk.SayInDispute(ctx, v.Actor, elder, disputeRef(v), v.Text("to"), desk.Words{Text: v.Text("text"), Uploads: files})
			return web.Then{To: withFor(mine(v, "/disputes/"+idOf(v)), v.Text("for")), Said: wordsSaid}, err
		})
	}
	return s.disputeAgain(ctx, v, err, files)
}
