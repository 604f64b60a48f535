package village

import (
	"context"

	"cunwu/model"
)

// MarkState records that somebody died, moved away, or is living here after all
// (a mistake is put right). The dead and those who moved hold no role (their open
// cases move on), speak on no telephone and are signed out everywhere; none of it
// comes back with their state.
func (s *Service) MarkState(ctx context.Context, actor model.Actor, village string, who Named, state string) (model.Villager, error) {
	var person model.Villager
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if _, err := s.lockUnit(ctx, village); err != nil {
			return err
		}
		if err := actor.Require(model.VerbRoster, village); err != nil {
			return err
		}
		if state != model.VillagerLiving && state != model.VillagerMoved && state != model.VillagerDead {
			return model.Errorf(model.Invalid, "状态只能是：在村、迁出、去世")
		}
		found, err := s.bearers(ctx, village, who)
		if err != nil {
			return err
		}
		if person, err = s.only(ctx, village, who, found); err != nil {
			return err
		}
		if person, err = s.lockPerson(ctx, village, person.ID); err != nil {
			return err
		}
		if err := s.notSelf(ctx, actor, person, "不能改自己的状态，请由另一位村干部办理"); err != nil {
			return err
		}
		return s.mark(ctx, actor, &person, state)
	})
	if err != nil {
		return model.Villager{}, err
	}
	return person, nil
}

func (s *Service) mark(ctx context.Context, actor model.Actor, person *model.Villager, state string) error {
	if person.State == state {
		return model.Errorf(model.Conflict, "%s已经是这个状态，不用再改", person.Name)
	}
	err := s.store.DB(ctx).Model(&model.Villager{}).Where("village_id = ? AND id = ?", person.VillageID, person.ID).
		UpdateColumns(map[string]any{"state": state, "updated_at": s.now()}).Error
	if err != nil {
		return err
	}
	person.State = state
	if err := s.audit.Note(ctx, actor, person.VillageID, string(model.VerbRoster), "villager/"+person.ID, state); err != nil {
		return err
	}
	if state == model.VillagerLiving {
		return nil
	}
	return s.depart(ctx, actor, *person)
}

// depart ends what only somebody here can have.
func (s *Service) depart(ctx context.Context, actor model.Actor, person model.Villager) error {
	var roles []model.Role
	err := s.store.DB(ctx).Model(&model.RoleGrant{}).Where("village_id = ? AND villager_id = ? AND live = ?", person.VillageID, person.ID, live).
		Order("id").Pluck("role", &roles).Error
	if err != nil {
		return err
	}
	for _, role := range roles {
		if err := s.end(ctx, actor, person, role); err != nil {
			return err
		}
	}
	bound, err := s.bindingsOf(ctx, person)
	if err != nil {
		return err
	}
	if _, err := s.endBindings(ctx, bound); err != nil {
		return err
	}
	err = s.store.DB(ctx).Model(&model.Household{}).Where("village_id = ? AND id = ? AND head_id = ?", person.VillageID, person.HouseholdID, person.ID).
		UpdateColumn("head_id", "").Error
	if err != nil || s.hooks.Gone == nil {
		return err
	}
	return s.hooks.Gone(ctx, person.Person())
}
