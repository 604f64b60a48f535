package village

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
	"cunwu/service/audit"
)

// bindingsMax bounds the senders of one person, and the persons of one human.
const bindingsMax = 500

// bindingsOf returns the live bindings of a person.
func (s *Service) bindingsOf(ctx context.Context, person model.Villager) ([]model.Binding, error) {
	var rows []model.Binding
	err := s.store.DB(ctx).Where("village_id = ? AND villager_id = ? AND ended_at = 0", person.VillageID, person.ID).
		Order("account, openid").Limit(bindingsMax).Find(&rows).Error
	return rows, err
}

// putBinding makes a binding hold: an ended one lives again, a live one gets no
// weaker, and of two who do this at once both find it done.
func (s *Service) putBinding(ctx context.Context, b model.Binding) error {
	row := func() *gorm.DB {
		return s.store.DB(ctx).Model(&model.Binding{}).Where("village_id = ? AND villager_id = ? AND account = ? AND openid = ?",
			b.VillageID, b.VillagerID, b.Account, b.OpenID)
	}
	values := map[string]any{"strength": b.Strength, "bound_by": b.BoundBy, "bound_at": b.BoundAt, "ended_at": 0}
	revived := row().Where("ended_at <> 0").UpdateColumns(values)
	if revived.Error != nil || revived.RowsAffected > 0 {
		return revived.Error
	}
	if b.Strong() {
		raised := row().Where("strength = ?", model.BoundByCode).
			UpdateColumns(map[string]any{"strength": b.Strength, "bound_by": b.BoundBy})
		if raised.Error != nil || raised.RowsAffected > 0 {
			return raised.Error
		}
	}
	return s.store.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&b).Error
}

// join makes a binding of the locked person hold, and tells whoever else speaks for
// them when it is a new one.
func (s *Service) join(ctx context.Context, person model.Villager, b model.Binding) error {
	before, err := s.bindingsOf(ctx, person)
	if err != nil {
		return err
	}
	if err := s.putBinding(ctx, b); err != nil || s.hooks.BoundAgain == nil {
		return err
	}
	own, err := s.sameHuman(ctx, b.Account, b.OpenID)
	if err != nil {
		return err
	}
	var others []model.Person
	for _, old := range before {
		sender := wechatID{old.Account, old.OpenID}
		if sender == (wechatID{b.Account, b.OpenID}) {
			return nil // it was bound already
		}
		if !own[sender] {
			others = append(others, model.Person{Account: old.Account, OpenID: old.OpenID})
		}
	}
	if len(others) == 0 {
		return nil
	}
	return s.hooks.BoundAgain(ctx, person, others)
}

// lockPerson reads a villager and keeps others from changing who is bound to
// them until the transaction ends.
func (s *Service) lockPerson(ctx context.Context, villageID, id string) (model.Villager, error) {
	var person model.Villager
	err := s.store.Locked(ctx).Where("village_id = ? AND id = ?", villageID, id).Take(&person).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = unknownPerson()
	}
	return person, err
}

func unknownPerson() error {
	return model.Errorf(model.Unknown, "名册里没有这个人，请核对")
}

// Unbind ends all bindings of a person (a lost telephone, a wrong slip) and
// returns how many there were.
func (s *Service) Unbind(ctx context.Context, actor model.Actor, village string, who Named) (int, error) {
	ended := 0
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if _, err := s.Get(ctx, village); err != nil {
			return err
		}
		if err := actor.Require(model.VerbBindOthers, village); err != nil {
			return err
		}
		person, err := s.boundOne(ctx, village, who)
		if err != nil {
			return err
		}
		if person, err = s.lockPerson(ctx, village, person.ID); err != nil {
			return err
		}
		bound, err := s.bindingsOf(ctx, person)
		if err != nil || len(bound) == 0 {
			ended = 0
			return err
		}
		if ended, err = s.endBindings(ctx, bound); err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, village, "binding.end", "villager/"+person.ID, "")
	})
	if err != nil {
		return 0, err
	}
	return ended, nil
}

// boundOne finds who is meant; of several with the name, whoever is bound. The
// dead and those who moved away can be unbound too.
func (s *Service) boundOne(ctx context.Context, village string, who Named) (model.Villager, error) {
	all, err := s.bearers(ctx, village, who)
	if err != nil {
		return model.Villager{}, err
	}
	ids := make([]string, 0, len(all))
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	var bound []string
	err = s.store.DB(ctx).Model(&model.Binding{}).Distinct("villager_id").
		Where("village_id = ? AND villager_id IN ? AND ended_at = 0", village, ids).Pluck("villager_id", &bound).Error
	if err != nil {
		return model.Villager{}, err
	}
	if len(bound) > 0 {
		all = slices.DeleteFunc(all, func(p model.Villager) bool { return !slices.Contains(bound, p.ID) })
	}
	return s.only(ctx, village, who, all)
}

