package membership

import (
	"context"
	"errors"

	"cunwu/model"
)

// Waits is how many requests wait for a cadre, and since when the oldest does.
type Waits struct {
	N      int
	Oldest model.Time
}

// Waits counts the requests of a village that wait for a cadre. Errors: Forbidden.
func (s *Service) Waits(ctx context.Context, actor model.Actor, villageID string) (Waits, error) {
	var w Waits
	if err := actor.Require(model.VerbBindOthers, villageID); err != nil {
		return w, err
	}
	var binds, helps []model.Time
	open := "village_id = ? AND state = ?"
	err := errors.Join(
		s.store.DB(ctx).Model(&model.BindRequest{}).Where(open, villageID, model.RequestOpen).Order("number").Limit(listMax).Pluck("asked_at", &binds).Error,
		s.store.DB(ctx).Model(&model.Helper{}).Where(open, villageID, model.RequestOpen).Order("number").Limit(listMax).Pluck("asked_at", &helps).Error)
	for _, at := range append(binds, helps...) {
		if w.N++; w.Oldest.IsZero() || at.Before(w.Oldest.Time) {
			w.Oldest = at
		}
	}
	return w, err
}

// Open is a correction of the roll that waits for yes or no.
type Open struct {
	CaseID  string
	Number  int64
	Name    string // whose line it is
	Said    string // the beginning of it: which field, what it should be, why
	AskedAt model.Time
}

// OpenCorrections lists the corrections of a village that wait, the oldest first.
// The next page begins after the last one's CaseID. Errors: Forbidden.
func (s *Service) OpenCorrections(ctx context.Context, actor model.Actor, villageID, after string, limit int) ([]Open, error) {
	if err := actor.Require(model.VerbCorrect, villageID); err != nil {
		return nil, err
	}
	var open []Open
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		open = nil
		db := s.store.DB(ctx).Table("cases c").Select("c.id AS case_id, c.number, c.asker_name AS name, c.summary AS said, x.asked_at").
			Joins("JOIN corrections x ON x.village_id = c.village_id AND x.case_id = c.id").
			Where("c.village_id = ? AND c.state IN ? AND c.kind = ?", villageID, []model.CaseState{model.CaseSubmitted, model.CaseInProgress}, CorrectionKindName)
		if after != "" {
			db = db.Where("c.id > ?", after)
		}
		if err := db.Order("c.id").Limit(bounded(limit)).Scan(&open).Error; err != nil || len(open) == 0 {
			return err
		}
		return s.audit.Read(ctx, actor, villageID, "corrections")
	})
	return open, err
}
