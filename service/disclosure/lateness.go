package disclosure

import (
	"context"

	"cunwu/model"
)

// Lateness is how much of what a village must disclose isn't there.
type Lateness struct{ Late, VeryLate int }

// Latenesses count the lines of each village's calendar that are late, as the
// hourly sweep has written them. The calendar is public, and so are they.
func (s *Service) Latenesses(ctx context.Context, villages []string) (map[string]Lateness, error) {
	all := make(map[string]Lateness, len(villages))
	if len(villages) == 0 {
		return all, nil
	}
	var rows []struct {
		VillageID      string
		Late, VeryLate int
	}
	now := s.now()
	err := s.store.DB(ctx).Model(&model.DisclosureSlot{}).
		Select("village_id, SUM(CASE WHEN very_late_at >= ? THEN 1 ELSE 0 END) AS late, SUM(CASE WHEN very_late_at < ? THEN 1 ELSE 0 END) AS very_late", now, now).
		Where("village_id IN ? AND due_at < ? AND disclosure_id = ''", villages, now).Group("village_id").Scan(&rows).Error
	for _, row := range rows {
		all[row.VillageID] = Lateness{Late: row.Late, VeryLate: row.VeryLate}
	}
	return all, err
}