// endBindings ends bindings and lets another person of each telephone speak, if
// the one unbound was speaking.
func (s *Service) endBindings(ctx context.Context, bound []model.Binding) (int, error) {
	for _, b := range bound {
		err := s.store.DB(ctx).Model(&model.Binding{}).
			Where("village_id = ? AND villager_id = ? AND account = ? AND openid = ? AND ended_at = 0", b.VillageID, b.VillagerID, b.Account, b.OpenID).
			UpdateColumn("ended_at", s.now()).Error
		if err != nil {
			return 0, err
		}
		if err := s.signOut(ctx, b.Account, b.OpenID); err != nil {
			return 0, err
		}
		if err := s.fallBack(ctx, b); err != nil {
			return 0, err
		}
	}
	return len(bound), nil
}

func (s *Service) fallBack(ctx context.Context, b model.Binding) error {
	next := model.Binding{VillageID: b.VillageID} // nobody: the village stays the one addressed
	err := s.store.DB(ctx).Table("bindings b").Select("b.*").
		Joins("JOIN villagers p ON p.village_id = b.village_id AND p.id = b.villager_id AND p.state = ?", model.VillagerLiving).
		Where("b.account = ? AND b.openid = ? AND b.ended_at = 0", b.Account, b.OpenID).
		Order("b.bound_at, b.village_id, b.villager_id").Limit(1).Scan(&next).Error
	if err != nil {
		return err
	}
	return identityOf(s.store.DB(ctx), b.Account, b.OpenID).
		Where("village_id = ? AND villager_id = ?", b.VillageID, b.VillagerID).
		UpdateColumns(map[string]any{"village_id": next.VillageID, "villager_id": next.VillagerID}).Error
}

// ConfirmInPerson records that a cadre saw the person, which makes the bindings
// strong, and returns how many there are. Nobody confirms themselves, nor anyone
// who is bound to their own telephone.
func (s *Service) ConfirmInPerson(ctx context.Context, actor model.Actor, village string, who Named) (int, error) {
	confirmed := 0
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if _, err := s.Get(ctx, village); err != nil {
			return err
		}
		if err := actor.Require(model.VerbBindOthers, village); err != nil {
			return err
		}
		person, err := s.one(ctx, village, who)
		if err != nil {
			return err
		}
		if person, err = s.lockPerson(ctx, village, person.ID); err != nil {
			return err
		}
		refusal := "不能给自己或绑在自己微信上的人做当面确认，请由另一位村干部办理"
		if err := s.notSelf(ctx, actor, person, refusal); err != nil {
			return err
		}
		raised := s.store.DB(ctx).Model(&model.Binding{}).
			Where("village_id = ? AND villager_id = ? AND ended_at = 0", village, person.ID).
			UpdateColumns(map[string]any{"strength": model.BoundInPerson, "bound_by": audit.ActorID(actor)})
		if raised.Error != nil {
			return raised.Error
		}
		if confirmed = int(raised.RowsAffected); confirmed == 0 {
			return model.Errorf(model.Conflict, "%s还没有绑定微信，请先给一个邀请码", person.Name)
		}
		return s.audit.Note(ctx, actor, village, "binding.confirm", "villager/"+person.ID, "")
	})
	if err != nil {
		return 0, err
	}
	return confirmed, nil
}

// UnbindSelf ends the binding of the person who speaks, on this telephone and on
// whatever else the same human signed in with.
func (s *Service) UnbindSelf(ctx context.Context, actor model.Actor) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		if !actor.Known() || actor.OpenID == "" {
			return model.Errorf(model.Conflict, "这个微信没有绑定村民，不用解绑")
		}
		person, err := s.lockPerson(ctx, actor.VillageID, actor.VillagerID)
		if err != nil {
			return err
		}
		own, err := s.sameHuman(ctx, actor.Account, actor.OpenID)
		if err != nil {
			return err
		}
		bound, err := s.bindingsOf(ctx, person)
		if err != nil {
			return err
		}
		bound = slices.DeleteFunc(bound, func(b model.Binding) bool { return !own[wechatID{b.Account, b.OpenID}] })
		if len(bound) == 0 {
			return model.Errorf(model.Conflict, "这个微信已经解绑了，不用再解绑")
		}
		if _, err := s.endBindings(ctx, bound); err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, person.VillageID, "binding.end", "villager/"+person.ID, "self")
	})
}
