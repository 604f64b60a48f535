package mediation

import (
	"context"
	"slices"

	"cunwu/model"
)

const offeredMost = 50

// HallQuery asks for the disputes of a village that the actor serves in.
type HallQuery struct {
	VillageID string
	Ended     bool // those that are over; else those that are being worked on
	After     string
	Limit     int
}

// Hall is a page of a village's disputes for whoever serves in them, the newest
// first: the township sees all, others those in which they have a seat. The next
// page begins at next. No word of a dispute is in it.
func (s *Service) Hall(ctx context.Context, actor model.Actor, q HallQuery) (found []Mine, next string, err error) {
	limit := min(max(q.Limit, 1), pageMost)
	states := open()
	if q.Ended {
		states = []model.DisputeState{model.DisputeClosed}
	} else {
		states = append(states, model.DisputeAgreed)
	}
	var rows []mineRow
	query := s.store.DB(ctx).Table("disputes AS d").Select("d.*, '" + model.PartTownship + "' AS part")
	if !actor.May(model.VerbSupervise, q.VillageID) {
		if !actor.Known() {
			return nil, "", nil
		}
		query = s.store.DB(ctx).Table("dispute_seats AS x").Select("d.*, x.part").
			Joins("JOIN disputes d ON d.village_id = x.village_id AND d.id = x.dispute_id").
			Where("x.person_village = ? AND x.person_id = ? AND x.village_id = ? AND x.part IN ?", actor.VillageID, actor.VillagerID, q.VillageID,
				[]string{model.PartMediator, model.PartLawyer}).
			Where("(x.live = ? OR x.until = d.closed_at AND d.closed_at > 0)", true)
	}
	query = query.Where("d.village_id = ? AND d.state IN ?", q.VillageID, slices.Compact(states))
	if q.After != "" {
		query = query.Where("d.id < ?", q.After)
	}
	if err := query.Order("d.id DESC").Limit(limit + 1).Scan(&rows).Error; err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	return mineOf(rows), next, nil
}

// Offered are the disputes that wait for any mediator of the village, the oldest
// first, without those in which the actor is kin or has declined; nobody else sees
// them.
func (s *Service) Offered(ctx context.Context, actor model.Actor, villageID string) ([]model.Dispute, error) {
	if !actor.May(model.VerbMediate, villageID) || actor.VillageID != villageID {
		return nil, nil
	}
	var rows []model.Dispute
	err := s.store.DB(ctx).Where("village_id = ? AND mediator_id = '' AND state = ?", villageID, model.DisputeAccepting).Order("id").Limit(offeredMost).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	var found []model.Dispute
	for _, row := range rows {
		parties, err := s.parties(ctx, &row)
		if err != nil {
			return nil, err
		}
		kin, err := s.kin(ctx, &row, parties)
		if err != nil {
			return nil, err
		}
		if !kin[actor.VillagerID] && !row.Declined(actor.VillagerID) {
			found = append(found, row)
		}
	}
	return found, nil
}
