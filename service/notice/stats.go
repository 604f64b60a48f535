package notice

import (
	"context"
	"time"

	"cunwu/model"
)

// Stats is how the outbox stands.
type Stats struct {
	Pending       int // due or to be tried later
	Sending       int
	Held          int
	Dead          int
	Restored      int           // from a backup, waiting for the operator
	OldestPending time.Duration // how long the first of those due has been due
}

// Stats counts what is on its way; what arrived isn't counted.
func (s *Service) Stats(ctx context.Context) (Stats, error) {
	var stats Stats
	counts := map[model.NoticeState]*int{model.NoticePending: &stats.Pending, model.NoticeSending: &stats.Sending,
		model.NoticeHeld: &stats.Held, model.NoticeDead: &stats.Dead, model.NoticeRestore: &stats.Restored}
	states := make([]model.NoticeState, 0, len(counts))
	for state := range counts {
		states = append(states, state)
	}
	var rows []struct {
		State model.NoticeState
		N     int
		First model.Time
	}
	err := s.store.DB(ctx).Model(&model.Notice{}).Select("state, COUNT(*) AS n, MIN(next_at) AS first").Where("state IN ?", states).
		Group("state").Scan(&rows).Error
	for _, r := range rows {
		*counts[r.State] = r.N
		if late := s.store.Now().Sub(r.First.Time); r.State == model.NoticePending && late > 0 {
			stats.OldestPending = late
		}
	}
	return stats, err
}
