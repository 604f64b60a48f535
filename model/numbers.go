package model

import (
	"context"
	"errors"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// numbers hands out the numbers that people say (#12). A replica takes a block
// at a time, so that the village's counter isn't a row that every message waits
// for; what is left of a block at a stop is a gap.
type numbers struct {
	mu   sync.Mutex
	size int64
	left map[string]*block
}

type block struct{ next, end int64 }

func newNumbers() *numbers { return &numbers{size: 20, left: map[string]*block{}} }

// NextNumber returns the village's next number of a series. Call it inside a
// transaction; a number whose transaction fails is a gap.
func (s *Store) NextNumber(ctx context.Context, villageID, series string) (int64, error) {
	key := villageID + "/" + series
	if n, ok := s.numbers.take(key); ok {
		return n, nil
	}
	first, err := s.takeBlock(ctx, villageID, series)
	if err != nil {
		return 0, err
	}
	end := first + s.numbers.size
	s.AfterCommit(ctx, func() { s.numbers.put(key, first+1, end) })
	return first, nil
}

func (n *numbers) take(key string) (int64, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.left[key]
	if b == nil || b.next >= b.end {
		return 0, false
	}
	b.next++
	return b.next - 1, true
}

func (n *numbers) put(key string, next, end int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if b := n.left[key]; b == nil || b.next >= b.end {
		n.left[key] = &block{next: next, end: end}
	}
}

func (s *Store) takeBlock(ctx context.Context, villageID, series string) (int64, error) {
	row := NumberBlock{VillageID: villageID, Series: series}
	db := s.DB(ctx)
	err := s.Locked(ctx).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		row.Next = 1
		create := NumberBlock{VillageID: villageID, Series: series, Next: 1}
		if err := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&create).Error; err != nil {
			return 0, err
		}
		err = s.Locked(ctx).Take(&row).Error
	}
	if err != nil {
		return 0, err
	}
	err = db.Model(&NumberBlock{}).Where("village_id = ? AND series = ?", villageID, series).
		UpdateColumn("next", row.Next+s.numbers.size).Error
	return row.Next, err
}

// Locked is DB with the rows read locked until the transaction ends.
func (s *Store) Locked(ctx context.Context) *gorm.DB {
	if s.dialect == SQLite {
		return s.DB(ctx)
	}
	return s.DB(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}
