package notice

import (
	"context"

	"cunwu/model"
)

// DeadIn is Dead of one village. Errors: Forbidden.
func (s *Service) DeadIn(ctx context.Context, actor model.Actor, villageID, after string, limit int) (letters []Letter, next string, err error) {
	if err := actor.Require(model.VerbDeadLetters, villageID); err != nil {
		return nil, "", err
	}
	db := s.store.DB(ctx).Where("village_id = ? AND state IN ?", villageID, []model.NoticeState{model.NoticeDead, model.NoticeRestore})
	if after != "" {
		db = db.Where("id > ?", after)
	}
	limit = bounded(limit)
	var rows []model.Notice
	if err := db.Order("id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	for _, n := range rows {
		letters = append(letters, letterOf(n))
	}
	return letters, next, nil
}
