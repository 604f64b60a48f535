package model

import (
	"context"
	"database/sql"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
)

// readers is a copy of the database that follows it a little late: it answers the
// reads that ask for it, and nothing else. (gorm's dbresolver does the contrary: all
// reads outside of transactions go there unless they ask not to.)
type readers struct {
	db     *sql.DB
	awayTo atomic.Int64 // it is left alone until then, Unix ns
}

const readersRest = 5 * time.Second

type staleKey struct{}

// Stale marks the reads under ctx as ones that may be some seconds old: they may go
// to a copy of the database. It is for public pages read by nobody in particular,
// never for what people read of their own. Transactions, and all that writes, go to
// the database itself as ever.
func Stale(ctx context.Context) context.Context { return context.WithValue(ctx, staleKey{}, true) }

// MayBeStale says whether ctx is so marked.
func MayBeStale(ctx context.Context) bool { return ctx.Value(staleKey{}) != nil }

func (s *Store) openReaders(o OpenOptions) error {
	if o.Dialect != MySQL || o.ReadDSN == "" {
		return nil
	}
	connector, err := mysqlConnector(o.ReadDSN, answerWithin)
	if err != nil {
		return err
	}
	s.readers = &readers{db: sql.OpenDB(connector)}
	s.readers.db.SetMaxOpenConns(o.poolSize())
	s.readers.db.SetMaxIdleConns(o.poolSize())
	s.readers.db.SetConnMaxLifetime(30 * time.Minute)
	return nil
}

// turn sends a read to the copy if it may go there.
func (r *readers) turn(db *gorm.DB) {
	if r == nil || !MayBeStale(db.Statement.Context) || time.Now().UnixNano() < r.awayTo.Load() {
		return
	}
	if _, locks := db.Statement.Clauses["FOR"]; !locks {
		db.Statement.ConnPool = r.db
	}
}

// look leaves a copy alone that is in trouble: whoever asks next is answered by the
// database itself.
func (r *readers) look(db *gorm.DB) {
	if r != nil && db.Statement.ConnPool == gorm.ConnPool(r.db) && Transient(db.Error) {
		r.awayTo.Store(time.Now().Add(readersRest).UnixNano())
	}
}
