package model

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
)

const (
	txTimeout = 10 * time.Second
	txTries   = 6
)

// Store is the database: the only place that begins transactions.
type Store struct {
	db      *gorm.DB
	dialect string
	dsn     string
	now     Now
	offset  atomic.Int64  // nanoseconds that the database's clock is ahead of this machine's
	writer  chan struct{} // SQLite has one writer: wait here, not in its busy loop
	numbers *numbers
	blocks  *sql.DB // MySQL: one connection that fetches blocks of numbers outside of transactions
	rules   atomic.Pointer[ruleBook]
	readers *readers // nil: none
}

// Now is the time by the database's clock.
func (s *Store) Now() time.Time {
	return s.now().Add(time.Duration(s.offset.Load())).In(Shanghai)
}

// DB is where to read and write: the transaction in ctx, or outside of one the
// plain database for single statements.
func (s *Store) DB(ctx context.Context) *gorm.DB {
	if t := txOf(ctx); t != nil {
		return t.db.WithContext(ctx)
	}
	return s.db.WithContext(ctx)
}

// Dialect is "mysql" or "sqlite".
func (s *Store) Dialect() string { return s.dialect }

// Tx runs fn in a transaction. Inside another one it is a savepoint: undone,
// hooks included, when fn returns a *Error; any other error dooms the outermost
// one even if it is swallowed. The outermost runs detached from the request's
// cancellation and again when the database says that the work may be repeated,
// so fn must be repeatable and touch nothing but the database.
func (s *Store) Tx(ctx context.Context, fn func(ctx context.Context) error) error {
	return s.TxWithin(ctx, txTimeout, fn)
}

// TxWithin is Tx for work that may take longer, such as an import.
func (s *Store) TxWithin(ctx context.Context, most time.Duration, fn func(ctx context.Context) error) error {
	if t := txOf(ctx); t != nil {
		return s.inner(ctx, t, fn)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
	defer cancel()
	if s.writer != nil {
		select {
		case s.writer <- struct{}{}:
			defer func() { <-s.writer }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for try := 1; ; try++ {
		t := &tx{}
		err := s.outermost(ctx, t, fn)
		if err == nil {
			for _, hook := range t.hooks {
				hook()
			}
			return nil
		}
		if !repeatable(err) || try == txTries || ctx.Err() != nil {
			return err
		}
		pause(ctx, try)
	}
}

// AfterCommit runs hook once the outermost transaction is committed; at once
// when there is none.
func (s *Store) AfterCommit(ctx context.Context, hook func()) {
	if t := txOf(ctx); t != nil {
		t.hooks = append(t.hooks, hook)
		return
	}
	hook()
}

func pause(ctx context.Context, try int) {
	wait := time.Duration(1<<try) * 5 * time.Millisecond
	select {
	case <-time.After(wait/2 + rand.N(wait)):
	case <-ctx.Done():
	}
}

// SQL is the pool, for health checks and metrics.
func (s *Store) SQL() (*sql.DB, error) { return s.db.DB() }

// Ping asks the database whether it is there.
func (s *Store) Ping(ctx context.Context) error {
	db, err := s.db.DB()
	if err != nil {
		return err
	}
	return db.PingContext(ctx)
}

// Close closes the pool.
func (s *Store) Close() error {
	db, err := s.db.DB()
	if err != nil {
		return err
	}
	err = db.Close()
	if s.blocks != nil {
		err = errors.Join(err, s.blocks.Close())
	}
	if s.readers != nil {
		err = errors.Join(err, s.readers.db.Close())
	}
	return err
}

// Tables are the names of all tables, for dumps and checks.
func (s *Store) Tables(ctx context.Context) ([]string, error) {
	return s.db.WithContext(ctx).Migrator().GetTables()
}
