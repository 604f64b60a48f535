package casework

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cunwu/model"
)

const (
	sweepBatch = 100
	later      = time.Minute // a case that can't be looked at now
)

// Swept counts what a sweep did.
type Swept struct{ Reminded, Escalated, Assigned, Closed, Late int }

// EscalateDue looks at every case whose time has come: reminds before a deadline,
// moves silent ones up, finds a handler where there was none, and closes what the
// asker never confirmed. Replicas may run it at once: each case is looked at
// under its lock.
func (s *Service) EscalateDue(ctx context.Context) (Swept, error) {
	var total Swept
	var failed error
	for {
		var due []model.Case
		err := s.store.DB(ctx).Select("village_id", "id").Where("act_at > 0 AND act_at <= ? AND state <> ?", model.At(s.store.Now()), model.CaseClosed).
			Order("act_at").Limit(sweepBatch).Find(&due).Error
		if err != nil {
			return total, err
		}
		for _, c := range due {
			n := Swept{}
			_, err := s.hand(ctx, RefOf(c), func(ctx context.Context, c *model.Case) ([]string, error) {
				n = Swept{} // the transaction may be run again
				return s.tick(ctx, c, &n)
			})
			if err != nil {
				failed = errors.Join(failed, err)
				if err := s.postpone(ctx, c); err != nil {
					return total, errors.Join(failed, err)
				}
				continue
			}
			total.add(n)
		}
		if len(due) < sweepBatch {
			return total, failed
		}
	}
}

// postpone lets a case that can't be looked at wait, so that it doesn't keep the
// others waiting.
func (s *Service) postpone(ctx context.Context, c model.Case) error {
	return s.store.DB(ctx).Model(&model.Case{}).Where("village_id = ? AND id = ?", c.VillageID, c.ID).
		UpdateColumn("act_at", model.At(s.store.Now().Add(later))).Error
}

func (n *Swept) add(m Swept) {
	n.Reminded += m.Reminded
	n.Escalated += m.Escalated
	n.Assigned += m.Assigned
	n.Closed += m.Closed
	n.Late += m.Late
}

// tick does for one case what its time asks for.
func (s *Service) tick(ctx context.Context, c *model.Case, n *Swept) ([]string, error) {
	now := s.store.Now()
	switch {
	case c.ActAt.IsZero() || c.ActAt.After(now):
		return nil, nil // another replica was first
	case c.State == model.CaseReplied:
		return s.confirm(ctx, c, n)
	case !c.Open():
		return nil, nil // RetainDue's
	case c.HandlerID == "":
		return s.adopt(ctx, c, n)
	case now.Before(deadline(c).Time):
		c.RemindedAt = model.At(now)
		n.Reminded++
		if err := s.setAct(ctx, c); err != nil {
			return nil, err
		}
		return []string{"reminded_at", "act_at"}, s.tellHandler(ctx, c, "remind/"+model.NewID(), remindText(c), "")
	}
	return s.escalate(ctx, c, n)
}

// confirm closes a replied case once the answer has been with the asker long
// enough: by the cadre's word only.
func (s *Service) confirm(ctx context.Context, c *model.Case, n *Swept) ([]string, error) {
	days, err := s.rule(ctx, c, "case.unconfirmed_after")
	if err != nil {
		return nil, err
	}
	delivered, err := s.notices.DeliveredAt(ctx, c.VillageID, repliedEvent(c), c.Asker())
	if err != nil {
		return nil, err
	}
	now := s.store.Now()
	switch {
	case delivered.IsZero():
		c.ActAt = model.At(now.AddDate(0, 0, 1))
		return []string{"act_at"}, nil
	case now.Before(delivered.AddDate(0, 0, days)):
		c.ActAt = model.At(delivered.AddDate(0, 0, days))
		return []string{"act_at"}, nil
	}
	n.Closed++
	if err := s.note(ctx, c, model.Console(), model.EventClosed, Said{Text: fmt.Sprintf("提问人%d天没有回话，先按办好了算", days)}); err != nil {
		return nil, err
	}
	return s.close(ctx, c, model.ClosedUnconfirmed)
}

// adopt looks for somebody to act on a case that nobody could act on.
func (s *Service) adopt(ctx context.Context, c *model.Case, n *Swept) ([]string, error) {
	kind := s.kinds[c.Kind]
	first := 0
	if c.Confidential {
		first = kind.last()
	}
	before := *c
	if err := s.assign(ctx, kind, c, first, nil); err != nil {
		return nil, err
	}
	if c.HandlerID == "" {
		return handlerColumns(), nil
	}
	n.Assigned++
	if err := s.keepClock(ctx, c, &before); err != nil {
		return nil, err
	}
	seq, err := s.endClock(ctx, &before, "assigned")
	if err != nil {
		return nil, err
	}
	return handlerColumns(), s.handedOn(ctx, c, seq, movedToYou(c, "由您办理"))
}

// escalate moves a silent case to the next tier, which has its own clock. At the
// last one it stays, marked late, and is reminded of daily.
func (s *Service) escalate(ctx context.Context, c *model.Case, n *Swept) ([]string, error) {
	kind, before := s.kinds[c.Kind], *c
	if c.Tier < kind.last() {
		if err := s.assign(ctx, kind, c, c.Tier+1, []string{c.HandlerID}); err != nil {
			return nil, err
		}
	}
	if c.Tier == before.Tier || c.HandlerID == "" {
		*c = before
		return s.late(ctx, c, n)
	}
	n.Escalated++
	seq, err := s.endClock(ctx, &before, "escalated")
	if err != nil {
		return nil, err
	}
	if err := s.note(ctx, c, model.Console(), model.EventMoved, Said{Text: before.HandlerName + "没有按时办，上交" + c.HandlerName}); err != nil {
		return nil, err
	}
	if err := s.tell(ctx, &before, message{what: "left", to: before.Handler(), role: "other", text: leftText(&before, c)}); err != nil {
		return nil, err
	}
	return handlerColumns(), s.handedOn(ctx, c, seq, movedToYou(c, "逾期上交，由您办理"))
}

func (s *Service) late(ctx context.Context, c *model.Case, n *Swept) ([]string, error) {
	n.Late++
	c.Flagged = "late"
	c.ActAt = model.At(s.store.Now().AddDate(0, 0, 1))
	return []string{"flagged", "act_at"}, s.tellHandler(ctx, c, "late/"+model.NewID(), lateText(c), "")
}
