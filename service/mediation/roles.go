package mediation

import (
	"context"

	"cunwu/model"
)

const rolesMost = 5000

// RoleEnded gives the open disputes of somebody who lost a role to others. village
// calls it in the transaction that ends the role, after the role ended.
func (s *Service) RoleEnded(ctx context.Context, unit string, person model.Person) error {
	who, err := s.People.ActorOf(ctx, model.Person{VillageID: unit, ID: person.ID})
	if err != nil {
		return err
	}
	for _, role := range []struct {
		where string
		verb  model.Role
	}{{"village_id = ? AND mediator_id = ?", model.RoleMediator}, {"village_id = ? AND lawyer_id = ?", model.RoleLawyer}, {"officer_village = ? AND officer_id = ?", model.RoleTownship}} {
		if who.HasRole(unit, role.verb) {
			continue
		}
		var held []model.Dispute
		err := s.store.DB(ctx).Select("village_id", "id").Where(role.where+" AND state IN ?", unit, person.ID, open()).Order("id").Limit(rolesMost).Find(&held).Error
		if err != nil {
			return err
		}
		for _, row := range held {
			_, err := s.locked(ctx, model.Console(), RefOf(row), func(ctx context.Context, d *desk) error { return s.succeed(ctx, d, role.verb, person.ID) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) succeed(ctx context.Context, d *desk, role model.Role, id string) error {
	switch {
	case role == model.RoleMediator && d.Tier == model.TierTownship:
		return s.leave(ctx, d, id, model.PartMediator)
	case role == model.RoleMediator:
		return s.another(ctx, d, id, "调解员不再任职")
	case role == model.RoleLawyer && d.Tier == model.TierLawyer:
		return s.dismissLawyer(ctx, d)
	case role == model.RoleTownship && d.Tier == model.TierTownship:
		err := s.store.DB(ctx).Model(&model.DisputeSeat{}).Where("village_id = ? AND dispute_id = ? AND part = ? AND live = ?", d.VillageID, d.ID, model.PartTownship, true).
			Updates(map[string]any{"live": false, "until": s.now()}).Error
		if err != nil {
			return err
		}
		return s.toTownship(ctx, d, "镇里换人")
	}
	return nil
}
