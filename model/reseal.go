package model

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

const (
	resealBatch  = 200
	resealPasses = 10
	resealWithin = time.Minute
)

// Resealed counts what Reseal did, by table. Stuck are rows that still need an
// older key and can't be changed; they go with time.
type Resealed struct {
	Rows  map[string]int
	Stuck map[string]int
}

// Reseal seals and indexes everything anew that stands under an older key. The
// servers go on meanwhile; it may be stopped and run again at any time. When it
// ends with nothing stuck, and every server writes with the newest key, the older
// ones may go. progress is told how many rows of a table were changed so far.
func (s *Store) Reseal(ctx context.Context, keys *Keyring, progress func(table string, rows int)) (Resealed, error) {
	done := Resealed{Rows: map[string]int{}, Stuck: map[string]int{}}
	for _, table := range SealedTables() {
		r := reseal{store: s, keys: keys, table: table}
		for pass := 0; ; pass++ {
			n, err := r.pass(ctx, func(n int) { progress(table.Name, done.Rows[table.Name]+n) })
			done.Rows[table.Name] += n
			if err != nil {
				return done, fmt.Errorf("%s: %w", table.Name, err)
			}
			if n == 0 {
				break
			}
			if pass == resealPasses {
				return done, fmt.Errorf("%s: rows under an older key keep coming: does a server still write with it?", table.Name)
			}
		}
		if table.Stuck == "" {
			continue
		}
		var stuck int64
		if err := s.DB(ctx).Table(table.Name).Where(table.Stuck, At(s.Now())).Count(&stuck).Error; err != nil {
			return done, err
		}
		if stuck > 0 {
			done.Stuck[table.Name] = int(stuck)
		}
	}
	return done, nil
}

// reseal is the work on one table.
type reseal struct {
	store *Store
	keys  *Keyring
	table SealedTable
}

// sealedRow is a row as far as Reseal reads it.
type sealedRow struct {
	text   map[string]string // by column
	sealed []Secret          // in the order of the table's fields
}

// pass walks the table once by its primary key.
func (r reseal) pass(ctx context.Context, progress func(n int)) (int, error) {
	changed := 0
	var after []any
	for {
		rows, err := r.read(r.page(ctx, after))
		if err != nil || len(rows) == 0 {
			return changed, err
		}
		after = r.key(rows[len(rows)-1])
		stale := slices.DeleteFunc(rows, r.current)
		for _, some := range r.byVillage(stale) {
			n, err := r.renew(ctx, some)
			changed += n
			if err != nil {
				return changed, err
			}
		}
		if len(stale) > 0 {
			progress(changed)
		}
	}
}

func (r reseal) page(ctx context.Context, after []any) *gorm.DB {
	key := strings.Join(r.table.Key, ", ")
	db := r.store.DB(ctx).Table(r.table.Name).Order(key).Limit(resealBatch)
	if after != nil {
		db = db.Where(afterKey(r.table.Key), spread(after)...)
	}
	return db
}

// afterKey is (a > ? OR a = ? AND b > ?): by the primary key, in every dialect.
func afterKey(columns []string) string {
	text := columns[len(columns)-1] + " > ?"
	for i := len(columns) - 2; i >= 0; i-- {
		text = fmt.Sprintf("%s >= ? AND (%s > ? OR %s)", columns[i], columns[i], text)
	}
	return text
}

// spread repeats every value but the last, as afterKey needs them.
func spread(values []any) []any {
	var all []any
	for i, v := range values {
		all = append(all, v)
		if i < len(values)-1 {
			all = append(all, v)
		}
	}
	return all
}

func (r reseal) read(db *gorm.DB) ([]sealedRow, error) {
	var names, columns []string
	names = append(append(names, r.table.Key...), r.table.More...)
	for _, f := range r.table.Fields {
		columns = append(columns, f.Column)
		if f.Index != "" && !slices.Contains(names, f.Index) {
			names = append(names, f.Index)
		}
	}
	found, err := db.Select(append(slices.Clone(names), columns...)).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }()
	var rows []sealedRow
	for found.Next() {
		texts, row := make([]string, len(names)), sealedRow{text: map[string]string{}, sealed: make([]Secret, len(columns))}
		var into []any
		for i := range texts {
			into = append(into, &texts[i])
		}
		for i := range row.sealed {
			into = append(into, &row.sealed[i])
		}
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		for i, name := range names {
			row.text[name] = texts[i]
		}
		rows = append(rows, row)
	}
	return rows, found.Err()
}

func (r reseal) key(row sealedRow) []any {
	var key []any
	for _, column := range r.table.Key {
		key = append(key, row.text[column])
	}
	return key
}

func (r reseal) current(row sealedRow) bool {
	return !slices.ContainsFunc(row.sealed, func(sealed Secret) bool { return !r.keys.Current(sealed) })
}

// byVillage parts the rows, so that a transaction locks one village.
func (r reseal) byVillage(rows []sealedRow) [][]sealedRow {
	if !r.table.ByVillage {
		return slices.Collect(slices.Chunk(rows, resealBatch))
	}
	parts := map[string][]sealedRow{}
	for _, row := range rows {
		parts[row.text["village_id"]] = append(parts[row.text["village_id"]], row)
	}
	return slices.Collect(maps.Values(parts))
}

// renew reads the rows again, locked, and changes those that are still under an
// older key. A village that somebody works on for long is waited for.
func (r reseal) renew(ctx context.Context, rows []sealedRow) (int, error) {
	changed := 0
	for start := r.store.Now(); ; {
		err := r.store.TxWithin(ctx, resealWithin, func(ctx context.Context) error {
			changed = 0
			if r.table.ByVillage {
				var id string
				if err := r.store.Locked(ctx).Model(&Village{}).Where("id = ?", rows[0].text["village_id"]).Pluck("id", &id).Error; err != nil {
					return err
				}
			}
			fresh, err := r.read(r.store.Locked(ctx).Table(r.table.Name).Where(r.these(rows)))
			for _, row := range fresh {
				if err != nil || r.current(row) {
					continue
				}
				changed++
				err = r.write(ctx, row)
			}
			return err
		})
		if err == nil || !repeatable(err) || ctx.Err() != nil || r.store.Now().Sub(start) > 10*resealWithin {
			return changed, err
		}
	}
}

func (r reseal) these(rows []sealedRow) *gorm.DB {
	db := r.store.db
	for i, row := range rows {
		one := r.store.db.Where(r.one(row))
		if i == 0 {
			db = one
			continue
		}
		db = db.Or(one)
	}
	return db
}

func (r reseal) one(row sealedRow) map[string]any {
	where := map[string]any{}
	for _, column := range r.table.Key {
		where[column] = row.text[column]
	}
	return where
}

func (r reseal) write(ctx context.Context, row sealedRow) error {
	owner := make([]string, len(r.table.Owner))
	for i, part := range r.table.Owner {
		owner[i] = part
		if value, ok := row.text[part]; ok {
			owner[i] = value
		}
	}
	columns := map[string]any{}
	for i, f := range r.table.Fields {
		if row.sealed[i].Empty() {
			continue
		}
		plain, err := r.keys.Open(row.sealed[i], strings.Join(owner, "/"))
		if err != nil {
			return fmt.Errorf("row %v: %w", r.key(row), err)
		}
		columns[f.Column] = r.keys.Seal(plain, strings.Join(owner, "/"))
		if f.Index != "" {
			columns[f.Index] = r.keys.Index(f.Kind, plain)
		}
	}
	return r.store.DB(ctx).Table(r.table.Name).Where(r.one(row)).UpdateColumns(columns).Error
}
