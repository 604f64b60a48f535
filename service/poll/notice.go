package poll

import (
	"context"
	"time"

	"cunwu/model"
)

// Notice tells the poll to everybody on its roll, which is written now: from
// here on the question, its form and the rules don't change. Objections to the
// roll may be raised until ObjectionsUntil.
func (s *Service) Notice(ctx context.Context, actor model.Actor, ref Ref) (model.Poll, error) {
	var p model.Poll
	err := s.store.TxWithin(ctx, time.Minute, func(ctx context.Context) error {
		var err error
		if p, err = s.managed(ctx, actor, ref, model.VerbPoll); err != nil {
			return err
		}
		if p.State != model.PollDraft {
			return model.Errorf(model.Conflict, "这个投票已经发过通知了")
		}
		now := s.now()
		if !p.ClosesAt.After(now.Time) {
			return model.Errorf(model.Invalid, "截止时间已经过了，请重新发起")
		}
		if err := s.periods(ctx, &p, now); err != nil {
			return err
		}
		if err := s.mayNotice(ctx, p); err != nil {
			return err
		}
		if err := s.writeRoll(ctx, p); err != nil {
			return err
		}
		if p.Electorate, err = s.electorate(ctx, ref); err != nil {
			return err
		}
		if err := s.largeEnough(ctx, p); err != nil {
			return err
		}
		p.State, p.LookAt, p.NoticedAt, p.RulesOn = model.PollNoticed, p.OpensAt, now, now.In(model.Shanghai).Format(time.DateOnly)
		err = s.set(ctx, ref, model.PollDraft, map[string]any{"state": p.State, "look_at": p.LookAt, "noticed_at": p.NoticedAt, "rules_on": p.RulesOn,
			"objections_until": p.ObjectionsUntil, "decide_until": p.DecideUntil, "electorate": p.Electorate})
		if err != nil {
			return err
		}
		if err := s.round(ctx, ref, roundNotice, now); err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, p.VillageID, "poll.notice", ref.subject(), "")
	})
	return p, err
}

// periods sets the time for objections. What an organ decides needs the law's
// notice (村民委员会组织法 第二十六条) unless it is urgent, with the reason.
func (s *Service) periods(ctx context.Context, p *model.Poll, now model.Time) error {
	object, err := s.rule(ctx, "poll.objection", now)
	if err != nil {
		return err
	}
	decide, err := s.rule(ctx, "poll.decision", now)
	if err != nil {
		return err
	}
	notice, err := s.rule(ctx, "poll."+string(p.Organ)+".notice", now)
	if err != nil {
		return err
	}
	p.ObjectionsUntil = model.At(model.AddDays(now.Time, int(object)))
	p.DecideUntil = model.At(model.AddDays(p.ObjectionsUntil.Time, int(decide)))
	earliest := midnight(now.Time).AddDate(0, 0, int(notice))
	if p.DecideUntil.After(earliest) {
		earliest = p.DecideUntil.Time
	}
	if p.Effect == model.EffectBinding && p.UrgentReason == "" && p.OpensAt.Before(earliest) {
		return model.Errorf(model.Invalid, "要提前%d天通知，名册异议也要先处理完，最早%s开始；确实紧急的，请写明原因", notice, when(earliest))
	}
	for _, until := range []*model.Time{&p.ObjectionsUntil, &p.DecideUntil} {
		if until.After(p.OpensAt.Time) {
			*until = p.OpensAt
		}
	}
	return nil
}

func midnight(t time.Time) time.Time {
	y, m, d := t.In(model.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, model.Shanghai)
}

// mayNotice: the Party branch has studied the matter, the committees have
// discussed it and the Party members reviewed it, before an organ decides.
func (s *Service) mayNotice(ctx context.Context, p model.Poll) error {
	if p.Effect != model.EffectBinding {
		return nil
	}
	if err := s.mayBind(ctx, p); err != nil {
		return err
	}
	m, err := s.matter(s.store.Locked(ctx), Ref{p.VillageID, p.MatterID})
	if err != nil {
		return err
	}
	if m.State != model.MatterReviewed || !m.EndedAt.IsZero() {
		return model.Errorf(model.Conflict, "议题要先经党支部提议、两委商议、党员大会审议，才能交给%s表决；现在是“%s”", OrganTitle(p.Organ), MatterTitle(m.State))
	}
	return nil
}

// largeEnough: nobody can be hidden among too few.
func (s *Service) largeEnough(ctx context.Context, p model.Poll) error {
	least, err := s.rule(ctx, "poll.subgroup_min", p.OpensAt)
	switch {
	case err != nil:
		return err
	case p.Electorate == 0:
		return model.Errorf(model.Invalid, "名册上没有人，请先登记%s的成员，或核对小组的名称", OrganTitle(p.Organ))
	case p.Secret && p.Electorate < int(least):
		return model.Errorf(model.Invalid, "名册上只有%d票，不到%d票藏不住谁投了什么，请改为记名投票", p.Electorate, least)
	}
	return nil
}

// VerifyRoll records that a supervisor checked the roll; a binding poll doesn't
// open without it.
func (s *Service) VerifyRoll(ctx context.Context, actor model.Actor, ref Ref) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		p, err := s.managed(ctx, actor, ref, model.VerbPollWatch)
		if err != nil {
			return err
		}
		if p.State != model.PollNoticed {
			return model.Errorf(model.Conflict, "名册要在发出通知以后、开始投票以前核对")
		}
		err = s.set(ctx, ref, model.PollNoticed, map[string]any{"verified_at": s.now(), "verified_by": actor.VillagerID, "look_at": p.OpensAt})
		if err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, p.VillageID, "poll.verify_roll", ref.subject(), "")
	})
}

// Cancel gives a poll up before it opens.
func (s *Service) Cancel(ctx context.Context, actor model.Actor, ref Ref, reason string) error {
	reason, err := needReason(reason)
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		p, err := s.managed(ctx, actor, ref, model.VerbPoll)
		if err != nil {
			return err
		}
		if p.State != model.PollDraft && p.State != model.PollNoticed {
			return model.Errorf(model.Conflict, "已经开始投票，不能取消了")
		}
		err = s.set(ctx, ref, p.State, map[string]any{"state": model.PollCancelled, "end_reason": reason, "closed_at": s.now()})
		if err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, p.VillageID, "poll.cancel", ref.subject(), reason)
	})
}
