package notice

import (
	"context"
	"fmt"
	"time"

	"cunwu/model"
)

// ChannelInbox: the person read it in the mini-program before WeChat took it.
const ChannelInbox = "inbox"

// Item is a notice as its reader sees it.
type Item struct {
	VillageID, NoticeID string
	Role                string // RoleHandler, RoleAsker or RoleOther: as what it came to the reader
	CaseID              string
	Text                string
	MediaID             string
	Question            string
	At                  time.Time
	Read                bool
}

// Inbox is what was put for the actor, the newest first. The next page begins
// after next; empty: there is none.
func (s *Service) Inbox(ctx context.Context, actor model.Actor, after string, limit int) (items []Item, next string, err error) {
	db := s.store.DB(ctx).Where("recipient IN ? AND state NOT IN ?", ownRecipients(actor), []model.NoticeState{model.NoticeToCall, model.NoticeRestore})
	if after != "" {
		var ms int64
		var id string
		if _, err := fmt.Sscanf(after, "%d.%s", &ms, &id); err != nil {
			return nil, "", model.Errorf(model.Invalid, "页码看不懂，请从头看起")
		}
		db = db.Where("created_at < ? OR created_at = ? AND id < ?", ms, ms, id)
	}
	limit = bounded(limit)
	var rows []model.Notice
	if err := db.Order("created_at DESC, id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = fmt.Sprintf("%d.%s", rows[limit-1].CreatedAt.UnixMilli(), rows[limit-1].ID)
	}
	for _, n := range rows {
		items = append(items, Item{VillageID: n.VillageID, NoticeID: n.ID, Role: n.Role, CaseID: n.CaseID, Text: n.Text, MediaID: n.MediaID,
			Question: n.Question, At: n.CreatedAt.Time, Read: !n.ReadAt.IsZero()})
	}
	return items, next, nil
}

// Read notes that the actor read a notice of theirs; what WeChat hasn't taken
// yet need not be sent any more.
func (s *Service) Read(ctx context.Context, actor model.Actor, villageID, noticeID string) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		now := model.At(s.store.Now())
		own := func() any { return ownRecipients(actor) }
		mark := s.store.DB(ctx).Model(&model.Notice{}).Where("village_id = ? AND id = ? AND recipient IN ?", villageID, noticeID, own()).
			UpdateColumn("read_at", now)
		if mark.Error != nil {
			return mark.Error
		}
		if mark.RowsAffected == 0 {
			return errNoNotice()
		}
		return s.store.DB(ctx).Model(&model.Notice{}).
			Where("village_id = ? AND id = ? AND state IN ?", villageID, noticeID, []model.NoticeState{model.NoticePending, model.NoticeHeld, model.NoticeDead}).
			UpdateColumns(map[string]any{"state": model.NoticeSent, "channel": ChannelInbox, "sent_to": actor.OpenID, "sent_at": now}).Error
	})
}

func ownRecipients(actor model.Actor) []string {
	own := []string{actor.Person().Recipient()}
	if actor.Known() && actor.OpenID != "" {
		own = append(own, model.Person{Account: actor.Account, OpenID: actor.OpenID}.Recipient())
	}
	return own
}
