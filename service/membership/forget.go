package membership

import (
	"context"
	"errors"

	"cunwu/model"
	"cunwu/service/village"
)

const forgetBatch = 500

// Forget removes, in the caller's transaction, what this room knows of somebody
// who asked to be forgotten: helps on either side, whose other side is told, and
// the requests of telephones that speak for nobody else. Corrections keep no value
// once decided; open ones are cases, which go on.
func (s *Service) Forget(ctx context.Context, f village.Forgotten) error {
	if !model.InTx(ctx) {
		return errors.New("membership: somebody is forgotten inside a transaction")
	}
	if err := s.PersonGone(ctx, f.Person); err != nil {
		return err
	}
	db := s.store.DB(ctx)
	err := errors.Join(
		db.Where("village_id = ? AND elder_id = ?", f.Person.VillageID, f.Person.ID).Delete(&model.Helper{}).Error,
		db.Where("helper_village = ? AND helper_id = ?", f.Person.VillageID, f.Person.ID).Delete(&model.Helper{}).Error)
	for _, sender := range f.Senders {
		err = errors.Join(err, db.Where("account = ? AND openid = ?", sender.Account, sender.OpenID).Delete(&model.BindRequest{}).Error)
	}
	return err
}

// RetainDue removes requests that were answered or lapsed longer ago than rule
// retain.invitation says, and helps that have been over for as long as rule
// retain.case keeps the cases filed under them. It returns how many.
func (s *Service) RetainDue(ctx context.Context) (int, error) {
	days, err := s.rule(ctx, "retain.invitation")
	if err != nil {
		return 0, err
	}
	years, err := s.rule(ctx, "retain.case")
	if err != nil {
		return 0, err
	}
	total := 0
	for _, old := range []struct {
		rows   any
		states []string
		before model.Time
	}{
		{&model.BindRequest{}, []string{model.RequestConfirmed, model.RequestRefused, model.RequestLapsed}, model.At(s.store.Now().AddDate(0, 0, -days))},
		{&model.Helper{}, []string{model.HelpEnded, model.RequestRefused, model.RequestLapsed}, model.At(s.store.Now().AddDate(-years, 0, 0))},
	} {
		for _, state := range old.states {
			n, err := s.removeOld(ctx, old.rows, state, old.before)
			total += n
			if err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// removeOld goes along the index by which requests lapse.
func (s *Service) removeOld(ctx context.Context, rows any, state string, before model.Time) (int, error) {
	total := 0
	for ctx.Err() == nil {
		var due []struct{ VillageID, ID string }
		err := s.store.DB(ctx).Model(rows).Select("village_id", "id").Where("state = ? AND lapses_at < ?", state, before).
			Order("lapses_at").Limit(forgetBatch).Scan(&due).Error
		if err != nil || len(due) == 0 {
			return total, err
		}
		keys := make([][]any, len(due))
		for i, row := range due {
			keys[i] = []any{row.VillageID, row.ID}
		}
		removed := s.store.DB(ctx).Where("(village_id, id) IN ? AND state = ?", keys, state).Delete(rows)
		if removed.Error != nil {
			return total, removed.Error
		}
		total += int(removed.RowsAffected)
	}
	return total, ctx.Err()
}

// Kept is what this room keeps of a person, for the person.
type Kept struct {
	Helps       []Help // on either side, ended ones too
	Corrections []CorrectionView
}

// KeptOf reads it; the caller has made sure whose it is.
func (s *Service) KeptOf(ctx context.Context, person model.Actor) (Kept, error) {
	var rows []model.Helper
	err := s.store.DB(ctx).Where("village_id = ? AND elder_id = ? OR helper_village = ? AND helper_id = ?", person.VillageID, person.VillagerID, person.VillageID, person.VillagerID).
		Order("asked_at DESC, id DESC").Limit(listMax).Find(&rows).Error
	if err != nil {
		return Kept{}, err
	}
	var kept Kept
	for _, row := range rows {
		kept.Helps = append(kept.Helps, helpOf(row))
	}
	kept.Corrections, err = s.Corrections(ctx, person, 0)
	return kept, err
}
