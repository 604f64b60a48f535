package mediation

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
)

// Performance is a party's word on whether the other side kept a promise (seq 0:
// the one due first). A broken one opens the mediation again.
func (s *Service) Performance(ctx context.Context, actor model.Actor, ref Ref, seq int, kept bool, text string) (model.Dispute, error) {
	return s.own(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		switch {
		case !d.party():
			return model.Errorf(model.Forbidden, "履行了没有，由当事人来说")
		case d.State != model.DisputeAgreed:
			return model.Errorf(model.Conflict, "#%d 没有正在履行的协议", d.Number)
		}
		p, err := s.promised(ctx, d, seq)
		if err != nil {
			return err
		}
		p.State, p.AnsweredAt, p.AnsweredBy = model.PromiseKept, s.now(), actor.Name
		if !kept {
			p.State = model.PromiseBroken
		}
		if err := s.savePromise(ctx, p); err != nil {
			return err
		}
		if kept {
			return s.whenAllKept(ctx, d)
		}
		if text = strings.TrimSpace(text); text != "" {
			if err := s.keepWord(ctx, d, model.DisputeWord{Kind: "word", ByPart: d.part, Audience: model.PartMediator, Text: clip(text, maxWords)}); err != nil {
				return err
			}
		}
		return s.reopen(ctx, d)
	})
}

// promised is a promise of the other side that nobody has judged yet.
func (s *Service) promised(ctx context.Context, d *desk, seq int) (*model.DisputePromise, error) {
	query := s.store.DB(ctx).Where("village_id = ? AND dispute_id = ? AND version = ? AND by_side <> ? AND state = ?", d.VillageID, d.ID, d.Version, d.part, model.PromiseDue)
	if seq > 0 {
		query = query.Where("seq = ?", seq)
	}
	var p model.DisputePromise
	err := query.Order("due_on, seq").Take(&p).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, model.Errorf(model.Conflict, "#%d 没有等您说履行没有的事（只能说对方答应的）", d.Number)
	}
	return &p, err
}

func (s *Service) savePromise(ctx context.Context, p *model.DisputePromise) error {
	return s.store.DB(ctx).Model(p).Select("state", "answered_at", "answered_by", "reminded_at", "asked_at").Updates(p).Error
}

func (s *Service) promises(ctx context.Context, d *model.Dispute) ([]model.DisputePromise, error) {
	if d.Version == 0 {
		return nil, nil
	}
	var found []model.DisputePromise
	err := s.store.DB(ctx).Where("village_id = ? AND dispute_id = ? AND version = ?", d.VillageID, d.ID, d.Version).Order("seq").Limit(maxPromises).Find(&found).Error
	return found, err
}

// whenAllKept closes the dispute when nothing is due any more.
func (s *Service) whenAllKept(ctx context.Context, d *desk) error {
	all, err := s.promises(ctx, d.Dispute)
	if err != nil || slices.ContainsFunc(all, func(p model.DisputePromise) bool { return p.State == model.PromiseDue }) {
		return err
	}
	if err := s.tellAll(ctx, d); err != nil {
		return err
	}
	now := s.now()
	d.State, d.Outcome, d.ClosedAt = model.DisputeClosed, model.DisputeKept, now
	return s.unseat(ctx, d.Dispute, now)
}

// reopen has the mediation go on where it ended, with a clock of its own.
func (s *Service) reopen(ctx context.Context, d *desk) error {
	d.State, d.Reopened, d.AgreedAt = model.DisputeMediating, d.Reopened+1, model.Time{}
	tier := d.Tier
	if tier == model.TierLawyer {
		tier = model.TierMediator // the lawyer read no longer; the parties may be asked again
		d.LawyerID, d.LawyerName, d.LawyerSide = "", "", ""
		if err := s.takeBack(ctx, d); err != nil {
			return err
		}
	}
	if tier == model.TierMediator {
		able, err := s.eligible(ctx, d, model.RoleMediator)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(able, func(v model.Villager) bool { return v.ID == d.MediatorID }) {
			return s.toTownship(ctx, d, "没有照协议履行，原调解员不能再接")
		}
	}
	if err := s.nextTurn(ctx, d, tier, "reopened", "没有照协议履行，重新调解"); err != nil {
		return err
	}
	return s.tellAll(ctx, d)
}

// CourtForm is the filled-in application for judicial confirmation, and its last
// day. Where a court may not confirm, there is none to see.
type CourtForm struct {
	Text     string
	DaysLeft int
	Last     model.Time
}

// Confirmation gives the parties the form for the court.
func (s *Service) Confirmation(ctx context.Context, actor model.Actor, ref Ref) (CourtForm, error) {
	var form CourtForm
	v, err := s.Get(ctx, actor, ref)
	if err != nil {
		return form, err
	}
	d := v.Dispute
	switch {
	case v.Agreement == nil || v.Agreement.EffectiveAt.IsZero():
		return form, model.Errorf(model.Unknown, "#%d 没有生效的协议", d.Number)
	case d.ConfirmBy.IsZero():
		return form, model.Errorf(model.Unknown, "#%d 的协议不能申请司法确认", d.Number)
	case !d.ConfirmBy.After(s.store.Now()):
		return form, model.Errorf(model.Gone, "申请司法确认的期限已过。对方不履行的，可以起诉")
	}
	unit, err := s.People.Get(ctx, d.VillageID)
	if err != nil {
		return form, err
	}
	left := int(d.ConfirmBy.Sub(s.store.Now()).Hours()) / 24
	return CourtForm{Text: confirmationForm(d, v.Parties, *v.Agreement, unit), DaysLeft: left, Last: d.ConfirmBy}, nil
}

// Confirmed notes that the parties have asked the court together.
func (s *Service) Confirmed(ctx context.Context, actor model.Actor, ref Ref) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		switch {
		case !d.party() && !d.leads():
			return model.Errorf(model.Forbidden, "由当事人或调解员来登记")
		case d.ConfirmBy.IsZero() || d.EffectiveAt.IsZero():
			return model.Errorf(model.Unknown, "#%d 的协议不能申请司法确认", d.Number)
		case !d.ConfirmedAt.IsZero():
			return model.Errorf(model.Conflict, "#%d 已经登记过", d.Number)
		}
		d.ConfirmedAt = s.now()
		return s.tellAll(ctx, d)
	})
}
