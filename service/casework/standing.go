package casework

import (
	"context"
	"slices"
	"time"

	"cunwu/model"
)

// Standing is what a village owes right now.
type Standing struct {
	Awaiting int           // cases that the village owes an answer to
	Late     int           // of these, those past a deadline
	Oldest   time.Duration // how long the one that has waited longest has waited; 0: none waits
}

// Standings say of each village what it owes, whenever it was asked; as in Figures
// what is for the township alone isn't in it, nor what other offices answer.
func (s *Service) Standings(ctx context.Context, villages []string) (map[string]Standing, error) {
	standings := make(map[string]Standing, len(villages))
	if len(villages) == 0 {
		return standings, nil
	}
	var rows []struct {
		VillageID      string
		Awaiting, Late int
		Oldest         int64
	}
	now := s.store.Now()
	err := s.store.DB(ctx).Model(&model.Case{}).
		Select(`village_id, COUNT(*) AS awaiting,
			COALESCE(SUM(CASE WHEN due_at < ? OR contacted_at = 0 AND contact_due < ? THEN 1 ELSE 0 END), 0) AS late, MIN(opened_at) AS oldest`, model.At(now), model.At(now)).
		Where("village_id IN ? AND state IN ? AND kind IN ? AND confidential = ?", villages, []model.CaseState{model.CaseSubmitted, model.CaseInProgress}, s.answered(), false).
		Group("village_id").Scan(&rows).Error
	for _, row := range rows {
		standings[row.VillageID] = Standing{Awaiting: row.Awaiting, Late: row.Late, Oldest: now.Sub(time.UnixMilli(row.Oldest))}
	}
	return standings, err
}

// answered are the kinds of case that the branch and the committee answer.
func (s *Service) answered() []string {
	var kinds []string
	for _, k := range s.kinds {
		if !k.Led && k.verb() == model.VerbHandle {
			kinds = append(kinds, k.Name)
		}
	}
	slices.Sort(kinds) // for a statement that is always the same
	return kinds
}
