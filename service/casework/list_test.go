package casework_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/casework"
)

// put stores a case as it may stand after years of work.
func (o *office) put(n int, change func(*model.Case)) model.Case {
	o.t.Helper()
	at := o.clock.Now().Add(time.Duration(n/3) * time.Minute) // three share a moment
	c := model.Case{VillageID: "yunxi", ID: fmt.Sprintf("%032x", n), Number: int64(n), Kind: "help", State: model.CaseClosed,
		OpenedAt: model.At(at), DueAt: model.At(at.Add(24 * time.Hour))}
	change(&c)
	o.must(o.store.DB(o.ctx).Create(&c).Error)
	return c
}

// pages reads a list to its end.
func (o *office) pages(limit int, list func(casework.Page) ([]model.Case, string, error), states ...model.CaseState) []int64 {
	o.t.Helper()
	var numbers []int64
	p := casework.Page{States: states, Limit: limit}
	for round := 0; ; round++ {
		found, next, err := list(p)
		o.must(err)
		if len(found) > limit || round > 200 {
			o.t.Fatalf("a page of %d holds %d, round %d", limit, len(found), round)
		}
		for _, c := range found {
			numbers = append(numbers, c.Number)
		}
		if next == "" {
			return numbers
		}
		p.After = next
	}
}

func TestListsShowEachCaseOnceInOrder(t *testing.T) {
	o := newOffice(t)
	me := o.actor("yunxi", "王小草")
	me.Account, me.OpenID = "wx1", "oMe"
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	boss := o.actor("yunxi", "张明")
	states := []model.CaseState{model.CaseSubmitted, model.CaseInProgress, model.CaseReplied, model.CaseClosed}
	var mine, waiting, closed []int64
	for n := 1; n <= 60; n++ {
		c := o.put(n, func(c *model.Case) {
			c.State = states[n%4]
			c.HandlerVillage, c.HandlerID = "yunxi", boss.VillagerID
			switch n % 5 {
			case 0: // before binding
				c.AskerAccount, c.AskerOpenID = "wx1", "oMe"
			case 1: // somebody else's
				c.AskerVillage, c.AskerID = "yunxi", boss.VillagerID
			default:
				c.AskerVillage, c.AskerID, c.AskerAccount, c.AskerOpenID = "yunxi", me.VillagerID, "wx1", "oMe"
			}
		})
		if n%5 != 1 {
			mine = append(mine, c.Number)
		}
		if c.Awaiting() {
			waiting = append(waiting, c.Number)
		} else if c.State == model.CaseClosed {
			closed = append(closed, c.Number)
		}
	}
	slices.Reverse(mine)
	slices.Reverse(closed)
	asked := func(p casework.Page) ([]model.Case, string, error) { return o.cases.Asked(o.ctx, me, p) }
	held := func(p casework.Page) ([]model.Case, string, error) { return o.cases.Held(o.ctx, boss, p) }
	for _, limit := range []int{1, 7, 100} {
		if got := o.pages(limit, asked); !slices.Equal(got, mine) {
			t.Errorf("asked, %d a page: %v, want %v", limit, got, mine)
		}
		if got := o.pages(limit, held, model.CaseSubmitted, model.CaseInProgress); !slices.Equal(got, waiting) {
			t.Errorf("to do, %d a page: %v, want %v", limit, got, waiting)
		}
		if got := o.pages(limit, held, model.CaseClosed); !slices.Equal(got, closed) {
			t.Errorf("done, %d a page: %v, want %v", limit, got, closed)
		}
	}
	boss.Holds = nil // out of office
	if got := o.pages(100, held); len(got) > 0 {
		t.Errorf("who is out of office still reads %v", got)
	}
}

// A cursor says where a page begins, not whose it is.
func TestACursorLeadsToNobodyElse(t *testing.T) {
	o := newOffice(t)
	me, other := o.actor("yunxi", "王小草"), o.actor("yunxi", "孙有田")
	for n := 1; n <= 9; n++ {
		who := me
		if n%2 == 0 {
			who = other
		}
		o.put(n, func(c *model.Case) { c.AskerVillage, c.AskerID = "yunxi", who.VillagerID })
	}
	_, theirs, err := o.cases.Asked(o.ctx, other, casework.Page{Limit: 2})
	o.must(err)
	found, _, err := o.cases.Asked(o.ctx, me, casework.Page{Limit: 100, After: theirs})
	o.must(err)
	for _, c := range found {
		if c.AskerID != me.VillagerID {
			t.Errorf("#%d is somebody else's", c.Number)
		}
	}
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, bad := range []string{"x", "!!", encode("1"), encode("a.b"), encode("1." + strings.Repeat("a", 31)), encode("' OR 1=1." + strings.Repeat("a", 32))} {
		if _, _, err := o.cases.Asked(o.ctx, me, casework.Page{After: bad}); !model.IsCode(err, model.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestListsGoByTheirIndexes(t *testing.T) {
	o := newOffice(t)
	if o.store.Dialect() != model.SQLite {
		t.Skip("the plan is read in SQLite's words")
	}
	var seen []string
	o.must(o.store.DB(o.ctx).Callback().Row().After("gorm:row").Register("test:keep", func(db *gorm.DB) {
		seen = append(seen, db.Dialector.Explain(db.Statement.SQL.String(), db.Statement.Vars...))
	}))
	o.must(o.store.DB(o.ctx).Callback().Query().After("gorm:query").Register("test:keep", func(db *gorm.DB) {
		seen = append(seen, db.Dialector.Explain(db.Statement.SQL.String(), db.Statement.Vars...))
	}))
	me := o.actor("yunxi", "王小草")
	me.Account, me.OpenID = "wx1", "oMe"
	seen = nil
	for _, after := range []string{"", base64.RawURLEncoding.EncodeToString([]byte("1." + strings.Repeat("a", 32)))} {
		_, _, err := o.cases.Asked(o.ctx, me, casework.Page{Limit: 20, After: after})
		o.must(err)
		_, _, err = o.cases.Held(o.ctx, me, casework.Page{Limit: 20, After: after, States: []model.CaseState{model.CaseSubmitted}})
		o.must(err)
	}
	_, err := o.cases.Clocks(o.ctx, casework.Ref{VillageID: "yunxi", ID: "x"})
	o.must(err)
	lists := slices.DeleteFunc(seen, func(sql string) bool { return strings.HasPrefix(sql, "EXPLAIN") })
	if len(lists) != 5 {
		t.Fatalf("%d statements were seen", len(lists))
	}
	for _, sql := range lists {
		var plan []struct{ Detail string }
		o.must(o.store.DB(o.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		searches := 0
		for _, step := range plan {
			if strings.Contains(step.Detail, "SCAN case") {
				t.Errorf("%s\n%v", sql, plan)
			}
			if strings.HasPrefix(step.Detail, "SEARCH case") {
				searches++
			}
		}
		if searches == 0 {
			t.Errorf("no index is searched:\n%s\n%v", sql, plan)
		}
	}
}
