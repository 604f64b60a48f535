package casework_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

func (o *office) figures(days int) casework.Record {
	o.t.Helper()
	now := o.clock.Now()
	record, err := o.cases.Figures(o.ctx, "yunxi", now.AddDate(0, 0, -days), now.Add(time.Second))
	o.must(err)
	return record
}

// A spring in the village: some were answered, some too late, some by the word of
// the cadre alone, and one waits still.
func TestFiguresThatSilenceCantMakeBetter(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	o.grant("yunxi", "赵志强", model.RoleFirstSecretary)
	o.grant("xishan", "赵镇", model.RoleTownship)
	asker := o.actor("yunxi", "王小草")
	reply := func(c model.Case) {
		t.Helper()
		handler := o.read(c)
		boss, err := o.people.ActorOf(o.ctx, handler.Handler())
		o.must(err)
		_, err = o.cases.Reply(o.ctx, boss, casework.RefOf(c), casework.Said{Text: "修好了"})
		o.must(err)
	}
	solved, unsure := o.open("路灯坏了"), o.open("水管漏了")
	reply(solved)
	_, err := o.cases.Verdict(o.ctx, asker, casework.RefOf(solved), true, "")
	o.must(err)
	reply(unsure)
	again := o.open("垃圾没人收")
	reply(again)
	_, err = o.cases.Verdict(o.ctx, asker, casework.RefOf(again), false, "还在")
	o.must(err)
	gone := o.open("不用了")
	_, err = o.cases.Withdraw(o.ctx, asker, casework.RefOf(gone))
	o.must(err)
	refused := o.open("社保")
	boss, err := o.people.ActorOf(o.ctx, o.read(refused).Handler())
	o.must(err)
	_, err = o.cases.Reject(o.ctx, boss, casework.RefOf(refused), "请到镇便民中心")
	o.must(err)
	hidden, err := o.cases.Open(o.ctx, asker, casework.NewCase{VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "举报"}, Confidential: true})
	o.must(err)
	if !o.read(hidden).Confidential {
		t.Fatal("it isn't confidential")
	}

	o.clock.Advance(30 * 24 * time.Hour)
	silent, late := o.open("桥坏了"), o.open("路塌了")
	for range 3 {
		o.clock.Advance(25 * time.Hour)
		_, err = o.cases.EscalateDue(o.ctx)
		o.must(err)
	}
	reply(late)
	o.clock.Advance(24 * time.Hour)
	fresh := o.open("今天的事")
	_, _ = silent, fresh

	got := o.figures(60)
	f := got.Figures
	want := casework.Figures{From: f.From, To: f.To, Received: 8, InTime: 4, TooLate: 1, Silent: 2, Gone: 1,
		Awaiting: 3, Replied: 2, Solved: 1, Rejected: 1, Withdrawn: 1, Overdue: 1, Reopened: 1, Oldest: f.Oldest, Median: f.Median, Share: 66}
	if f != want {
		t.Errorf("got  %+v\nwant %+v", f, want)
	}
	if f.Oldest < 33*24*time.Hour { // the one that was answered without help waits again
		t.Errorf("oldest: %v", f.Oldest)
	}
	var months []string
	sum := 0
	for _, m := range got.Months {
		months = append(months, fmt.Sprintf("%s:%d/%d", m.From.In(model.Shanghai).Format("01-02"), m.Received, m.Share))
		sum += m.Received
	}
	if fmt.Sprint(months) != "[02-06:0/-1 03-01:5/-1 04-01:3/-1]" || sum != f.Received {
		t.Errorf("months: %v", months)
	}
	if other, err := o.cases.Figures(o.ctx, "xishan", f.From, f.To); err != nil || other.Received != 0 {
		t.Errorf("another unit: %+v %v", other.Figures, err)
	}
}

