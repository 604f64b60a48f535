package disclosure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
)

// How a line of the calendar stands.
const (
	StatePublished = "published"
	StateDue       = "due" // the period is over, the last day hasn't come
	StateLate      = "late"
	StateVeryLate  = "very_late"
)

const slotsMax = 500 // lines of one calendar

// Slot is a line of the public calendar.
type Slot struct {
	Duty          string
	Kind          string
	Period        string
	Title         string
	DueAt         time.Time
	State         string
	PublishedAt   time.Time
	PublishedLate bool   // published, but after the last day
	DisclosureID  string // empty when the reader may not see it
}

// Calendar is what was due in the village between two moments, the newest first:
// published, due, late, very late. Everybody may see it: what is missing is shown.
// Zero moments mean from a year ago, and up to three months from now.
func (s *Service) Calendar(ctx context.Context, actor model.Actor, villageID string, from, to time.Time) ([]Slot, error) {
	if from.IsZero() {
		from = s.store.Now().AddDate(-1, 0, 0)
	}
	if to.IsZero() {
		to = s.store.Now().AddDate(0, 3, 0)
	}
	duties, err := s.Catalogue(ctx, villageID)
	if err != nil {
		return nil, err
	}
	var rows []model.DisclosureSlot
	err = s.store.DB(ctx).Where("village_id = ? AND due_at >= ? AND due_at <= ?", villageID, model.At(from), model.At(to)).
		Order("due_at DESC, duty, period").Limit(slotsMax).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, row := range rows {
		have[row.Duty+"/"+row.Period] = true
	}
	missing, err := s.owed(ctx, villageID, duties)
	if err != nil {
		return nil, err
	}
	for _, row := range missing {
		inside := !row.DueAt.Before(from) && !row.DueAt.After(to)
		if inside && !have[row.Duty+"/"+row.Period] && len(rows) < slotsMax {
			rows = append(rows, row) // the sweep hasn't written it yet
		}
	}
	slices.SortStableFunc(rows, func(a, b model.DisclosureSlot) int {
		if c := b.DueAt.Compare(a.DueAt.Time); c != 0 {
			return c
		}
		return strings.Compare(a.Duty+"/"+a.Period, b.Duty+"/"+b.Period)
	})
	visible, err := s.visible(ctx, actor, villageID, rows)
	if err != nil {
		return nil, err
	}
	slots := make([]Slot, len(rows))
	for i, row := range rows {
		slots[i] = s.slot(row)
		if !visible[row.DisclosureID] {
			slots[i].DisclosureID = ""
		}
	}
	return slots, nil
}

func (s *Service) slot(row model.DisclosureSlot) Slot {
	now := s.store.Now()
	slot := Slot{Duty: row.Duty, Kind: row.Kind, Period: row.Period, Title: row.Title, DueAt: row.DueAt.Time, PublishedAt: row.PublishedAt.Time, DisclosureID: row.DisclosureID}
	switch {
	case row.DisclosureID != "":
		slot.State, slot.PublishedLate = StatePublished, row.PublishedAt.After(row.DueAt.Time)
	case now.After(row.VeryLateAt.Time):
		slot.State = StateVeryLate
	case now.After(row.DueAt.Time):
		slot.State = StateLate
	default:
		slot.State = StateDue
	}
	return slot
}

// visible says which of the slots' disclosures the actor may see.
func (s *Service) visible(ctx context.Context, actor model.Actor, villageID string, rows []model.DisclosureSlot) (map[string]bool, error) {
	ids := []string{}
	for _, row := range rows {
		if row.DisclosureID != "" {
			ids = append(ids, row.DisclosureID)
		}
	}
	visible := map[string]bool{}
	if len(ids) == 0 {
		return visible, nil
	}
	query, err := s.readable(ctx, actor, villageID)
	if err != nil {
		return nil, err
	}
	var seen []string
	err = query.Model(&model.Disclosure{}).Where("id IN ?", ids).Pluck("id", &seen).Error
	for _, id := range seen {
		visible[id] = true
	}
	return visible, err
}

// owed are all periods that are over, of all duties, since they began.
func (s *Service) owed(ctx context.Context, villageID string, duties []Duty) ([]model.DisclosureSlot, error) {
	now := s.store.Now()
	var rows []model.DisclosureSlot
	for _, d := range duties {
		if !d.Active || d.Months == 0 {
			continue
		}
		for p := spanOf(d.Since, d.Months); !p.upTo.After(now) && len(rows) < 4*slotsMax; p = p.next(d.Months) {
			row, err := s.slotOf(ctx, villageID, d, p)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (s *Service) slotOf(ctx context.Context, villageID string, d Duty, p span) (model.DisclosureSlot, error) {
	return s.newSlot(ctx, villageID, d, p.name, p.words(d.Months)+d.Title, d.due(p))
}

func (s *Service) newSlot(ctx context.Context, villageID string, d Duty, period, title string, due time.Time) (model.DisclosureSlot, error) {
	before, err := s.rule(ctx, "disclosure.remind_before")
	if err != nil {
		return model.DisclosureSlot{}, err
	}
	later, err := s.rule(ctx, "disclosure.very_late")
	return model.DisclosureSlot{VillageID: villageID, Duty: d.ID, Period: period, Kind: d.Kind, Title: title, DueAt: model.At(due),
		VeryLateAt: model.At(due.AddDate(0, 0, later)), ActAt: model.At(due.AddDate(0, 0, -before))}, err
}

// Owe puts something that happened into the catalogue: a resolution that must be
// disclosed, and later its execution (duty "decision" or "execution"). event is
// the caller's name for it, title what people read; the same event twice is one.
func (s *Service) Owe(ctx context.Context, villageID, dutyID, event, title string) error {
	if !eventName.MatchString(event) || title == "" || utf8.RuneCountInString(title) > titleMax {
		return fmt.Errorf("disclosure: event %q can't be one, or its title is empty or too long", event)
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		d, err := s.duty(ctx, villageID, dutyID)
		if err != nil {
			return err
		}
		row, err := s.newSlot(ctx, villageID, d, event, title, model.AddDays(s.store.Now(), d.DueDays))
		if err != nil {
			return err
		}
		_, err = s.insertSlot(ctx, row)
		return err
	})
}

// insertSlot stores the slot unless it is there already.
func (s *Service) insertSlot(ctx context.Context, row model.DisclosureSlot) (bool, error) {
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.store.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return model.Errorf(model.Conflict, "这一期已经在目录里了").Because(err)
		}
		return err
	})
	if model.IsCode(err, model.Conflict) {
		return false, nil
	}
	return err == nil, err
}
