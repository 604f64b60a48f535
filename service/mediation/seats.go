package mediation

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
)

// partOf is the actor's part, by seat; the supervising township's without one.
// After the end those may read who had a seat then.
func (s *Service) partOf(ctx context.Context, actor model.Actor, d *model.Dispute) (string, error) {
	if !actor.Known() {
		return "", nil
	}
	var seats []model.DisputeSeat
	err := s.store.DB(ctx).Where("village_id = ? AND dispute_id = ? AND person_village = ? AND person_id = ?", d.VillageID, d.ID, actor.VillageID, actor.VillagerID).
		Limit(10).Find(&seats).Error
	if err != nil {
		return "", err
	}
	for _, part := range []string{model.PartApplicant, model.PartRespondent, model.PartMediator, model.PartLawyer, model.PartTownship} {
		for _, seat := range seats {
			if seat.Part == part && (seat.Live || !d.ClosedAt.IsZero() && seat.Until.Equal(d.ClosedAt.Time)) && still(actor, d.VillageID, part) {
				return part, nil
			}
		}
	}
	if actor.May(model.VerbSupervise, d.VillageID) {
		return model.PartTownship, nil
	}
	return "", nil
}

// still says whether whoever serves still has the role that the part needs.
func still(actor model.Actor, villageID, part string) bool {
	switch part {
	case model.PartMediator:
		return actor.May(model.VerbMediate, villageID)
	case model.PartLawyer:
		return actor.May(model.VerbCounsel, villageID)
	case model.PartTownship:
		return actor.May(model.VerbSupervise, villageID)
	}
	return true
}

// seat gives somebody a part.
func (s *Service) seat(ctx context.Context, d *model.Dispute, person model.Person, part string) error {
	if person.ID == "" {
		return nil
	}
	row := model.DisputeSeat{VillageID: d.VillageID, DisputeID: d.ID, PersonVillage: person.VillageID, PersonID: person.ID, Part: part, Live: true, Since: s.now()}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.store.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return model.Errorf(model.Conflict, "已经有席位").Because(err)
		}
		return err
	})
	if !model.IsCode(err, model.Conflict) {
		return err
	}
	return s.store.DB(ctx).Model(&row).Select("live", "until").Updates(&model.DisputeSeat{Live: true}).Error
}

// unseat takes a part away from whoever has it; no parts: everybody's.
func (s *Service) unseat(ctx context.Context, d *model.Dispute, until model.Time, parts ...string) error {
	query := s.store.DB(ctx).Model(&model.DisputeSeat{}).Where("village_id = ? AND dispute_id = ? AND live = ?", d.VillageID, d.ID, true)
	if len(parts) > 0 {
		query = query.Where("part IN ?", parts)
	}
	return query.Updates(map[string]any{"live": false, "until": until}).Error
}
