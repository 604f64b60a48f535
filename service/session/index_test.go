package session_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

// Every statement of signing a browser in, proving and sweeping goes by an index.
func TestEveryStatementOfASignInUsesAnIndex(t *testing.T) {
	h := build(t, keepers()["sql"])
	if h.store.Dialect() != model.SQLite {
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
	o := newOfficer(h)
	cb := h.store.DB(h.ctx).Callback()
	h.ok(cb.Query().After("gorm:query").Register("test:keep", keep))
	h.ok(cb.Row().After("gorm:row").Register("test:keep", keep))
	h.ok(cb.Update().After("gorm:update").Register("test:keep", keep))
	h.ok(cb.Delete().After("gorm:delete").Register("test:keep", keep))
	o.enrol()
	wantCode(t, o.prove(o.wrong()), model.Invalid)
	h.ok(o.prove(o.code(h.clock.Now())))
	o.wantStrong(true)
	h.told("zhang")
	_, err := h.typeCode(h.told("zhang"))
	h.ok(err)
	secret, scene := h.ask("")
	h.scan("zhang", scene)
	h.finish(secret)
	h.list(h.chatter("zhang"))
	h.ok(h.ResetSecondFactor(h.ctx, model.Console(), h.sender(o.token).Actor.Person()))
	h.ok(h.Forget(h.ctx, oa, "zhang"))
	h.sweep(48*time.Hour, 0)
	if len(statements) < 20 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	for _, sql := range statements {
		var plan []struct{ Detail string }
		h.ok(h.store.DB(h.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") && !strings.HasPrefix(step.Detail, "SCAN villages") && !strings.Contains(step.Detail, "CONSTANT") {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}
