package mediation

import (
	"context"
	"errors"
	"time"

	"cunwu/model"
)

const sweepBatch = 100

// Swept counts what a sweep did.
type Swept struct{ Looked, Ended, Moved, Reminded int }

// AdvanceDue looks at every dispute whose time has come: reminds, visits, moves it
// up, or ends it. Replicas may run it at once: each dispute is looked at under its
// lock.
func (s *Service) AdvanceDue(ctx context.Context) (Swept, error) {
	var total Swept
	var failed error
	for {
		var due []model.Dispute
		err := s.store.DB(ctx).Select("village_id", "id").Where("act_at > 0 AND act_at <= ?", model.At(s.store.Now())).Order("act_at").Limit(sweepBatch).Find(&due).Error
		if err != nil {
			return total, err
		}
		for _, row := range due {
			var n Swept
			_, err := s.locked(ctx, model.Console(), RefOf(row), func(ctx context.Context, d *desk) error {
				n = Swept{}
				if d.ActAt.IsZero() || d.ActAt.After(s.store.Now()) {
					return nil // another replica was first
				}
				n.Looked++
				d.swept = true
				return s.tick(ctx, d, &n)
			})
			if err != nil {
				failed = errors.Join(failed, err)
				err = s.store.DB(ctx).Model(&model.Dispute{}).Where("village_id = ? AND id = ?", row.VillageID, row.ID).
					UpdateColumn("act_at", model.At(s.store.Now().Add(time.Minute))).Error
				if err != nil {
					return total, errors.Join(failed, err)
				}
				continue
			}
			total.Looked, total.Ended, total.Moved, total.Reminded = total.Looked+n.Looked, total.Ended+n.Ended, total.Moved+n.Moved, total.Reminded+n.Reminded
		}
		if len(due) < sweepBatch {
			return total, failed
		}
	}
}

// tick does for one dispute what its time asks for.
func (s *Service) tick(ctx context.Context, d *desk, n *Swept) error {
	if d.Flagged() {
		n.Reminded++
		if err := s.tellMediator(ctx, d); err != nil {
			return err
		}
		if err := s.remindTownship(ctx, d); err != nil {
			return err
		}
	}
	switch d.State {
	case model.DisputeAccepting:
		return s.tickAccepting(ctx, d, n)
	case model.DisputeConsent:
		return s.tickConsent(ctx, d, n)
	case model.DisputeMediating:
		return s.tickMediating(ctx, d, n)
	case model.DisputeAgreed:
		return s.tickAgreed(ctx, d, n)
	}
	return nil
}

func (s *Service) remindTownship(ctx context.Context, d *desk) error {
	officers, err := s.People.HoldersFor(ctx, d.VillageID, model.RoleTownship)
	for _, o := range officers {
		if err := s.tell(ctx, d, o.Person(), "handler", true); err != nil {
			return err
		}
	}
	return err
}

// tickAccepting: a mediator who kept silent loses the dispute to whoever takes it
// first; when nobody does, the township gets it.
func (s *Service) tickAccepting(ctx context.Context, d *desk, n *Swept) error {
	if d.DueAt.After(s.store.Now()) {
		return nil
	}
	n.Moved++
	able, err := s.eligible(ctx, d, model.RoleMediator)
	if err != nil {
		return err
	}
	if d.MediatorID == "" || len(able) < 2 {
		return s.toTownship(ctx, d, "没有调解员接手")
	}
	if err := s.give(ctx, d, model.Villager{}, "调解员没有答复，谁先接谁调解"); err != nil {
		return err
	}
	if d.DueAt, err = s.after(ctx, d.Dispute, s.store.Now(), "accept"); err != nil {
		return err
	}
	for _, v := range able {
		if err := s.tell(ctx, d, v.Person(), "handler", false); err != nil {
			return err
		}
	}
	return s.Cases.Prolong(ctx, d.actor, RefOf(*d.Dispute), d.DueAt.Time, "等调解员接手")
}

// tickConsent: silent for seven days, somebody goes there; for fifteen, it ends
// and the remedies are told (domain.md §4).
func (s *Service) tickConsent(ctx context.Context, d *desk, n *Swept) error {
	if d.Asking != askConsent {
		return nil
	}
	end, err := s.after(ctx, d.Dispute, d.AskedAt.Time, "consent_end")
	if err != nil {
		return err
	}
	if !end.After(s.store.Now()) && !d.Flagged() {
		n.Ended++
		return s.end(ctx, d, model.DisputeSilent, "对方一直没有答复愿不愿意调解。")
	}
	visit, err := s.after(ctx, d.Dispute, d.AskedAt.Time, "consent_visit")
	if err != nil || !d.VisitAt.IsZero() || visit.After(s.store.Now()) {
		return err
	}
	n.Reminded++
	d.VisitAt = s.now()
	if d.Flag == "" { // with a danger, whoever conducts it goes there, and nobody else hears of it
		for i := range d.parties {
			if p := &d.parties[i]; p.Side == model.PartRespondent && p.State == model.PartyAsked {
				if err := s.call(ctx, d, p); err != nil {
					return err
				}
			}
		}
	}
	return s.tellLeader(ctx, d)
}

