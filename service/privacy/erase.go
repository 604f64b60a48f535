package privacy

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/village"
)

const (
	live      = "live"
	rollAgain = 30 // days after which the roll of somebody forgotten is looked at again
)

// AskErasure asks that a person be forgotten (个人信息保护法 47). It happens once the
// person confirms, within the days of rule erasure.confirm. Asking again while it
// is open gives the same answer. of is zero for oneself.
func (s *Service) AskErasure(ctx context.Context, actor model.Actor, of model.Person) (Answer, error) {
	person, err := s.owner(ctx, actor, of)
	if err != nil {
		return Answer{}, err
	}
	days, err := s.store.Rule(ctx, "erasure.confirm", "", s.store.Now())
	if err != nil {
		return Answer{}, err
	}
	wish := model.Erasure{VillageID: person.VillageID, ID: model.NewID(), VillagerID: person.ID, State: model.ErasureAsked, Live: live,
		AskedAt: s.now(), AskedBy: audit.ActorID(actor), ConfirmBy: model.At(s.store.Now().AddDate(0, 0, int(days)))}
	wish.NextAt = wish.ConfirmBy
	var e model.Erasure
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		e = wish
		if err := s.lapse(ctx, person); err != nil {
			return err
		}
		err := s.store.Tx(ctx, func(ctx context.Context) error {
			err := s.store.DB(ctx).Create(&e).Error
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				return model.Errorf(model.Conflict, "已经申请过了")
			}
			return err
		})
		if model.IsCode(err, model.Conflict) {
			e, err = taken(s.store.DB(ctx), person)
			return err
		}
		if err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, person.VillageID, "person.erase_asked", "villager/"+person.ID, "")
	})
	if err != nil {
		return Answer{}, err
	}
	return s.answer(ctx, person, e)
}

// open is the person's open wish, locked.
func (s *Service) open(ctx context.Context, person model.Person) (model.Erasure, error) {
	return taken(s.store.Locked(ctx), person)
}

func taken(db *gorm.DB, person model.Person) (model.Erasure, error) {
	var e model.Erasure
	err := db.Take(&e, "village_id = ? AND villager_id = ? AND live = ?", person.VillageID, person.ID, live).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = model.Errorf(model.Unknown, "没有等您确认的删除申请。要删除，请先申请")
	}
	return e, err
}

// ErasureOf is how the person's last wish stands, or what would become of the data
// if there is none.
func (s *Service) ErasureOf(ctx context.Context, actor model.Actor, of model.Person) (Answer, error) {
	person, err := s.owner(ctx, actor, of)
	if err != nil {
		return Answer{}, err
	}
	var last []model.Erasure
	err = s.store.DB(ctx).Where("village_id = ? AND villager_id = ?", person.VillageID, person.ID).Order("asked_at DESC, id DESC").Limit(1).Find(&last).Error
	if err != nil {
		return Answer{}, err
	}
	return s.answer(ctx, person, append(last, model.Erasure{})[0])
}

// WithdrawErasure takes the wish back before it is confirmed.
func (s *Service) WithdrawErasure(ctx context.Context, actor model.Actor, of model.Person) error {
	person, err := s.owner(ctx, actor, of)
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		e, err := s.open(ctx, person)
		if err != nil {
			return err
		}
		if err := s.move(ctx, e, map[string]any{"state": model.ErasureWithdrawn, "live": e.ID, "next_at": 0}); err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, person.VillageID, "person.erase_withdrawn", "villager/"+person.ID, "")
	})
}

// ConfirmErasure does it: all that no law holds is gone when it returns, and the
// answer says what stays until when. A record remains that it was done.
func (s *Service) ConfirmErasure(ctx context.Context, actor model.Actor, of model.Person) (Answer, error) {
	person, err := s.owner(ctx, actor, of)
	if err != nil {
		return Answer{}, err
	}
	var e model.Erasure
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		if e, err = s.open(ctx, person); err != nil {
			return err
		}
		if !s.store.Now().Before(e.ConfirmBy.Time) {
			return model.Errorf(model.Gone, "这个申请已经过了确认的日子，没有删除。还要删除，请重新申请")
		}
		if err := s.People.Forget(ctx, person, s.forgetElsewhere); err != nil {
			return err
		}
		e.State, e.DoneAt = model.ErasureDone, s.now()
		err := s.move(ctx, e, map[string]any{"state": e.State, "live": e.ID, "done_at": e.DoneAt, "next_at": e.DoneAt})
		if err != nil {
			return err
		}
		unnamed := model.Actor{VillageID: person.VillageID, VillagerID: person.ID, Operator: actor.Operator} // the name goes with the data
		return s.Audit.Note(ctx, unnamed, person.VillageID, "person.erase", "villager/"+person.ID, "")
	})
	if err != nil {
		return Answer{}, err
	}
	return s.answer(ctx, person, e)
}

// forgetElsewhere has the other rooms forget the person and the telephones.
func (s *Service) forgetElsewhere(ctx context.Context, f village.Forgotten) error {
	for _, sender := range f.Senders {
		if err := s.Notices.Forget(ctx, sender.Account, sender.OpenID); err != nil {
			return err
		}
	}
	if s.Members != nil {
		if err := s.Members.Forget(ctx, f); err != nil {
			return err
		}
	}
	if s.Merit != nil {
		if err := s.Merit.Forget(ctx, f.Person); err != nil {
			return err
		}
	}
	for _, forget := range s.Forget {
		if err := forget(ctx, f); err != nil {
			return err
		}
	}
	persons := []string{f.Person.Recipient()}
	for _, sender := range f.Senders {
		persons = append(persons, model.Person{Account: sender.Account, OpenID: sender.OpenID}.Recipient())
	}
	return s.store.DB(ctx).Model(&model.Consent{}).Where("village_id = ? AND person IN ?", f.Person.VillageID, persons).UpdateColumn("evidence", "").Error
}

func (s *Service) move(ctx context.Context, e model.Erasure, columns map[string]any) error {
	return s.store.DB(ctx).Model(&model.Erasure{}).Where("village_id = ? AND id = ?", e.VillageID, e.ID).UpdateColumns(columns).Error
}

// lapse ends the person's wish that was never confirmed, so that a new one can be
// made at once.
func (s *Service) lapse(ctx context.Context, person model.Person) error {
	return s.store.DB(ctx).Model(&model.Erasure{}).
		Where("village_id = ? AND villager_id = ? AND live = ? AND confirm_by <= ?", person.VillageID, person.ID, live, s.now()).
		UpdateColumns(map[string]any{"state": model.ErasureLapsed, "live": gorm.Expr("id"), "next_at": 0}).Error
}
