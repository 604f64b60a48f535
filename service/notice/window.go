package notice

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
)

// Sign is a sign of life that opens a window for customer-service messages.
type Sign int

// The signs.
const (
	ByMessage Sign = iota + 1 // a message: 5 in 48 h
	ByAction                  // a click, scan or follow: 3 in 1 min
)

// WeChat's numbers since 2023-06. The lives are a little shorter than WeChat's:
// a message that arrives just after the end would be refused.
const (
	messageSlots = 5
	messageLife  = 48*time.Hour - time.Minute
	actionSlots  = 3
	actionLife   = time.Minute - 10*time.Second
)

// Opened notes a sign of life of a WeChat identity and hands over what is held
// for the persons it speaks for. Every inbound message calls it.
func (s *Service) Opened(ctx context.Context, account, openid string, by Sign) error {
	if !model.InTx(ctx) {
		return s.store.Tx(ctx, func(ctx context.Context) error { return s.Opened(ctx, account, openid, by) })
	}
	now := model.At(s.store.Now())
	window := model.Window{Account: account, OpenID: openid}
	opens := []string{"message_at", "message_left"}
	if by == ByMessage {
		window.MessageAt, window.MessageLeft = now, messageSlots
	} else {
		window.ActionAt, window.ActionLeft = now, actionSlots
		opens = []string{"action_at", "action_left"}
	}
	upsert := clause.OnConflict{Columns: []clause.Column{{Name: "account"}, {Name: "openid"}}, DoUpdates: clause.AssignmentColumns(opens)}
	if err := s.store.LaterUpsert(ctx, window, upsert); err != nil {
		return err
	}
	return s.handOver(ctx, account, openid)
}

// Unfollowed closes the identity's windows.
func (s *Service) Unfollowed(ctx context.Context, account, openid string) error {
	return s.write(ctx, func(db *gorm.DB) error {
		return db.Model(&model.Window{}).Where("account = ? AND openid = ?", account, openid).
			UpdateColumns(map[string]any{"message_left": 0, "action_left": 0}).Error
	})
}

// openSlots is how many messages the identity's windows still take.
func (i *identity) openSlots(now time.Time) int {
	slots := 0
	if now.Before(i.ActionAt.Add(actionLife)) {
		slots += i.ActionLeft
	}
	if now.Before(i.MessageAt.Add(messageLife)) {
		slots += i.MessageLeft
	}
	return slots
}

// takeSlot spends one message of the identity's windows, of the action's first:
// it is the one that closes first. False: somebody else changed them meanwhile.
func (s *Service) takeSlot(ctx context.Context, i *identity, now time.Time) (bool, error) {
	if i.openSlots(now) == 0 {
		return false, nil
	}
	spent := *i
	spent.byAction = i.ActionLeft > 0 && now.Before(i.ActionAt.Add(actionLife))
	column := "message_left"
	if spent.byAction {
		column = "action_left"
		spent.ActionLeft--
	} else {
		spent.MessageLeft--
	}
	taken := false
	err := s.write(ctx, func(db *gorm.DB) error {
		result := s.sameWindow(db, i).Where("message_left = ? AND action_left = ?", i.MessageLeft, i.ActionLeft).
			UpdateColumn(column, gorm.Expr(column+" - 1"))
		taken = result.RowsAffected == 1
		return result.Error
	})
	if taken && err == nil {
		*i = spent
	}
	return taken, err
}

// giveSlotBack returns the slot of a message that never left.
func (s *Service) giveSlotBack(ctx context.Context, i *identity) error {
	column, limit := "message_left", messageSlots
	if i.byAction {
		column, limit = "action_left", actionSlots
	}
	return s.write(ctx, func(db *gorm.DB) error {
		return s.sameWindow(db, i).Where(column+" < ?", limit).UpdateColumn(column, gorm.Expr(column+" + 1")).Error
	})
}

// closeWindow believes WeChat that the identity's windows are over, unless they
// were opened again meanwhile.
func (s *Service) closeWindow(ctx context.Context, i *identity) error {
	return s.write(ctx, func(db *gorm.DB) error {
		return s.sameWindow(db, i).UpdateColumns(map[string]any{"message_left": 0, "action_left": 0}).Error
	})
}

func (s *Service) sameWindow(db *gorm.DB, i *identity) *gorm.DB {
	return db.Model(&model.Window{}).Where("account = ? AND openid = ? AND message_at = ? AND action_at = ?",
		i.Account, i.OpenID, i.MessageAt, i.ActionAt)
}

// lockWindows keeps signs of life of these identities waiting until the
// transaction ends; whoever never wrote gets a row to lock.
func (s *Service) lockWindows(ctx context.Context, identities []identity) error {
	if len(identities) == 0 {
		return nil
	}
	rows := make([]model.Window, len(identities))
	for n, i := range identities {
		rows[n] = model.Window{Account: i.Account, OpenID: i.OpenID}
	}
	slices.SortFunc(rows, func(a, b model.Window) int { return strings.Compare(a.Account+"/"+a.OpenID, b.Account+"/"+b.OpenID) })
	return s.store.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

// write runs a single write in a transaction of its own, or the caller's.
func (s *Service) write(ctx context.Context, fn func(db *gorm.DB) error) error {
	if model.InTx(ctx) {
		return fn(s.store.DB(ctx))
	}
	return s.store.Tx(ctx, func(ctx context.Context) error { return fn(s.store.DB(ctx)) })
}
