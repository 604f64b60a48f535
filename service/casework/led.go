package casework

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

// Step is a turn at a case of a led kind: who acts now and until when. Handler
// may be nobody yet.
type Step struct {
	Tier    int
	Handler model.Person
	Name    string
	DueAt   time.Time
	Text    string // line of the timeline: how it came to this, without what the case is about
	How     string // how the turn before ended: escalated, transferred, …
}

// Begin opens a case of a led kind. Lists show its number and state, and of its
// matter nothing; the room keeps that itself, under the case's id.
func (s *Service) Begin(ctx context.Context, asker model.Actor, villageID, kind string, step Step) (model.Case, error) {
	if !s.kinds[kind].Led {
		return model.Case{}, errors.New("casework: kind " + kind + " isn't led")
	}
	now := model.At(s.store.Now())
	c := model.Case{VillageID: villageID, ID: model.NewID(), Kind: kind, Topic: model.TopicHelp, State: model.CaseInProgress, Neutral: true,
		AskerVillage: asker.VillageID, AskerID: asker.VillagerID, AskerAccount: asker.Account, AskerOpenID: asker.OpenID, AskerName: asker.Name,
		Summary: s.kinds[kind].Title, OpenedAt: now, SaidAt: now, RulesOn: now.Format(time.DateOnly)}
	take(&c, step, now)
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if c.Number, err = s.store.NextNumber(ctx, villageID, "case"); err != nil {
			return err
		}
		if err := s.store.Later(ctx, c); err != nil {
			return err
		}
		if err := s.startClock(ctx, &c, 1); err != nil {
			return err
		}
		return s.note(ctx, &c, asker, model.EventMoved, Said{Text: step.Text})
	})
	return c, err
}

// Lead makes the next turn: another handler or tier, with a clock of its own. A
// case that was over is open again.
func (s *Service) Lead(ctx context.Context, actor model.Actor, ref Ref, step Step) error {
	return s.lead(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		seq, err := s.endClock(ctx, c, step.How)
		if err != nil {
			return nil, err
		}
		take(c, step, model.At(s.store.Now()))
		c.State, c.ClosedHow, c.ClosedAt = model.CaseInProgress, "", model.Time{}
		if err := s.startClock(ctx, c, seq); err != nil {
			return nil, err
		}
		return append(handlerColumns(), "closed_how", "closed_at"), s.note(ctx, c, actor, model.EventMoved, Said{Text: step.Text})
	})
}

// Prolong moves the end of the running turn.
func (s *Service) Prolong(ctx context.Context, actor model.Actor, ref Ref, dueAt time.Time, text string) error {
	return s.lead(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		c.ExtendedAt, c.DueAt, c.ContactDue = model.At(s.store.Now()), model.At(dueAt), model.At(dueAt)
		return []string{"extended_at", "due_at", "contact_due"}, s.note(ctx, c, actor, model.EventExtended, Said{Text: text})
	})
}

// Conclude ends a led case; its clock stops.
func (s *Service) Conclude(ctx context.Context, actor model.Actor, ref Ref, text string) error {
	return s.lead(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if !c.Open() {
			return nil, nil
		}
		if _, err := s.endClock(ctx, c, "concluded"); err != nil {
			return nil, err
		}
		c.State, c.ClosedHow, c.ClosedAt, c.ActAt = model.CaseClosed, model.ClosedOver, model.At(s.store.Now()), model.Time{}
		return []string{"state", "closed_how", "closed_at", "act_at"}, s.note(ctx, c, actor, model.EventClosed, Said{Text: text})
	})
}

// lead is hand for led cases.
func (s *Service) lead(ctx context.Context, ref Ref, fn func(ctx context.Context, c *model.Case) ([]string, error)) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		var c model.Case
		err := s.store.Locked(ctx).Take(&c, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && !s.kinds[c.Kind].Led {
			return NoCase()
		}
		if err != nil {
			return err
		}
		columns, err := fn(ctx, &c)
		if err != nil || len(columns) == 0 {
			return err
		}
		return s.store.DB(ctx).Model(&c).Select(columns).Updates(&c).Error
	})
}

func take(c *model.Case, step Step, now model.Time) {
	c.Tier, c.HandlerVillage, c.HandlerID, c.HandlerName = step.Tier, step.Handler.VillageID, step.Handler.ID, step.Name
	c.ContactDue, c.DueAt, c.ContactedAt, c.RemindedAt, c.ActAt = model.At(step.DueAt), model.At(step.DueAt), now, model.Time{}, model.Time{}
}

// leads says whether the actor acts on the led case.
func (s *Service) leads(actor model.Actor, c *model.Case) error {
	switch {
	case actor.Known() && c.Handler().Is(actor.Person()):
		return nil
	case c.AskedBy(actor):
		return errLed(c)
	}
	return NoCase()
}

// led are the names of the led kinds, never none.
func (s *Service) led() []string {
	names := []string{""}
	for name, kind := range s.kinds {
		if kind.Led {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// inOrder puts whoever the kind names first before the others.
func (s *Service) inOrder(ctx context.Context, kind Kind, villageID string, all []holder) ([]holder, error) {
	if kind.First == nil {
		return all, nil
	}
	first, err := kind.First(ctx, villageID)
	if err != nil || first == "" {
		return all, err
	}
	ordered := slices.Clone(all)
	slices.SortStableFunc(ordered, func(a, b holder) int { return rank(a.VillagerID == first) - rank(b.VillagerID == first) })
	return ordered, nil
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

func errLed(c *model.Case) error {
	return model.Errorf(model.Conflict, "#%d 有自己的办法，请回“#%d”看怎么办", c.Number, c.Number)
}
