package merit

import (
	"context"

	"cunwu/model"
)

// Books are the versions of the village's rule book, the newest first; before is
// the last one seen, 0 at the start.
func (s *Service) Books(ctx context.Context, villageID string, before, limit int) ([]model.MeritBook, error) {
	find := s.store.DB(ctx).Where("village_id = ?", villageID)
	if before > 0 {
		find = find.Where("version < ?", before)
	}
	var rows []model.MeritBook
	err := find.Order("version DESC").Limit(clamp(limit)).Find(&rows).Error
	return rows, err
}

// BookVersion is one version of the rule book. Errors: Unknown.
func (s *Service) BookVersion(ctx context.Context, villageID string, version int) (Book, error) {
	var b Book
	found := s.store.DB(ctx).Where("village_id = ? AND version = ?", villageID, version).Limit(1).Find(&b.MeritBook)
	if found.Error != nil {
		return b, found.Error
	}
	if found.RowsAffected == 0 {
		return b, model.Errorf(model.Unknown, "没有这一版积分办法，请核对")
	}
	err := s.store.DB(ctx).Where("village_id = ? AND version = ?", villageID, version).Order("number").Limit(deedsMax).Find(&b.Deeds).Error
	return b, err
}
