package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
)

// States of a delivery. Late is handled, too: its reply went as a notice.
const (
	stateHandled = "handled"
	stateLate    = "late"
	stateFailed  = "failed"
)

// work is a delivery on its way through a transaction.
type work struct {
	entry
	late  bool        // its sender was told that we have it: the reply goes as a notice
	reply model.Reply // what to answer
	known bool        // it was there already
}

func (w *work) where() (query string, account, key string) {
	return "account = ? AND delivery_key = ?", w.In.Account, w.In.Key
}

// handle makes deliveries durable in one transaction: their rows, then their
// senders' dialogues locked, then the turns in the order given, the replies.
func (s *Service) handle(ctx context.Context, works []*work) error {
	return guarded(func() error {
		return s.store.Tx(ctx, func(ctx context.Context) error {
			deliveries, err := s.keepRaw(ctx, works)
			if err != nil {
				return err
			}
			fresh, known, err := s.claim(ctx, deliveries)
			if err != nil {
				return err
			}
			if err := s.lockSenders(ctx, fresh); err != nil {
				return err
			}
			if err := s.expect(ctx, fresh); err != nil {
				return err
			}
			for _, w := range fresh {
				if err := s.take(ctx, w); err != nil {
					return err
				}
			}
			if err := s.storeReplies(ctx, fresh); err != nil {
				return err
			}
			return s.recall(ctx, known)
		})
	})
}

// keepRaw keeps what could not be read, and returns the rest.
func (s *Service) keepRaw(ctx context.Context, works []*work) ([]*work, error) {
	rest := make([]*work, 0, len(works))
	for _, w := range works {
		if w.Raw == nil {
			rest = append(rest, w)
			continue
		}
		row := *w.Raw
		if err := s.store.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return nil, err
		}
	}
	return rest, nil
}

// claim inserts the rows that make a delivery ours; known are those that were
// there. In the order of the key, so that two replicas can't wait for each other.
// It goes by the duplicate's error: with gorm's DoNothing MySQL counts a row that
// is there as one written, and neither database gives up the transaction.
func (s *Service) claim(ctx context.Context, works []*work) (fresh, known []*work, err error) {
	if len(works) == 0 {
		return nil, nil, nil
	}
	sorted := slices.SortedFunc(slices.Values(works), func(a, b *work) int {
		return cmp.Or(cmp.Compare(a.In.Account, b.In.Account), cmp.Compare(a.In.Key, b.In.Key))
	})
	rows := make([]model.Delivery, len(sorted))
	for i, w := range sorted {
		rows[i] = s.row(w)
		w.known = false
	}
	err = s.store.DB(ctx).Create(&rows).Error
	if err == nil || !errors.Is(err, gorm.ErrDuplicatedKey) {
		return works, nil, err
	}
	for i, w := range sorted {
		err := s.store.DB(ctx).Create(&rows[i]).Error
		if err != nil && !errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, nil, err
		}
		w.known = err != nil
	}
	for _, w := range works {
		if w.known {
			known = append(known, w)
		} else {
			fresh = append(fresh, w)
		}
	}
	return fresh, known, nil
}

// row is the delivery as it is stored first. What was answered from disk is the
// answer for good.
func (s *Service) row(w *work) model.Delivery {
	row := model.Delivery{Account: w.In.Account, Key: w.In.Key, OpenID: w.In.OpenID, Kind: w.In.Kind,
		SentAt: model.At(w.In.SentAt), ReceivedAt: model.At(s.store.Now()), State: stateHandled}
	if w.late {
		row.State, row.Reply = stateLate, s.waiting(w.entry).Text
	}
	return row
}

