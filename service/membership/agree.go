package membership

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
)

// How an elder agreed.
const (
	agreedInChat   = "chat"
	agreedInPerson = "in_person"
)

// Agree is the elder's own yes to a helper. On a telephone that is the helper's
// too it doesn't count: then somebody asks the elder in person.
func (s *Service) Agree(ctx context.Context, actor model.Actor, ref HelpRef) (Help, error) {
	var row model.Helper
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if row, err = s.askedOf(ctx, actor, ref); err != nil {
			return err
		}
		shared, err := s.people.SpeaksAs(ctx, actor.Account, actor.OpenID, row.Helping())
		if err != nil {
			return err
		}
		if shared || actor.OpenID == "" {
			return model.Errorf(model.Forbidden, sharedPhone, row.HelperName, row.Number)
		}
		return s.agree(ctx, actor, &row, agreedInChat)
	})
	return helpOf(row), err
}

// Disagree is the elder's own no.
func (s *Service) Disagree(ctx context.Context, actor model.Actor, ref HelpRef) (Help, error) {
	var row model.Helper
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if row, err = s.askedOf(ctx, actor, ref); err != nil {
			return err
		}
		return s.refused(ctx, actor, &row, "本人不同意")
	})
	return helpOf(row), err
}

// askedOf is an open request that the actor was asked.
func (s *Service) askedOf(ctx context.Context, actor model.Actor, ref HelpRef) (model.Helper, error) {
	row, err := s.helper(ctx, ref)
	switch {
	case err != nil:
		return row, err
	case !row.Elder().Is(actor.Person()) || actor.HelpedBy != "":
		return row, noSuchHelp()
	case row.State != model.RequestOpen:
		return row, model.Errorf(model.Conflict, alreadyDecided, row.Number)
	}
	return row, nil
}

// confirmHelp is a cadre's word that the elder agreed in person.
func (s *Service) confirmHelp(ctx context.Context, actor model.Actor, villageID string, number int64) (Confirmed, error) {
	row, err := s.openHelp(ctx, villageID, number)
	if err != nil {
		return Confirmed{}, err
	}
	for _, party := range []model.Person{row.Helping(), row.Elder()} {
		if err := s.people.NotSelf(ctx, actor, party, "和您自己或您的微信有关的代办，请由另一位村干部确认"); err != nil {
			return Confirmed{}, err
		}
	}
	if err := s.agree(ctx, actor, &row, agreedInPerson); err != nil {
		return Confirmed{}, err
	}
	elder := model.Villager{VillageID: row.VillageID, ID: row.ElderID, Name: row.ElderName}
	return Confirmed{Request: requestOf(row), Person: elder}, nil
}

func (s *Service) refuseHelp(ctx context.Context, actor model.Actor, villageID string, number int64, reason string) (Request, error) {
	row, err := s.openHelp(ctx, villageID, number)
	if err != nil {
		return Request{}, err
	}
	return requestOf(row), s.refused(ctx, actor, &row, reason)
}

func (s *Service) openHelp(ctx context.Context, villageID string, number int64) (model.Helper, error) {
	row, err := s.helper(ctx, HelpRef{VillageID: villageID, Number: number})
	if model.IsCode(err, model.Unknown) {
		err = model.Errorf(model.Unknown, noSuchRequest, number)
	}
	if err == nil && row.State != model.RequestOpen {
		err = model.Errorf(model.Conflict, alreadyDecided, number)
	}
	return row, err
}

// helper reads and locks a help.
func (s *Service) helper(ctx context.Context, ref HelpRef) (model.Helper, error) {
	var row model.Helper
	query := s.store.Locked(ctx).Where("village_id = ? AND number = ?", ref.VillageID, ref.Number)
	if ref.ID != "" {
		query = s.store.Locked(ctx).Where("village_id = ? AND id = ?", ref.VillageID, ref.ID)
	}
	err := query.Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, noSuchHelp()
	}
	return row, err
}

// agree makes the help hold for its months.
func (s *Service) agree(ctx context.Context, actor model.Actor, row *model.Helper, how string) error {
	if err := s.bothThere(ctx, *row); err != nil {
		return err
	}
	row.State, row.AgreedAt, row.AgreedHow, row.AgreedBy = model.HelpAgreed, s.now(), how, audit.ActorID(actor)
	row.LapsesAt = model.At(s.store.Now().AddDate(0, row.Months, 0))
	err := s.store.DB(ctx).Model(&model.Helper{}).Where("village_id = ? AND id = ?", row.VillageID, row.ID).
		UpdateColumns(map[string]any{"state": row.State, "agreed_at": row.AgreedAt, "agreed_how": how, "agreed_by": row.AgreedBy, "lapses_at": row.LapsesAt}).Error
	if err != nil {
		return err
	}
	if err := s.audit.Note(ctx, actor, row.VillageID, "help.agree", "helper/"+row.ID, how); err != nil {
		return err
	}
	event := "help/" + row.ID + "/agreed"
	if how == agreedInPerson {
		if err := s.tell(ctx, row.VillageID, row.Elder(), event, agreedForYouText(*row)); err != nil {
			return err
		}
	}
	return s.tell(ctx, row.VillageID, row.Helping(), event, agreedText(*row))
}

// bothThere refuses when one of the two has died or moved away.
func (s *Service) bothThere(ctx context.Context, row model.Helper) error {
	var living int64
	err := s.store.DB(ctx).Model(&model.Villager{}).Where("(village_id, id) IN ? AND state = ?",
		[][]any{{row.VillageID, row.ElderID}, {row.HelperVillage, row.HelperID}}, model.VillagerLiving).Count(&living).Error
	if err == nil && living < 2 {
		err = model.Errorf(model.Gone, "两人中有一位已不在名册上，不能代办")
	}
	return err
}

func (s *Service) refused(ctx context.Context, actor model.Actor, row *model.Helper, reason string) error {
	if err := s.close(ctx, audit.ActorID(actor), row, model.RequestRefused, reason); err != nil {
		return err
	}
	if err := s.audit.Note(ctx, actor, row.VillageID, "help.refuse", "helper/"+row.ID, ""); err != nil {
		return err
	}
	return s.tell(ctx, row.VillageID, row.Helping(), "help/"+row.ID+"/refused", notAgreedText(*row, reason))
}

// close ends a request or a help.
func (s *Service) close(ctx context.Context, by string, row *model.Helper, state, reason string) error {
	row.State, row.EndedAt, row.EndedBy, row.Reason = state, s.now(), by, reason
	return s.store.DB(ctx).Model(&model.Helper{}).Where("village_id = ? AND id = ?", row.VillageID, row.ID).
		UpdateColumns(map[string]any{"state": state, "once": row.ID, "ended_at": row.EndedAt, "ended_by": by, "reason": reason}).Error
}

func noSuchHelp() error {
	return model.Errorf(model.Unknown, "没有找到这个代办，请核对编号")
}
