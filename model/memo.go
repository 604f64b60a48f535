package model

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// memo is what a transaction knows without asking again. An entry names the
// tables that it was read from, and is forgotten when one of them is changed.
type memo struct{ known map[string]remembered }

type remembered struct {
	value  any
	tables []string
}

// Once loads a value at most once a transaction, as long as nothing changes the
// tables that it is read from. Outside of a transaction it just loads.
func Once[T any](ctx context.Context, key string, tables []string, load func() (T, error)) (T, error) {
	t := txOf(ctx)
	if t == nil {
		return load()
	}
	if r, ok := t.memo.known[key]; ok {
		if value, ok := r.value.(T); ok {
			return value, nil
		}
	}
	value, err := load()
	if err == nil {
		t.memo.keep(key, value, tables)
	}
	return value, err
}

// Expect keeps a value that was read for many turns at once until Expected takes
// it, or one of its tables is changed.
func Expect(ctx context.Context, key string, value any, tables ...string) {
	if t := txOf(ctx); t != nil {
		t.memo.keep(key, value, tables)
	}
}

// Expected takes what Expect kept; the second time it isn't there.
func Expected[T any](ctx context.Context, key string) (value T, ok bool) {
	t := txOf(ctx)
	if t == nil {
		return value, false
	}
	value, ok = t.memo.known[key].value.(T)
	delete(t.memo.known, key)
	return value, ok
}

func (m *memo) keep(key string, value any, tables []string) {
	if m.known == nil {
		m.known = map[string]remembered{}
	}
	m.known[key] = remembered{value, tables}
}

// forget drops what a writing statement may have changed.
func (m *memo) forget(db *gorm.DB) {
	text := db.Statement.SQL.String()
	for key, r := range m.known {
		if slices.ContainsFunc(r.tables, func(table string) bool { return table == db.Statement.Table || strings.Contains(text, table) }) {
			delete(m.known, key)
		}
	}
}

func (m *memo) forgetAll() { m.known = nil }
