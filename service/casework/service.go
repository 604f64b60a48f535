package casework

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// Service is the casework of all villages.
type Service struct {
	store   *model.Store
	people  *village.Service
	notices *notice.Service
	audit   *audit.Service
	kinds   map[string]Kind
}

// New makes the service with the kinds of case that exist.
func New(store *model.Store, people *village.Service, notices *notice.Service, log *audit.Service, kinds ...Kind) *Service {
	s := &Service{store: store, people: people, notices: notices, audit: log, kinds: map[string]Kind{}}
	for _, kind := range kinds {
		s.kinds[kind.Name] = kind
	}
	return s
}

// Ref names a case.
type Ref struct{ VillageID, ID string }

// RefOf names this case.
func RefOf(c model.Case) Ref { return Ref{VillageID: c.VillageID, ID: c.ID} }

// Subject names a case as what a file belongs to.
func Subject(ref Ref) string { return "case/" + ref.ID }

// Said is what somebody says to a case: words, or a voice or picture with them.
type Said struct {
	Text    string
	MediaID string
	Voice   bool
}

// hand runs fn on the locked case in a transaction and writes back the columns
// that fn names.
func (s *Service) hand(ctx context.Context, ref Ref, fn func(ctx context.Context, c *model.Case) ([]string, error)) (model.Case, error) {
	var c model.Case
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		c = model.Case{}
		err := s.store.Locked(ctx).Take(&c, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return NoCase()
		}
		if err != nil {
			return err
		}
		if s.kinds[c.Kind].Led {
			return errLed(&c)
		}
		columns, err := fn(ctx, &c)
		if err != nil || len(columns) == 0 {
			return err
		}
		return s.store.DB(ctx).Model(&c).Select(columns).Updates(&c).Error
	})
	return c, err
}

// note appends to the timeline.
func (s *Service) note(ctx context.Context, c *model.Case, actor model.Actor, kind string, said Said) error {
	return s.noteAs(ctx, model.NewID(), c, actor, kind, said)
}

// noteAs is note under an id that the caller needs to know. A voice or picture of
// the chat belongs to the case from now on; what was uploaded is attached by
// whoever took it.
func (s *Service) noteAs(ctx context.Context, id string, c *model.Case, actor model.Actor, kind string, said Said) error {
	if said.MediaID != "" {
		err := s.store.DB(ctx).Model(&model.Media{}).Where("village_id = ? AND id = ? AND account <> ''", c.VillageID, said.MediaID).
			UpdateColumn("subject", Subject(RefOf(*c))).Error
		if err != nil {
			return err
		}
	}
	return s.store.Later(ctx, model.CaseEvent{
		VillageID: c.VillageID, CaseID: c.ID, ID: id, At: model.At(s.store.Now()),
		ByVillage: actor.VillageID, ByID: actor.VillagerID, ByName: actor.Name,
		Kind: kind, Text: said.Text, MediaID: said.MediaID,
	})
}

// mayHandle says whether the actor may act on this case. Whoever it accuses,
// and whoever the township alone should hide it from, learns nothing of it.
func (s *Service) mayHandle(ctx context.Context, actor model.Actor, c *model.Case) error {
	verb := s.kinds[c.Kind].verb()
	if s.kinds[c.Kind].Led {
		return s.leads(actor, c)
	}
	if c.Confidential {
		verb = model.VerbConfidential
	}
	if !actor.May(verb, c.VillageID) || !actor.Known() {
		if c.AskedBy(actor) {
			return model.Errorf(model.Forbidden, "#%d 是您自己的留言，由村里答复", c.Number)
		}
		return NoCase()
	}
	barred, err := s.barred(ctx, c)
	if err != nil {
		return err
	}
	if barred[actor.VillagerID] && !c.Handler().Is(actor.Person()) {
		return NoCase()
	}
	return nil
}

// barred are those who may not act: the asker's kin, and the accused with theirs.
func (s *Service) barred(ctx context.Context, c *model.Case) (map[string]bool, error) {
	var of []string
	if c.AskerID != "" && c.AskerVillage == c.VillageID {
		of = append(of, c.AskerID)
	}
	of = append(of, accused(c)...)
	if len(of) == 0 {
		return map[string]bool{}, nil
	}
	return s.people.Kin(ctx, c.VillageID, of...)
}

func (s *Service) rule(ctx context.Context, c *model.Case, name string) (int, error) {
	on := s.store.Now()
	if day, err := time.ParseInLocation("2006-01-02", c.RulesOn, model.Shanghai); err == nil {
		on = day
	}
	value, err := s.store.Rule(ctx, name, "", on)
	return int(value), err
}

// NoCase says the same of a case that isn't there and of one that the actor may not
// know of.
func NoCase() error {
	return model.Errorf(model.Unknown, "没有找到这个编号，或者它不归您办理。请核对编号")
}
