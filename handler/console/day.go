package console

import (
	"cmp"
	"context"
	"slices"
	"time"

	"cunwu/handler/web"
)

const dueMost = 10 // that one part of the console puts onto the day; the rest stands on its own page

// due is something that waits for whoever comes in.
type due struct {
	What  string    // 留言, 公开 …
	Title string    // what it is
	To    string    // the page where it is done
	More  string    // a line below
	By    time.Time // until when; zero: no day is set
	Late  bool
	Now   bool // before everything else: danger
	Quick []quick
}

// quick is a form that does it right here. Its target leads back to the day when
// the form holds back=day (see backTo).
type quick struct {
	To     string // the form's target
	Label  string // of the field for words; empty: none
	Field  string // its name
	Button string
	Name   string // of what the button says besides; empty: nothing
	Value  string
	Second bool   // not the first choice
	Sure   string // asked once more before it is done; empty: not
}

// dues are the parts of the console that put something onto the day: each answers
// with what waits for the actor in the village of the visit, dueMost at most, and
// with nothing when that isn't the actor's business.
func (s *console) dues() []func(ctx context.Context, v *web.Visit) ([]due, error) {
	return []func(ctx context.Context, v *web.Visit) ([]due, error){
		s.dueCases,
		s.duePolls,
		s.dueDisputes,
		s.dueMerit,
		s.dueDisclosures,
		s.dueChecks,
		s.dueCalls,
		s.dueRequests,
		s.dueDead,
	}
}

type dayPage struct {
	Late, Waiting int
	Dues          []due
}

// day is what waits for whoever comes in: danger first, then what is late, then
// what is due soonest.
func (s *console) day(ctx context.Context, v *web.Visit) error {
	var page dayPage
	for _, part := range s.dues() {
		found, err := part(ctx, v)
		if err != nil {
			return err
		}
		page.Dues = append(page.Dues, found...)
	}
	slices.SortStableFunc(page.Dues, func(a, b due) int {
		return cmp.Or(rank(a)-rank(b), a.By.Compare(b.By))
	})
	for _, d := range page.Dues {
		if d.Late {
			page.Late++
		} else {
			page.Waiting++
		}
	}
	return v.Show("day", "今天要办的", page)
}

func rank(d due) int {
	switch {
	case d.Now:
		return 0
	case d.Late:
		return 1
	case !d.By.IsZero():
		return 2
	}
	return 3
}

// backTo is where a form leads: to the day when it was sent from there.
func backTo(v *web.Visit, otherwise string) string {
	if v.Text("back") == "day" {
		return "/console/" + v.Village
	}
	return otherwise
}
