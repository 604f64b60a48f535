package casework

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"cunwu/model"
)

// Side is how somebody stands to a case.
type Side string

// The sides.
const (
	SideAsker   Side = "asker"
	SideSigner  Side = "signer"
	SideHandler Side = "handler"
	// SideHelper helps the asker (代办): reads, and adds words if that was agreed.
	SideHelper Side = "helper"
	// SideListener hears a spoken verdict and enters it, and sees nothing else.
	SideListener Side = "listener"
)

// View is a case as somebody may see it.
type View struct {
	Case   model.Case
	Side   Side
	Events []model.CaseEvent
}

// Numbered finds the cases that people of these villages call #number. See says
// whether somebody may know of one.
func (s *Service) Numbered(ctx context.Context, villages []string, number int64) ([]model.Case, error) {
	var found []model.Case
	err := s.store.DB(ctx).Where("village_id IN ? AND number = ?", villages, number).Order("village_id").Limit(100).Find(&found).Error
	return found, err
}

// See is the case for whoever may know of it: to everyone else it doesn't exist.
func (s *Service) See(ctx context.Context, actor model.Actor, c model.Case) (View, error) {
	side, err := s.side(ctx, actor, &c)
	if err == nil {
		err = s.noteRead(ctx, actor, &c, side)
	}
	return View{Case: c, Side: side}, err
}

// noteRead notes that somebody else than the asker reads the asker's words.
func (s *Service) noteRead(ctx context.Context, actor model.Actor, c *model.Case, side Side) error {
	if side == SideAsker {
		return nil
	}
	return s.audit.Read(ctx, actor, c.VillageID, "case/"+c.ID)
}

// Exists says whether there is such a number at all. Only for signing, which
// tells nothing of the case.
func (s *Service) Exists(ctx context.Context, villageID string, number int64) (Ref, bool, error) {
	var c model.Case
	err := s.store.DB(ctx).Select("village_id", "id", "confidential", "neutral").Take(&c, "village_id = ? AND number = ?", villageID, number).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Ref{}, false, nil
	}
	return RefOf(c), err == nil && !hidden(&c), err
}

func (s *Service) side(ctx context.Context, actor model.Actor, c *model.Case) (Side, error) {
	if c.AskedBy(actor) {
		return SideAsker, nil
	}
	refused := s.mayHandle(ctx, actor, c)
	if refused == nil {
		return SideHandler, nil
	}
	if !model.IsCode(refused, model.Unknown) || s.kinds[c.Kind].Led {
		return "", refused
	}
	if signed, err := s.hasSigned(ctx, c, actor.Person()); signed || err != nil {
		return SideSigner, err
	}
	if listens, err := s.listens(ctx, actor, c); listens || err != nil {
		return SideListener, err
	}
	if helps, err := s.helps(ctx, actor, c, toRead); helps || err != nil {
		return SideHelper, err
	}
	return "", refused
}

// listens says whether the actor is one of those whom a spoken verdict of the
// case was given to.
func (s *Service) listens(ctx context.Context, actor model.Actor, c *model.Case) (bool, error) {
	if !actor.May(model.VerbHear, c.VillageID) || c.State != model.CaseReplied {
		return false, nil
	}
	listeners, err := s.listeners(ctx, c)
	if err != nil || !slices.ContainsFunc(listeners, func(h holder) bool { return h.VillagerID == actor.VillagerID }) {
		return false, err
	}
	var spoken int64
	err = s.store.DB(ctx).Model(&model.CaseEvent{}).Where("village_id = ? AND case_id = ? AND kind = ? AND id > ?", c.VillageID, c.ID, model.EventSpoken, c.ReplyID).Count(&spoken).Error
	return spoken > 0, err
}

// Get reads the case with its timeline, oldest first, and notes who read it: of a
// hidden one the asker, too.
func (s *Service) Get(ctx context.Context, actor model.Actor, ref Ref) (View, error) {
	var v View
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		v = View{}
		err := s.store.DB(ctx).Take(&v.Case, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return NoCase()
		}
		if err != nil {
			return err
		}
		if v.Side, err = s.side(ctx, actor, &v.Case); err != nil {
			return err
		}
		if err := s.noteRead(ctx, actor, &v.Case, v.Side); err != nil {
			return err
		}
		if hidden(&v.Case) {
			if err := s.audit.Note(ctx, actor, ref.VillageID, "case.read", v.Case.ID, ""); err != nil {
				return err
			}
		}
		events := s.store.DB(ctx).Where("village_id = ? AND case_id = ?", ref.VillageID, ref.ID)
		switch v.Side {
		case SideSigner:
			events = events.Where("kind IN ?", []string{model.EventReplied, model.EventRejected, model.EventClosed})
		case SideListener:
			events = events.Where("kind = ?", model.EventSpoken)
		}
		return events.Order("id").Limit(500).Find(&v.Events).Error
	})
	return v, err
}

