package model_test

import (
	"testing"
	"time"

	"cunwu/model"
)

func day(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, model.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestPeriods(t *testing.T) {
	for _, tc := range []struct {
		from          string
		n             int
		working, days string
	}{
		{"2026-03-04 09:00", 5, "2026-03-11", "2026-03-09"},
		{"2026-03-06 23:59", 1, "2026-03-09", "2026-03-09"}, // Friday; a Saturday as last day moves
		{"2026-09-30 10:00", 5, "2026-10-13", "2026-10-08"}, // National Day, with its shifted Saturday
		{"2026-02-14 08:00", 0, "2026-02-14", "2026-02-14"}, // a Saturday that is worked before Spring Festival
	} {
		from := day(t, tc.from)
		if got := model.AddWorkingDays(from, tc.n).Format("2006-01-02"); got != tc.working {
			t.Errorf("%d working days after %s: %s, want %s", tc.n, tc.from, got, tc.working)
		}
		if got := model.AddDays(from, tc.n).Format("2006-01-02"); got != tc.days {
			t.Errorf("%d days after %s: %s, want %s", tc.n, tc.from, got, tc.days)
		}
	}
}

func TestTheCalendarKnowsItsYears(t *testing.T) {
	if !model.CalendarKnown(2026) || model.CalendarKnown(2099) {
		t.Error("2026 must be known, 2099 can't be")
	}
}

func TestWorkingDaysLeftIsTheInverse(t *testing.T) {
	from := day(t, "2026-01-05 10:00")
	for range 400 {
		for n := range 12 {
			if got := model.WorkingDaysLeft(from, model.AddWorkingDays(from, n)); got != n {
				t.Fatalf("from %s: %d working days on there are %d left", from, n, got)
			}
		}
		from = from.AddDate(0, 0, 1)
	}
}

func TestIDNumbers(t *testing.T) {
	for _, bad := range []string{"", "11010519491231002", "11010519491231002A", "110105194912310021", "110105194902300029", "一1010519491231002"} {
		if _, err := model.ParseIDNumber(bad); !model.IsCode(err, model.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	id, err := model.ParseIDNumber(" 11010519491231002x ") // the standard's own example
	if err != nil || id.BornOn() != "1949-12-31" || id.Gender() != "女" {
		t.Errorf("%v, %v", id, err)
	}
	if got := model.MaskIDNumber(string(id)); got != "110***********002X" {
		t.Error(got)
	}
}
