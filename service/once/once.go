// Package once lets a write that is repeated under the same key happen once: the
// first answer is stored in the write's own transaction, and given again.
package once

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	life   = 24 * time.Hour // how long an answer is kept
	maxKey = 128            // characters of a key
	tries  = 3              // an expired row may be in the way once, and once more in a race
	batch  = 500            // rows a sweep deletes at once
)

// Service keeps answers.
type Service struct{ store *model.Store }

// New makes the service.
func New(store *model.Store) *Service { return &Service{store: store} }

// Request is a write that may be repeated.
type Request struct {
	Route string // the route's name: keys of different routes don't meet
	Key   string // the client's, 1 to 128 printable ASCII characters
	Body  []byte // everything that makes it this request and no other
}

// Do runs fn in a transaction and keeps its answer under the actor's key, or
// returns the answer that is kept there. Another body under the same key is
// refused (Invalid). An error of fn undoes everything, so that the repetition
// runs anew: only what was done is answered twice.
func (s *Service) Do(ctx context.Context, actor model.Actor, r Request, fn func(ctx context.Context) ([]byte, error)) ([]byte, error) {
	if err := r.valid(); err != nil {
		return nil, err
	}
	row := model.KeptAnswer{Owner: owner(actor, r.Route), IdemKey: r.Key, RequestHash: hash(string(r.Body))}
	for range tries {
		answer, taken, err := s.first(ctx, row, fn)
		if !taken {
			return answer, err
		}
		kept, err := s.kept(ctx, row)
		if err != nil || kept != nil {
			return kept, err
		}
	}
	return nil, model.Errorf(model.Conflict, "同一件事正在办理，请稍后再试")
}

// first is the first to come under this key, or finds that it is taken.
func (s *Service) first(ctx context.Context, row model.KeptAnswer, fn func(ctx context.Context) ([]byte, error)) (answer []byte, taken bool, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		taken = false
		row.ExpiresAt = model.At(s.store.Now().Add(life))
		err := s.store.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			taken = true
			return model.Errorf(model.Conflict, "同一件事正在办理，请稍后再试").Because(err)
		}
		if err != nil {
			return err
		}
		if answer, err = fn(ctx); err != nil {
			return err
		}
		return same(s.store.DB(ctx), row).UpdateColumn("answer", string(answer)).Error
	})
	return answer, taken, err
}

// kept is the answer under this key; nil when it has expired or gone meanwhile.
func (s *Service) kept(ctx context.Context, row model.KeptAnswer) ([]byte, error) {
	var found model.KeptAnswer
	err := same(s.store.DB(ctx), row).Take(&found).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case !found.ExpiresAt.After(s.store.Now()):
		return nil, s.drop(ctx, found)
	case found.RequestHash != row.RequestHash:
		return nil, model.Errorf(model.Invalid, "这次提交和上次用了同一个编号，内容却不一样，请重新提交")
	}
	return []byte(found.Answer), nil
}

func (s *Service) drop(ctx context.Context, row model.KeptAnswer) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		return same(s.store.DB(ctx), row).Where("expires_at = ?", row.ExpiresAt).Delete(&model.KeptAnswer{}).Error
	})
}

// SweepDue deletes what has expired and returns how many answers that were.
func (s *Service) SweepDue(ctx context.Context) (int, error) {
	total := 0
	for ctx.Err() == nil {
		var due []model.KeptAnswer
		err := s.store.DB(ctx).Select("owner", "idem_key", "expires_at").Where("expires_at <= ?", model.At(s.store.Now())).
			Order("expires_at").Limit(batch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return total, err
		}
		keys := make([][]any, len(due))
		for i, row := range due {
			keys[i] = []any{row.Owner, row.IdemKey, row.ExpiresAt}
		}
		err = s.store.Tx(ctx, func(ctx context.Context) error {
			return s.store.DB(ctx).Where("(owner, idem_key, expires_at) IN ?", keys).Delete(&model.KeptAnswer{}).Error
		})
		if err != nil {
			return total, err
		}
		total += len(due)
	}
	return total, ctx.Err()
}

func same(db *gorm.DB, row model.KeptAnswer) *gorm.DB {
	return db.Model(&model.KeptAnswer{}).Where("owner = ? AND idem_key = ?", row.Owner, row.IdemKey)
}

// owner is who asks by which route: the speaking person and the telephone.
func owner(actor model.Actor, route string) string {
	return hash(strings.Join([]string{actor.Account, actor.OpenID, actor.VillageID, actor.VillagerID, route}, "\x00"))
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (r Request) valid() error {
	if r.Key == "" || len(r.Key) > maxKey || strings.ContainsFunc(r.Key, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return model.Errorf(model.Invalid, "Idempotency-Key 应为1到%d个英文字母、数字或符号", maxKey)
	}
	return nil
}
