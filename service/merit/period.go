package merit

import (
	"fmt"
	"strings"
	"time"

	"cunwu/model"
)

// period is a month, quarter or year that an honour roll is of.
type period struct {
	name  string    // 2026-03, 2026-Q1, 2026
	words string    // as people say it
	ends  time.Time // when it is over
}

// parsePeriod reads a period as people write it. Errors: Invalid.
func parsePeriod(text string) (period, error) {
	p := period{name: strings.ToUpper(strings.TrimSpace(text))}
	if t, err := time.ParseInLocation("2006-01", p.name, model.Shanghai); err == nil {
		p.words, p.ends = t.Format("2006年1月"), t.AddDate(0, 1, 0)
		return p, nil
	}
	if t, err := time.ParseInLocation("2006", p.name, model.Shanghai); err == nil {
		p.words, p.ends = t.Format("2006年"), t.AddDate(1, 0, 0)
		return p, nil
	}
	var year, quarter int
	if n, err := fmt.Sscanf(p.name, "%4d-Q%1d", &year, &quarter); err == nil && n == 2 && len(p.name) == len("2026-Q1") && quarter >= 1 && quarter <= 4 {
		p.words = fmt.Sprintf("%d年第%d季度", year, quarter)
		p.ends = time.Date(year, time.Month(3*quarter)+1, 1, 0, 0, 0, 0, model.Shanghai)
		return p, nil
	}
	return p, model.Errorf(model.Invalid, "时间请写成 2026-03、2026-Q1 或 2026")
}
