package model

import (
	"context"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// blockSize is how many numbers a replica takes at a time, so that the village's
// counter isn't a row that every message waits for; what is left of a block at a
// stop is a gap. SQLite has one writer and takes them one by one.
const blockSize = 20

// numbers are what is left of the blocks taken, by village and series.
type numbers struct {
	mu   sync.Mutex
	left map[string]block
}

type block struct{ next, end int64 }

func newNumbers() *numbers { return &numbers{left: map[string]block{}} }

// NextNumber returns the village's next number of a series (#12), from 1. A
// number whose transaction fails is a gap.
func (s *Store) NextNumber(ctx context.Context, villageID, series string) (int64, error) {
	if s.blocks == nil {
		return s.nextRow(ctx, villageID, series)
	}
	s.numbers.mu.Lock()
	defer s.numbers.mu.Unlock()
	key := villageID + "/" + series
	b := s.numbers.left[key]
	if b.next >= b.end {
		first, err := s.takeBlock(ctx, villageID, series)
		if err != nil {
			return 0, err
		}
		b = block{next: first, end: first + blockSize}
	}
	s.numbers.left[key] = block{next: b.next + 1, end: b.end}
	return b.next, nil
}

// takeBlock takes a block in a statement of its own, outside of the caller's
// transaction: its row is locked for no longer than that.
func (s *Store) takeBlock(ctx context.Context, villageID, series string) (int64, error) {
	for try := 1; ; try++ {
		result, err := s.blocks.ExecContext(ctx, `INSERT INTO number_blocks (village_id, series, next) VALUES (?, ?, LAST_INSERT_ID(1) + ?)
			ON DUPLICATE KEY UPDATE next = LAST_INSERT_ID(next) + ?`, villageID, series, blockSize, blockSize)
		if err == nil {
			return result.LastInsertId()
		}
		if !repeatable(err) || try == txTries || ctx.Err() != nil {
			return 0, err
		}
		pause(ctx, try)
	}
}

// nextRow takes one number in the caller's transaction.
func (s *Store) nextRow(ctx context.Context, villageID, series string) (int64, error) {
	db, row := s.DB(ctx), NumberBlock{VillageID: villageID, Series: series}
	create := NumberBlock{VillageID: villageID, Series: series, Next: 1}
	if err := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&create).Error; err != nil {
		return 0, err
	}
	if err := db.Take(&row).Error; err != nil {
		return 0, err
	}
	err := db.Model(&NumberBlock{}).Where("village_id = ? AND series = ?", villageID, series).UpdateColumn("next", row.Next+1).Error
	return row.Next, err
}

// Locked is DB with the rows read locked until the transaction ends; SQLite has
// one writer and no such words.
func (s *Store) Locked(ctx context.Context) *gorm.DB {
	if s.dialect == SQLite {
		return s.DB(ctx)
	}
	return s.DB(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}
