package casework

import (
	"cmp"
	"context"
	"slices"
	"time"

	"cunwu/model"
)

const (
	figuresMost  = 100_000 // cases of one reckoning
	figuresBatch = 500
)

// Figures say how the village answers what people bring before it. Silence can't
// make them better: whoever hasn't been answered counts, with the time that they
// have waited. Each case stands in one of the first group's numbers and in one of
// the second's; both sums are Received.
type Figures struct {
	From, To time.Time
	Received int

	// When the first answer came: the answer, a decision, or a refusal with its reason.
	InTime  int // by the deadline, and no tier above had to be called
	TooLate int
	Silent  int // none yet
	Gone    int // withdrawn, or joined to a like one, before it came

	// Where it stands now.
	Awaiting    int // the village owes an answer: never answered, or the asker said that it didn't help
	Replied     int // the asker's word is awaited
	Solved      int // by the asker's word
	Unconfirmed int // by the cadre's word only: the asker kept silent
	Decided     int // a suggestion, adopted or not
	Rejected    int
	Withdrawn   int
	Joined      int

	Overdue  int           // of the silent ones, those past their deadline
	Reopened int           // of all, those whose asker said once that it wasn't solved
	Oldest   time.Duration // how long the one that has waited longest has waited; 0: none waits
	Median   time.Duration // until the first answer, who still waits counted with their wait (Kaplan–Meier); 0: too few, or more than half still wait
	Share    int           // in time, per cent of all whose deadline is over; -1: too few
}

// Record is the figures of a span, and of each month of it.
type Record struct {
	Figures
	Months []Figures // the oldest first
}

// Figures counts the cases that were brought before the branch and the committee
// from one moment until before another. Months are those of China, and the first
// and the last may be parts. What is for the township alone isn't in it, for its
// number would tell the village that there is such a thing; nor is what other
// offices answer (disputes, legal advice, the roll, points). The figures are of
// what the village owed and of nobody's person: they are for everybody. Shares and
// medians need as many cases as poll.subgroup_min says (domain.md §6).
func (s *Service) Figures(ctx context.Context, villageID string, from, to time.Time) (Record, error) {
	var record Record
	least, err := s.store.Rule(ctx, "poll.subgroup_min", "", s.store.Now())
	if err != nil {
		return record, err
	}
	cases, err := s.courses(ctx, villageID, from, to)
	if err != nil {
		return record, err
	}
	now := s.store.Now()
	record.Figures = figuresOf(cases, now, int(least), from, to)
	for at := monthOf(from); at.Before(to); at = at.AddDate(0, 1, 0) {
		begin, end := at, at.AddDate(0, 1, 0)
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		record.Months = append(record.Months, figuresOf(cases, now, int(least), begin, end))
	}
	return record, nil
}

func monthOf(t time.Time) time.Time {
	t = t.In(model.Shanghai)
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, model.Shanghai)
}

// course is a case with its first answer.
type course struct {
	model.Case
	answered time.Time // zero: not yet
	late     bool      // answered, or due, after the deadline
}

func (c course) gone() bool {
	return c.answered.IsZero() && !c.Awaiting()
}

// courses loads the cases of a span with their clocks.
func (s *Service) courses(ctx context.Context, villageID string, from, to time.Time) ([]course, error) {
	kinds := s.answered()
	var cases []model.Case
	err := s.store.DB(ctx).Select("id", "state", "opened_at", "closed_at", "closed_how", "reopened").
		Where("village_id = ? AND state IN ? AND opened_at >= ? AND opened_at < ? AND kind IN ? AND confidential = ?", villageID,
			[]model.CaseState{model.CaseSubmitted, model.CaseInProgress, model.CaseReplied, model.CaseClosed}, model.At(from), model.At(to), kinds, false).
		Order("opened_at, id").Limit(figuresMost).Find(&cases).Error
	if err != nil {
		return nil, err
	}
	of, err := s.clocksOf(ctx, villageID, cases)
	if err != nil {
		return nil, err
	}
	now := s.store.Now()
	all := make([]course, len(cases))
	for i, c := range cases {
		all[i] = courseOf(c, of[c.ID], now)
	}
	return all, nil
}

