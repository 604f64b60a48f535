package moderation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	resultIn   = 35 * time.Minute // WeChat says within 30
	resultLife = 24 * time.Hour   // of one that belongs to nothing
	resultMax  = 100
)

// Result keeps what WeChat found in a file, in the transaction of the event that
// brought it. It may come before the check's own row says what was asked, so it
// is only kept here, and taken in by CheckDue.
func (s *Service) Result(ctx context.Context, in model.Incoming) error {
	if in.Checked == nil || in.Checked.TraceID == "" {
		return nil
	}
	row := *in.Checked
	row.Account, row.At = in.Account, s.now()
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.store.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return model.Errorf(model.Conflict, wordsDecided).Because(err)
		}
		return err
	})
	if model.IsCode(err, model.Conflict) {
		return nil // said before
	}
	s.store.AfterCommit(ctx, s.wake)
	return err
}

type found struct {
	model.ContentCheck
	Found      string
	FoundLabel string
	Failure    string
}

// takeResults takes in what WeChat has found, and gives up on what it says
// nothing of.
func (s *Service) takeResults(ctx context.Context) (Checked, error) {
	var n Checked
	var rows []found
	err := s.store.DB(ctx).Table("content_checks c").Select("c.*, r.suggest AS found, r.label AS found_label, r.failure AS failure").
		Joins("JOIN check_results r ON r.account = c.account AND r.trace_id = c.trace_id").
		Where("c.state = ?", model.CheckAsked).Order("c.next_at").Limit(resultMax).Scan(&rows).Error
	if err != nil {
		return n, err
	}
	for _, r := range rows {
		if err := s.take(ctx, r, &n); err != nil {
			return n, err
		}
	}
	return n, errors.Join(s.giveUp(ctx, &n), s.forget(ctx))
}

func (s *Service) take(ctx context.Context, r found, n *Checked) error {
	var err error
	if r.Failure != "" {
		err = s.toPerson(ctx, r.ContentCheck, "", "", fmt.Sprintf(wordsUnread, r.Failure), n)
	} else {
		err = s.advised(ctx, r.ContentCheck, Advice{Suggest: r.Found, Label: r.FoundLabel}, n)
	}
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		return s.store.DB(ctx).Where("account = ? AND trace_id = ?", r.Account, r.TraceID).Delete(&model.CheckResult{}).Error
	})
}

// giveUp leaves to a person what WeChat hasn't answered in time.
func (s *Service) giveUp(ctx context.Context, n *Checked) error {
	var late []model.ContentCheck
	err := s.store.DB(ctx).Where("state = ? AND next_at <= ?", model.CheckAsked, s.now()).Order("next_at").Limit(resultMax).Find(&late).Error
	for _, c := range late {
		err = errors.Join(err, s.toPerson(ctx, c, "", "", wordsSilent, n))
	}
	return err
}

// forget drops results that belong to no check of ours.
func (s *Service) forget(ctx context.Context) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		return s.store.DB(ctx).Where("at < ?", model.At(s.store.Now().Add(-resultLife))).Delete(&model.CheckResult{}).Error
	})
}
