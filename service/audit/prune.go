package audit

import (
	"context"

	"cunwu/model"
)

// leastMonths is what the law asks for; a rule row can't go below it.
const leastMonths = 6

// keptSince is the beginning of the period that entries are kept for
// (retain.audit; 网络安全法: six months at least). It is counted from the link,
// which nobody can date back.
func (c *Chain) keptSince(ctx context.Context) (model.Time, error) {
	months, err := c.store.Rule(ctx, "retain.audit", "", c.store.Now())
	return model.At(c.store.Now().AddDate(0, -int(max(months, leastMonths)), 0)), err
}

// PruneDue removes, among a village's oldest entries (at most so many), those that
// are past their period, and returns how many. Their links stay, so that the chain
// still holds.
func (c *Chain) PruneDue(ctx context.Context, villageID string, most int) (int, error) {
	since, err := c.keptSince(ctx)
	if err != nil {
		return 0, err
	}
	var oldest, ids []string
	err = c.store.DB(ctx).Model(&model.AuditEntry{}).Where("village_id = ?", villageID).Order("id").Limit(most).Pluck("id", &oldest).Error
	if err != nil || len(oldest) == 0 {
		return 0, err
	}
	err = c.store.DB(ctx).Model(&model.AuditSeal{}).Where("village_id = ? AND entry_id IN ? AND sealed_at < ?", villageID, oldest, since).Pluck("entry_id", &ids).Error
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	removed := c.store.DB(ctx).Where("village_id = ? AND id IN ?", villageID, ids).Delete(&model.AuditEntry{})
	return int(removed.RowsAffected), removed.Error
}
