package village

import (
	"context"

	"cunwu/model"
)

// Under are the villages of the township that a unit is or belongs to, by their
// names, and the township. A village without one stands alone.
func (s *Service) Under(ctx context.Context, id string) (township model.Village, villages []model.Village, err error) {
	unit, err := s.Get(ctx, id)
	switch {
	case err != nil:
		return unit, nil, err
	case unit.Kind == model.UnitTownship:
		township = unit
	case unit.TownshipID == "":
		return unit, []model.Village{unit}, nil
	default:
		if township, err = s.Get(ctx, unit.TownshipID); err != nil {
			return township, nil, err
		}
	}
	err = s.store.DB(ctx).Where("township_id = ?", township.ID).Order("name, id").Limit(unitsMax).Find(&villages).Error
	return township, villages, err
}

const rulesMax = 2000 // rows of the rule table

// Rules are the dated numbers of law that the program goes by, of the past too, by
// name and the newest first. Everybody may read them.
func (s *Service) Rules(ctx context.Context) ([]model.Rule, error) {
	var rules []model.Rule
	err := s.store.DB(ctx).Order("name, region, valid_from DESC").Limit(rulesMax).Find(&rules).Error
	return rules, err
}
