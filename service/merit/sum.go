package merit

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

// earned is the running total behind the honour roll.
const earned = "earned"

// periodOf names the period that a day belongs to.
func periodOf(t time.Time, period string) string {
	t = t.In(model.Shanghai)
	switch period {
	case "day":
		return t.Format(time.DateOnly)
	case "week":
		year, week := t.ISOWeek()
		return fmt.Sprintf("%d-W%02d", year, week)
	case "month":
		return t.Format("2006-01")
	case "quarter":
		return fmt.Sprintf("%d-Q%d", t.Year(), (int(t.Month())+2)/3)
	}
	return t.Format("2006")
}

// add adds to a running total; most is what it may not exceed, 0: nothing. It
// says whether there was room. The guarded UPDATE decides, so that no two at once
// pass a cap.
func (s *Service) add(ctx context.Context, sum model.MeritSum, most int64) (bool, error) {
	update := func() (bool, error) {
		row := s.store.DB(ctx).Model(&model.MeritSum{}).Where("village_id = ? AND name = ? AND period = ? AND account_id = ?",
			sum.VillageID, sum.Name, sum.Period, sum.AccountID)
		if most > 0 && sum.Total > 0 {
			row = row.Where("total + ? <= ?", sum.Total, most)
		}
		done := row.UpdateColumn("total", gorm.Expr("total + ?", sum.Total))
		return done.RowsAffected == 1, done.Error
	}
	done, err := update()
	if done || err != nil {
		return done, err
	}
	empty := sum
	empty.Total = 0
	if err := s.insertOnce(ctx, &empty); err != nil {
		return false, err
	}
	return update()
}

// honour adds what an account earned to the totals of its month, quarter and year.
func (s *Service) honour(ctx context.Context, villageID, account string, at time.Time, points int64) error {
	for _, period := range []string{"month", "quarter", "year"} {
		sum := model.MeritSum{VillageID: villageID, Name: earned, Period: periodOf(at, period), AccountID: account, Total: points}
		if _, err := s.add(ctx, sum, 0); err != nil {
			return err
		}
	}
	return nil
}
