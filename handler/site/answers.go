package site

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
)

const answersMonths = 12

// answersPage is how the village answers, in the last twelve months.
type answersPage struct {
	Year   casework.Figures
	Chart  web.Chart
	Months []casework.Figures // the newest first
}

// record is the figures of this month and the eleven before it.
func (s *site) record(ctx context.Context, v *web.Visit) (casework.Record, error) {
	now := s.Now().In(model.Shanghai)
	from := time.Date(now.Year(), now.Month()-answersMonths+1, 1, 0, 0, 0, 0, model.Shanghai)
	return s.Cases.Figures(ctx, v.Village, from, from.AddDate(0, answersMonths, 0))
}

func (s *site) answers(ctx context.Context, v *web.Visit) error {
	record, err := s.record(ctx, v)
	if err != nil {
		return err
	}
	page := answersPage{Year: record.Figures, Months: record.Months}
	if first := slices.IndexFunc(page.Months, func(m casework.Figures) bool { return m.Received > 0 }); first > 0 {
		page.Months = page.Months[first:] // before anybody asked
	}
	page.Chart = answersChart(page.Months)
	slices.Reverse(page.Months)
	return v.Show("answers", "支部答复得怎么样", page)
}

func answersChart(months []casework.Figures) web.Chart {
	c := web.Chart{Title: "每月收到的事，答复得怎么样", Unit: "件", Series: []web.Series{{Name: "按时答复"}, {Name: "答复晚了"}, {Name: "还没答复"}}}
	for _, m := range months {
		c.Labels = append(c.Labels, monthWords(m.From))
		for i, n := range []int{m.InTime, m.TooLate, m.Silent} {
			c.Series[i].Values = append(c.Series[i].Values, web.Count(n))
		}
	}
	return c
}

// monthWords name a month, January with its year.
func monthWords(t time.Time) string {
	t = t.In(model.Shanghai)
	if t.Month() == time.January {
		return t.Format("06年1月")
	}
	return t.Format("1月")
}

// daysWords is a span of time as people say it.
func daysWords(d time.Duration) string {
	switch days := int(d.Hours() / 24); {
	case d <= 0:
		return "—"
	case d < time.Hour:
		return "不到1小时"
	case days < 2:
		return fmt.Sprintf("%d小时", int(d.Hours()))
	default:
		return fmt.Sprintf("%d天", days)
	}
}
