package mediation

import (
	"slices"
	"time"
)

// Span is how long something has taken, or, while it isn't Done, has lasted so
// far.
type Span struct {
	Length time.Duration
	Done   bool
}

// MedianSpan is the median time to the end by the product-limit estimate (Kaplan
// and Meier 1958): what is still open counts with its age, so that leaving hard
// ones open doesn't improve the figure. known is false when fewer than half would
// have ended by the longest time seen.
func MedianSpan(spans []Span) (median time.Duration, known bool) {
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, func(a, b Span) int {
		switch {
		case a.Length != b.Length:
			return int(max(-1, min(1, a.Length-b.Length)))
		case a.Done == b.Done:
			return 0
		case a.Done: // an end counts before what is cut off at the same time
			return -1
		}
		return 1
	})
	surviving := 1.0
	for i := 0; i < len(sorted); {
		at, ended, atRisk := sorted[i].Length, 0, len(sorted)-i
		for ; i < len(sorted) && sorted[i].Length == at; i++ {
			if sorted[i].Done {
				ended++
			}
		}
		surviving *= 1 - float64(ended)/float64(atRisk)
		if ended > 0 && surviving <= 0.5+1e-9 {
			return at, true
		}
	}
	return 0, false
}
