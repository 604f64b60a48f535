package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
)

// keepFailed keeps a delivery whose turn can't be done, whole, in a transaction
// of its own, with an answer that promises no more than that we have it.
func (s *Service) keepFailed(ctx context.Context, w *work, cause error) error {
	if w.In == nil {
		return cause
	}
	payload, err := json.Marshal(w.In)
	if err != nil {
		return err
	}
	row := s.row(w)
	row.State, row.Payload = stateFailed, string(payload)
	if !w.late {
		row.Reply = failedReply(*w.In).Text
	}
	err = guarded(func() error {
		return s.store.Tx(ctx, func(ctx context.Context) error {
			row := row
			err := s.store.DB(ctx).Create(&row).Error
			if w.known = errors.Is(err, gorm.ErrDuplicatedKey); w.known {
				return s.recall(ctx, []*work{w})
			}
			w.reply = model.Reply{Text: row.Reply}
			return err
		})
	})
	if err == nil && !w.known {
		s.counts.failed.Add(1)
		s.log.Error("a delivery failed and is kept for the operator", "account", row.Account, "kind", row.Kind, "error", cause)
	}
	return err
}

// Desk is the operator's part of the inbox, without the spool, which belongs to
// the running server: a command may use it beside that.
type Desk struct{ s *Service }

// NewDesk makes the operator's part.
func NewDesk(store *model.Store, turn Turn, o Options) *Desk {
	o = o.complete(store.Dialect())
	return &Desk{&Service{store: store, turn: turn, o: o, log: o.Logger}}
}

// Failed is Service.Failed.
func (d *Desk) Failed(ctx context.Context, actor model.Actor, after string, limit int) ([]model.Delivery, string, error) {
	return d.s.Failed(ctx, actor, after, limit)
}

// Retry is Service.Retry.
func (d *Desk) Retry(ctx context.Context, actor model.Actor, account, key string) error {
	return d.s.Retry(ctx, actor, account, key)
}

// Failed lists the deliveries that failed, oldest first, without what they say;
// next is where the following page begins, empty at the end.
func (s *Service) Failed(ctx context.Context, actor model.Actor, after string, limit int) (rows []model.Delivery, next string, err error) {
	if err := actor.Require(model.VerbDeadLetters, ""); err != nil {
		return nil, "", err
	}
	db := s.store.DB(ctx).Omit("payload").Where("state = ?", stateFailed)
	if after != "" {
		at, account, key, err := parseCursor(after)
		if err != nil {
			return nil, "", err
		}
		db = db.Where("received_at >= ? AND (received_at > ? OR account > ? OR (account = ? AND delivery_key > ?))", at, at, account, account, key)
	}
	limit = min(max(limit, 1), 100)
	if err := db.Order("received_at, account, delivery_key").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = fmt.Sprintf("%d/%s/%s", last.ReceivedAt.UnixMilli(), last.Account, last.Key)
	}
	return rows, next, nil
}

func parseCursor(cursor string) (at int64, account, key string, err error) {
	part := strings.SplitN(cursor, "/", 3)
	if len(part) != 3 {
		return 0, "", "", model.Errorf(model.Invalid, wordsCursor)
	}
	at, err = strconv.ParseInt(part[0], 10, 64)
	if err != nil {
		return 0, "", "", model.Errorf(model.Invalid, wordsCursor).Because(err)
	}
	return at, part[1], part[2], nil
}

// Retry handles a failed delivery again; its reply goes as a notice. What WeChat
// was answered stays as it was.
func (s *Service) Retry(ctx context.Context, actor model.Actor, account, key string) error {
	if err := actor.Require(model.VerbDeadLetters, ""); err != nil {
		return err
	}
	return guarded(func() error {
		return s.store.Tx(ctx, func(ctx context.Context) error { return s.retry(ctx, account, key) })
	})
}

func (s *Service) retry(ctx context.Context, account, key string) error {
	var row model.Delivery
	err := s.store.Locked(ctx).Take(&row, "account = ? AND delivery_key = ?", account, key).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return model.Errorf(model.Unknown, wordsUnknown)
	}
	if err != nil {
		return err
	}
	if row.State != stateFailed {
		return model.Errorf(model.Conflict, wordsDone)
	}
	w := &work{entry: entry{In: &model.Incoming{}}, late: true}
	if err := json.Unmarshal([]byte(row.Payload), w.In); err != nil {
		return fmt.Errorf("inbox: the payload of %s: %w", account, err)
	}
	if err := s.lockSenders(ctx, []*work{w}); err != nil {
		return err
	}
	if err := s.take(ctx, w); err != nil {
		return err
	}
	return s.store.DB(ctx).Model(&model.Delivery{}).Where("account = ? AND delivery_key = ?", account, key).
		Updates(map[string]any{"state": stateLate, "payload": ""}).Error
}
