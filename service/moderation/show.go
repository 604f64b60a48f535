package moderation

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
)

// MayShow says whether all that a subject is made of may be published. Of what
// nobody had checked, the answer is no.
func (s *Service) MayShow(ctx context.Context, villageID, subject string) (bool, error) {
	may, err := s.MayShowAll(ctx, villageID, []string{subject})
	return may[subject], err
}

// MayShowAll is MayShow for the page of a list.
func (s *Service) MayShowAll(ctx context.Context, villageID string, subjects []string) (map[string]bool, error) {
	may := map[string]bool{}
	if len(subjects) == 0 {
		return may, nil
	}
	var rows []struct{ Subject, State string }
	err := s.store.DB(ctx).Model(&model.ContentCheck{}).Distinct("subject", "state").
		Where("village_id = ? AND subject IN ?", villageID, subjects).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	barred := map[string]bool{}
	for _, r := range rows {
		switch r.State {
		case model.CheckPassed, model.CheckPublished:
			may[r.Subject] = true
		case model.CheckDropped:
		default:
			barred[r.Subject] = true
		}
	}
	for subject := range barred {
		delete(may, subject)
	}
	return may, nil
}

// MaySee says whether the actor may see a file because it waits for a decision
// that the actor may make.
func (s *Service) MaySee(ctx context.Context, actor model.Actor, villageID, mediaID string) (bool, error) {
	if mediaID == "" || !actor.May(model.VerbReview, villageID) {
		return false, nil
	}
	var n int64
	err := s.store.DB(ctx).Model(&model.ContentCheck{}).
		Where("village_id = ? AND media_id = ? AND state = ? AND above IN ?", villageID, mediaID, model.CheckReview, mayKnow(actor, villageID)).
		Limit(1).Count(&n).Error
	return n > 0, err
}

// File says which file WeChat may fetch by a token: one that it is to check now.
func (s *Service) File(ctx context.Context, token string) (villageID, mediaID string, err error) {
	if len(token) != 2*idLength {
		return "", "", model.Errorf(model.Unknown, wordsNone)
	}
	var c model.ContentCheck
	err = s.store.DB(ctx).Select("village_id", "media_id").
		Take(&c, "token = ? AND state IN ?", token, []string{model.CheckWaiting, model.CheckAsked}).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", "", model.Errorf(model.Unknown, wordsNone)
	}
	return c.VillageID, c.MediaID, err
}
