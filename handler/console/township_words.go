package console

import (
	"fmt"
	"time"
)

// waitedWords say how long something has waited or took.
func waitedWords(d time.Duration) string {
	switch {
	case d <= 0:
		return "—"
	case d < time.Hour:
		return "不到1小时"
	case d < 48*time.Hour:
		return fmt.Sprintf("%d小时", int(d.Hours()))
	}
	return fmt.Sprintf("%d天", int(d.Hours()/24))
}
