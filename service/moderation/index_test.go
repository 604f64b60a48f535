package moderation_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/moderation"
)

// Every statement goes by an index: a queue costs no more as other villages write
// more.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	w := newWorld(t)
	if w.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
	var mu sync.Mutex
	statements := map[string]string{}
	keep := func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		if sql := db.Statement.SQL.String(); strings.Contains(sql, "check") && !strings.HasPrefix(sql, "EXPLAIN") && !strings.HasPrefix(sql, "INSERT") {
			statements[sql] = db.Dialector.Explain(sql, db.Statement.Vars...)
		}
	}
	cb := w.store.DB(w.ctx).Callback()
	w.must(cb.Query().After("gorm:query").Register("test:keep", keep))
	w.must(cb.Row().After("gorm:row").Register("test:keep", keep))
	w.must(cb.Update().After("gorm:update").Register("test:keep", keep))
	w.must(cb.Delete().After("gorm:delete").Register("test:keep", keep))

	picture := w.file("a", "image/jpeg", "kept")
	w.want(wang(), text("a", "拆迁"), picture)
	w.check()
	w.says("trace-1", model.CheckResult{Suggest: moderation.Risky})
	w.check()
	w.later(time.Hour)
	w.check()
	items := w.queue(secretary)
	w.queue(township)
	w.must(w.Decide(w.ctx, w.actors[secretary], home, items[0].ID, true, "好"))
	w.shown("a", false)
	_, err := w.MaySee(w.ctx, w.actors[secretary], home, picture.MediaID)
	w.must(err)
	_, _, err = w.File(w.ctx, strings.Repeat("0", 64))
	if !model.IsCode(err, model.Unknown) {
		t.Error(err)
	}
	w.must(w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Drop(ctx, home, "a") }))

	if len(statements) < 12 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	for _, sql := range statements {
		var plan []struct{ Detail string }
		w.must(w.store.DB(w.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}
