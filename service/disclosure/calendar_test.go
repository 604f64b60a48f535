package disclosure_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
)

func day(text string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, text, model.Shanghai)
	if err != nil {
		panic(err)
	}
	return t.Add(9 * time.Hour)
}

func (h *hall) calendar(duty string) map[string]string {
	h.t.Helper()
	slots, err := h.Calendar(h.ctx, model.Actor{}, yunxi, day("2025-01-01"), day("2027-12-31"))
	h.must(err)
	states := map[string]string{}
	for _, slot := range slots {
		if slot.Duty == duty {
			states[slot.Period] = slot.State
		}
	}
	return states
}

// What was published, what is due, late and very late: everybody sees it, before
// and after the sweep has written it down.
func TestTheCalendarShowsWhatIsMissing(t *testing.T) {
	h := newHall(t)
	h.clock.Set(day("2026-02-03"))
	january := h.published(month("2026-01", 0, 10_00, 5_00))
	for _, tc := range []struct{ on, february string }{
		{"2026-02-20", ""}, // not over yet
		{"2026-03-05", disclosure.StateDue},
		{"2026-03-16", disclosure.StateDue}, // the 15th is a Sunday: the period ends on Monday
		{"2026-03-17", disclosure.StateLate},
		{"2026-04-16", disclosure.StateVeryLate},
	} {
		h.clock.Set(day(tc.on))
		for _, swept := range []bool{false, true} {
			if swept {
				_, err := h.RemindDue(h.ctx)
				h.must(err)
			}
			states := h.calendar("finance")
			if states["2026-02"] != tc.february || states["2026-01"] != disclosure.StatePublished {
				t.Errorf("%s, swept %v: %v", tc.on, swept, states)
			}
		}
	}
	_, err := h.Withdraw(h.ctx, h.actor("王强"), refOf(january), "账有误")
	h.must(err)
	if got := h.calendar("finance")["2026-01"]; got != disclosure.StateVeryLate {
		t.Errorf("what was withdrawn counts as %q", got)
	}
}

// Whoever owes it is reminded, then the supervisors hear of it, then the
// township; each once, on any number of replicas.
func TestRemindersClimb(t *testing.T) {
	h := newHall(t)
	names := map[string]string{}
	for _, name := range []string{"张明", "王强", "赵会", "孙正", "钱亮", "周镇", "李娟", "郑平"} {
		names[h.actor(name).Person().Recipient()] = name
	}
	told := func() map[string]int {
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				if _, err := h.RemindDue(h.ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		var rows []model.Notice
		h.must(h.store.DB(h.ctx).Where("event LIKE ?", "owed/finance/2026-01/%").Find(&rows).Error)
		count := map[string]int{}
		for _, row := range rows {
			count[names[row.Recipient]]++
		}
		return count
	}
	for _, tc := range []struct {
		on   string
		want map[string]int
	}{
		{"2026-02-12", map[string]int{}}, // the 15th is in the holiday, so the last day is the 24th
		{"2026-02-20", map[string]int{"张明": 1, "王强": 1, "赵会": 1}},
		{"2026-02-25", map[string]int{"张明": 2, "王强": 2, "赵会": 2, "孙正": 1, "钱亮": 1}},
		{"2026-03-27", map[string]int{"张明": 3, "王强": 3, "赵会": 3, "孙正": 2, "钱亮": 2, "周镇": 1}},
		{"2026-06-27", map[string]int{"张明": 3, "王强": 3, "赵会": 3, "孙正": 2, "钱亮": 2, "周镇": 1}},
	} {
		h.clock.Set(day(tc.on))
		got := told()
		if fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%s: %v, want %v", tc.on, got, tc.want)
		}
	}
}

