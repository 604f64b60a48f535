package media

import (
	"context"
	"slices"

	"cunwu/model"
)

const attachMax = 20

// Attach gives files that the actor uploaded to what they belong to ("case/ID",
// "disclosure/ID"), in the caller's transaction, all of them or none. Errors:
// Conflict (used before), NotFound (gone, or not the actor's), Invalid (too many,
// or one twice).
func (s *Service) Attach(ctx context.Context, actor model.Actor, villageID string, ids []string, subject string) error {
	if !model.InTx(ctx) {
		return errNoTx
	}
	if len(ids) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(ids))
	if len(slices.Compact(sorted)) != len(ids) || len(ids) > attachMax {
		return model.Errorf(model.Invalid, wordsAttached, attachMax)
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		mine := s.store.DB(ctx).Model(&model.Media{}).
			Where("village_id = ? AND id IN ? AND owner IN ?", villageID, ids, names(actor))
		result := mine.Where("state = ?", loose).UpdateColumns(map[string]any{"state": Kept, "subject": subject})
		if result.Error != nil || result.RowsAffected == int64(len(ids)) {
			return result.Error
		}
		return s.whyNot(ctx, actor, villageID, ids)
	})
}

// whyNot says why files can't be attached; of others' files it says nothing.
func (s *Service) whyNot(ctx context.Context, actor model.Actor, villageID string, ids []string) error {
	var mine []model.Media
	err := s.store.DB(ctx).Select("id", "state", "subject").
		Where("village_id = ? AND id IN ? AND owner IN ?", villageID, ids, names(actor)).Find(&mine).Error
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(mine, func(m model.Media) bool { return m.State == coming }):
		return model.Errorf(model.TooEarly, wordsComing)
	case len(mine) < len(ids), slices.ContainsFunc(mine, func(m model.Media) bool { return m.State == going }):
		return model.Errorf(model.Unknown, wordsNotYours)
	}
	return model.Errorf(model.Conflict, wordsUsed)
}

// Owned says whether the actor sent the file, now or before binding.
func Owned(actor model.Actor, m model.Media) bool { return slices.Contains(names(actor), m.Owner) }

// names are the actor as an owner may be written: as the person, and as the
// WeChat sender that somebody was before binding.
func names(actor model.Actor) []string {
	all := []string{actor.Person().Recipient()}
	if sender := (model.Person{Account: actor.Account, OpenID: actor.OpenID}); actor.Known() && actor.OpenID != "" {
		all = append(all, sender.Recipient())
	}
	return all
}

// Belonging returns the files of a subject that are here, the first sent first.
func (s *Service) Belonging(ctx context.Context, villageID, subject string) ([]model.Media, error) {
	var all []model.Media
	err := s.store.DB(ctx).Where("village_id = ? AND subject = ? AND state = ?", villageID, subject, Kept).
		Order("id").Limit(belongingMax).Find(&all).Error
	return all, err
}

const belongingMax = 500
