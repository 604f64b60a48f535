package media_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

// Every statement on files goes by an index.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	a := newAlbum(t)
	if a.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
	var mu sync.Mutex
	statements := map[string]string{}
	keep := func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		if sql := db.Statement.SQL.String(); !strings.Contains(sql, "`rules`") && !strings.HasPrefix(sql, "EXPLAIN") && !strings.HasPrefix(sql, "INSERT") {
			statements[sql] = db.Dialector.Explain(sql, db.Statement.Vars...)
		}
	}
	cb := a.store.DB(a.ctx).Callback()
	a.must(cb.Query().After("gorm:query").Register("test:keep", keep))
	a.must(cb.Update().After("gorm:update").Register("test:keep", keep))
	a.must(cb.Delete().After("gorm:delete").Register("test:keep", keep))

	a.want(model.InVoice, amr())
	a.fetch()
	one, two := a.upload(wang(), "a", amr()), a.upload(wang(), "b", amr())
	a.must(a.attach(wang(), "case/1", one.ID))
	if err := a.attach(wang(), "case/1", one.ID); !model.IsCode(err, model.Conflict) {
		t.Error(err)
	}
	_, err := a.media.Belonging(a.ctx, "yunxi", "case/1")
	a.must(err)
	a.must(a.store.Tx(a.ctx, func(ctx context.Context) error { return a.media.Discard(ctx, "yunxi", two.ID) }))
	a.clock.Advance(49 * time.Hour)
	a.sweep()

	if len(statements) < 10 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	for _, sql := range statements {
		var plan []struct{ Detail string }
		a.must(a.store.DB(a.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}
