package model

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// tx is the transaction that travels in a context.
type tx struct {
	db     *gorm.DB
	hooks  []func()
	doomed error
	scopes []*scope // the inner transactions that are open, the outer ones first
	points int      // savepoints issued
	busy   bool     // it writes on its own account: the callbacks look away
	later  later
	memo   memo
}

// scope is an inner transaction. Its savepoint is issued when something is about
// to be written, so that turns which write nothing, or only rows for later, cost
// no statement.
type scope struct {
	point string // the savepoint; empty: nothing was written since the scope began
	hooks int    // how many hooks there were when it began
	mark  int    // how many rows for later
	wrote int    // how many of these were written when the savepoint was issued
}

type txKey struct{}

// InTx says whether ctx carries a transaction.
func InTx(ctx context.Context) bool { return txOf(ctx) != nil }

func txOf(ctx context.Context) *tx {
	t, _ := ctx.Value(txKey{}).(*tx)
	return t
}

func (s *Store) outermost(ctx context.Context, t *tx, fn func(ctx context.Context) error) error {
	err := s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		ctx := context.WithValue(ctx, txKey{}, t)
		t.db = db.WithContext(ctx)
		if err := fn(ctx); err != nil {
			return err
		}
		if t.doomed != nil {
			return t.doomed
		}
		return t.flush(ctx)
	})
	if err != nil && t.doomed != nil {
		return t.doomed
	}
	return err
}

func (s *Store) inner(ctx context.Context, t *tx, fn func(ctx context.Context) error) error {
	if t.doomed != nil {
		return t.doomed
	}
	sc := &scope{hooks: len(t.hooks), mark: len(t.later.rows)}
	t.scopes = append(t.scopes, sc)
	err := fn(ctx)
	t.scopes = t.scopes[:len(t.scopes)-1]
	if err == nil {
		return nil
	}
	var known *Error
	if !errors.As(err, &known) {
		t.doomed = err
		return err
	}
	if undo := t.undo(sc); undo != nil {
		t.doomed = undo
		return undo
	}
	return err
}

// undo takes back what happened in the scope.
func (t *tx) undo(sc *scope) error {
	t.hooks = t.hooks[:sc.hooks]
	t.later.rows = t.later.rows[:sc.mark]
	if sc.point == "" {
		return nil
	}
	t.later.wrote = min(t.later.wrote, sc.wrote)
	t.memo.forgetAll()
	t.busy = true
	defer func() { t.busy = false }()
	return t.db.RollbackTo(sc.point).Error
}

// secure issues the savepoint of every open scope that has none: something is
// about to be written.
func (t *tx) secure() error {
	var bare []*scope
	for _, sc := range t.scopes {
		if sc.point == "" {
			bare = append(bare, sc)
		}
	}
	if len(bare) == 0 {
		return nil
	}
	t.points++
	point := fmt.Sprintf("p%d", t.points)
	busy := t.busy
	t.busy = true
	defer func() { t.busy = busy }()
	if err := errors.Join(t.db.SavePoint(point).Error, t.doomed); err != nil { // SQLite's driver swallows its error
		return err
	}
	for _, sc := range bare {
		sc.point, sc.wrote = point, t.later.wrote
	}
	return nil
}

// refuses a statement in a transaction that is doomed: the server may have rolled
// it back already, and would commit on its own whatever comes after.
func (t *tx) refuses(db *gorm.DB) bool {
	if t == nil || t.doomed == nil {
		return false
	}
	_ = db.AddError(t.doomed)
	return true
}

// afterStatement is gorm's callback after any statement: one that the database
// says to repeat dooms the transaction, whatever is made of its error.
func (s *Store) afterStatement(db *gorm.DB) {
	t := txOf(db.Statement.Context)
	if t == nil {
		s.readers.look(db)
	}
	if t != nil && t.doomed == nil && db.Error != nil && repeatable(db.Error) {
		t.doomed = db.Error
	}
}

// beforeRead is gorm's callback before a query: outside of transactions it may go
// to the copy; rows for later that it might look for are written first.
func (s *Store) beforeRead(db *gorm.DB) {
	t := txOf(db.Statement.Context)
	if t == nil {
		s.readers.turn(db)
	}
	if t.refuses(db) || t == nil || t.busy || !t.later.touchedBy(db) {
		return
	}
	if err := t.flush(db.Statement.Context); err != nil {
		_ = db.AddError(err)
	}
}

// beforeWrite is gorm's callback before a statement that writes.
func beforeWrite(db *gorm.DB) {
	t := txOf(db.Statement.Context)
	if t.refuses(db) || t == nil || t.busy {
		return
	}
	var err error
	if t.later.touchedBy(db) {
		err = t.flush(db.Statement.Context)
	}
	if err == nil {
		err = t.secure()
	}
	if err != nil {
		_ = db.AddError(err)
		return
	}
	t.memo.forget(db)
}
