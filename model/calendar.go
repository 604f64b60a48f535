package model

import (
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// Working says whether the day of t is a working day: the State Council's
// holidays and 调休 shifts decide, else Monday to Friday. Years that the table
// doesn't know yet fall back to weekdays.
func Working(t time.Time) bool {
	t = t.In(Shanghai)
	if shift := HolidayUtil.GetHolidayByYmd(t.Year(), int(t.Month()), t.Day()); shift != nil {
		return shift.IsWork()
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// CalendarKnown says whether the State Council's holidays of that year are in the
// table; they are published in the November before.
func CalendarKnown(year int) bool { return HolidayUtil.GetHolidaysByYear(year).Len() > 0 }

// AddWorkingDays returns the end of the n-th working day after t: the first day
// isn't counted (民法典 201), and the period ends with its last day.
func AddWorkingDays(t time.Time, n int) time.Time {
	day := dayOf(t)
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if Working(day) {
			n--
		}
	}
	return endOf(day)
}

// AddDays returns the end of the n-th day after t; a last day that is no
// working day moves to the next one that is (民法典 203).
func AddDays(t time.Time, n int) time.Time {
	day := dayOf(t).AddDate(0, 0, n)
	for !Working(day) {
		day = day.AddDate(0, 0, 1)
	}
	return endOf(day)
}

// WorkingDaysLeft counts the working days after the day of t up to the day of
// due, 0 when that has come.
func WorkingDaysLeft(t, due time.Time) int {
	n := 0
	for day := dayOf(t).AddDate(0, 0, 1); !day.After(dayOf(due)); day = day.AddDate(0, 0, 1) {
		if Working(day) {
			n++
		}
	}
	return n
}

// SameDay says whether both moments fall on one day of the village.
func SameDay(a, b time.Time) bool { return dayOf(a).Equal(dayOf(b)) }

func dayOf(t time.Time) time.Time {
	y, m, d := t.In(Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Shanghai)
}

func endOf(day time.Time) time.Time { return day.AddDate(0, 0, 1).Add(-time.Second) }
