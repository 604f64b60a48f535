package notice

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
)

// handOverMax bounds what one sign of life hands over; a window takes five.
const handOverMax = 50

// waitingRows find what waits for an identity's persons: what no channel took
// (held), and what a channel refused and is to be tried later (again). Four
// branches, so that each finds its rows by (recipient, state) alone.
const (
	bound   = ` FROM bindings b JOIN notices n ON n.recipient = CONCAT('person/', b.village_id, '/', b.villager_id)`
	ofThem  = ` WHERE b.account = @account AND b.openid IN @openids AND b.ended_at = 0`
	sender  = ` FROM notices n WHERE n.recipient IN @senders`
	fields  = `SELECT n.village_id, n.id, n.urgent, n.created_at, `
	boundTo = `b.openid AS openid`
	sentTo  = `n.recipient AS openid`
	held    = ` AND n.state = 'held'`
	again   = ` AND n.state = 'pending' AND n.next_at > @now AND (n.attempts > 0 OR n.err_code <> 0)`

	waitingRows = fields + boundTo + bound + held + ofThem + ` UNION ALL ` + fields + boundTo + bound + again + ofThem + ` UNION ALL ` +
		fields + sentTo + sender + held + ` UNION ALL ` + fields + sentTo + sender + again + ` ORDER BY urgent DESC, created_at LIMIT @limit`
)

// handOver makes what waits for the identity's persons due now.
func (s *Service) handOver(ctx context.Context, account, openid string) error {
	now := model.At(s.store.Now())
	if expected(ctx, nothingWaits(account, openid)) {
		return nil
	}
	found, err := s.waiting(ctx, account, openid)
	if err != nil || len(found) == 0 {
		return err
	}
	ids := map[string][]string{}
	for _, n := range found {
		ids[n.VillageID] = append(ids[n.VillageID], n.ID)
	}
	for village, of := range ids {
		err := s.store.DB(ctx).Model(&model.Notice{}).
			Where("village_id = ? AND id IN ? AND state IN ?", village, of, []model.NoticeState{model.NoticeHeld, model.NoticePending}).
			UpdateColumns(map[string]any{"state": model.NoticePending, "next_at": now, "attempts": 0, "channel": ""}).Error
		if err != nil {
			return err
		}
	}
	s.store.AfterCommit(ctx, s.wake)
	return nil
}

// waitingRow is a notice that waits for one of the identities asked for; of a
// stranger's, OpenID is the whole recipient.
type waitingRow struct {
	VillageID, ID string
	OpenID        string `gorm:"column:openid"`
}

func (s *Service) waiting(ctx context.Context, account string, openids ...string) ([]waitingRow, error) {
	senders := make([]string, len(openids))
	for i, openid := range openids {
		senders[i] = model.Person{Account: account, OpenID: openid}.Recipient()
	}
	var found []waitingRow
	err := s.store.DB(ctx).Raw(waitingRows, map[string]any{"account": account, "openids": openids, "senders": senders,
		"now": model.At(s.store.Now()), "limit": handOverMax * len(openids)}).Scan(&found).Error
	return found, err
}

// expected takes a yes that was kept for this transaction.
func expected(ctx context.Context, key string) bool {
	yes, _ := model.Expected[bool](ctx, key)
	return yes
}

func nothingWaits(account, openid string) string { return "notice/nothing/" + account + "/" + openid }

// ExpectOpened looks at once for what waits for many identities; those for whom
// nothing does needn't be looked at again when Opened is called in this
// transaction.
func (s *Service) ExpectOpened(ctx context.Context, account string, openids []string) error {
	found, err := s.waiting(ctx, account, openids...)
	if err != nil {
		return err
	}
	waits := map[string]bool{}
	for _, n := range found {
		waits[n.OpenID] = true
	}
	for _, openid := range openids {
		if !waits[openid] && !waits[model.Person{Account: account, OpenID: openid}.Recipient()] {
			model.Expect(ctx, nothingWaits(account, openid), true, "notices", "bindings")
		}
	}
	return nil
}

// Granted counts the one-time sends that a person allowed, and hands over what
// is held for them.
func (s *Service) Granted(ctx context.Context, account, openid string, grants []model.Grant) error {
	if !model.InTx(ctx) {
		return s.store.Tx(ctx, func(ctx context.Context) error { return s.Granted(ctx, account, openid, grants) })
	}
	now := model.At(s.store.Now())
	var rows []model.Subscription
	for _, g := range grants {
		if g.Accepted {
			rows = append(rows, model.Subscription{Account: account, OpenID: openid, TemplateID: g.TemplateID, Left: 1, UpdatedAt: now})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := s.lockWindows(ctx, []identity{{Account: account, OpenID: openid}}); err != nil {
		return err
	}
	count := clause.OnConflict{
		Columns:   []clause.Column{{Name: "account"}, {Name: "openid"}, {Name: "template_id"}},
		DoUpdates: clause.Assignments(map[string]any{"left": gorm.Expr("`left` + 1"), "updated_at": now}),
	}
	for i := range rows { // one by one: the same template may be granted twice at once
		if err := s.store.DB(ctx).Clauses(count).Create(&rows[i]).Error; err != nil {
			return err
		}
	}
	return s.handOver(ctx, account, openid)
}

// takeGrant spends a one-time send.
func (s *Service) takeGrant(ctx context.Context, r *route) (bool, error) {
	taken := false
	err := s.write(ctx, func(db *gorm.DB) error {
		result := sameGrant(db, r).Where("`left` > 0").UpdateColumn("left", gorm.Expr("`left` - 1"))
		taken = result.RowsAffected == 1
		return result.Error
	})
	return taken, err
}

// giveGrantBack returns the one-time send of a message that never left.
func (s *Service) giveGrantBack(ctx context.Context, r *route) error {
	return s.write(ctx, func(db *gorm.DB) error {
		return sameGrant(db, r).UpdateColumn("left", gorm.Expr("`left` + 1")).Error
	})
}

// closeGrant believes WeChat (43101) that nothing is left, unless the person
// granted again meanwhile.
func (s *Service) closeGrant(ctx context.Context, r *route) error {
	return s.write(ctx, func(db *gorm.DB) error { return sameGrant(db, r).UpdateColumn("left", 0).Error })
}

func sameGrant(db *gorm.DB, r *route) *gorm.DB {
	return db.Model(&model.Subscription{}).Where("account = ? AND openid = ? AND template_id = ? AND updated_at = ?",
		r.to.Account, r.to.OpenID, r.templateID, r.grantedAt)
}
