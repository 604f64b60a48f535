package disclosure

import (
	"fmt"
	"time"

	"cunwu/model"
)

// span is a period of a duty: 2026-03, 2026-Q1 or 2026.
type span struct {
	name       string
	from, upTo time.Time // upTo is the first moment after it
}

// spanOf is the period of so many months that the moment falls into.
func spanOf(t time.Time, months int) span {
	t = t.In(model.Shanghai)
	first := (int(t.Month()) - 1) / months * months
	from := time.Date(t.Year(), time.Month(first+1), 1, 0, 0, 0, 0, model.Shanghai)
	s := span{from: from, upTo: from.AddDate(0, months, 0)}
	switch months {
	case 12:
		s.name = from.Format("2006")
	case 3:
		s.name = fmt.Sprintf("%d-Q%d", from.Year(), first/3+1)
	default:
		s.name = from.Format("2006-01")
	}
	return s
}

func (s span) next(months int) span { return spanOf(s.upTo, months) }

// parseSpan reads a period of so many months; false when it is no such one.
func parseSpan(name string, months int) (span, bool) {
	var at time.Time
	var err error
	var year, quarter int
	switch months {
	case 12:
		at, err = time.ParseInLocation("2006", name, model.Shanghai)
	case 3:
		if _, err = fmt.Sscanf(name, "%4d-Q%1d", &year, &quarter); err == nil {
			at = time.Date(year, time.Month(quarter*3-2), 1, 0, 0, 0, 0, model.Shanghai)
		}
	case 1:
		at, err = time.ParseInLocation("2006-01", name, model.Shanghai)
	default:
		return span{}, false
	}
	if err != nil {
		return span{}, false
	}
	s := spanOf(at, months)
	return s, s.name == name && s.from.Year() >= 1990
}

// words says a period as people do: 2026年3月, 2026年第1季度, 2026年.
func (s span) words(months int) string {
	switch months {
	case 12:
		return s.from.Format("2006年")
	case 3:
		return fmt.Sprintf("%d年第%d季度", s.from.Year(), (int(s.from.Month())+2)/3)
	}
	return s.from.Format("2006年1月")
}

// due is the end of the last day on which the period may be published.
func (d Duty) due(s span) time.Time { return model.AddDays(s.upTo.AddDate(0, 0, -1), d.DueDays) }
