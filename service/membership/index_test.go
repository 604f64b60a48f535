package membership_test

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/village"
)

// Every statement of this room goes by an index: its cost doesn't grow with what
// other villages keep. Villages and rules are read whole: they are few.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	h := build(t)
	if h.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
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
	h.ok(cb.Query().After("gorm:query").Register("test:keep", keep))
	h.ok(cb.Row().After("gorm:row").Register("test:keep", keep))
	h.ok(cb.Update().After("gorm:update").Register("test:keep", keep))
	h.ok(cb.Delete().After("gorm:delete").Register("test:keep", keep))

	grid, secretary := h.bound("刘芳"), h.bound("张明")
	h.byPhone("o", "", "王小草", phone(7))
	asked := h.byPhone("p", "yunxi", "王伟", phone(77))
	_, err := h.Pending(h.ctx, grid, "yunxi", 0, 10)
	h.ok(err)
	_, err = h.Asked(h.ctx, []string{"yunxi", "shiqiao"}, asked.Number)
	h.ok(err)
	_, err = h.Confirm(h.ctx, grid, "yunxi", asked.Number, "401")
	h.ok(err)
	refused := h.byPhone("q", "yunxi", "王小花", phone(77))
	_, err = h.Refuse(h.ctx, grid, "yunxi", refused.Number, "没有这个人")
	h.ok(err)
	elder, helper, got := h.agreed(membership.ScopeCases)
	_, err = h.file(helper, elder.Person(), "低保没发")
	h.ok(err)
	_, _, err = h.Helpers(h.ctx, elder)
	h.ok(err)
	_, err = h.Helped(h.ctx, []string{"yunxi"}, got.Number)
	h.ok(err)
	corrected, err := h.RequestCorrection(h.ctx, elder, wrong(village.FieldPhone, "13999999999"))
	h.ok(err)
	_, err = h.Corrections(h.ctx, elder, 10)
	h.ok(err)
	_, id, err := model.ParsePublicID(corrected.ID)
	h.ok(err)
	_, err = h.DecideCorrection(h.ctx, grid, "yunxi", id, true, "核实过")
	h.ok(err)
	_, err = h.Me(h.ctx, h.sender("phone of 王小草"))
	h.ok(err)
	_, err = h.EndHelp(h.ctx, elder, membership.HelpRef{VillageID: "yunxi", Number: got.Number})
	h.ok(err)
	_, err = h.people.SignOut(h.ctx, elder, h.sender("phone of 王大山").Identity)
	h.ok(err)
	_, err = h.people.MarkState(h.ctx, secretary, "yunxi", village.Named{Name: "王大山"}, model.VillagerMoved)
	h.ok(err)
	h.bindings(6, time.Minute, func(int) string { return "crowd" })
	h.used(grid.VillagerID, 10, time.Minute)
	h.clusters(2)
	h.clock.Advance(40 * 24 * time.Hour)
	_, err = h.LapseDue(h.ctx)
	h.ok(err)
	_, err = h.KeptOf(h.ctx, helper)
	h.ok(err)
	h.ok(h.store.Tx(h.ctx, func(ctx context.Context) error {
		return h.Forget(ctx, village.Forgotten{Person: helper.Person(), Senders: []model.Identity{{Account: oa, OpenID: "q"}}})
	}))
	h.clock.Set(h.clock.Now().AddDate(12, 0, 0))
	_, err = h.RetainDue(h.ctx)
	h.ok(err)

	if len(statements) < 60 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	few := regexp.MustCompile(`CONSTANT|^SCAN (rules|villages|SUBQUERY|\(subquery)`)
	for _, sql := range statements {
		var plan []struct{ Detail string }
		h.ok(h.store.DB(h.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") && !few.MatchString(step.Detail) {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}
