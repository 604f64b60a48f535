package notice_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
)

// Every statement that sending, a sign of life or a list makes goes by an index;
// its cost doesn't grow with what other villages keep.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	w := newWorld(t, notice.Options{Templates: func(string) notice.Templates { return notice.Templates{Template: "T", Subscribe: "S"} }})
	if w.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
	var mu sync.Mutex
	statements := map[string]string{}
	keep := func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		if sql := db.Statement.SQL.String(); !strings.HasPrefix(sql, "EXPLAIN") && !strings.HasPrefix(sql, "INSERT") {
			statements[sql] = db.Dialector.Explain(sql, db.Statement.Vars...)
		}
	}
	cb := w.store.DB(w.ctx).Callback()
	w.ok(cb.Query().After("gorm:query").Register("test:keep", keep))
	w.ok(cb.Row().After("gorm:row").Register("test:keep", keep))
	w.ok(cb.Update().After("gorm:update").Register("test:keep", keep))

	a, b := w.person("a", "oA"), w.person("b", "oA")
	w.put(note(a, "0"))
	w.send()
	w.says("oA")
	w.ok(w.Granted(w.ctx, account, "oA", []model.Grant{{TemplateID: "S", Accepted: true}}))
	for _, event := range []string{"1", "2", "3", "4", "5", "6"} {
		w.put(note(a, event), note(b, event))
	}
	w.send()
	w.add(note(a, "more"))
	w.add(note(a, "more"))
	w.calls(holding(model.RoleGridWorker))
	_, err := w.Reach(w.ctx, holding(model.RoleSupervisor), village, "1")
	w.ok(err)
	_, err = w.Delivered(w.ctx, notice.Query{Recipients: []string{a.Recipient()}, Question: "verdict", Since: w.clock.Now().Add(-time.Hour)})
	w.ok(err)
	_, err = w.Undelivered(w.ctx, a)
	w.ok(err)
	_, _, err = w.Inbox(w.ctx, model.Actor{VillageID: village, VillagerID: "a"}, "", 10)
	w.ok(err)
	_, err = w.Stats(w.ctx)
	w.ok(err)

	if len(statements) < 15 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	for _, sql := range statements {
		var plan []struct{ Detail string }
		w.ok(w.store.DB(w.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") && !strings.Contains(step.Detail, "CONSTANT") && !strings.Contains(step.Detail, "SCAN x") &&
				!strings.Contains(step.Detail, "rules") && !strings.Contains(sql, "FROM `rules`") && !strings.Contains(sql, "FROM `identities` WHERE account") {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}
