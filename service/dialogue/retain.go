package dialogue

import (
	"context"
	"encoding/json"
	"errors"

	"cunwu/model"
)

const retainBatch = 500

// Forget drops, in the caller's transaction, what a sender was being asked, who
// asked to be forgotten.
func (s *Service) Forget(ctx context.Context, account, openid string) error {
	if !model.InTx(ctx) {
		return errors.New("dialogue: a sender is forgotten inside a transaction")
	}
	return s.store.DB(ctx).Where("account = ? AND openid = ?", account, openid).Delete(&model.Dialogue{}).Error
}

// RetainDue drops dialogues that nobody has spoken in for the days of rule
// retain.dialogue and that await nothing, and returns how many. A confidential one
// stays open until its end is said: what comes next is meant for it. It walks
// along the primary key: an index by time would cost every message something.
func (s *Service) RetainDue(ctx context.Context) (int, error) {
	days, err := s.store.Rule(ctx, "retain.dialogue", "", s.store.Now())
	if err != nil {
		return 0, err
	}
	total, before, last := 0, model.At(s.store.Now().AddDate(0, 0, -int(days))), model.Dialogue{}
	for ctx.Err() == nil {
		var some []model.Dialogue
		err := s.store.DB(ctx).Select("account", "openid", "data", "updated_at", "due_at").
			Where("account >= ? AND (account > ? OR openid > ?)", last.Account, last.Account, last.OpenID).
			Order("account, openid").Limit(retainBatch).Find(&some).Error
		if err != nil || len(some) == 0 {
			return total, err
		}
		last = some[len(some)-1]
		for _, d := range some {
			if !d.UpdatedAt.Before(before.Time) || !d.DueAt.IsZero() || private(d) {
				continue
			}
			dropped := s.store.DB(ctx).Where("account = ? AND openid = ? AND updated_at < ? AND due_at = 0", d.Account, d.OpenID, before).Delete(&model.Dialogue{})
			if dropped.Error != nil {
				return total, dropped.Error
			}
			total += int(dropped.RowsAffected)
		}
	}
	return total, ctx.Err()
}

// private says whether a confidential dialogue is open, or might be.
func private(d model.Dialogue) bool {
	var open stack
	return d.Data != "" && (json.Unmarshal([]byte(d.Data), &open) != nil || open.find(inPrivate) != nil)
}