// The township may ask for more than the law, never for less.
func TestTheTownshipEditsTheCatalogue(t *testing.T) {
	h := newHall(t)
	zhou := h.actor("周镇")
	quarterly := disclosure.Duty{ID: "party", Kind: model.DiscloseParty, Title: "党务公开", Months: 1, DueDays: 10, Active: true, Since: day("2025-06-01")}
	h.must(h.SetDuty(h.ctx, zhou, yunxi, quarterly))
	if got := h.calendar("party")["2025-06"]; got != disclosure.StateVeryLate {
		t.Errorf("monthly since June: %q", got)
	}
	h.must(h.SetDuty(h.ctx, zhou, yunxi, disclosure.Duty{ID: "water", Kind: model.DiscloseVillage, Title: "水费公开", Months: 12, DueDays: 30, Active: true}))
	for name, tc := range map[string]struct {
		actor string
		duty  disclosure.Duty
		code  model.Code
		want  string
	}{
		"rarer":       {"周镇", disclosure.Duty{ID: "finance", Kind: model.DiscloseFinance, Title: "财务公开", Months: 3, DueDays: 15, Active: true}, model.Invalid, "不能比法律"},
		"struck":      {"周镇", disclosure.Duty{ID: "finance", Kind: model.DiscloseFinance, Title: "财务公开", Months: 1, DueDays: 15}, model.Invalid, "不能停"},
		"other kind":  {"周镇", disclosure.Duty{ID: "finance", Kind: model.DiscloseVillage, Title: "财务公开", Months: 1, DueDays: 15, Active: true}, model.Invalid, "类别不能改"},
		"by a cadre":  {"张明", quarterly, model.Forbidden, "没有"},
		"no kind":     {"周镇", disclosure.Duty{ID: "x", Kind: "y", Title: "z", DueDays: 5}, model.Invalid, "类别"},
		"bad id":      {"周镇", disclosure.Duty{ID: "x/y", Kind: model.DiscloseParty, Title: "z", DueDays: 5}, model.Invalid, "代号"},
		"two-monthly": {"周镇", disclosure.Duty{ID: "x", Kind: model.DiscloseParty, Title: "z", Months: 2, DueDays: 5}, model.Invalid, "每月"},
	} {
		err := h.SetDuty(h.ctx, h.actor(tc.actor), yunxi, tc.duty)
		if !model.IsCode(err, tc.code) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A resolution is owed from the day it passed; publishing it takes its place.
func TestAResolutionIsOwed(t *testing.T) {
	h := newHall(t)
	h.must(h.Owe(h.ctx, yunxi, "decision", "poll-1", "关于修路的决议"))
	h.must(h.Owe(h.ctx, yunxi, "decision", "poll-1", "关于修路的决议")) // told twice
	if got := h.calendar("decision"); len(got) != 1 || got["poll-1"] != disclosure.StateDue {
		t.Errorf("owed: %v", got)
	}
	h.clock.Advance(9 * 24 * time.Hour)
	if got := h.calendar("decision")["poll-1"]; got != disclosure.StateLate {
		t.Errorf("after nine days: %q", got)
	}
	h.published(disclosure.Draft{Kind: model.DiscloseDecision, Period: "poll-1", Title: "关于修路的决议", Text: "通过"})
	if got := h.calendar("decision")["poll-1"]; got != disclosure.StatePublished {
		t.Errorf("published: %q", got)
	}
}

// Words of two characters and names are found, on every database alike, and only
// in one's own village.
func TestSearch(t *testing.T) {
	h := newHall(t)
	_, err := h.people.Create(h.ctx, model.Console(), unit("dongshan", "东山村"))
	h.must(err)
	h.clock.Set(day("2026-02-03"))
	d := h.published(disclosure.Draft{Period: "2026-Q1", Text: "村东修路，承包人李大山。王𠮷家补贴ABC-12"})
	f := h.published(month("2026-01", 0, 10_00, 5_00))
	for words, want := range map[string][]string{
		"修路": {d.ID}, "李大山": {f.ID, d.ID}, "大山": {f.ID, d.ID}, "王𠮷": {d.ID}, "𠮷": {d.ID}, "abc": {d.ID}, "ＡＢＣ": {d.ID}, "修桥": nil,
		"修路 补贴": {d.ID}, "修路 鱼塘": nil, "鱼塘承包": {f.ID}, "%": nil, "贴": {d.ID}, "机耕路": {f.ID}, "人": {f.ID, d.ID},
	} {
		found, err := h.Search(h.ctx, model.Actor{}, yunxi, words, 10)
		if words == "%" {
			h.refused(err, model.Invalid, "要查的词")
			continue
		}
		h.must(err)
		got := map[string]bool{}
		for _, one := range found {
			got[one.ID] = true
		}
		ok := len(got) == len(want)
		for _, id := range want {
			ok = ok && got[id]
		}
		if words == "人" { // 承包人 stands in one of them only
			ok = len(got) == 1 && got[d.ID]
		}
		if !ok {
			t.Errorf("%s finds %d", words, len(got))
		}
		elsewhere, err := h.Search(h.ctx, model.Actor{}, "dongshan", words, 10)
		h.must(err)
		if len(elsewhere) != 0 {
			t.Errorf("%s is found in another village", words)
		}
	}
	_, err = h.Search(h.ctx, model.Actor{}, yunxi, strings.Repeat("长", 41), 10)
	h.refused(err, model.Invalid, "太长")
}

// One digest a month, to each grown-up once; who wasn't reached is named for the
// grid workers, who tick it. The head goes to whoever subscribed.
func TestReach(t *testing.T) {
	h := newHall(t)
	h.grant(yunxi, "郑平", model.RoleGridWorker)
	d := h.draft(disclosure.Draft{Period: "2026-Q1"})
	h.sign(d)
	_, err := h.Publish(h.ctx, h.actor("王强"), refOf(d), true)
	h.must(err)
	for range 2 {
		_, err = h.TellDue(h.ctx)
		h.must(err)
	}
	reach, err := h.Reach(h.ctx, h.actor("郑平"), refOf(d))
	h.must(err)
	if reach.Total != 8 || reach.Known != 0 || len(reach.People) != 8 {
		t.Fatalf("reach %+v", reach)
	}
	h.must(h.notices.Told(h.ctx, h.actor("郑平"), yunxi, reach.People[0].NoticeID))
	reach, err = h.Reach(h.ctx, h.actor("郑平"), refOf(d))
	h.must(err)
	if reach.Known != 1 || reach.ByChannel[model.ChannelCall] != 1 {
		t.Errorf("after a call %+v", reach)
	}

	h.must(h.Subscribe(h.ctx, h.actor("吴芳"), yunxi))
	h.refused(h.Subscribe(h.ctx, h.actor("吴芳"), yunxi), model.Conflict, "已经订阅")
	_, err = h.log.SealDue(h.ctx)
	h.must(err)
	h.clock.Set(day("2026-02-02"))
	for range 3 {
		_, err = h.DigestDue(h.ctx)
		h.must(err)
		_, err = h.TellDue(h.ctx)
		h.must(err)
	}
	var digests, heads []model.Notice
	h.must(h.store.DB(h.ctx).Where("event = ?", "digest/2026-01").Find(&digests).Error)
	h.must(h.store.DB(h.ctx).Where("event = ?", "head/2026-01").Find(&heads).Error)
	if len(digests) != 8 || !strings.Contains(digests[0].Text, "2026年第1季度村务公开") {
		t.Errorf("%d digests", len(digests))
	}
	if len(heads) != 1 {
		t.Fatalf("%d heads", len(heads))
	}
	_, note, _ := strings.Cut(heads[0].Text, "\n\n")
	report, err := h.log.VerifyLog(h.ctx, yunxi, note, h.LogSource())
	h.must(err)
	if !report.OK() {
		t.Errorf("the head that was sent: %v", report.Faults)
	}
	h.must(h.Unsubscribe(h.ctx, h.actor("吴芳"), yunxi))
}

// Every list goes by an index.
func TestEveryListUsesAnIndex(t *testing.T) {
	h := newHall(t)
	if h.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
	h.clock.Set(day("2026-02-03"))
	d := h.published(month("2026-01", 0, 10_00, 5_00))
	var mu sync.Mutex
	statements := map[string]string{}
	keep := func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		if sql := db.Statement.SQL.String(); strings.HasPrefix(sql, "SELECT") {
			statements[sql] = db.Dialector.Explain(sql, db.Statement.Vars...)
		}
	}
	cb := h.store.DB(h.ctx).Callback()
	h.must(cb.Query().After("gorm:query").Register("test:keep", keep))
	h.must(cb.Row().After("gorm:row").Register("test:keep", keep))
	wu := h.actor("吴芳")
	for _, actor := range []model.Actor{{}, wu, h.actor("王强")} {
		for _, q := range []disclosure.Query{{VillageID: yunxi}, {VillageID: yunxi, Kind: model.DiscloseFinance, After: d.ID}} {
			_, err := h.List(h.ctx, actor, q)
			h.must(err)
		}
		_, err := h.Get(h.ctx, actor, refOf(d), 0)
		h.must(err)
		_, err = h.Search(h.ctx, actor, yunxi, "鱼塘 修", 10)
		h.must(err)
		_, err = h.Calendar(h.ctx, actor, yunxi, day("2026-01-01"), day("2026-12-31"))
		h.must(err)
		_, err = h.Items(h.ctx, actor, refOf(d), 0, 0, 10)
		h.must(err)
		_, err = h.Withdrawn(h.ctx, actor, yunxi, 10)
		h.must(err)
	}
	_, err := h.ByCategory(h.ctx, wu, refOf(d), 0)
	h.must(err)
	_, err = h.Year(h.ctx, yunxi, 2026)
	h.must(err)
	_, err = h.Ask(h.ctx, wu, refOf(d), casework.Said{Text: "谁修的"})
	h.must(err)
	_, err = h.TellDue(h.ctx)
	h.must(err)
	h.must(h.Forget(h.ctx, wu.Person()))
	_, err = h.log.VerifyLog(h.ctx, yunxi, "", h.LogSource())
	h.must(err)
	if len(statements) < 25 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	for _, sql := range statements {
		var plan []struct{ Detail string }
		h.must(h.store.DB(h.ctx).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") && !strings.Contains(step.Detail, "rules") && !strings.Contains(sql, "FROM `rules`") && !strings.Contains(step.Detail, "CONSTANT") {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}
