package poll

import (
	"context"
	"errors"
	"time"

	"cunwu/model"
)

// CloseDue closes every poll whose time is over, counts those that are closed,
// and returns how many it counted. Any number of replicas may run it at once.
func (s *Service) CloseDue(ctx context.Context) (int, error) {
	_, err := s.each(ctx, model.PollOpen, func(ctx context.Context, ref Ref) (bool, error) { return s.close(ctx, ref, "") })
	n, counted := s.each(ctx, model.PollClosed, s.count)
	return n, errors.Join(err, counted)
}

// Close closes and counts by hand: a poll whose time is over, one in which
// everybody has voted, or a consultation that ends early, with the reason.
func (s *Service) Close(ctx context.Context, actor model.Actor, ref Ref, reason string) error {
	p, err := s.poll(s.store.DB(ctx), ref)
	if err != nil {
		return err
	}
	if err := actor.Require(model.VerbPoll, p.VillageID); err != nil {
		return err
	}
	turnout, err := s.turnout(ctx, ref)
	switch over := !p.ClosesAt.After(s.store.Now()) || turnout >= p.Electorate; {
	case err != nil:
		return err
	case p.State == model.PollDraft || p.State == model.PollNoticed:
		return model.Errorf(model.TooEarly, "还没有开始投票；不想办了可以取消")
	case p.State == model.PollCounted || p.State == model.PollCancelled:
		return model.Errorf(model.Conflict, "这个投票已经结束了")
	case p.State == model.PollOpen && !over && p.Effect == model.EffectBinding:
		return model.Errorf(model.TooEarly, "还没到截止时间（%s），到时会自动截止", when(p.ClosesAt.Time))
	case reason != "":
		if reason, err = needReason(reason); err != nil {
			return err
		}
	default:
		reason = closedByHand
	}
	if _, err := s.close(ctx, ref, reason); err != nil {
		return err
	}
	if _, err := s.count(ctx, ref); err != nil {
		return err
	}
	return s.Audit.Note(ctx, actor, p.VillageID, "poll.close", ref.subject(), reason)
}

// close ends the voting: once it holds all gates, no vote is under way, and none
// comes after. What led from people to ballots is wiped. With a reason it does so
// before the time.
func (s *Service) close(ctx context.Context, ref Ref, reason string) (bool, error) {
	closed := false
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		closed = false
		if err := s.lockGates(ctx, ref); err != nil {
			return err
		}
		p, err := s.poll(s.store.Locked(ctx), ref)
		now := s.now()
		early := p.ClosesAt.After(now.Time)
		if err != nil || p.State != model.PollOpen || early && reason == "" {
			return err // another replica was first, or it was extended
		}
		columns := map[string]any{"state": model.PollClosed, "closed_at": now, "look_at": now}
		if early {
			columns["end_reason"] = reason
		}
		if err := s.set(ctx, ref, model.PollOpen, columns); err != nil {
			return err
		}
		closed = true
		return errors.Join(
			s.of(ctx, ref).Model(&model.PollGate{}).UpdateColumn("admits", false).Error,
			s.of(ctx, ref).Model(&model.PollAssist{}).UpdateColumn("receipt_sealed", model.Secret{}).Error,
			s.of(ctx, ref).Model(&model.PollSheet{}).UpdateColumn("content_sealed", model.Secret{}).Error,
			s.of(ctx, ref).Delete(&model.PollLink{}).Error)
	})
	return closed, err
}

// lockGates waits until no vote is under way, and lets none begin.
func (s *Service) lockGates(ctx context.Context, ref Ref) error {
	var rows []model.PollGate
	return s.store.Locked(ctx).Where("village_id = ? AND poll_id = ?", ref.VillageID, ref.ID).Order("gate").Find(&rows).Error
}

// Extend moves the close, once, before it has come, with the reason told to all.
func (s *Service) Extend(ctx context.Context, actor model.Actor, ref Ref, closesAt time.Time, reason string) (model.Poll, error) {
	reason, err := needReason(reason)
	if err != nil {
		return model.Poll{}, err
	}
	var p model.Poll
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		if err := s.lockGates(ctx, ref); err != nil {
			return err
		}
		var err error
		if p, err = s.managed(ctx, actor, ref, model.VerbPoll); err != nil {
			return err
		}
		now, later := s.now(), model.At(closesAt)
		longest, err := s.rule(ctx, "poll.extension_max", p.NoticedAt)
		switch {
		case p.State != model.PollOpen && (p.State == model.PollDraft || p.State == model.PollNoticed):
			return model.Errorf(model.TooEarly, "还没有开始投票，不用延长")
		case p.State != model.PollOpen || !p.ClosesAt.After(now.Time):
			return model.Errorf(model.Gone, "投票已经截止，不能延长了")
		case err != nil:
			return err
		case !p.ExtendedAt.IsZero():
			return model.Errorf(model.Conflict, "已经延长过一次，不能再延长")
		case !later.After(p.ClosesAt.Time) || later.After(p.ClosesAt.AddDate(0, 0, int(longest))):
			return model.Errorf(model.Invalid, "新的截止时间要比原来的晚，最多晚%d天", longest)
		}
		if err := s.moveClose(ctx, p, later, now, reason); err != nil {
			return err
		}
		p.ClosesAt, p.ExtendedAt, p.ExtensionReason = later, now, reason
		return s.Audit.Note(ctx, actor, p.VillageID, "poll.extend", ref.subject(), reason)
	})
	return p, err
}

func (s *Service) moveClose(ctx context.Context, p model.Poll, later, now model.Time, reason string) error {
	ref := RefOf(p)
	err := s.set(ctx, ref, model.PollOpen, map[string]any{"closes_at": later, "look_at": later, "extended_at": now, "extension_reason": reason})
	if err != nil {
		return err
	}
	before, err := s.rule(ctx, "poll.remind_before", p.OpenedAt)
	if err != nil {
		return err
	}
	remind := model.At(later.Add(-time.Duration(before) * time.Hour))
	return errors.Join(
		s.of(ctx, ref).Model(&model.PollGate{}).UpdateColumn("closes_at", later).Error,
		s.of(ctx, ref).Model(&model.PollRound{}).Where("kind = ? AND done = ?", roundRemind, false).UpdateColumn("look_at", remind).Error,
		s.round(ctx, ref, roundExtended, now))
}