func (s *Service) tickMediating(ctx context.Context, d *desk, n *Swept) error {
	if err := s.remindSession(ctx, d, n); err != nil {
		return err
	}
	now := s.store.Now()
	if d.Asking == askLawyer {
		end, err := s.after(ctx, d.Dispute, d.AskedAt.Time, "lawyer_consent")
		if err != nil {
			return err
		}
		if !end.After(now) {
			n.Moved++
			return s.noLawyer(ctx, d)
		}
		return nil
	}
	if d.DueAt.After(now) {
		return s.remindDue(ctx, d, n)
	}
	switch d.Tier {
	case model.TierTownship:
		n.Reminded++
		if d.OfficerID == "" {
			return s.toTownship(ctx, d, "镇里接手")
		}
		return s.tellOfficer(ctx, d)
	case model.TierLawyer:
		n.Moved++
		return s.toTownship(ctx, d, "律师的期限已到")
	}
	n.Moved++
	err := s.askLawyer(ctx, d)
	if model.AsError(err) != nil {
		return s.toTownship(ctx, d, "调解员的期限已到")
	}
	return err
}

func (s *Service) remindDue(ctx context.Context, d *desk, n *Swept) error {
	before, err := s.rule(ctx, d.Dispute, "remind_before")
	if err != nil || !d.RemindedAt.IsZero() || s.store.Now().Before(d.DueAt.AddDate(0, 0, -before)) {
		return err
	}
	d.RemindedAt = s.now()
	n.Reminded++
	if d.Tier == model.TierLawyer {
		return s.tellLawyer(ctx, d)
	}
	return s.tellLeader(ctx, d)
}

func (s *Service) remindSession(ctx context.Context, d *desk, n *Swept) error {
	sessions, err := s.sessions(ctx, d.Dispute)
	if err != nil {
		return err
	}
	hours, err := s.rule(ctx, d.Dispute, "session_remind")
	if err != nil {
		return err
	}
	for i := range sessions {
		m := &sessions[i]
		if !m.HeldAt.IsZero() || !m.RemindedAt.IsZero() || s.store.Now().Before(m.PlannedAt.Add(-time.Duration(hours)*time.Hour)) {
			continue
		}
		m.RemindedAt = s.now()
		n.Reminded++
		if err := s.store.DB(ctx).Model(m).Select("reminded_at").Updates(m).Error; err != nil {
			return err
		}
		if err := s.tellAll(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// tickAgreed reminds who promised, then asks the other side; silence counts as
// nobody's word.
func (s *Service) tickAgreed(ctx context.Context, d *desk, n *Swept) error {
	now := s.store.Now()
	if remind, err := s.confirmRemindAt(ctx, d.Dispute); err != nil {
		return err
	} else if !remind.IsZero() && !remind.After(now) {
		d.ConfirmRemindedAt = s.now()
		n.Reminded++
		if err := s.tellSides(ctx, d, model.PartBoth); err != nil {
			return err
		}
	}
	all, err := s.promises(ctx, d.Dispute)
	if err != nil {
		return err
	}
	for i := range all {
		if err := s.tickPromise(ctx, d, &all[i], n); err != nil {
			return err
		}
	}
	return s.whenAllKept(ctx, d)
}

func (s *Service) tickPromise(ctx context.Context, d *desk, p *model.DisputePromise, n *Swept) error {
	at, err := s.promiseAt(ctx, d.Dispute, *p)
	if err != nil || at.IsZero() || at.After(s.store.Now()) {
		return err
	}
	n.Reminded++
	side := p.BySide
	switch {
	case !p.AskedAt.IsZero():
		p.State, p.AnsweredAt = model.PromiseAssumed, s.now()
		return s.savePromise(ctx, p)
	case p.RemindedAt.IsZero() && s.store.Now().Before(dueEnd(*p)):
		p.RemindedAt = s.now()
	default:
		p.AskedAt = s.now()
		side = other(p.BySide)
	}
	if err := s.savePromise(ctx, p); err != nil {
		return err
	}
	return s.tellSides(ctx, d, side)
}

func other(side string) string {
	if side == model.PartApplicant {
		return model.PartRespondent
	}
	return model.PartApplicant
}
