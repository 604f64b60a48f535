package model

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
)

// TakeLease takes the lease of this name for a while under a fence of its own;
// ok is false while somebody else holds it. Whoever works under it calls Fenced
// in each transaction, and DropLease at the end.
func (s *Store) TakeLease(ctx context.Context, name string, life time.Duration) (lease Lease, ok bool, err error) {
	now := s.Now()
	lease = Lease{Name: name, Holder: NewID(), Fence: 1, Until: At(now.Add(life))}
	err = s.Tx(ctx, func(ctx context.Context) error {
		ok, lease.Fence = false, 1
		taken := s.DB(ctx).Model(&Lease{}).Where("name = ? AND until <= ?", name, At(now)).
			UpdateColumns(map[string]any{"holder": lease.Holder, "fence": gorm.Expr("fence + 1"), "until": lease.Until})
		if taken.Error != nil {
			return taken.Error
		}
		if taken.RowsAffected == 1 {
			ok = true
			return s.DB(ctx).Model(&Lease{}).Where("name = ?", name).Pluck("fence", &lease.Fence).Error
		}
		var there int64
		if err := s.DB(ctx).Model(&Lease{}).Where("name = ?", name).Count(&there).Error; err != nil || there > 0 {
			return err
		}
		first := lease
		if err := s.DB(ctx).Create(&first).Error; err != nil {
			return err
		}
		ok = true
		return nil
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) { // somebody took it first
		return lease, false, nil
	}
	return lease, ok && err == nil, err
}

// Fenced locks the lease's row for the caller's transaction, so that nobody else
// can take it before that ends; a lease that is lost is an error.
func (s *Store) Fenced(ctx context.Context, lease Lease) error {
	held := s.DB(ctx).Model(&Lease{}).Where("name = ? AND holder = ? AND fence = ?", lease.Name, lease.Holder, lease.Fence).
		UpdateColumn("until", gorm.Expr("until"))
	if held.Error == nil && held.RowsAffected == 0 {
		return ErrLeaseLost
	}
	return held.Error
}

// ErrLeaseLost says that somebody else holds the lease by now.
var ErrLeaseLost = errors.New("the lease was lost")

// DropLease lets others take it at once.
func (s *Store) DropLease(ctx context.Context, lease Lease) error {
	return s.DB(ctx).Model(&Lease{}).Where("name = ? AND holder = ? AND fence = ?", lease.Name, lease.Holder, lease.Fence).
		UpdateColumn("until", Time{}).Error
}
