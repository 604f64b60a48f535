package casework_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/village"
)

// Whoever acts for the village finds its cases, but for what they must not act on:
// their kin's, what accuses them, and what only the township may read.
func TestAVillagesCasesForWhoActs(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	o.grant("yunxi", "赵志强", model.RoleCommittee)
	o.grant("xishan", "周镇", model.RoleTownship)
	boss, other, town := o.actor("yunxi", "张明"), o.actor("yunxi", "赵志强"), o.actor("xishan", "周镇")
	kin := o.actor("yunxi", "孙有田")
	o.must(o.people.AddKin(o.ctx, model.Console(), "yunxi", village.Named{Name: "孙有田"}, village.Named{Name: "张明"}, "表兄弟"))
	for n := 1; n <= 6; n++ {
		o.put(n, func(c *model.Case) {
			c.State, c.Summary, c.AskerVillage = model.CaseSubmitted, fmt.Sprintf("第%d件 100%%", n), "yunxi"
			switch n {
			case 2:
				c.HandlerVillage, c.HandlerID = "yunxi", boss.VillagerID
			case 3:
				c.Confidential = true
			case 4:
				c.AccusedIDs = boss.VillagerID
			case 5:
				c.AskerID = kin.VillagerID
			case 6:
				c.Neutral, c.State = true, model.CaseClosed
			}
		})
	}
	seek := func(actor model.Actor, change func(*casework.Sought)) []int64 {
		t.Helper()
		q := casework.Sought{VillageID: "yunxi", Limit: 100}
		change(&q)
		found, _, err := o.cases.Seek(o.ctx, actor, q)
		o.must(err)
		var numbers []int64
		for _, c := range found {
			numbers = append(numbers, c.Number)
		}
		slices.Sort(numbers)
		return numbers
	}
	all := func(*casework.Sought) {}
	for _, c := range []struct {
		who    model.Actor
		change func(*casework.Sought)
		want   []int64
	}{
		{boss, all, []int64{1, 2, 6}},
		{other, all, []int64{1, 2, 4, 5, 6}},
		{town, all, []int64{1, 2, 3, 4, 5, 6}},
		{boss, func(q *casework.Sought) { q.Mine = true }, []int64{2}},
		{boss, func(q *casework.Sought) { q.States = []model.CaseState{model.CaseClosed} }, []int64{6}},
		{other, func(q *casework.Sought) { q.Words = "100%" }, []int64{1, 2, 4, 5}}, // nothing hidden is found by its words
		{town, func(q *casework.Sought) { q.Words = "第3件" }, nil},
		{boss, func(q *casework.Sought) { q.Words = "_" }, nil},
		{boss, func(q *casework.Sought) { q.Words = "'; DROP TABLE cases; --" }, nil},
	} {
		if got := seek(c.who, c.change); !slices.Equal(got, c.want) {
			t.Errorf("%s finds %v, want %v", c.who.Name, got, c.want)
		}
	}
	if _, _, err := o.cases.Seek(o.ctx, kin, casework.Sought{VillageID: "yunxi", Limit: 10}); !model.IsCode(err, model.Forbidden) {
		t.Errorf("who serves nobody: %v", err)
	}
	if _, _, err := o.cases.Seek(o.ctx, boss, casework.Sought{VillageID: "yunxi", Limit: 10, Words: strings.Repeat("长", 41)}); !model.IsCode(err, model.Invalid) {
		t.Errorf("too many words: %v", err)
	}
	due, err := o.cases.DueIn(o.ctx, boss, "yunxi", 10)
	if err != nil || len(due) != 1 || due[0].Number != 2 {
		t.Errorf("due: %v %v", due, err)
	}
	if due, err := o.cases.DueIn(o.ctx, boss, "shiqiao", 10); err != nil || len(due) > 0 {
		t.Errorf("due elsewhere: %v %v", due, err)
	}
}

