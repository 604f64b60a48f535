package mediation

import (
	"context"
	"slices"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
)

// What the parties are asked.
const (
	askConsent = "consent" // whether they take part at all
	askLawyer  = "lawyer"  // whether a public-interest lawyer may help and read
)

// askConsent asks the other party; while a danger isn't reported nobody asks: it
// might come from there.
func (s *Service) askConsent(ctx context.Context, d *desk) error {
	if d.Flagged() {
		d.Asking = ""
		return s.tellMediator(ctx, d)
	}
	d.Asking, d.AskedAt, d.VisitAt = askConsent, s.now(), model.Time{}
	for i := range d.parties {
		p := &d.parties[i]
		if p.Side != model.PartRespondent || p.State != model.PartyAsked {
			continue
		}
		if p.Acts() == "" { // nobody whom WeChat could reach: the mediator goes there at once
			d.VisitAt = d.AskedAt
			return s.tellLeader(ctx, d)
		}
		if err := s.tellParty(ctx, d, p); err != nil {
			return err
		}
	}
	return nil
}

// Consent is a party's yes to what is asked: to take part, or to the lawyer, who
// then reads what this party has said so far (see Release to choose). how is the
// door: chat or api.
func (s *Service) Consent(ctx context.Context, actor model.Actor, ref Ref, how string) (model.Dispute, error) {
	return s.own(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := askable(d); err != nil {
			return err
		}
		mine := d.mine()
		for _, p := range mine {
			if p.State == model.PartyAsked {
				return s.join(ctx, d, p, how, actor.Name)
			}
		}
		if d.Asking == askLawyer && d.Tier == model.TierMediator && slices.ContainsFunc(mine, func(p *model.DisputeParty) bool { return p.State == model.PartyJoined && p.LawyerAt.IsZero() }) {
			return s.agreeToLawyer(ctx, d, mine)
		}
		return nothingAsked(d)
	})
}

// Refuse is a party's no to what is asked. The other party's no to mediation ends
// it; a lawyer who reads already reads no longer.
func (s *Service) Refuse(ctx context.Context, actor model.Actor, ref Ref, how string) (model.Dispute, error) {
	return s.own(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := askable(d); err != nil {
			return err
		}
		for _, p := range d.mine() {
			if p.State == model.PartyAsked {
				return s.decline(ctx, d, p, how, actor.Name)
			}
		}
		switch {
		case d.Asking == askLawyer:
			return s.noLawyer(ctx, d)
		case d.Tier == model.TierLawyer:
			return s.dismissLawyer(ctx, d)
		}
		return nothingAsked(d)
	})
}

// askable refuses whoever isn't asked anything: only parties are, until it ends.
func askable(d *desk) error {
	switch {
	case !d.party():
		return model.Errorf(model.Forbidden, "这件事由#%d的当事人自己答复", d.Number)
	case !isOpen(d.State):
		return nothingAsked(d)
	}
	return nil
}

func nothingAsked(d *desk) error {
	return model.Errorf(model.Conflict, "#%d 现在没有等您答复的事。想看到哪一步了，请回：#%d", d.Number, d.Number)
}

// Answer records what the other party said when the mediator came or called.
// Asked is its number among the parties; 0: the other party's speaker.
type Answer struct {
	Agreed bool
	How    string // visit, phone or paper
	Seq    int
}

// RecordAnswer records a party's answer that was given otherwise than in WeChat.
func (s *Service) RecordAnswer(ctx context.Context, actor model.Actor, ref Ref, in Answer) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := s.mustLead(ctx, d); err != nil {
			return err
		}
		if !slices.Contains([]string{"visit", "phone", "paper"}, in.How) {
			return model.Errorf(model.Invalid, "请写明是上门、电话还是书面答复的")
		}
		i := slices.IndexFunc(d.parties, func(p model.DisputeParty) bool {
			return p.State == model.PartyAsked && (in.Seq == p.Seq || in.Seq == 0 && p.Side == model.PartRespondent)
		})
		if i < 0 || !isOpen(d.State) {
			return model.Errorf(model.Conflict, "#%d 没有还没答复的当事人", d.Number)
		}
		p := &d.parties[i]
		if d.Flagged() && p.Side == model.PartRespondent {
			return unflagged(d)
		}
		if err := s.Audit.Note(ctx, actor, d.VillageID, "dispute.answer", d.ID, in.How); err != nil {
			return err
		}
		if !in.Agreed {
			return s.decline(ctx, d, p, in.How, actor.Name)
		}
		if err := s.join(ctx, d, p, in.How, actor.Name); err != nil {
			return err
		}
		return s.tellParty(ctx, d, p) // who may then withdraw, if it wasn't so
	})
}

