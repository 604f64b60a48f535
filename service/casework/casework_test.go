package casework_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// office is a village with its cases and nobody's phone.
type office struct {
	t       *testing.T
	ctx     context.Context
	clock   *modeltest.Clock
	store   *model.Store
	people  *village.Service
	cases   *casework.Service
	notices *notice.Service
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, ctx: context.Background(), clock: modeltest.NewClock()}
	o.store = modeltest.NewStore(t, o.clock.Now)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	o.must(err)
	log := audit.New(o.store)
	o.notices = notice.New(o.store, nil, notice.Options{})
	o.people = village.New(o.store, keys, log, village.Hooks{
		RoleEnded: func(ctx context.Context, unit string, who model.Person) error {
			return o.cases.RoleEnded(ctx, unit, who)
		},
		RoleGranted: func(ctx context.Context, unit string) error { return o.cases.RoleGranted(ctx, unit) },
	})
	o.cases = casework.New(o.store, o.people, o.notices, log, help.Kind())
	for _, u := range []village.NewUnit{{Code: "xishan", Name: "西山镇", Kind: model.UnitTownship}, {Code: "yunxi", Name: "云溪村", Kind: model.UnitVillage, Township: "xishan"}} {
		_, err := o.people.Create(o.ctx, model.Console(), u)
		o.must(err)
	}
	o.roster("王小草", "张明", "赵志强", "孙有田", "陈勇")
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// roster puts each name into a household of its own.
func (o *office) roster(names ...string) {
	o.t.Helper()
	lines := []string{"姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"}
	for i, name := range names {
		first := fmt.Sprintf("99000019800101%03d", 2*i+1)
		for _, check := range "0123456789X" {
			if id, err := model.ParseIDNumber(first + string(check)); err == nil {
				lines = append(lines, fmt.Sprintf("%s,男,%s,199000100%02d,%d,户主,第1组,本村,本村,群众", name, id, i, i+1))
			}
		}
	}
	_, err := o.people.Import(o.ctx, model.Console(), "yunxi", "roster.csv", strings.NewReader(strings.Join(lines, "\n")))
	o.must(err)
}

func (o *office) grant(unit, name string, role model.Role) {
	o.t.Helper()
	_, err := o.people.Grant(o.ctx, model.Console(), village.GrantRole{Unit: unit, Name: name, Role: role})
	o.must(err)
}

func (o *office) actor(unit, name string) model.Actor {
	o.t.Helper()
	found, err := o.people.Find(o.ctx, unit, name, "")
	o.must(err)
	actor, err := o.people.ActorOf(o.ctx, found[0].Person())
	o.must(err)
	return actor
}

func (o *office) open(text string) model.Case {
	o.t.Helper()
	c, err := o.cases.Open(o.ctx, o.actor("yunxi", "王小草"), casework.NewCase{VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: text}})
	o.must(err)
	return c
}

func (o *office) read(c model.Case) model.Case {
	o.t.Helper()
	var now model.Case
	o.must(o.store.DB(o.ctx).Take(&now, "village_id = ? AND id = ?", c.VillageID, c.ID).Error)
	return now
}

func TestClocksLeaveOutHolidays(t *testing.T) {
	cases := []struct{ opened, due string }{
		{"2026-03-04 09:00", "2026-03-11"}, // a Wednesday: Thursday to next Wednesday
		{"2026-03-06 17:00", "2026-03-13"}, // a Friday evening
		{"2026-09-30 10:00", "2026-10-13"}, // before the National Day holiday, with its shifted working days
	}
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	for _, tc := range cases {
		at, err := time.ParseInLocation("2006-01-02 15:04", tc.opened, model.Shanghai)
		o.must(err)
		o.clock.Set(at)
		c := o.open("路灯坏了")
		if got := c.DueAt.Format("2006-01-02"); got != tc.due {
			t.Errorf("opened %s: due %s, want %s", tc.opened, got, tc.due)
		}
		if got := c.ContactDue.Sub(at); got != 24*time.Hour {
			t.Errorf("first contact due after %v", got)
		}
	}
}

func TestReopeningResumesTheClockWhereTheAnswerStoppedIt(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	c := o.open("路灯坏了")
	o.clock.Advance(10 * time.Hour) // Wednesday evening, five working days left
	_, err := o.cases.Reply(o.ctx, o.actor("yunxi", "张明"), casework.RefOf(c), casework.Said{Text: "修好了"})
	o.must(err)
	o.clock.Advance(72 * time.Hour)
	c, err = o.cases.Verdict(o.ctx, o.actor("yunxi", "王小草"), casework.RefOf(c), false, "")
	o.must(err)
	if got := c.DueAt.Format("2006-01-02"); got != "2026-03-13" { // reopened on Saturday
		t.Errorf("due %s, want the same five working days from the reopening", got)
	}
	if c.State != model.CaseInProgress || c.Reopened != 1 {
		t.Errorf("state %s, reopened %d", c.State, c.Reopened)
	}
}

func TestNobodyHoldsTheRole(t *testing.T) {
	o := newOffice(t)
	c := o.open("路灯坏了")
	if c.HandlerID != "" {
		t.Fatalf("handled by %s", c.HandlerName)
	}
	o.grant("yunxi", "赵志强", model.RoleCommittee)
	swept, err := o.cases.EscalateDue(o.ctx)
	o.must(err)
	if got := o.read(c); swept.Assigned != 1 || got.HandlerName != "赵志强" || got.Tier != 1 {
		t.Errorf("%+v, handler %q in tier %d", swept, got.HandlerName, got.Tier)
	}
}