// A case may be given to whoever may act on it, and to nobody else.
func TestTakers(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	o.grant("yunxi", "赵志强", model.RoleCommittee)
	o.grant("yunxi", "陈勇", model.RoleCommittee)
	o.grant("xishan", "周镇", model.RoleTownship)
	o.must(o.people.AddKin(o.ctx, model.Console(), "yunxi", village.Named{Name: "王小草"}, village.Named{Name: "陈勇"}, "舅甥"))
	c := o.open("路灯坏了")
	found, err := o.cases.Takers(o.ctx, o.actor("yunxi", "张明"), o.read(c))
	o.must(err)
	if want := []casework.Taker{{Name: "赵志强", Title: "村委会委员"}, {Name: "周镇", Title: "镇里工作人员"}}; !slices.Equal(found, want) {
		t.Errorf("%v, want %v", found, want)
	}
	if _, err := o.cases.Takers(o.ctx, o.actor("yunxi", "孙有田"), o.read(c)); !model.IsCode(err, model.Unknown) {
		t.Errorf("a villager: %v", err)
	}
}

// What somebody spoke waits for one who didn't answer it.
func TestWhatMustBeHeard(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	o.grant("yunxi", "赵志强", model.RoleGridWorker)
	c := o.open("路灯坏了")
	boss, ear := o.actor("yunxi", "张明"), o.actor("yunxi", "赵志强")
	_, err := o.cases.Reply(o.ctx, boss, casework.RefOf(c), casework.Said{Text: "修好了"})
	o.must(err)
	heard := func(actor model.Actor) int {
		t.Helper()
		found, err := o.cases.ToHear(o.ctx, actor, "yunxi", 10)
		o.must(err)
		return len(found)
	}
	if heard(ear) != 0 {
		t.Error("there is nothing to hear yet")
	}
	o.clock.Advance(time.Hour)
	_, err = o.cases.Spoken(o.ctx, o.actor("yunxi", "王小草"), casework.RefOf(c), "")
	o.must(err)
	if heard(ear) != 1 || heard(boss) != 0 || heard(o.actor("yunxi", "孙有田")) != 0 {
		t.Errorf("to hear: %d, %d, %d", heard(ear), heard(boss), heard(o.actor("yunxi", "孙有田")))
	}
	_, err = o.cases.EnterSpoken(o.ctx, ear, casework.RefOf(c), true)
	o.must(err)
	if heard(ear) != 0 {
		t.Error("what was heard still waits")
	}
}

func TestTheVillagesListsGoByTheirIndexes(t *testing.T) {
	o := newOffice(t)
	if o.store.Dialect() != model.SQLite {
		t.Skip("the plan is read in SQLite's words")
	}
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	boss := o.actor("yunxi", "张明")
	var seen []string
	keep := func(db *gorm.DB) {
		if sql := db.Dialector.Explain(db.Statement.SQL.String(), db.Statement.Vars...); strings.Contains(sql, "cases") && !strings.HasPrefix(sql, "EXPLAIN") {
			seen = append(seen, sql)
		}
	}
	o.must(o.store.DB(o.ctx).Callback().Row().After("gorm:row").Register("test:keep", keep))
	o.must(o.store.DB(o.ctx).Callback().Query().After("gorm:query").Register("test:keep", keep))
	for _, q := range []casework.Sought{{}, {Mine: true}, {Words: "路灯"}, {States: []model.CaseState{model.CaseClosed}}} {
		q.VillageID, q.Limit = "yunxi", 20
		_, _, err := o.cases.Seek(o.ctx, boss, q)
		o.must(err)
	}
	_, err := o.cases.DueIn(o.ctx, boss, "yunxi", 10)
	o.must(err)
	_, err = o.cases.ToHear(o.ctx, boss, "yunxi", 10)
	o.must(err)
	lists := slices.Clone(seen)
	if len(lists) != 6 {
		t.Fatalf("%d statements were seen", len(lists))
	}
	for _, sql := range lists {
		var plan []struct{ Detail string }
		o.must(o.store.DB(o.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(strings.ReplaceAll(sql, "\"!\"", "'!'"), `"`, "'")).Scan(&plan).Error)
		searched := slices.ContainsFunc(plan, func(step struct{ Detail string }) bool { return strings.HasPrefix(step.Detail, "SEARCH cases") })
		if !searched {
			t.Errorf("no index is searched:\n%s\n%v", sql, plan)
		}
	}
}
