package village

import (
	"context"

	"cunwu/model"
)

// holdersMax bounds the holders of roles of one unit.
const holdersMax = 500

// Holders returns the living holders of any of these roles in a village or
// township, whoever has held one longest first, each once.
func (s *Service) Holders(ctx context.Context, unit string, roles ...model.Role) ([]model.Villager, error) {
	if len(roles) == 0 {
		return nil, nil
	}
	var rows []model.Villager
	err := s.store.DB(ctx).Select("villagers.*").
		Joins("JOIN role_grants g ON g.village_id = villagers.village_id AND g.villager_id = villagers.id").
		Where("g.village_id = ? AND g.role IN ? AND g.live = ? AND villagers.state = ?", unit, roles, live, model.VillagerLiving).
		Order("g.granted_at, g.id").Limit(holdersMax).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	holders := rows[:0]
	for _, row := range rows {
		if !seen[row.ID] {
			seen[row.ID] = true
			holders = append(holders, row)
		}
	}
	return holders, nil
}

// HoldersFor returns whoever holds the role for a village: those of the village,
// or for a township's role those of the township that it belongs to.
func (s *Service) HoldersFor(ctx context.Context, villageID string, role model.Role) ([]model.Villager, error) {
	if !ofTownship(role) {
		return s.Holders(ctx, villageID, role)
	}
	unit, err := s.Get(ctx, villageID)
	switch {
	case err != nil:
		return nil, err
	case unit.Kind == model.UnitTownship:
		return s.Holders(ctx, unit.ID, role)
	case unit.TownshipID == "":
		return nil, nil
	}
	return s.Holders(ctx, unit.TownshipID, role)
}
