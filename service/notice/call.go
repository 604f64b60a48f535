package notice

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

const listLimit = 100

// Call is a person who must be called or visited, because WeChat didn't reach
// them in time.
type Call struct {
	VillageID  string
	NoticeID   string
	To         model.Person
	Name       string // empty: a WeChat sender whom no village knows
	Role       string
	Urgent     bool
	CaseID     string // empty when it is private
	CaseNumber int64  // likewise
	Text       string // what to tell; of a private matter only that there is one
	PutAt      time.Time
	CallAfter  time.Time
}

type callRow struct {
	model.Notice
	Number       int64
	Confidential bool
}

// CallList is who must be called now, urgent matters first. Of confidential
// cases only those know who may read them; other private ones show no word.
func (s *Service) CallList(ctx context.Context, actor model.Actor, villageID string, limit int) ([]Call, error) {
	if err := actor.Require(model.VerbCallList, villageID); err != nil {
		return nil, err
	}
	var rows []callRow
	err := s.callRows(ctx, actor, villageID).
		Where("n.state IN ? AND n.call_after > 0 AND n.call_after <= ?", undelivered(), model.At(s.store.Now())).
		Order("n.urgent DESC, n.call_after, n.id").Limit(bounded(limit)).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	recipients := make([]string, len(rows))
	for i := range rows {
		recipients[i] = rows[i].Recipient
	}
	names, err := s.names(ctx, recipients)
	calls := make([]Call, len(rows))
	for i, r := range rows {
		calls[i] = Call{VillageID: r.VillageID, NoticeID: r.ID, To: model.ParseRecipient(r.Recipient), Name: names[r.Recipient], Role: r.Role,
			Urgent: r.Urgent, CaseID: r.CaseID, CaseNumber: r.Number, Text: r.Text, PutAt: r.CreatedAt.Time, CallAfter: r.CallAfter.Time}
		switch {
		case r.Private:
			calls[i].CaseID, calls[i].CaseNumber, calls[i].Text = "", 0, privateText
		case r.Text == "":
			calls[i].Text = voiceCall
		}
	}
	return calls, err
}

// Told notes that somebody told the person by phone or in person.
func (s *Service) Told(ctx context.Context, actor model.Actor, villageID, noticeID string) error {
	if err := actor.Require(model.VerbCallList, villageID); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		var row callRow
		err := s.callRows(ctx, actor, villageID).Where("n.id = ?", noticeID).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errNoNotice()
		}
		if err != nil || row.State == model.NoticeTold {
			return err
		}
		result := s.store.DB(ctx).Model(&model.Notice{}).
			Where("village_id = ? AND id = ? AND state IN ?", villageID, noticeID, undelivered()).
			UpdateColumns(map[string]any{"state": model.NoticeTold, "channel": model.ChannelCall, "sent_to": actor.VillagerID,
				"sent_at": model.At(s.store.Now())})
		if result.Error == nil && result.RowsAffected == 0 {
			return model.Errorf(model.Conflict, "这条消息已经送到或正在发送，不用再打电话")
		}
		return result.Error
	})
}

// callRows are the village's notices, without those of confidential cases that
// the actor may not know of.
func (s *Service) callRows(ctx context.Context, actor model.Actor, villageID string) *gorm.DB {
	db := s.store.DB(ctx).Table("notices n").Select("n.*, COALESCE(c.number, 0) AS number, COALESCE(c.confidential, FALSE) AS confidential").
		Joins("LEFT JOIN cases c ON c.village_id = n.village_id AND c.id = n.case_id").Where("n.village_id = ?", villageID)
	if !actor.May(model.VerbConfidential, villageID) {
		db = db.Where("COALESCE(c.confidential, FALSE) = ?", false)
	}
	return db
}

// undelivered are the states in which nobody has reached the person and nobody
// is trying at this moment.
func undelivered() []model.NoticeState {
	return []model.NoticeState{model.NoticeHeld, model.NoticePending, model.NoticeDead, model.NoticeToCall}
}

func errNoNotice() error { return model.Errorf(model.Unknown, "没有找到这条消息") }

func bounded(limit int) int {
	if limit <= 0 || limit > listLimit {
		return listLimit
	}
	return limit
}

// names are the villagers' names by recipient.
func (s *Service) names(ctx context.Context, recipients []string) (map[string]string, error) {
	ids := map[string][]string{}
	for _, r := range recipients {
		if p := model.ParseRecipient(r); p.ID != "" {
			ids[p.VillageID] = append(ids[p.VillageID], p.ID)
		}
	}
	names := map[string]string{}
	for village, of := range ids {
		var people []model.Villager
		err := s.store.DB(ctx).Select("village_id", "id", "name").Where("village_id = ? AND id IN ?", village, of).Find(&people).Error
		if err != nil {
			return nil, err
		}
		for _, v := range people {
			names[v.Person().Recipient()] = v.Name
		}
	}
	return names, nil
}
