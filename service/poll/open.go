package poll

import (
	"context"
	"errors"
	"time"

	"cunwu/model"
)

const (
	dueBatch  = 100
	lookAgain = 10 * time.Minute // a poll that something keeps from opening
	postponed = time.Minute      // one that failed
	gates     = 64
)

// OpenDue opens every poll whose time has come and returns how many. Any number
// of replicas may run it at once.
func (s *Service) OpenDue(ctx context.Context) (int, error) {
	return s.each(ctx, model.PollNoticed, func(ctx context.Context, ref Ref) (bool, error) { return s.open(ctx, ref, false) })
}

// each does something with every poll in a state that is due.
func (s *Service) each(ctx context.Context, state model.PollState, do func(ctx context.Context, ref Ref) (bool, error)) (int, error) {
	var due []Ref
	err := s.store.DB(ctx).Model(&model.Poll{}).Select("village_id", "id").Where("state = ? AND look_at <= ?", state, s.now()).
		Order("look_at, village_id, id").Limit(dueBatch).Scan(&due).Error
	n := 0
	for _, ref := range due {
		done, failed := do(ctx, ref)
		if done && failed == nil {
			n++
		}
		if failed != nil { // it doesn't keep the others waiting
			late := s.set(ctx, ref, state, map[string]any{"look_at": model.At(s.store.Now().Add(postponed))})
			if model.AsError(late) != nil {
				late = nil
			}
			err = errors.Join(err, failed, late)
		}
	}
	return n, err
}

// Open opens a noticed poll by hand: one whose time has come, or a consultation
// that may begin earlier.
func (s *Service) Open(ctx context.Context, actor model.Actor, ref Ref) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		p, err := s.managed(ctx, actor, ref, model.VerbPoll)
		switch {
		case err != nil:
			return err
		case p.State == model.PollDraft:
			return model.Errorf(model.TooEarly, "请先发通知，再开始投票")
		case p.State != model.PollNoticed:
			return model.Errorf(model.Conflict, "这个投票已经开始过了")
		}
		early := p.OpensAt.After(s.store.Now())
		if early && p.Effect == model.EffectBinding {
			return model.Errorf(model.TooEarly, "还没到开始的时间（%s），到时会自动开始", when(p.OpensAt.Time))
		}
		if why, err := s.blocked(ctx, p); err != nil || why != "" {
			return errors.Join(err, blockedError(why))
		}
		if _, err := s.open(ctx, ref, true); err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, p.VillageID, "poll.open", ref.subject(), "")
	})
}

func blockedError(why string) error {
	if why == "" {
		return nil
	}
	return model.Errorf(model.Conflict, "%s", why)
}

// open freezes the roll and lets people vote.
func (s *Service) open(ctx context.Context, ref Ref, early bool) (bool, error) {
	opened := false
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		opened = false
		p, err := s.poll(s.store.Locked(ctx), ref)
		now := s.now()
		if err != nil || p.State != model.PollNoticed || !early && p.OpensAt.After(now.Time) {
			return err // another replica was first
		}
		why, err := s.blocked(ctx, p)
		if err != nil {
			return err
		}
		if why != "" {
			return s.hold(ctx, p, why)
		}
		if p.Electorate, err = s.electorate(ctx, ref); err != nil {
			return err
		}
		p.OpenedAt = now
		if p.OpensAt.After(now.Time) {
			p.OpensAt = now
		}
		columns := map[string]any{"state": model.PollOpen, "opened_at": now, "opens_at": p.OpensAt, "electorate": p.Electorate}
		if !p.ClosesAt.After(now.Time) { // it was kept from opening for so long: everybody gets the whole time
			p.ClosesAt = model.At(now.Add(p.ClosesAt.Sub(p.OpensAt.Time)))
			columns["closes_at"], columns["extension_reason"] = p.ClosesAt, lateText
		}
		columns["look_at"] = p.ClosesAt
		if err := s.set(ctx, ref, model.PollNoticed, columns); err != nil {
			return err
		}
		opened = true
		return s.begin(ctx, p)
	})
	return opened, err
}

// begin makes the gates and plans the reminders.
func (s *Service) begin(ctx context.Context, p model.Poll) error {
	rows := make([]model.PollGate, gates)
	for i := range rows {
		rows[i] = model.PollGate{VillageID: p.VillageID, PollID: p.ID, Gate: i, Admits: true, ClosesAt: p.ClosesAt}
	}
	if err := s.store.DB(ctx).Create(&rows).Error; err != nil {
		return err
	}
	before, err := s.rule(ctx, "poll.remind_before", p.OpenedAt)
	if err != nil {
		return err
	}
	remind := p.ClosesAt.Add(-time.Duration(before) * time.Hour)
	if remind.After(p.OpenedAt.Time) {
		if err := s.round(ctx, RefOf(p), roundRemind, model.At(remind)); err != nil {
			return err
		}
	}
	if p.OpenedAt.Sub(p.NoticedAt.Time) > 24*time.Hour { // else the notice itself is fresh enough
		return s.round(ctx, RefOf(p), roundOpened, p.OpenedAt)
	}
	return nil
}

// blocked says what keeps the poll from opening; empty: nothing.
func (s *Service) blocked(ctx context.Context, p model.Poll) (string, error) {
	var open int64
	err := s.of(ctx, RefOf(p)).Model(&model.PollObjection{}).Where("state = ?", objectionOpen).Count(&open).Error
	switch {
	case err != nil:
		return "", err
	case open > 0:
		return objectionsLeft(open), nil
	case p.Effect == model.EffectBinding && p.VerifiedAt.IsZero():
		return rollUnverified, nil
	}
	return "", nil
}

// hold lets a poll wait that can't open, and tells whoever must act.
func (s *Service) hold(ctx context.Context, p model.Poll, why string) error {
	err := s.set(ctx, RefOf(p), model.PollNoticed, map[string]any{"look_at": model.At(s.store.Now().Add(lookAgain))})
	if err != nil {
		return err
	}
	return s.tellManagers(ctx, p, "held", heldText(p, why))
}
