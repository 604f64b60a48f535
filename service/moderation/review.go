package moderation

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	queueMax  = 100
	reasonMax = 80 // characters
	idLength  = 32
)

// Item is one text or file that a person must look at.
type Item struct {
	VillageID, ID string
	Subject       string
	Kind          string // text | media
	Text          string
	MediaID       string
	Risky         bool
	Why           string // why it is here, in words
	AuthorName    string
	Own           bool // the actor's own: somebody else decides
	At            time.Time
}

// Queue is what waits for a person, the oldest first; next is the cursor for
// more, empty at the end. What the village must not see, only those see who may
// read confidential cases.
func (s *Service) Queue(ctx context.Context, actor model.Actor, villageID, after string, limit int) (items []Item, next string, err error) {
	if err := actor.Require(model.VerbReview, villageID); err != nil {
		return nil, "", err
	}
	if after != "" && (len(after) != idLength || strings.Trim(after, "0123456789abcdef") != "") {
		return nil, "", model.Errorf(model.Invalid, wordsCursor)
	}
	if limit <= 0 || limit > queueMax {
		limit = queueMax
	}
	var rows []model.ContentCheck
	err = s.store.DB(ctx).Where("village_id = ? AND state = ? AND above IN ? AND id > ?", villageID, model.CheckReview, mayKnow(actor, villageID), after).
		Order("id").Limit(limit + 1).Find(&rows).Error
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows, next = rows[:limit], rows[limit-1].ID
	}
	for _, c := range rows {
		items = append(items, Item{VillageID: c.VillageID, ID: c.ID, Subject: c.Subject, Kind: c.Kind, Text: c.Text, MediaID: c.MediaID,
			Risky: c.Suggest == Risky, Why: whyWords(c), AuthorName: c.AuthorName, Own: own(actor, c), At: c.CreatedAt.Time})
	}
	return items, next, nil
}

// mayKnow are the values of Above that the actor may see.
func mayKnow(actor model.Actor, villageID string) []bool {
	if actor.May(model.VerbConfidential, villageID) {
		return []bool{false, true}
	}
	return []bool{false}
}

// Decide publishes or refuses what waits for a person. A refusal, and publishing
// what WeChat holds to be risky, needs a reason. Nobody decides on their own.
// Errors: NotFound, Forbidden, Invalid, Conflict (decided already).
func (s *Service) Decide(ctx context.Context, actor model.Actor, villageID, id string, publish bool, reason string) error {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) > reasonMax {
		return model.Errorf(model.Invalid, wordsLong, reasonMax)
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		c, err := s.locked(ctx, actor, villageID, id)
		if err != nil {
			return err
		}
		switch {
		case own(actor, c):
			return model.Errorf(model.Forbidden, wordsOwn)
		case c.State != model.CheckReview:
			return model.Errorf(model.Conflict, wordsDecided)
		case reason == "" && (!publish || c.Suggest == Risky):
			return model.Errorf(model.Invalid, wordsReason)
		}
		return s.decided(ctx, actor, c, publish, reason)
	})
}

func (s *Service) locked(ctx context.Context, actor model.Actor, villageID, id string) (model.ContentCheck, error) {
	var c model.ContentCheck
	if err := actor.Require(model.VerbReview, villageID); err != nil {
		return c, err
	}
	err := s.store.Locked(ctx).Where("above IN ?", mayKnow(actor, villageID)).Take(&c, "village_id = ? AND id = ?", villageID, id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return c, model.Errorf(model.Unknown, wordsNone)
	}
	return c, err
}

func (s *Service) decided(ctx context.Context, actor model.Actor, c model.ContentCheck, publish bool, reason string) error {
	state, detail := model.CheckPublished, "published"
	if !publish {
		state, detail = model.CheckRefused, "refused"
	}
	err := s.store.DB(ctx).Model(&model.ContentCheck{}).Where("village_id = ? AND id = ?", c.VillageID, c.ID).
		UpdateColumns(map[string]any{"state": state, "text": "", "token": "", "reason": reason,
			"decided_at": s.now(), "decided_by": actor.VillagerID, "decided_name": actor.Name}).Error
	if err != nil {
		return err
	}
	if err := s.audit.Note(ctx, actor, c.VillageID, string(model.VerbReview), "check/"+c.ID, detail); err != nil {
		return err
	}
	if publish {
		return nil
	}
	return s.tellAuthor(ctx, c, reason)
}

// Vouch publishes what waits for a person under a subject, in the caller's
// transaction: the actor, who may decide on it, read it in order to answer it. What
// WeChat holds to be risky, and what is the actor's own, goes on waiting.
func (s *Service) Vouch(ctx context.Context, actor model.Actor, villageID, subject string) error {
	if !model.InTx(ctx) {
		return errNoTx
	}
	if !actor.May(model.VerbReview, villageID) {
		return nil
	}
	var rows []model.ContentCheck
	err := s.store.Locked(ctx).Where("village_id = ? AND subject = ? AND state = ? AND suggest <> ?", villageID, subject, model.CheckReview, Risky).
		Order("id").Limit(queueMax).Find(&rows).Error
	if err != nil {
		return err
	}
	for _, c := range rows {
		if own(actor, c) {
			continue
		}
		if err := s.decided(ctx, actor, c, true, ""); err != nil {
			return err
		}
	}
	return nil
}

func own(actor model.Actor, c model.ContentCheck) bool {
	sender := model.Person{Account: actor.Account, OpenID: actor.OpenID}
	return c.Author == actor.Person().Recipient() || actor.OpenID != "" && c.Author == sender.Recipient()
}
