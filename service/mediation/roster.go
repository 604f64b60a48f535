package mediation

import (
	"context"

	"cunwu/model"
)

// Duties are who answers questions of law in a village from one day until before
// another (2006-01-02), by day; days without a row aren't in it. It is for whoever
// may set them.
func (s *Service) Duties(ctx context.Context, actor model.Actor, villageID, from, to string) ([]model.LawyerDuty, error) {
	if !actor.May(model.VerbSupervise, villageID) {
		if err := actor.Require(model.VerbCounsel, villageID); err != nil {
			return nil, err
		}
	}
	var rows []model.LawyerDuty
	err := s.store.DB(ctx).Where("village_id = ? AND day >= ? AND day < ?", villageID, from, to).Order("day").Limit(400).Find(&rows).Error
	return rows, err
}

// Lawyers are those who may be on duty in the village.
func (s *Service) Lawyers(ctx context.Context, villageID string) ([]model.Villager, error) {
	return s.People.Holders(ctx, villageID, model.RoleLawyer)
}

// KindsOf are the kinds of dispute that each mediator is good at, by person.
func (s *Service) KindsOf(ctx context.Context, villageID string) (map[string][]string, error) {
	var rows []model.MediatorKind
	err := s.store.DB(ctx).Where("village_id = ?", villageID).Order("person_id, kind").Limit(1000).Find(&rows).Error
	kinds := map[string][]string{}
	for _, row := range rows {
		kinds[row.PersonID] = append(kinds[row.PersonID], row.Kind)
	}
	return kinds, err
}
