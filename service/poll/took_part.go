package poll

import (
	"context"
	"encoding/json"
	"time"

	"cunwu/model"
)

const tookPartMost = 2000 // polls of one look

// TookPart is how many took part in a village's polls, whose results are out: those
// who live there and those who live elsewhere, as far as the results tell them apart.
type TookPart struct {
	Polls int
	Here  Share
	Away  Share
}

// TookPart sums the turnout by residence of the polls that were counted since a
// moment. It is taken from the published results, and as public as they are.
func (s *Service) TookPart(ctx context.Context, villages []string, since time.Time) (map[string]TookPart, error) {
	all := make(map[string]TookPart, len(villages))
	if len(villages) == 0 {
		return all, nil
	}
	var rows []model.Poll
	err := s.store.DB(ctx).Select("village_id", "id", "result").Where("village_id IN ? AND state = ? AND closed_at >= ?", villages, model.PollCounted, model.At(since)).
		Order("village_id, id DESC").Limit(tookPartMost).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		var r Result
		if err := json.Unmarshal([]byte(row.Result), &r); err != nil {
			return nil, err
		}
		sum := all[row.VillageID]
		sum.Polls++
		for _, share := range r.ByResidence {
			switch share.Name {
			case ShareHere:
				sum.Here.Electorate, sum.Here.Turnout = sum.Here.Electorate+share.Electorate, sum.Here.Turnout+share.Turnout
			case ShareAway:
				sum.Away.Electorate, sum.Away.Turnout = sum.Away.Electorate+share.Electorate, sum.Away.Turnout+share.Turnout
			}
		}
		all[row.VillageID] = sum
	}
	return all, nil
}