// Whatever happened: every case stands once in each group, and time that passes in
// silence makes no figure better.
func TestFiguresOfWhateverHappened(t *testing.T) {
	o := newOffice(t)
	begin := o.clock.Now()
	rapid.Check(t, func(r *rapid.T) {
		o.clock.Set(begin)
		o.must(o.store.DB(o.ctx).Where("1 = 1").Delete(&model.Case{}).Error)
		o.must(o.store.DB(o.ctx).Where("1 = 1").Delete(&model.CaseClock{}).Error)
		var cases []model.Case
		var clocks []model.CaseClock
		var waits []time.Duration
		n := rapid.IntRange(1, 12).Draw(r, "cases")
		for i := range n {
			c, clock := drawn(r, begin, i)
			cases, clocks = append(cases, c), append(clocks, clock)
			if clock.EndedHow == "replied" {
				waits = append(waits, clock.EndedAt.Sub(c.OpenedAt.Time))
			}
		}
		o.must(o.store.DB(o.ctx).Create(&cases).Error)
		o.must(o.store.DB(o.ctx).Create(&clocks).Error)
		record := o.figures(400)
		f := record.Figures
		if f.Received != n || f.InTime+f.TooLate+f.Silent+f.Gone != n ||
			f.Awaiting+f.Replied+f.Solved+f.Unconfirmed+f.Decided+f.Rejected+f.Withdrawn+f.Joined != n || f.Overdue > f.Silent || f.Silent > f.Awaiting {
			r.Fatalf("%+v", f)
		}
		if (f.Share >= 0 || f.Median > 0) && n < 5 {
			r.Fatalf("of too few: %+v", f)
		}
		if slices.Sort(waits); len(waits) == n && n >= 5 && f.Median != max(1, waits[(n-1)/2]) {
			r.Fatalf("median %v of %v", f.Median, waits)
		}
		o.clock.Advance(40 * 24 * time.Hour)
		then := o.figures(440).Figures
		worse := then.Share <= f.Share || f.Share < 0
		if f.Median > 0 && then.Median > 0 { // 0 is never: more than half wait
			worse = worse && then.Median >= f.Median
		}
		if !worse || then.Oldest < f.Oldest || then.Silent < f.Silent || then.Overdue < f.Overdue || then.InTime != f.InTime {
			r.Fatalf("silence made it better:\n%+v\n%+v", f, then)
		}
	})
}

// drawn is a case of some course in the year before now.
func drawn(r *rapid.T, now time.Time, i int) (model.Case, model.CaseClock) {
	id := fmt.Sprintf("%032x", i)
	age := time.Duration(rapid.IntRange(1, 380*24).Draw(r, "age")) * time.Hour
	opened := now.Add(-age)
	ended := opened.Add(time.Duration(rapid.Int64Range(1, int64(age)).Draw(r, "wait"))).Truncate(time.Millisecond)
	c := model.Case{VillageID: "yunxi", ID: id, Number: int64(i + 1), Kind: help.KindName, OpenedAt: model.At(opened), State: model.CaseClosed}
	clock := model.CaseClock{VillageID: "yunxi", CaseID: id, Seq: 1, StartedAt: model.At(opened), DueAt: model.At(opened.AddDate(0, 0, 7)), EndedAt: model.At(ended), EndedHow: "replied"}
	switch rapid.SampledFrom([]string{"open", "replied", "solved", "silent", "withdrawn", "again"}).Draw(r, "course") {
	case "open":
		c.State, clock.EndedAt, clock.EndedHow = model.CaseSubmitted, model.Time{}, ""
	case "replied":
		c.State = model.CaseReplied
	case "solved":
		c.ClosedHow, c.ClosedAt = model.ClosedByAsker, model.At(ended)
	case "silent":
		c.ClosedHow, c.ClosedAt = model.ClosedUnconfirmed, model.At(ended)
	case "withdrawn":
		c.ClosedHow, c.ClosedAt, clock.EndedHow = model.ClosedWithdrawn, model.At(ended), model.ClosedWithdrawn
	case "again":
		c.State, c.Reopened = model.CaseInProgress, 1
	}
	return c, clock
}

func TestFiguresGoByTheirIndexes(t *testing.T) {
	o := newOffice(t)
	if o.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
	var mu sync.Mutex
	var seen []string
	o.must(o.store.DB(o.ctx).Callback().Query().After("gorm:query").Register("test:figures", func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		if sql := db.Statement.SQL.String(); strings.Contains(sql, "case") {
			seen = append(seen, db.Dialector.Explain(sql, db.Statement.Vars...))
		}
	}))
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	o.open("路灯坏了")
	seen = nil
	o.figures(400)
	if len(seen) != 2 {
		t.Fatalf("%d statements", len(seen))
	}
	for _, sql := range seen {
		var plan []struct{ Detail string }
		o.must(o.store.DB(o.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		if text := fmt.Sprint(plan); strings.Contains(text, "SCAN") ||
			!strings.Contains(text, "cases_by_state (village_id=? AND state=? AND opened_at>? AND opened_at<?)") && !strings.Contains(text, "case_clocks_1 (village_id=? AND case_id=?)") {
			t.Errorf("%s\n%v", sql, plan)
		}
	}
}
