package mediation

import (
	"context"
	"slices"

	"cunwu/model"
)

// Mine is a dispute that the actor has a part in.
type Mine struct {
	Dispute model.Dispute
	Part    string
}

type mineRow struct {
	model.Dispute
	Part string
}

// Open are the disputes that the actor has a part in and that are being worked
// on, the newest first.
func (s *Service) Open(ctx context.Context, actor model.Actor) ([]Mine, error) {
	if found, ok := model.Expected[[]Mine](ctx, expectedOpen(actor)); ok {
		return found, nil
	}
	if !actor.Known() {
		return nil, nil
	}
	rows, err := s.seatRows(ctx, [][]any{{actor.VillageID, actor.VillagerID}})
	found := make([]Mine, len(rows))
	for i, row := range rows {
		found[i] = Mine{Dispute: row.Dispute, Part: row.Part}
	}
	return found, err
}

type seatRow struct {
	model.Dispute
	Part, PersonVillage, PersonID string
}

func (s *Service) seatRows(ctx context.Context, people [][]any) ([]seatRow, error) {
	var rows []seatRow
	err := s.store.DB(ctx).Table("dispute_seats AS x").Select("d.*, x.part, x.person_village, x.person_id").
		Joins("JOIN disputes d ON d.village_id = x.village_id AND d.id = x.dispute_id").
		Where("(x.person_village, x.person_id) IN ? AND x.live = ? AND d.state IN ?", people, true, open()).
		Order("d.filed_at DESC, d.id DESC").Limit(openMost).Scan(&rows).Error
	return rows, err
}

const openMost = 500

func mineOf(rows []mineRow) []Mine {
	found := make([]Mine, len(rows))
	for i, row := range rows {
		found[i] = Mine{Dispute: row.Dispute, Part: row.Part}
	}
	return found
}

func expectedOpen(actor model.Actor) string {
	return "mediation/open/" + actor.VillageID + "/" + actor.VillagerID
}

// ExpectOpen reads at once, for many actors, what Open will ask for in this
// transaction.
func (s *Service) ExpectOpen(ctx context.Context, actors []model.Actor) error {
	var people [][]any
	for _, a := range actors {
		if a.Known() {
			people = append(people, []any{a.VillageID, a.VillagerID})
		}
	}
	if len(people) == 0 {
		return nil
	}
	rows, err := s.seatRows(ctx, people)
	if err != nil || len(rows) == openMost {
		return err // too many to be sure that none is missing: each turn asks for itself
	}
	for _, a := range actors {
		theirs := []Mine{}
		for _, row := range rows {
			if a.Known() && row.PersonVillage == a.VillageID && row.PersonID == a.VillagerID {
				theirs = append(theirs, Mine{Dispute: row.Dispute, Part: row.Part})
			}
		}
		model.Expect(ctx, expectedOpen(a), theirs, "disputes", "dispute_seats")
	}
	return nil
}

// Numbered finds the disputes that people of these villages call #number and that
// the actor may know of.
func (s *Service) Numbered(ctx context.Context, actor model.Actor, villages []string, number int64) ([]Mine, error) {
	var rows []model.Dispute
	err := s.store.DB(ctx).Where("village_id IN ? AND number = ?", villages, number).Order("village_id").Limit(100).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	var found []Mine
	for _, row := range rows {
		part, err := s.partOf(ctx, actor, &row)
		if err != nil {
			return nil, err
		}
		offered := part == "" && row.State == model.DisputeAccepting && row.MediatorID == "" && actor.May(model.VerbMediate, row.VillageID)
		if part != "" || offered {
			found = append(found, Mine{Dispute: row, Part: part})
		}
	}
	return found, nil
}

// List is a page of the disputes that the actor has or had a part in, the newest
// first; it begins after the dispute with this id. The next page begins at next.
func (s *Service) List(ctx context.Context, actor model.Actor, after string, limit int) (found []Mine, next string, err error) {
	limit = min(max(limit, 1), pageMost)
	if !actor.Known() {
		return nil, "", nil
	}
	var rows []mineRow
	for _, live := range []bool{true, false} {
		var part []mineRow
		query := s.store.DB(ctx).Table("dispute_seats AS x").Select("d.*, x.part").
			Joins("JOIN disputes d ON d.village_id = x.village_id AND d.id = x.dispute_id").
			Where("x.person_village = ? AND x.person_id = ? AND x.live = ?", actor.VillageID, actor.VillagerID, live)
		if !live {
			query = query.Where("x.until = d.closed_at AND d.closed_at > 0")
		}
		if after != "" {
			query = query.Where("x.dispute_id < ?", after)
		}
		if err := query.Order("x.dispute_id DESC").Limit(limit + 1).Scan(&part).Error; err != nil {
			return nil, "", err
		}
		rows = append(rows, part...)
	}
	slices.SortFunc(rows, func(a, b mineRow) int { return cmpText(b.ID, a.ID) })
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	return mineOf(rows), next, nil
}
