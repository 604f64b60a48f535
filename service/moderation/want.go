package moderation

import (
	"context"
	"errors"
	"strings"

	"cunwu/model"
)

// Wanted is one text or one file that somebody wants to publish.
type Wanted struct {
	VillageID string
	Subject   string // what it is a part of: "question/ID"; several may be parts of one
	Text      string // this,
	MediaID   string // or this
	Scene     Scene  // 0: SceneComment
	Above     bool   // the village itself must not see it (confidential, or against office holders): the township decides
}

var (
	errNoTx    = errors.New("moderation: it is to happen inside the transaction of what is to be published")
	errNothing = errors.New("moderation: a check of nothing, or of two things")
)

// Want has contents checked, in the caller's transaction; actor wrote them. What
// wasn't written in the mini-program WeChat can't check: it goes to a person.
func (s *Service) Want(ctx context.Context, actor model.Actor, all ...Wanted) error {
	if !model.InTx(ctx) {
		return errNoTx
	}
	for _, w := range all {
		row, err := s.row(actor, w)
		if err != nil {
			return err
		}
		if err := s.store.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		if row.State == model.CheckReview {
			if err := s.tellReviewers(ctx, row); err != nil {
				return err
			}
		}
	}
	s.store.AfterCommit(ctx, s.wake)
	return nil
}

func (s *Service) row(actor model.Actor, w Wanted) (model.ContentCheck, error) {
	text := strings.TrimSpace(w.Text)
	if w.Subject == "" || (text == "") == (w.MediaID == "") {
		return model.ContentCheck{}, errNothing
	}
	if w.Scene == 0 {
		w.Scene = SceneComment
	}
	now := s.now()
	row := model.ContentCheck{VillageID: w.VillageID, ID: model.NewID(), Subject: w.Subject, Kind: model.CheckText, Above: w.Above,
		Text: text, MediaID: w.MediaID, Scene: int(w.Scene), Author: actor.Person().Recipient(), AuthorName: actor.Name,
		Account: actor.Account, OpenID: actor.OpenID, State: model.CheckWaiting, CreatedAt: now, NextAt: now}
	if w.MediaID != "" {
		row.Kind = model.CheckMedia
	}
	if actor.OpenID == "" || !s.weixin.CanCheck(actor.Account) {
		row.State, row.Why = model.CheckReview, wordsOutside
	}
	return row, nil
}

// Drop forgets the checks of a subject, in the caller's transaction: its content
// was withdrawn, erased, or will be replaced and wanted anew.
func (s *Service) Drop(ctx context.Context, villageID, subject string) error {
	if !model.InTx(ctx) {
		return errNoTx
	}
	return s.store.DB(ctx).Model(&model.ContentCheck{}).Where("village_id = ? AND subject = ?", villageID, subject).
		UpdateColumns(map[string]any{"state": model.CheckDropped, "text": "", "token": "", "trace_id": ""}).Error
}
