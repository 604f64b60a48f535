package notice

import (
	"context"
	"errors"

	"cunwu/model"
)

const retainBatch = 200

// Forget drops, in the caller's transaction, what WeChat lets us send to a sender
// who asked to be forgotten.
func (s *Service) Forget(ctx context.Context, account, openid string) error {
	if !model.InTx(ctx) {
		return errors.New("notice: a sender is forgotten inside a transaction")
	}
	for _, rows := range []any{&model.Window{}, &model.Subscription{}} {
		if err := s.store.DB(ctx).Where("account = ? AND openid = ?", account, openid).Delete(rows).Error; err != nil {
			return err
		}
	}
	return nil
}

// RetainDue empties notices that are settled and older than rule retain.notice
// says, and returns how many: that somebody was reached stays, the words go. What
// is about an open case stays whole, as does what nobody has been told yet.
func (s *Service) RetainDue(ctx context.Context) (int, error) {
	days, err := s.store.Rule(ctx, "retain.notice", "", s.store.Now())
	if err != nil {
		return 0, err
	}
	total, before := 0, model.At(s.store.Now().AddDate(0, 0, -int(days)))
	for _, state := range []model.NoticeState{model.NoticeSent, model.NoticeTold, model.NoticeDead} {
		for _, urgent := range []bool{false, true} {
			n, err := s.emptyOld(ctx, state, urgent, before)
			total += n
			if err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// emptyOld goes along the index that the sending uses; next_at 0 marks what has
// been emptied.
func (s *Service) emptyOld(ctx context.Context, state model.NoticeState, urgent bool, before model.Time) (int, error) {
	total, last := 0, model.Notice{}
	for ctx.Err() == nil {
		var due []model.Notice
		err := s.store.DB(ctx).Select("village_id", "id", "next_at").
			Where("state = ? AND urgent = ? AND next_at > 0 AND next_at < ?", state, urgent, before).
			Where("next_at >= ? AND (next_at > ? OR village_id > ? OR village_id = ? AND id > ?)", last.NextAt, last.NextAt, last.VillageID, last.VillageID, last.ID).
			Where("NOT EXISTS (SELECT 1 FROM cases c WHERE c.village_id = notices.village_id AND c.id = notices.case_id AND c.state <> ?)", model.CaseClosed).
			Order("next_at, village_id, id").Limit(retainBatch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return total, err
		}
		last = due[len(due)-1]
		n, err := s.emptyThese(ctx, state, due)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, ctx.Err()
}

func (s *Service) emptyThese(ctx context.Context, state model.NoticeState, due []model.Notice) (int, error) {
	ids := map[string][]string{}
	for _, n := range due {
		ids[n.VillageID] = append(ids[n.VillageID], n.ID)
	}
	total := 0
	for village, some := range ids {
		emptied := s.store.DB(ctx).Model(&model.Notice{}).Where("village_id = ? AND id IN ? AND state = ?", village, some, state).
			UpdateColumns(map[string]any{"text": retainedText, "media_id": "", "next_at": 0})
		total += int(emptied.RowsAffected)
		if emptied.Error != nil {
			return total, emptied.Error
		}
	}
	return total, nil
}
