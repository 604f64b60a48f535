package casework

import (
	"context"
	"time"

	"cunwu/model"
)

// Stats are the figures that an operator watches, over all villages.
type Stats struct {
	Awaiting, Unassigned, Late int64
	Oldest                     time.Duration
}

// Stats counts the cases that a village owes an answer to.
func (s *Service) Stats(ctx context.Context) (Stats, error) {
	var row struct{ Awaiting, Unassigned, Late, Oldest int64 }
	now := s.store.Now()
	err := s.store.DB(ctx).Model(&model.Case{}).
		Select(`COUNT(*) AS awaiting, COALESCE(SUM(CASE WHEN handler_id = '' THEN 1 ELSE 0 END), 0) AS unassigned,
			COALESCE(SUM(CASE WHEN due_at < ? OR contacted_at = 0 AND contact_due < ? THEN 1 ELSE 0 END), 0) AS late,
			COALESCE(MIN(opened_at), 0) AS oldest`, model.At(now), model.At(now)).
		Where("act_at > 0 AND state IN ?", []model.CaseState{model.CaseSubmitted, model.CaseInProgress}).Scan(&row).Error
	stats := Stats{Awaiting: row.Awaiting, Unassigned: row.Unassigned, Late: row.Late}
	if row.Oldest > 0 {
		stats.Oldest = now.Sub(time.UnixMilli(row.Oldest))
	}
	return stats, err
}
