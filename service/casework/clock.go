package casework

import (
	"context"
	"time"

	"cunwu/model"
)

const lookAgain = time.Hour // for a case that nobody can act on

// setClock starts the clocks of a tier: first contact and reply, each counted
// from now by the rules of the case's day.
func (s *Service) setClock(ctx context.Context, c *model.Case, tier int) error {
	contact, err := s.rule(ctx, c, "case.contact")
	if err != nil {
		return err
	}
	reply, err := s.rule(ctx, c, "case.reply")
	if err != nil {
		return err
	}
	now := s.store.Now()
	c.Tier = tier
	c.ContactDue = model.At(now.Add(hoursOf(contact)))
	c.DueAt = model.At(model.AddWorkingDays(now, reply))
	c.ContactedAt, c.RemindedAt = model.Time{}, model.Time{}
	return s.setAct(ctx, c)
}

// setAct computes when the sweep must look at the case again.
func (s *Service) setAct(ctx context.Context, c *model.Case) error {
	if !c.Awaiting() {
		return s.setActReplied(ctx, c)
	}
	if c.HandlerID == "" {
		c.ActAt = model.At(s.store.Now().Add(lookAgain))
		return nil
	}
	before, err := s.rule(ctx, c, "case.remind_before")
	if err != nil {
		return err
	}
	deadline := deadline(c)
	c.ActAt = deadline
	remind := deadline.Add(-hoursOf(before))
	if c.RemindedAt.IsZero() && remind.After(s.store.Now()) {
		c.ActAt = model.At(remind)
	}
	return nil
}

// setActReplied: a replied case is looked at when the asker has kept silent long
// enough; a closed one never.
func (s *Service) setActReplied(ctx context.Context, c *model.Case) error {
	c.ActAt = model.Time{}
	if c.State != model.CaseReplied {
		return nil
	}
	days, err := s.rule(ctx, c, "case.unconfirmed_after")
	c.ActAt = model.At(s.store.Now().AddDate(0, 0, days))
	return err
}

// keepClock has the clocks run on for another handler.
func (s *Service) keepClock(ctx context.Context, c, before *model.Case) error {
	c.ContactDue, c.ContactedAt, c.DueAt, c.RemindedAt = before.ContactDue, before.ContactedAt, before.DueAt, before.RemindedAt
	return s.setAct(ctx, c)
}

func hoursOf(n int) time.Duration { return time.Duration(n) * time.Hour }

// deadline is what the handler must keep next: the first contact, then the reply.
func deadline(c *model.Case) model.Time {
	if c.ContactedAt.IsZero() && c.ContactDue.Before(c.DueAt.Time) {
		return c.ContactDue
	}
	return c.DueAt
}

// startClock writes the tier's line of the record.
func (s *Service) startClock(ctx context.Context, c *model.Case, seq int) error {
	return s.store.Later(ctx, model.CaseClock{
		VillageID: c.VillageID, CaseID: c.ID, Seq: seq, Tier: c.Tier, HolderID: c.HandlerID,
		StartedAt: model.At(s.store.Now()), ContactDue: c.ContactDue, ContactedAt: c.ContactedAt, DueAt: c.DueAt,
	})
}

// endClock ends the running line and returns the next one's number.
func (s *Service) endClock(ctx context.Context, c *model.Case, how string) (int, error) {
	var running model.CaseClock
	err := s.store.DB(ctx).Where("village_id = ? AND case_id = ?", c.VillageID, c.ID).Order("seq DESC").Take(&running).Error
	if err != nil {
		return 0, err
	}
	if !running.EndedAt.IsZero() {
		return running.Seq + 1, nil
	}
	err = s.store.DB(ctx).Model(&running).Select("contacted_at", "due_at", "ended_at", "ended_how").Updates(&model.CaseClock{
		ContactedAt: c.ContactedAt, DueAt: c.DueAt, EndedAt: model.At(s.store.Now()), EndedHow: how}).Error
	return running.Seq + 1, err
}
