package inbox

import (
	"context"

	"cunwu/model"
)

const retainBatch = 500

// RetainDue removes what WeChat brought long ago, by the rules retain.delivery
// (handled) and retain.delivery_failed (failed and unreadable), and returns how
// many. A delivery that comes again after that would be new; WeChat gives up
// within a minute.
func (s *Service) RetainDue(ctx context.Context) (int, error) {
	handled, err := s.before(ctx, "retain.delivery")
	if err != nil {
		return 0, err
	}
	failed, err := s.before(ctx, "retain.delivery_failed")
	if err != nil {
		return 0, err
	}
	total := 0
	for state, before := range map[string]model.Time{stateHandled: handled, stateLate: handled, stateFailed: failed} {
		n, err := s.dropDeliveries(ctx, state, before)
		total += n
		if err != nil {
			return total, err
		}
	}
	n, err := s.dropRaw(ctx, failed)
	return total + n, err
}

func (s *Service) before(ctx context.Context, rule string) (model.Time, error) {
	days, err := s.store.Rule(ctx, rule, "", s.store.Now())
	return model.At(s.store.Now().AddDate(0, 0, -int(days))), err
}

func (s *Service) dropDeliveries(ctx context.Context, state string, before model.Time) (int, error) {
	total := 0
	for ctx.Err() == nil {
		var old []model.Delivery
		err := s.store.DB(ctx).Select("account", "delivery_key").Where("state = ? AND received_at < ?", state, before).
			Order("received_at").Limit(retainBatch).Find(&old).Error
		if err != nil || len(old) == 0 {
			return total, err
		}
		keys := make([][]any, len(old))
		for i, d := range old {
			keys[i] = []any{d.Account, d.Key}
		}
		removed := s.store.DB(ctx).Where("(account, delivery_key) IN ? AND state = ?", keys, state).Delete(&model.Delivery{})
		if removed.Error != nil {
			return total, removed.Error
		}
		total += int(removed.RowsAffected)
	}
	return total, ctx.Err()
}

func (s *Service) dropRaw(ctx context.Context, before model.Time) (int, error) {
	total := 0
	for ctx.Err() == nil {
		var ids []string
		err := s.store.DB(ctx).Model(&model.RawDelivery{}).Where("received_at < ?", before).Order("received_at").Limit(retainBatch).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return total, err
		}
		removed := s.store.DB(ctx).Where("id IN ?", ids).Delete(&model.RawDelivery{})
		if removed.Error != nil {
			return total, removed.Error
		}
		total += int(removed.RowsAffected)
	}
	return total, ctx.Err()
}
