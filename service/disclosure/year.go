package disclosure

import (
	"context"
	"fmt"

	"cunwu/model"
)

// YearByCategory sums a year's public accounts by category, income first and the
// largest first. Months that aren't public are missing in it, see Year.
func (s *Service) YearByCategory(ctx context.Context, villageID string, year int) ([]Sum, error) {
	prefix := fmt.Sprintf("finance/%04d-", year)
	var sums []Sum
	err := s.store.DB(ctx).Model(&model.FinanceStatement{}).Select("i.category, i.income, SUM(i.amount) AS amount, COUNT(*) AS items").
		Joins(`JOIN finance_items i ON i.village_id = finance_statements.village_id AND i.disclosure_id = finance_statements.disclosure_id
			AND i.version = finance_statements.version`).
		Where("finance_statements.village_id = ? AND finance_statements.published = ? AND finance_statements.period >= ? AND finance_statements.period < ?", villageID, true, prefix, prefix+"~").
		Group("i.category, i.income").Order("i.income DESC, SUM(i.amount) DESC, i.category").Limit(listMax).Find(&sums).Error
	return sums, err
}
