package notice

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
)

const appendTries = 5

// Append is Put, but a notice of that event and person that hasn't left yet gets
// another line; after it has left, the next one counts as event+2, event+3 …
func (s *Service) Append(ctx context.Context, n Note) error {
	if !model.InTx(ctx) {
		return errNoTx
	}
	if n.To.Zero() {
		return s.Put(ctx, n) // says so and drops it
	}
	for range appendTries {
		last, number, err := s.lastOf(ctx, n)
		if err != nil {
			return err
		}
		if last != nil {
			if joined, err := s.join(ctx, last, n); joined || err != nil {
				return err
			}
		}
		if inserted, err := s.insertNumbered(ctx, n, number+1); inserted || err != nil {
			return err
		}
	}
	return errors.New("an addition found no place among those put at the same time")
}

// lastOf is the latest notice of the event to the person, and its number.
func (s *Service) lastOf(ctx context.Context, n Note) (*model.Notice, int, error) {
	var rows []model.Notice
	// ',' follows '+' in ASCII: the event itself and its numbered ones, by the index.
	err := s.store.DB(ctx).Select("village_id", "id", "event", "state", "media_id", "fence").
		Where("village_id = ? AND event >= ? AND event < ? AND recipient = ?", n.VillageID, n.Event, n.Event+",", n.To.Recipient()).
		Find(&rows).Error
	if err != nil {
		return nil, 0, err
	}
	var last *model.Notice
	highest := 0
	for i := range rows {
		if number := numberOf(rows[i].Event, n.Event); number > highest {
			last, highest = &rows[i], number
		}
	}
	return last, highest, nil
}

// numberOf is 1 for the event itself, N for event+N, 0 for any other.
func numberOf(event, base string) int {
	if event == base {
		return 1
	}
	number, err := strconv.Atoi(strings.TrimPrefix(event, base+"+"))
	if err != nil || number < 2 {
		return 0
	}
	return number
}

// join adds the note's line to a row that hasn't left; a row carries one voice
// or picture at most.
func (s *Service) join(ctx context.Context, last *model.Notice, n Note) (bool, error) {
	waiting := last.State == model.NoticePending || last.State == model.NoticeHeld
	if !waiting || last.MediaID != "" && n.MediaID != "" {
		return false, nil
	}
	columns := map[string]any{"text": gorm.Expr("CONCAT(text, ?)", "\n"+n.Text)}
	if n.MediaID != "" {
		columns["media_id"] = n.MediaID
	}
	result := s.store.DB(ctx).Model(&model.Notice{}).
		Where("village_id = ? AND id = ? AND fence = ? AND state = ? AND media_id = ?", last.VillageID, last.ID, last.Fence, last.State, last.MediaID).
		UpdateColumns(columns)
	return result.RowsAffected == 1, result.Error
}

func (s *Service) insertNumbered(ctx context.Context, n Note, number int) (bool, error) {
	row, err := s.row(ctx, n)
	if err != nil {
		return false, err
	}
	if number > 1 {
		row.Event = fmt.Sprintf("%s+%d", n.Event, number)
	}
	db := s.store.DB(ctx)
	if err := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return false, err
	}
	var stored int64
	err = db.Model(&model.Notice{}).Where("village_id = ? AND id = ?", row.VillageID, row.ID).Count(&stored).Error
	if err == nil && stored == 1 {
		s.store.AfterCommit(ctx, s.wake)
	}
	return stored == 1, err
}

// Drop forgets what tells of an event, and its additions, and hasn't left yet: what
// they tell of is over. The case's course keeps the words.
func (s *Service) Drop(ctx context.Context, villageID, event string, to model.Person) error {
	return s.store.DB(ctx).Where("village_id = ? AND event >= ? AND event < ? AND recipient = ? AND state IN ?",
		villageID, event, event+",", to.Recipient(), []model.NoticeState{model.NoticePending, model.NoticeHeld}).Delete(&model.Notice{}).Error
}
