package site

import (
	"context"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/disclosure"
)

const (
	slotsShown = 60
	firstYear  = 2000
)

// years are the year that is shown and those beside it.
type years struct {
	Year                int
	Earlier, Later, Now string // addresses; empty: there is none
}

// yearOf is the year that the address asks for, or this one.
func (s *site) yearOf(v *web.Visit) years {
	now := s.Now().In(model.Shanghai).Year()
	y := years{Year: wholeOf(v, "year")}
	if y.Year < firstYear || y.Year > now {
		y.Year = now
	}
	if y.Year > firstYear {
		y.Earlier = v.Path() + "?year=" + itoa(y.Year-1)
	}
	if y.Year < now {
		y.Later = v.Path() + "?year=" + itoa(y.Year+1)
	}
	return y
}

func (y years) begin() time.Time { return time.Date(y.Year, 1, 1, 0, 0, 0, 0, model.Shanghai) }
func (y years) end() time.Time   { return y.begin().AddDate(1, 0, 0).Add(-time.Millisecond) }

type calendarPage struct {
	years
	OnTime, AfterTime, Late, VeryLate, Due int
	Missing                                []disclosure.Slot // late ones, the longest owed first
	Slots                                  []disclosure.Slot // the others, the newest first
	Next                                   string
}

// calendar is what was due in a year: published, due, late, very late. What is
// missing is shown to everybody.
func (s *site) calendar(ctx context.Context, v *web.Visit) error {
	page := calendarPage{years: s.yearOf(v)}
	slots, err := s.Public.Calendar(ctx, v.Actor, v.Village, page.begin(), page.end())
	if err != nil {
		return err
	}
	for _, one := range slots {
		page.add(one)
	}
	first := min(max(0, wholeOf(v, "line")), len(page.Slots))
	page.Slots = page.Slots[first:]
	if len(page.Slots) > slotsShown {
		page.Slots = page.Slots[:slotsShown]
		page.Next = v.Here("line", itoa(first+slotsShown))
	}
	return v.Show("calendar", "公开日历", page)
}

func (p *calendarPage) add(one disclosure.Slot) {
	switch {
	case one.State == disclosure.StatePublished && one.PublishedLate:
		p.AfterTime++
	case one.State == disclosure.StatePublished:
		p.OnTime++
	case one.State == disclosure.StateDue:
		p.Due++
	case one.State == disclosure.StateLate:
		p.Late++
	default:
		p.VeryLate++
	}
	if one.State == disclosure.StateLate || one.State == disclosure.StateVeryLate {
		p.Missing = append([]disclosure.Slot{one}, p.Missing...)
		return
	}
	p.Slots = append(p.Slots, one)
}