func TestARoleThatEndsMovesItsCasesWithTheirClocks(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	o.grant("yunxi", "孙有田", model.RoleBranchSecretary)
	c := o.open("路灯坏了")
	o.clock.Advance(5 * time.Hour)
	_, err := o.people.End(o.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: "张明", Role: model.RoleBranchSecretary})
	o.must(err)
	got := o.read(c)
	if got.HandlerName != "孙有田" {
		t.Errorf("handler %q", got.HandlerName)
	}
	if !got.ContactDue.Equal(c.ContactDue.Time) || !got.DueAt.Equal(c.DueAt.Time) {
		t.Errorf("clocks moved: contact %v → %v, due %v → %v", c.ContactDue, got.ContactDue, c.DueAt, got.DueAt)
	}
	_, err = o.cases.Reply(o.ctx, o.actor("yunxi", "张明"), casework.RefOf(c), casework.Said{Text: "我来"})
	if !model.IsCode(err, model.Unknown) {
		t.Errorf("the former secretary got %v", err)
	}
}

func TestEachTierIsMeasuredByItsOwnClock(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	o.grant("yunxi", "赵志强", model.RoleCommittee)
	o.grant("xishan", "周丽", model.RoleTownship)
	c := o.open("路灯坏了")
	for range 3 {
		o.clock.Advance(25 * time.Hour)
		_, err := o.cases.EscalateDue(o.ctx) // the reminder, where its time has passed too
		o.must(err)
		_, err = o.cases.EscalateDue(o.ctx)
		o.must(err)
	}
	var clocks []model.CaseClock
	o.must(o.store.DB(o.ctx).Where("case_id = ?", c.ID).Order("seq").Find(&clocks).Error)
	if len(clocks) != 3 || clocks[0].EndedHow != "escalated" || clocks[1].EndedHow != "escalated" || !clocks[2].EndedAt.IsZero() {
		t.Fatalf("clocks: %+v", clocks)
	}
	if got := o.read(c); got.HandlerName != "周丽" || got.Flagged != "late" {
		t.Errorf("handler %s, flagged %q", got.HandlerName, got.Flagged)
	}
}

func TestTheAskersKinDontHandle(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	o.grant("yunxi", "赵志强", model.RoleCommittee)
	o.must(o.people.AddKin(o.ctx, model.Console(), "yunxi", village.Named{Name: "王小草"}, village.Named{Name: "张明"}, "表兄妹"))
	if c := o.open("路灯坏了"); c.HandlerName != "赵志强" {
		t.Errorf("handled by %s", c.HandlerName)
	}
}

func TestASecretaryOfAnotherVillageFindsNothing(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	_, err := o.people.Create(o.ctx, model.Console(), village.NewUnit{Code: "heping", Name: "和平村", Kind: model.UnitVillage, Township: "xishan"})
	o.must(err)
	_, err = o.people.Grant(o.ctx, model.Console(), village.GrantRole{Unit: "heping", Name: "何书记", Role: model.RoleBranchSecretary, Outsider: true})
	o.must(err)
	c, other := o.open("路灯坏了"), o.actor("heping", "何书记")
	_, err = o.cases.Reply(o.ctx, other, casework.RefOf(c), casework.Said{Text: "我来"})
	if !model.IsCode(err, model.Unknown) {
		t.Errorf("reply: %v", err)
	}
	_, err = o.cases.Get(o.ctx, other, casework.RefOf(c))
	if !model.IsCode(err, model.Unknown) {
		t.Errorf("get: %v", err)
	}
}

func TestBothWordsAreKept(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	c := o.open("路灯坏了")
	_, err := o.cases.Finish(o.ctx, o.actor("yunxi", "张明"), casework.RefOf(c))
	o.must(err)
	if got := o.read(c); got.SolvedByCadre.IsZero() || !got.SolvedByAsker.IsZero() {
		t.Errorf("cadre %v, asker %v", got.SolvedByCadre, got.SolvedByAsker)
	}
	o.clock.Advance(time.Hour)
	asker := o.actor("yunxi", "王小草")
	_, err = o.cases.Verdict(o.ctx, asker, casework.RefOf(c), true, "")
	o.must(err)
	_, err = o.cases.Stars(o.ctx, asker, casework.RefOf(c), 6, "")
	if !model.IsCode(err, model.Invalid) {
		t.Errorf("six stars: %v", err)
	}
	_, err = o.cases.Stars(o.ctx, asker, casework.RefOf(c), 4, "快")
	o.must(err)
	got := o.read(c)
	if got.SolvedByAsker.IsZero() || got.ClosedHow != model.ClosedByAsker || got.Stars != 4 {
		t.Errorf("%+v", got)
	}
}

func TestARandomNumberThatMeetsATakenOneIsDrawnAgain(t *testing.T) {
	o := newOffice(t)
	o.grant("xishan", "周丽", model.RoleTownship)
	seen := map[int64]bool{}
	for range 40 {
		c, err := o.cases.Open(o.ctx, o.actor("yunxi", "王小草"), casework.NewCase{VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "举报"}, Confidential: true})
		o.must(err)
		if c.Number < 100_000 || seen[c.Number] || c.HandlerName != "周丽" {
			t.Fatalf("number %d, handler %s", c.Number, c.HandlerName)
		}
		seen[c.Number] = true
	}
}
