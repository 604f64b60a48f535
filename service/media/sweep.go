package media

import (
	"context"
	"errors"
	"time"

	"cunwu/model"
)

const (
	goingAgain = 10 * time.Minute // after which a removal that failed is tried again
	sweepBatch = 100
	sweepMost  = 50 // batches a round
	dayLife    = 48 * time.Hour
)

// Swept counts what a round did.
type Swept struct{ Removed, Later int }

// Discard has files removed, in the caller's transaction: nobody sees them any
// more, and SweepDue takes them out of the storage.
func (s *Service) Discard(ctx context.Context, villageID string, ids ...string) error {
	if !model.InTx(ctx) {
		return errNoTx
	}
	if len(ids) == 0 {
		return nil
	}
	return s.store.DB(ctx).Model(&model.Media{}).Where("village_id = ? AND id IN ?", villageID, ids).
		UpdateColumns(map[string]any{"state": going, "next_at": model.At(s.store.Now()), "lease_until": model.Time{}}).Error
}

// SweepDue removes uploads that belong to nothing after the time of rule
// upload.loose, those that were never finished, and what was discarded. Replicas
// may run it at once.
func (s *Service) SweepDue(ctx context.Context) (Swept, error) {
	var total Swept
	if err := s.forgetDays(ctx); err != nil {
		return total, err
	}
	for range sweepMost {
		var due []model.Media
		err := s.store.DB(ctx).Where("state IN ? AND next_at <= ?", []string{coming, loose, going}, model.At(s.store.Now())).
			Order("next_at").Limit(sweepBatch).Find(&due).Error
		if err != nil {
			return total, err
		}
		for _, m := range due {
			if err := s.sweep(ctx, m, &total); err != nil {
				return total, err
			}
		}
		if err := ctx.Err(); err != nil || len(due) < sweepBatch {
			return total, err
		}
	}
	return total, nil
}

func (s *Service) sweep(ctx context.Context, m model.Media, n *Swept) error {
	mine, err := s.claimGoing(ctx, m)
	if err != nil || !mine {
		return err
	}
	if err := s.remove(ctx, m); err != nil {
		n.Later++
		s.log.ErrorContext(ctx, "a file can't be removed", "village", m.VillageID, "media", m.ID, "error", err)
		return nil //nolint:nilerr // the row stays, and is tried again
	}
	n.Removed++
	return s.store.Tx(ctx, func(ctx context.Context) error {
		return rowOf(s.store.DB(ctx), m).Where("state = ?", going).Delete(&model.Media{}).Error
	})
}

// claimGoing takes a file away from whoever might attach it at this moment, and
// from other sweepers for a while.
func (s *Service) claimGoing(ctx context.Context, m model.Media) (mine bool, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		result := rowOf(s.store.DB(ctx), m).Where("state = ? AND next_at = ?", m.State, m.NextAt).
			UpdateColumns(map[string]any{"state": going, "next_at": model.At(s.store.Now().Add(goingAgain))})
		mine = result.RowsAffected == 1
		return result.Error
	})
	return mine, err
}

func (s *Service) remove(ctx context.Context, m model.Media) error {
	if m.Path == "" {
		return nil
	}
	return errors.Join(s.storage.Remove(ctx, m.Path), s.storage.Remove(ctx, thumbPath(m.Path)))
}

// forgetDays drops the counts of days that are over.
func (s *Service) forgetDays(ctx context.Context) error {
	over := s.store.Now().Add(-dayLife).Format(time.DateOnly)
	return s.store.Tx(ctx, func(ctx context.Context) error {
		return s.store.DB(ctx).Where("day < ?", over).Delete(&model.UploadDay{}).Error
	})
}
