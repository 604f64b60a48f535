package session

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
)

const sweepBatch = 500

// SQL keeps sessions in the database, for one small server without Redis: a
// restart signs nobody out.
type SQL struct{ store *model.Store }

// NewSQL makes the keeper.
func NewSQL(store *model.Store) *SQL { return &SQL{store: store} }

func (k *SQL) of(ctx context.Context, owner string) *gorm.DB {
	return k.store.DB(ctx).Where("owner = ?", owner)
}

// Put implements Keeper.
func (k *SQL) Put(ctx context.Context, s model.Session, most int) error {
	return k.store.Tx(ctx, func(ctx context.Context) error {
		again := clause.OnConflict{Columns: []clause.Column{{Name: "owner"}, {Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"seen_at", "expires_at"})}
		if err := k.store.DB(ctx).Clauses(again).Create(&s).Error; err != nil {
			return err
		}
		var ids []string
		err := k.of(ctx, s.Owner).Model(&model.Session{}).Where("expires_at > ? AND id <> ?", s.CreatedAt, s.ID).
			Order("seen_at DESC, id").Limit(most-1).Pluck("id", &ids).Error
		if err != nil {
			return err
		}
		return k.of(ctx, s.Owner).Where("id NOT IN ?", append(ids, s.ID)).Delete(&model.Session{}).Error
	})
}

// Get implements Keeper.
func (k *SQL) Get(ctx context.Context, owner, id string) (model.Session, bool, error) {
	var s model.Session
	err := k.of(ctx, owner).Where("id = ?", id).Take(&s).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return s, false, nil
	}
	return s, err == nil, err
}

// Renew implements Keeper.
func (k *SQL) Renew(ctx context.Context, s model.Session) error {
	return k.of(ctx, s.Owner).Model(&model.Session{}).Where("id = ?", s.ID).
		UpdateColumns(map[string]any{"seen_at": s.SeenAt, "expires_at": s.ExpiresAt}).Error
}

// Strengthen implements Keeper.
func (k *SQL) Strengthen(ctx context.Context, owner, id, factor string) (bool, error) {
	done := k.of(ctx, owner).Model(&model.Session{}).Where("id = ?", id).UpdateColumn("factor", factor)
	return done.RowsAffected > 0, done.Error
}

// List implements Keeper.
func (k *SQL) List(ctx context.Context, owner string) ([]model.Session, error) {
	var all []model.Session
	err := k.of(ctx, owner).Limit(10 * person).Find(&all).Error
	return all, err
}

// Remove implements Keeper.
func (k *SQL) Remove(ctx context.Context, owner, id string) (bool, error) {
	rows := k.of(ctx, owner)
	if id != "" {
		rows = rows.Where("id = ?", id)
	}
	done := rows.Delete(&model.Session{})
	return done.RowsAffected > 0, done.Error
}

// SweepDue removes sessions that expired and returns how many.
func (k *SQL) SweepDue(ctx context.Context) (int, error) {
	swept := 0
	for {
		var old []model.Session
		err := k.store.DB(ctx).Select("owner", "id").Where("expires_at <= ?", model.At(k.store.Now())).
			Order("expires_at").Limit(sweepBatch).Find(&old).Error
		if err != nil || len(old) == 0 {
			return swept, err
		}
		for _, s := range old {
			done := k.of(ctx, s.Owner).Where("id = ? AND expires_at <= ?", s.ID, model.At(k.store.Now())).Delete(&model.Session{})
			if done.Error != nil {
				return swept, done.Error
			}
			swept += int(done.RowsAffected)
		}
		if len(old) < sweepBatch {
			return swept, nil
		}
	}
}