// lockSenders locks the dialogues of a batch in one order, creating what is
// missing, so that one sender's deliveries are handled one at a time.
func (s *Service) lockSenders(ctx context.Context, works []*work) error {
	senders := map[string][]string{}
	for _, w := range works {
		senders[w.In.Account] = append(senders[w.In.Account], w.In.OpenID)
	}
	accounts := make([]string, 0, len(senders))
	for account := range senders {
		accounts = append(accounts, account)
	}
	slices.Sort(accounts)
	for _, account := range accounts {
		slices.Sort(senders[account])
		if err := s.lockDialogues(ctx, account, slices.Compact(senders[account])); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) lockDialogues(ctx context.Context, account string, openIDs []string) error {
	var have []model.Dialogue
	lock := func() error {
		have = nil
		err := s.store.Locked(ctx).Where("account = ? AND openid IN ?", account, openIDs).Order("account, openid").Find(&have).Error
		for _, row := range have {
			model.Expect(ctx, model.DialogueKey(row.Account, row.OpenID), row)
		}
		return err
	}
	if err := lock(); err != nil || len(have) == len(openIDs) {
		return err
	}
	var rows []model.Dialogue
	for _, openID := range openIDs {
		if !slices.ContainsFunc(have, func(row model.Dialogue) bool { return row.OpenID == openID }) {
			rows = append(rows, model.Dialogue{Account: account, OpenID: openID, UpdatedAt: model.At(s.store.Now())})
		}
	}
	if err := s.store.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
		return err
	}
	return lock()
}

// expect lets the turns of a batch be prepared for together.
func (s *Service) expect(ctx context.Context, works []*work) error {
	if len(works) < 2 {
		return nil
	}
	all := make([]model.Incoming, len(works))
	for i, w := range works {
		all[i] = *w.In
	}
	return s.o.Expect(ctx, all)
}

// take runs one turn. What a *model.Error says is the answer.
func (s *Service) take(ctx context.Context, w *work) error {
	var reply model.Reply
	err := s.store.Tx(ctx, func(ctx context.Context) (err error) {
		reply, err = s.turn(ctx, *w.In)
		return err
	})
	if known := model.AsError(err); known != nil {
		reply, err = model.Reply{Text: known.Message}, nil
	}
	if err != nil {
		return err
	}
	if w.late {
		return s.tellLate(ctx, w, reply)
	}
	w.reply = reply
	return nil
}

// tellLate sends the reply as a notice, and answers what was answered.
func (s *Service) tellLate(ctx context.Context, w *work, reply model.Reply) error {
	w.reply = s.waiting(w.entry)
	if reply.Text == "" {
		return nil
	}
	return s.o.Late(ctx, *w.In, reply)
}

// storeReplies writes the replies of a batch by one statement.
func (s *Service) storeReplies(ctx context.Context, works []*work) error {
	var rows []model.Delivery
	for _, w := range works {
		if !w.late && w.reply.Text != "" {
			row := s.row(w)
			row.Reply = w.reply.Text
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	key := []clause.Column{{Name: "account"}, {Name: "delivery_key"}}
	return s.store.DB(ctx).Clauses(clause.OnConflict{Columns: key, DoUpdates: clause.AssignmentColumns([]string{"reply"})}).
		Create(&rows).Error
}

// recall finds the answers of deliveries that are there. One from the spool
// whose own transaction was committed after all gets its reply as a notice, once.
func (s *Service) recall(ctx context.Context, works []*work) error {
	for _, w := range works {
		query, account, key := w.where()
		var row model.Delivery
		if err := s.store.DB(ctx).Take(&row, query, account, key).Error; err != nil {
			return err
		}
		w.reply = model.Reply{Text: row.Reply}
		if !w.late || row.State != stateHandled {
			continue
		}
		done := s.store.DB(ctx).Model(&model.Delivery{}).Where(query, account, key).Where("state = ?", stateHandled).
			Updates(map[string]any{"state": stateLate, "reply": s.waiting(w.entry).Text})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 1 {
			if err := s.tellLate(ctx, w, w.reply); err != nil {
				return err
			}
		}
	}
	return nil
}

// guarded makes an error of a panic: it must cost one delivery, not the server.
func guarded(fn func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return fn()
}
