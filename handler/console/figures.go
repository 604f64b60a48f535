package console

import (
	"context"
	"fmt"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/casework"
)

const answerMonths = 12

// figuresPage is how the village answers what people bring before it.
type figuresPage struct {
	Now    casework.Standing
	Year   casework.Figures
	Months web.Chart
	Days   web.Chart
}

// figures show a year of answers. Whoever still waits is counted, too: silence
// doesn't make them better. They are public, see casework.Figures.
func (s *console) figures(ctx context.Context, v *web.Visit) error {
	now := s.Now()
	record, err := s.Cases.Figures(ctx, v.Village, yearBefore(now), now)
	if err != nil {
		return err
	}
	owed, err := s.Cases.Standings(ctx, []string{v.Village})
	if err != nil {
		return err
	}
	return v.Show("figures", "答复得怎么样", figuresPage{Now: owed[v.Village], Year: record.Figures, Months: answersChart(record.Months), Days: waitsChart(record.Months)})
}

// yearBefore is the first day of the month with which twelve months begin.
func yearBefore(now time.Time) time.Time {
	now = now.In(model.Shanghai)
	return time.Date(now.Year(), now.Month()-answerMonths+1, 1, 0, 0, 0, 0, now.Location())
}

func answersChart(months []casework.Figures) web.Chart {
	c := web.Chart{Title: "每月收到的留言，答复了没有", Unit: "件", Empty: "—", Series: []web.Series{{Name: "按时答复"}, {Name: "过期才答复"}, {Name: "还没答复"}}}
	for _, m := range months {
		c.Labels = append(c.Labels, fmt.Sprintf("%d月", m.From.Month()))
		for i, n := range []int{m.InTime, m.TooLate, m.Silent} {
			c.Series[i].Values = append(c.Series[i].Values, web.Count(n))
		}
	}
	return c
}

func waitsChart(months []casework.Figures) web.Chart {
	c := web.Chart{Title: "答复要等多久（中位数，没答复的也算）", Unit: "天", Empty: "不够算", Series: []web.Series{{Name: "等待天数"}}}
	for _, m := range months {
		c.Labels = append(c.Labels, fmt.Sprintf("%d月", m.From.Month()))
		value := web.Value{Missing: true}
		if m.Median > 0 {
			value = web.Value{N: m.Median.Hours() / 24, Text: days(m.Median)}
		}
		c.Series[0].Values = append(c.Series[0].Values, value)
	}
	return c
}