// join has a party take part; once the other side does, the mediation begins.
func (s *Service) join(ctx context.Context, d *desk, p *model.DisputeParty, how, by string) error {
	if p.Minor && p.GuardianID == "" {
		return model.Errorf(model.Conflict, "%s未满18岁，先登记监护人，由监护人答复", p.Name)
	}
	p.State, p.AnsweredAt, p.AnsweredHow, p.AnsweredBy = model.PartyJoined, s.now(), how, by
	if err := s.saveParty(ctx, p); err != nil {
		return err
	}
	if p.Side == model.PartApplicant || d.State == model.DisputeMediating {
		return s.tellMediator(ctx, d)
	}
	d.State, d.Asking, d.VisitAt = model.DisputeMediating, "", model.Time{}
	if err := s.nextTurn(ctx, d, d.Tier, "consented", "对方同意，开始调解"); err != nil {
		return err
	}
	return s.tellAll(ctx, d)
}

func (s *Service) decline(ctx context.Context, d *desk, p *model.DisputeParty, how, by string) error {
	p.State, p.AnsweredAt, p.AnsweredHow, p.AnsweredBy = model.PartyRefused, s.now(), how, by
	if err := s.saveParty(ctx, p); err != nil {
		return err
	}
	if p.Side == model.PartApplicant {
		return s.tellMediator(ctx, d)
	}
	return s.end(ctx, d, model.DisputeRefused, "对方不愿意调解。")
}

// Withdraw is a party's leaving, at any time before an agreement is in effect
// (人民调解法 第二十三条). Whoever only joined an applicant leaves alone; anybody
// else ends the mediation.
func (s *Service) Withdraw(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.Dispute, error) {
	return s.own(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		switch {
		case !d.party():
			return model.Errorf(model.Forbidden, "只有当事人可以退出调解")
		case d.State == model.DisputeAgreed:
			return model.Errorf(model.Conflict, "#%d 的协议已经生效，不能退出。对方没照做，请回：#%d 没履行；对协议有争议的，可以起诉", d.Number, d.Number)
		case !isOpen(d.State):
			return model.Errorf(model.Conflict, "#%d 已经结束", d.Number)
		}
		for _, p := range d.mine() {
			if p.Side == model.PartApplicant && !p.Speaker {
				p.State, p.AnsweredAt, p.AnsweredBy = model.PartyRefused, s.now(), actor.Name
				if err := s.leave(ctx, d, actor.VillagerID, p.Side); err != nil {
					return err
				}
				if err := s.saveParty(ctx, p); err != nil {
					return err
				}
				return s.voidDraft(ctx, d)
			}
		}
		text := SideName(d.part) + "退出了调解。"
		if reason != "" {
			text += clip(reason, maxWish)
		}
		return s.end(ctx, d, model.DisputeWithdrawn, text)
	})
}

// end closes the dispute without an agreement; the remedies are told.
func (s *Service) end(ctx context.Context, d *desk, outcome, reason string) error {
	if err := s.tellAll(ctx, d); err != nil {
		return err
	}
	now := s.now()
	d.State, d.Outcome, d.Reason, d.ClosedAt, d.Asking, d.DueAt = model.DisputeClosed, outcome, reason, now, "", model.Time{}
	if err := s.voidDraft(ctx, d); err != nil {
		return err
	}
	if err := s.unseat(ctx, d.Dispute, model.At(now.Add(-time.Millisecond)), model.PartLawyer); err != nil { // who reads nothing afterwards
		return err
	}
	if err := s.unseat(ctx, d.Dispute, now); err != nil {
		return err
	}
	return s.Cases.Conclude(ctx, d.actor, RefOf(*d.Dispute), "调解结束")
}

// nextTurn starts the clock of a tier: whoever conducts it acts until then.
func (s *Service) nextTurn(ctx context.Context, d *desk, tier int, how, text string) error {
	due, err := s.after(ctx, d.Dispute, s.store.Now(), "tier")
	if err != nil {
		return err
	}
	d.Tier, d.DueAt, d.RemindedAt, d.ExtendedAt = tier, due, model.Time{}, model.Time{}
	for i := range d.parties {
		if d.parties[i].ExtendAt.IsZero() {
			continue
		}
		d.parties[i].ExtendAt = model.Time{}
		if err := s.saveParty(ctx, &d.parties[i]); err != nil {
			return err
		}
	}
	handler, name := model.Person{VillageID: d.VillageID, ID: d.MediatorID}, d.MediatorName
	switch tier {
	case model.TierLawyer:
		handler, name = model.Person{VillageID: d.VillageID, ID: d.LawyerID}, d.LawyerName
	case model.TierTownship:
		handler, name = model.Person{VillageID: d.OfficerVillage, ID: d.OfficerID}, d.OfficerName
	}
	return s.Cases.Lead(ctx, d.actor, RefOf(*d.Dispute), casework.Step{Tier: tier, Handler: handler, Name: name, DueAt: due.Time, How: how, Text: text})
}
