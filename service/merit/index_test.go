package merit_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/paper"
)

// Every statement that a claim, the store, a list or a job makes goes by an index;
// its cost doesn't grow with what other villages keep.
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
		if sql := db.Statement.SQL.String(); !strings.HasPrefix(sql, "EXPLAIN") && !strings.HasPrefix(sql, "INSERT") && strings.Contains(sql, "merit_") {
			statements[sql] = db.Dialector.Explain(sql, db.Statement.Vars...)
		}
	}
	cb := w.store.DB(w.ctx).Callback()
	w.ok(cb.Query().After("gorm:query").Register("test:keep", keep))
	w.ok(cb.Row().After("gorm:row").Register("test:keep", keep))
	w.ok(cb.Update().After("gorm:update").Register("test:keep", keep))
	w.ok(cb.Delete().After("gorm:delete").Register("test:keep", keep))

	w.everything()

	if len(statements) < 60 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	for _, sql := range statements {
		var plan []struct{ Detail string }
		w.ok(w.store.DB(w.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			derived := step.Detail == "SCAN mine" || step.Detail == "SCAN filed" || strings.HasPrefix(step.Detail, "SCAN books") // rows of a subquery; the few rule books
			if strings.HasPrefix(step.Detail, "SCAN") && !strings.Contains(step.Detail, "CONSTANT") && !derived {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}

// everything walks through all that lists and jobs do.
func (w *world) everything() {
	w.t.Helper()
	w.earns("李华", 100)
	c := w.files("李华", 1, "")
	w.files("王小草", 2, "李华")
	me, judge, keeper := w.actor("李华"), w.actor("孙有田"), w.actor("冯守")
	reviewer := w.actor(w.asked(c)[0])
	all := []func() error{
		func() error { _, err := w.RetainDue(w.ctx); return err },
		func() error { _, _, err := w.Personal(w.ctx, me.Person()); return err },
		func() error { _, err := w.StoriesOf(w.ctx, me, "", 10); return err },
		func() error {
			return w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Forget(ctx, me.Person()) })
		},
		func() error { _, err := w.Claims(w.ctx, me, "", 10); return err },
		func() error { _, err := w.ToReview(w.ctx, reviewer, yunxi, 10); return err },
		func() error { _, err := w.OnNotice(w.ctx, me, yunxi, "", 10); return err },
		func() error { _, err := w.Numbered(w.ctx, judge, yunxi, c.Number); return err },
		func() error { _, err := w.Get(w.ctx, judge, ref(c)); return err },
		func() error { _, err := w.Account(w.ctx, me); return err },
		func() error { _, err := w.Entries(w.ctx, me, 0, 10); return err },
		func() error { return w.Honour(w.ctx, me, true) },
		func() error { _, err := w.Ranking(w.ctx, me, yunxi, "", 10); return err },
		func() error { // there is no font here
			_, err := w.Certificate(w.ctx, me, yunxi, "", w.clock.Now().AddDate(-1, 0, 0).Format("2006"), paper.PDF)
			_, err = model.Allowed(err)
			return err
		},
		func() error { _, err := w.Book(w.ctx, yunxi); return err },
		func() error { _, err := w.Books(w.ctx, yunxi, 9, 10); return err },
		func() error { _, err := w.BookVersion(w.ctx, yunxi, 1); return err },
		func() error { _, err := w.InState(w.ctx, judge, yunxi, model.ClaimPosted, "", 10); return err },
		func() error { _, err := w.Shelf(w.ctx, keeper, yunxi, "", 10); return err },
		func() error { _, err := w.Sheets(w.ctx, keeper, yunxi, "", 10); return err },
		func() error { _, err := w.Drafts(w.ctx, w.actor("张明"), yunxi, "", 10); return err },
		func() error { _, err := w.Closes(w.ctx, w.actor("张明"), yunxi); return err },
		func() error { _, err := w.Months(w.ctx, judge, yunxi, 12); return err },
		func() error { _, err := w.Stories(w.ctx, yunxi, "雪", "", 10); return err },
		func() error { _, err := w.Exceptions(w.ctx, judge, yunxi, ""); return err },
		func() error { _, err := w.Goods(w.ctx, me, yunxi, "", 10); return err },
		func() error { _, err := w.Redemptions(w.ctx, me, "", 10); return err },
		func() error { _, err := w.Waiting(w.ctx, keeper, yunxi, "", 10); return err },
		func() error { _, err := w.CompareDue(w.ctx); return err },
		func() error { _, err := w.AnnounceClose(w.ctx, w.actor("张明"), yunxi, 2026); return err },
	}
	g := w.goods("盐", 1, 100)
	w.redeems("李华", g, 1)
	_, err := w.ServeByCode(w.ctx, keeper, yunxi, w.redeems("李华", g, 1).Code)
	w.ok(err)
	for _, do := range all {
		w.ok(do())
	}
	for _, days := range []int{8, 8, 365} {
		w.clock.Advance(time.Duration(days) * 24 * time.Hour)
		for _, job := range []func() (int, error){
			func() (int, error) { return w.ReviewDue(w.ctx) },
			func() (int, error) { return w.PostDue(w.ctx) },
			func() (int, error) { return w.LapseDue(w.ctx) },
			func() (int, error) { return w.ExceptionsDue(w.ctx) },
			func() (int, error) { return w.CloseDue(w.ctx) },
		} {
			_, err := job()
			w.ok(err)
		}
	}
}