// Unanswered finds the asker's latest case that the village still owes an answer
// to and that further words may belong to: younger than the rule's hours, or one
// whose handler asked back. Confidential ones never count.
func (s *Service) Unanswered(ctx context.Context, actor model.Actor) (model.Case, bool, error) {
	found, expected := model.Expected[[]model.Case](ctx, expectedCases(actor))
	if !expected {
		err := s.asked(ctx, actor).Where("state IN ? AND confidential = ? AND kind NOT IN ?", []model.CaseState{model.CaseSubmitted, model.CaseInProgress}, false, s.led()).
			Order("opened_at DESC, id DESC").Limit(3).Find(&found).Error
		if err != nil {
			return model.Case{}, false, err
		}
	}
	for _, c := range found {
		if !c.AskedBackAt.IsZero() {
			return c, true, nil
		}
	}
	for _, c := range found {
		hours, err := s.rule(ctx, &c, "case.join_within")
		if err != nil {
			return model.Case{}, false, err
		}
		since := s.store.Now().Add(-hoursOf(hours))
		if c.OpenedAt.After(since) || c.Reopened > 0 && c.SaidAt.After(since) {
			return c, true, nil
		}
	}
	return model.Case{}, false, nil
}

// AskedBack says whether a handler asked the actor something within the last day
// and hasn't been answered.
func (s *Service) AskedBack(ctx context.Context, actor model.Actor) (bool, error) {
	var one []string
	err := s.asked(ctx, actor).Model(&model.Case{}).Where("state IN ? AND confidential = ? AND asked_back_at > ?", []model.CaseState{model.CaseSubmitted, model.CaseInProgress}, false,
		model.At(s.store.Now().AddDate(0, 0, -1))).Limit(1).Pluck("id", &one).Error
	return len(one) > 0, err
}

// AskedBy lists the asker's own cases, the newest first; open ones only if asked.
func (s *Service) AskedBy(ctx context.Context, actor model.Actor, openOnly bool, limit int) ([]model.Case, error) {
	query := s.asked(ctx, actor)
	if openOnly {
		query = query.Where("state IN ?", []model.CaseState{model.CaseSubmitted, model.CaseInProgress, model.CaseReplied})
	}
	var found []model.Case
	err := query.Order("opened_at DESC, id DESC").Limit(limit).Find(&found).Error
	return found, err
}

// AwaitingVerdict lists the asker's cases that are answered and not yet judged.
func (s *Service) AwaitingVerdict(ctx context.Context, actor model.Actor) ([]model.Case, error) {
	var found []model.Case
	err := s.asked(ctx, actor).Where("state = ?", model.CaseReplied).Order("opened_at DESC, id DESC").Limit(9).Find(&found).Error
	return found, err
}

func (s *Service) asked(ctx context.Context, actor model.Actor) *gorm.DB {
	const before = "asker_account = ? AND asker_openid = ? AND asker_id = ''" // asked before binding
	switch {
	case actor.Known() && actor.OpenID == "":
		return s.store.DB(ctx).Where("village_id = ? AND asker_id = ?", actor.VillageID, actor.VillagerID)
	case actor.Known():
		return s.store.DB(ctx).Where("(village_id = ? AND asker_id = ? OR "+before+")", actor.VillageID, actor.VillagerID, actor.Account, actor.OpenID)
	}
	return s.store.DB(ctx).Where(before, actor.Account, actor.OpenID)
}

// mostPressing orders cases that await an answer.
const mostPressing = "urgent DESC, CASE WHEN contacted_at = 0 AND contact_due < due_at THEN contact_due ELSE due_at END, id"

// Due lists what these persons must act on, the most pressing first.
func (s *Service) Due(ctx context.Context, people []model.Person, limit int) ([]model.Case, error) {
	return s.held(ctx, people, []model.CaseState{model.CaseSubmitted, model.CaseInProgress}, mostPressing, limit)
}

// Recent lists what these persons act on, the latest heard from first, answered
// ones included.
func (s *Service) Recent(ctx context.Context, people []model.Person, limit int) ([]model.Case, error) {
	return s.held(ctx, people, []model.CaseState{model.CaseSubmitted, model.CaseInProgress, model.CaseReplied}, "said_at DESC, id DESC", limit, s.led()...)
}

func (s *Service) held(ctx context.Context, people []model.Person, states []model.CaseState, order string, limit int, except ...string) ([]model.Case, error) {
	var found []model.Case
	pairs := make([][]any, 0, len(people))
	for _, p := range people {
		pairs = append(pairs, []any{p.VillageID, p.ID})
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	query := s.store.DB(ctx).Where("(handler_village, handler_id) IN ? AND state IN ?", pairs, states)
	if len(except) > 0 {
		query = query.Where("kind NOT IN ?", except)
	}
	err := query.Order(order).Limit(limit).Find(&found).Error
	return found, err
}
