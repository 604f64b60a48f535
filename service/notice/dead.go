package notice

import (
	"context"

	"gorm.io/gorm"

	"cunwu/model"
)

// Letter is a notice that an operator must look at; private ones show no word.
type Letter struct {
	VillageID string
	NoticeID  string
	Event     string
	To        model.Person
	State     model.NoticeState
	Attempts  int
	ErrCode   int
	Text      string
	At        model.Time
}

// Dead lists what was given up or came from a backup. The next page begins after
// next; empty: there is none.
func (s *Service) Dead(ctx context.Context, actor model.Actor, after string, limit int) (letters []Letter, next string, err error) {
	villages, all, err := s.operates(actor)
	if err != nil {
		return nil, "", err
	}
	db := s.store.DB(ctx).Where("state IN ?", []model.NoticeState{model.NoticeDead, model.NoticeRestore})
	if !all {
		db = db.Where("village_id IN ?", villages)
	}
	if after != "" {
		village, id, err := model.ParsePublicID(after)
		if err != nil {
			return nil, "", err
		}
		db = db.Where("village_id > ? OR village_id = ? AND id > ?", village, village, id)
	}
	limit = bounded(limit)
	var rows []model.Notice
	if err := db.Order("village_id, id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = model.PublicID(rows[limit-1].VillageID, rows[limit-1].ID)
	}
	for _, n := range rows {
		letters = append(letters, letterOf(n))
	}
	return letters, next, nil
}

func letterOf(n model.Notice) Letter {
	l := Letter{VillageID: n.VillageID, NoticeID: n.ID, Event: n.Event, To: model.ParseRecipient(n.Recipient), State: n.State,
		Attempts: n.Attempts, ErrCode: n.ErrCode, Text: n.Text, At: n.CreatedAt}
	if n.Private {
		l.Text, l.To, l.Event = hiddenText, model.Person{}, ""
	}
	return l
}

// Resend makes a dead or restored notice due again.
func (s *Service) Resend(ctx context.Context, actor model.Actor, villageID, noticeID string) error {
	if err := actor.Require(model.VerbDeadLetters, villageID); err != nil {
		return err
	}
	n, err := s.revive(ctx, "village_id = ? AND id = ? AND state IN ?", villageID, noticeID,
		[]model.NoticeState{model.NoticeDead, model.NoticeRestore})
	if err == nil && n == 0 {
		return errNoNotice()
	}
	return err
}

// HoldRestored keeps everything that a restored database would send until an
// operator has looked: it may have been sent after the backup was made.
func (s *Service) HoldRestored(ctx context.Context) (int64, error) {
	var held int64
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		result := s.store.DB(ctx).Model(&model.Notice{}).
			Where("state IN ?", []model.NoticeState{model.NoticePending, model.NoticeSending, model.NoticeHeld}).
			UpdateColumns(map[string]any{"state": model.NoticeRestore, "lease_until": 0, "fence": gorm.Expr("fence + 1")})
		held = result.RowsAffected
		return result.Error
	})
	return held, err
}

// ReleaseRestored makes all that a restored backup holds due.
func (s *Service) ReleaseRestored(ctx context.Context, actor model.Actor) (int64, error) {
	villages, all, err := s.operates(actor)
	if err != nil {
		return 0, err
	}
	if all {
		return s.revive(ctx, "state = ?", model.NoticeRestore)
	}
	return s.revive(ctx, "state = ? AND village_id IN ?", model.NoticeRestore, villages)
}

func (s *Service) revive(ctx context.Context, where string, values ...any) (int64, error) {
	var revived int64
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		result := s.store.DB(ctx).Model(&model.Notice{}).Where(where, values...).
			UpdateColumns(map[string]any{"state": model.NoticePending, "next_at": model.At(s.store.Now()), "attempts": 0, "unknowns": 0,
				"err_code": 0, "channel": ""})
		revived = result.RowsAffected
		if result.Error == nil && revived > 0 {
			s.store.AfterCommit(ctx, s.wake)
		}
		return result.Error
	})
	return revived, err
}

// operates are the villages whose dead letters the actor may see.
func (s *Service) operates(actor model.Actor) (villages []string, all bool, err error) {
	if actor.Operator {
		return nil, true, nil
	}
	villages = actor.Serves(model.VerbDeadLetters)
	if len(villages) == 0 {
		return nil, false, actor.Require(model.VerbDeadLetters, "")
	}
	return villages, false, nil
}