// clocksOf are the clocks of each of the cases, in their order.
func (s *Service) clocksOf(ctx context.Context, villageID string, cases []model.Case) (map[string][]model.CaseClock, error) {
	of := map[string][]model.CaseClock{}
	for some := range slices.Chunk(cases, figuresBatch) {
		ids := make([]string, len(some))
		for i, c := range some {
			ids[i] = c.ID
		}
		var clocks []model.CaseClock
		err := s.store.DB(ctx).Select("case_id", "seq", "due_at", "ended_at", "ended_how").Where("village_id = ? AND case_id IN ?", villageID, ids).
			Order("case_id, seq").Find(&clocks).Error
		if err != nil {
			return nil, err
		}
		for _, clock := range clocks {
			of[clock.CaseID] = append(of[clock.CaseID], clock)
		}
	}
	return of, nil
}

// courseOf finds the first answer. Whoever handles the case may change: the clock
// runs on. That a tier had to be called over another one's head is late, however
// fast it was then.
func courseOf(c model.Case, clocks []model.CaseClock, now time.Time) course {
	out := course{Case: c}
	for _, clock := range clocks {
		switch clock.EndedHow {
		case "replied", model.ClosedDecided, model.ClosedRejected:
			out.answered = clock.EndedAt.Time
			out.late = out.late || clock.EndedAt.After(clock.DueAt.Time)
			return out
		case "escalated":
			out.late = true
		case "":
			out.late = out.late || now.After(clock.DueAt.Time)
		}
	}
	return out
}

// figuresOf counts the cases that were opened from one moment until before another.
func figuresOf(cases []course, now time.Time, least int, from, to time.Time) Figures {
	f := Figures{From: from, To: to, Share: -1}
	var waits []wait
	for _, c := range cases {
		if c.OpenedAt.Before(from) || !c.OpenedAt.Before(to) {
			continue
		}
		f.Received++
		f.answer(c)
		f.stand(c)
		if c.Reopened > 0 {
			f.Reopened++
		}
		if c.Awaiting() {
			f.Oldest = max(f.Oldest, now.Sub(c.OpenedAt.Time))
		}
		waits = append(waits, waitOf(c, now))
	}
	if over := f.InTime + f.TooLate + f.Overdue; over >= least {
		f.Share = 100 * f.InTime / over
	}
	if f.Received >= least {
		f.Median = median(waits)
	}
	return f
}

func (f *Figures) answer(c course) {
	switch {
	case c.gone():
		f.Gone++
	case c.answered.IsZero():
		f.Silent++
		if c.late {
			f.Overdue++
		}
	case c.late:
		f.TooLate++
	default:
		f.InTime++
	}
}

func (f *Figures) stand(c course) {
	switch {
	case c.Awaiting():
		f.Awaiting++
	case c.State == model.CaseReplied:
		f.Replied++
	case c.ClosedHow == model.ClosedByAsker:
		f.Solved++
	case c.ClosedHow == model.ClosedDecided:
		f.Decided++
	case c.ClosedHow == model.ClosedRejected:
		f.Rejected++
	case c.ClosedHow == model.ClosedWithdrawn:
		f.Withdrawn++
	case c.ClosedHow == model.ClosedJoined:
		f.Joined++
	default:
		f.Unconfirmed++
	}
}

// wait is how long somebody waited; over is false when it ended without an answer,
// or hasn't ended.
type wait struct {
	long time.Duration
	over bool
}

func waitOf(c course, now time.Time) wait {
	switch {
	case !c.answered.IsZero():
		return wait{c.answered.Sub(c.OpenedAt.Time), true}
	case c.Awaiting():
		return wait{now.Sub(c.OpenedAt.Time), false}
	}
	return wait{c.ClosedAt.Sub(c.OpenedAt.Time), false}
}

// answeredFirst puts an answer before whatever else happened at its moment.
func answeredFirst(a, b wait) int {
	switch {
	case a.over == b.over:
		return 0
	case a.over:
		return -1
	}
	return 1
}

// median is the Kaplan–Meier estimate of the time by which half have their answer;
// 0 when that isn't known yet.
func median(waits []wait) time.Duration {
	slices.SortFunc(waits, func(a, b wait) int {
		return cmp.Or(cmp.Compare(a.long, b.long), answeredFirst(a, b)) // who is answered at a moment waited until then
	})
	still := 1.0
	for i, w := range waits {
		if !w.over {
			continue
		}
		at := float64(len(waits) - i) // waiting just before
		still *= (at - 1) / at
		if still <= 0.5+1e-9 {
			return max(w.long, 1)
		}
	}
	return 0
}
