package model

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const laterBatch = 200 // rows a statement

// later are the rows that a transaction writes before it commits, or before
// anything reads or changes their tables: many use cases in one commit then cost
// one statement a table.
type later struct {
	rows  []laterRow
	wrote int // how many of them were written
}

type laterRow struct {
	row      any // by value: what the caller changes afterwards doesn't count
	table    string
	conflict *clause.OnConflict
}

// Later inserts row before the transaction commits, together with others of its
// table. It is for rows that don't clash with others; outside of a transaction it
// is a plain insert.
func (s *Store) Later(ctx context.Context, row any) error { return s.later(ctx, row, nil) }

// LaterUpsert is Later with what to do when the row is there already.
func (s *Store) LaterUpsert(ctx context.Context, row any, conflict clause.OnConflict) error {
	return s.later(ctx, row, &conflict)
}

func (s *Store) later(ctx context.Context, row any, conflict *clause.OnConflict) error {
	t := txOf(ctx)
	if t == nil {
		db := s.db.WithContext(ctx)
		if conflict != nil {
			db = db.Clauses(*conflict)
		}
		return db.Create(addressable(row)).Error
	}
	statement := &gorm.Statement{DB: t.db}
	if err := statement.Parse(addressable(row)); err != nil {
		return err
	}
	t.later.rows = append(t.later.rows, laterRow{row: row, table: statement.Schema.Table, conflict: conflict})
	return nil
}

func addressable(row any) any {
	p := reflect.New(reflect.TypeOf(row))
	p.Elem().Set(reflect.ValueOf(row))
	return p.Interface()
}

// touchedBy says whether a statement may look for rows that aren't written yet.
func (l *later) touchedBy(db *gorm.DB) bool {
	text := db.Statement.SQL.String()
	for _, r := range l.rows[l.wrote:] {
		if text == "" && (r.table == db.Statement.Table || db.Statement.TableExpr != nil || len(db.Statement.Joins) > 0) || strings.Contains(text, r.table) {
			return true
		}
	}
	return false
}

// flush writes the rows for later, in the order in which their tables came up.
func (t *tx) flush(ctx context.Context) error {
	if t.later.wrote == len(t.later.rows) {
		return nil
	}
	if err := t.secure(); err != nil {
		return err
	}
	rows := t.later.rows[t.later.wrote:]
	t.later.wrote = len(t.later.rows)
	t.busy = true
	defer func() { t.busy = false }()
	for len(rows) > 0 {
		same, rest := alike(rows)
		rows = rest
		db := t.db.WithContext(ctx)
		if same[0].conflict != nil {
			db = db.Clauses(*same[0].conflict)
		}
		if err := db.CreateInBatches(sliceOf(same), laterBatch).Error; err != nil {
			return err
		}
	}
	return nil
}

// alike parts the rows that go into one statement with the first from the rest.
func alike(rows []laterRow) (same, rest []laterRow) {
	for _, r := range rows {
		if r.table == rows[0].table && fmt.Sprint(r.conflict) == fmt.Sprint(rows[0].conflict) {
			same = append(same, r)
		} else {
			rest = append(rest, r)
		}
	}
	return same, rest
}

func sliceOf(rows []laterRow) any {
	all := reflect.MakeSlice(reflect.SliceOf(reflect.TypeOf(rows[0].row)), 0, len(rows))
	for _, r := range rows {
		all = reflect.Append(all, reflect.ValueOf(r.row))
	}
	p := reflect.New(all.Type())
	p.Elem().Set(all)
	return p.Interface()
}
