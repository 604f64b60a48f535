package mediation

import (
	"context"
	"time"

	"cunwu/model"
)

// setAct computes when the sweep must look at the dispute again.
func (s *Service) setAct(ctx context.Context, d *desk) error {
	next, err := s.nextAct(ctx, d)
	if err != nil {
		return err
	}
	now := s.store.Now()
	tomorrow := model.At(now.AddDate(0, 0, 1))
	if d.Flagged() && (next.IsZero() || tomorrow.Before(next.Time)) {
		next = tomorrow
	}
	if !next.IsZero() && !next.After(now) {
		next = model.At(now) // the sweep takes it at once …
		if d.swept {
			next = tomorrow // … and what is late daily
		}
	}
	d.ActAt = next
	return nil
}

func (s *Service) nextAct(ctx context.Context, d *desk) (model.Time, error) {
	switch d.State {
	case model.DisputeAccepting:
		return d.DueAt, nil
	case model.DisputeConsent:
		if d.Asking != askConsent {
			return model.Time{}, nil
		}
		name := "consent_visit"
		if !d.VisitAt.IsZero() {
			name = "consent_end"
		}
		return s.after(ctx, d.Dispute, d.AskedAt.Time, name)
	case model.DisputeMediating:
		return s.nextMediating(ctx, d.Dispute)
	case model.DisputeAgreed:
		return s.nextAgreed(ctx, d.Dispute)
	}
	return model.Time{}, nil
}

func (s *Service) nextMediating(ctx context.Context, d *model.Dispute) (model.Time, error) {
	next := d.DueAt
	if d.Asking == askLawyer {
		end, err := s.after(ctx, d, d.AskedAt.Time, "lawyer_consent")
		if err != nil {
			return next, err
		}
		next = end
	} else if d.RemindedAt.IsZero() {
		before, err := s.rule(ctx, d, "remind_before")
		if err != nil {
			return next, err
		}
		if remind := d.DueAt.AddDate(0, 0, -before); remind.After(s.store.Now()) {
			next = model.At(remind)
		}
	}
	hours, err := s.rule(ctx, d, "session_remind")
	if err != nil {
		return next, err
	}
	sessions, err := s.sessions(ctx, d)
	for _, m := range sessions {
		remind := model.At(m.PlannedAt.Add(-time.Duration(hours) * time.Hour))
		if m.HeldAt.IsZero() && m.RemindedAt.IsZero() && remind.After(s.store.Now()) {
			next = sooner(next, remind)
		}
	}
	return next, err
}

func (s *Service) nextAgreed(ctx context.Context, d *model.Dispute) (model.Time, error) {
	next, err := s.confirmRemindAt(ctx, d)
	if err != nil {
		return next, err
	}
	all, err := s.promises(ctx, d)
	if err != nil {
		return next, err
	}
	for _, p := range all {
		at, err := s.promiseAt(ctx, d, p)
		if err != nil {
			return next, err
		}
		next = sooner(next, at)
	}
	return next, nil
}

// promiseAt is when something must be done about a promise: remind before its
// day, ask after it, and take silence for an end.
func (s *Service) promiseAt(ctx context.Context, d *model.Dispute, p model.DisputePromise) (model.Time, error) {
	if p.State != model.PromiseDue {
		return model.Time{}, nil
	}
	if !p.AskedAt.IsZero() {
		days, err := s.rule(ctx, d, "promise_silence")
		return model.At(p.AskedAt.AddDate(0, 0, days)), err
	}
	days, err := s.rule(ctx, d, "promise_remind")
	if err != nil {
		return model.Time{}, err
	}
	end := dueEnd(p)
	remind := model.At(end.AddDate(0, 0, -days-1).Add(9 * time.Hour)) // in the morning
	if p.RemindedAt.IsZero() && s.store.Now().Before(end) {
		return remind, nil
	}
	return model.At(end.Add(9 * time.Hour)), nil
}

// dueEnd is the moment at which a promise's day is over.
func dueEnd(p model.DisputePromise) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, p.DueOn, model.Shanghai)
	if err != nil {
		return time.Time{}
	}
	return day.AddDate(0, 0, 1)
}

func (s *Service) confirmRemindAt(ctx context.Context, d *model.Dispute) (model.Time, error) {
	if d.ConfirmBy.IsZero() || !d.ConfirmedAt.IsZero() || !d.ConfirmRemindedAt.IsZero() || !d.ConfirmBy.After(s.store.Now()) {
		return model.Time{}, nil
	}
	days, err := s.rule(ctx, d, "confirmation_remind")
	return model.At(d.ConfirmBy.AddDate(0, 0, -days)), err
}

// sooner is the earlier of two moments; never counts for none.
func sooner(a, b model.Time) model.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a.Time) {
		return b
	}
	return a
}
