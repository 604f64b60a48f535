package privacy_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"cunwu/model"
)

// What retention asks in the night goes by an index: it costs what is due, not
// what is kept. Dialogues are walked along their primary key, and the chain is
// read whole for its villages.
func TestRetentionGoesByIndexes(t *testing.T) {
	h := build(t)
	if h.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
	her := h.proven("o1", "王小草")
	h.ask(her, "井盖没了", true)
	_, err := h.AskErasure(h.ctx, her, model.Person{})
	h.must(err)
	_, err = h.chain.SealDue(h.ctx)
	h.must(err)
	h.clock.Set(h.clock.Now().AddDate(11, 0, 0))
	var mu sync.Mutex
	statements := map[string]string{}
	keep := func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		if sql := db.Statement.SQL.String(); regexp.MustCompile(`^(SELECT|UPDATE|DELETE)`).MatchString(sql) {
			statements[sql] = db.Dialector.Explain(sql, db.Statement.Vars...)
		}
	}
	cb := h.store.DB(h.ctx).Callback()
	h.must(cb.Query().After("gorm:query").Register("test:keep", keep))
	h.must(cb.Row().After("gorm:row").Register("test:keep", keep))
	h.must(cb.Update().After("gorm:update").Register("test:keep", keep))
	h.must(cb.Delete().After("gorm:delete").Register("test:keep", keep))
	h.retain()
	_, err = h.chain.SealDue(h.ctx)
	h.must(err)
	if len(statements) < 20 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	whole := regexp.MustCompile(`CONSTANT|USING (COVERING )?INDEX sqlite_autoindex_(dialogues|audit_seals|audit_entries)|^SCAN (rules|villages)|COVERING INDEX audit_`)
	for _, sql := range statements {
		var plan []struct{ Detail string }
		h.must(h.store.DB(h.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") && !whole.MatchString(step.Detail) {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}
