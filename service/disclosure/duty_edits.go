package disclosure

import (
	"context"

	"cunwu/model"
)

// Edit is when the township changed a line of the catalogue last, and who did.
type Edit struct {
	At model.Time
	By string // name; empty: not on the township's list any more
}

// Edits are the lines of a village's catalogue that were changed, by the duty's id.
// Every change of the past stands in the audit log.
func (s *Service) Edits(ctx context.Context, villageID string) (map[string]Edit, error) {
	unit, err := s.People.Get(ctx, villageID)
	if err != nil {
		return nil, err
	}
	var rows []model.DisclosureDuty
	if err := s.store.DB(ctx).Where("village_id = ?", villageID).Order("id").Limit(catalogueMax).Find(&rows).Error; err != nil {
		return nil, err
	}
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.UpdatedBy)
	}
	at := unit.TownshipID
	if at == "" {
		at = unit.ID
	}
	names, err := s.People.Names(ctx, at, ids...)
	edits := make(map[string]Edit, len(rows))
	for _, row := range rows {
		edits[row.ID] = Edit{At: row.UpdatedAt, By: names[row.UpdatedBy]}
	}
	return edits, err
}
