package notice

import (
	"context"
	"time"

	"cunwu/model"
)

// A notice on its way counts as shown: the person may answer it before WeChat's
// word that it arrived has been written down.

// ShownSince says whether a notice about the case reached the person since then.
func (s *Service) ShownSince(ctx context.Context, to model.Person, villageID, caseID string, since time.Time) (bool, error) {
	recipient := model.Person{VillageID: to.VillageID, ID: to.ID}.Recipient()
	var one []string
	err := s.store.DB(ctx).Model(&model.Notice{}).Where("recipient = ? AND state IN ? AND village_id = ? AND case_id = ?",
		recipient, []model.NoticeState{model.NoticeSent, model.NoticeSending}, villageID, caseID).
		Where("sent_at >= ? OR state = ?", model.At(since), model.NoticeSending).Limit(1).Pluck("id", &one).Error
	return len(one) > 0, err
}

// ShownAt is when the event's notice was shown to the person; zero: not yet.
func (s *Service) ShownAt(ctx context.Context, villageID, event string, to model.Person) (time.Time, error) {
	var rows []model.Notice
	err := s.store.DB(ctx).Select("state", "sent_at").Where("village_id = ? AND event = ? AND recipient = ? AND state IN ?", villageID, event, to.Recipient(),
		[]model.NoticeState{model.NoticeSent, model.NoticeTold, model.NoticeSending}).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	if rows[0].State == model.NoticeSending {
		return s.store.Now(), nil
	}
	return rows[0].SentAt.Time, nil
}
