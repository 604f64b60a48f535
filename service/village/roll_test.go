package village_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/village"
)

// clerk is somebody of the village who may read its roll and hand out codes.
func (h *house) clerk(unit, name, houseNo string) model.Actor {
	h.t.Helper()
	return h.actor(h.grant(unit, name, houseNo, model.RoleCommittee))
}

func names(page []village.Entry) string {
	var all []string
	for _, e := range page {
		all = append(all, e.Name)
	}
	return strings.Join(all, " ")
}

func TestRoll(t *testing.T) {
	h := settled(t)
	clerk := h.clerk("yunxi", "李华", "")
	cases := []struct {
		name string
		q    village.Sought
		want string
	}{
		{"everybody", village.Sought{}, "张明 王芳 张小宝 张明 李华 赵丽 阿依·买买提"},
		{"a name's beginning", village.Sought{Words: "张"}, "张明 张小宝 张明"},
		{"with another dot", village.Sought{Words: "阿依•"}, "阿依·买买提"},
		{"its end", village.Sought{Words: "明"}, ""},
		{"a pattern's signs", village.Sought{Words: "%"}, ""},
		{"a household", village.Sought{Words: " ３ "}, "李华 赵丽"},
		{"a household of a number's beginning", village.Sought{Words: "33"}, ""},
		{"those who moved", village.Sought{State: model.VillagerMoved}, ""},
		{"no such group", village.Sought{Group: "第9组"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			page, next, err := h.Roll(h.ctx, clerk, "yunxi", c.q, "", 50)
			wantNil(t, err)
			if names(page) != c.want || next != "" {
				t.Errorf("found %q, then %q; want %q", names(page), next, c.want)
			}
		})
	}

	var seen []string
	for after := ""; ; {
		page, next, err := h.Roll(h.ctx, clerk, "yunxi", village.Sought{}, after, 3)
		wantNil(t, err)
		for _, e := range page {
			seen = append(seen, e.ID)
			if strings.Count(e.IDNumber, "*") < 11 || e.Phone != "" && !strings.Contains(e.Phone, "****") {
				t.Errorf("%s is shown with %s, %s", e.Name, e.IDNumber, e.Phone)
			}
		}
		if after = next; next == "" {
			break
		}
	}
	if len(seen) != 7 {
		t.Errorf("the pages have %d people", len(seen))
	}
	_, _, err := h.Roll(h.ctx, clerk, "shiqiao", village.Sought{}, "", 3)
	wantCode(t, err, model.Forbidden)
	_, _, err = h.Roll(h.ctx, clerk, "yunxi", village.Sought{Words: strings.Repeat("张", 41)}, "", 3)
	wantCode(t, err, model.Invalid)
	_, err = h.Card(h.ctx, clerk, model.Person{VillageID: "yunxi", ID: "nobody"})
	wantCode(t, err, model.Unknown)
	_, err = h.House(h.ctx, clerk, "yunxi", "nothing")
	wantCode(t, err, model.Unknown)
	exported := 0
	wantNil(t, h.EachOfRoll(h.ctx, clerk, "yunxi", village.Sought{}, func(village.Entry) error { exported++; return nil }))
	if exported != 7 || h.count(&model.AuditEntry{}, "verb = 'roster.export'") != 1 {
		t.Errorf("%d people went out", exported)
	}
}

// Two of one name in one household, as when somebody was entered twice, are told
// apart by what the page knows.
func TestPeopleAreNamedByID(t *testing.T) {
	h := settled(t)
	h.roster("yunxi", person{"李华", "男", 90, "3", "子"})
	page, _, err := h.Roll(h.ctx, h.clerk("yunxi", "王芳", ""), "yunxi", village.Sought{Words: "李华"}, "", 9)
	wantNil(t, err)
	if len(page) != 2 {
		t.Fatalf("%d are called so", len(page))
	}
	_, err = h.MarkState(h.ctx, model.Console(), "yunxi", village.Named{Name: "李华", HouseholdNo: "3"}, model.VillagerMoved)
	wantCode(t, err, model.Conflict)
	gone, err := h.MarkState(h.ctx, model.Console(), "yunxi", village.Named{ID: page[1].ID}, model.VillagerMoved)
	wantNil(t, err)
	if gone.ID != page[1].ID {
		t.Errorf("%s was marked", gone.ID)
	}
	_, err = h.MarkState(h.ctx, model.Console(), "shiqiao", village.Named{ID: page[0].ID}, model.VillagerMoved)
	wantCode(t, err, model.Unknown)
}

// A preview tells what an import then does, and does none of it.
func TestPreviewIsWhatImportDoes(t *testing.T) {
	h := settled(t)
	file := header + "\n" + strings.Join([]string{
		person{"李华", "男", 5, "4", "婿"}.line(), person{"新来", "男", 91, "9", "户主"}.line(), person{"赵丽", "女", 6, "3", "户主"}.line()}, "\n")
	before := h.count(&model.AuditEntry{}, "1 = 1")
	p, err := h.Preview(h.ctx, model.Console(), "yunxi", "a.csv", strings.NewReader(file))
	wantNil(t, err)
	if h.count(&model.Villager{}, "name = '新来'") != 0 || h.count(&model.AuditEntry{}, "1 = 1") != before {
		t.Error("the preview wrote something")
	}
	if p.People != 3 || len(p.New) != 1 || p.New[0].Name != "新来" || p.New[0].Row != 3 || len(p.Changed) != 2 || p.Changed[0].Row != 2 {
		t.Errorf("previewed %+v", p)
	}
	if got := fmt.Sprint(p.Changed[0].Changes); !strings.Contains(got, "户号 3 4") || !strings.Contains(got, "与户主关系 户主 婿") {
		t.Errorf("the changes are %s", got)
	}
	var stages []village.Progress
	done, err := h.ImportTelling(h.ctx, model.Console(), "yunxi", "a.csv", strings.NewReader(file), func(p village.Progress) { stages = append(stages, p) })
	wantNil(t, err)
	if done != p.Imported {
		t.Errorf("previewed %+v, imported %+v", p.Imported, done)
	}
	if last := stages[len(stages)-1]; stages[0].Stage != village.StageRead || last.Stage != village.StageWrite || last.Done != 3 || last.Total != 3 {
		t.Errorf("the stages were %+v", stages)
	}
	again, err := h.Preview(h.ctx, model.Console(), "yunxi", "a.csv", strings.NewReader(file))
	wantNil(t, err)
	if again.Imported != (village.Imported{}) || len(again.Changed)+len(again.New) != 0 {
		t.Errorf("a second time it would %+v", again)
	}
	_, err = h.Preview(h.ctx, h.clerk("yunxi", "王芳", ""), "yunxi", "a.csv", strings.NewReader(file))
	wantCode(t, err, model.Forbidden)
	_, err = h.Preview(h.ctx, model.Console(), "yunxi", "a.csv", strings.NewReader(header+"\n张,,,,,,,,,"))
	wantCode(t, err, model.Invalid, "1行")
}

// Codes are made for each household that somebody lives in, a page at a time, and
// no household is left out between two pages.
func TestSlipsOfManyHouseholds(t *testing.T) {
	h := settled(t)
	var many []person
	for i := range village.SlipsMost + 5 {
		many = append(many, person{fmt.Sprintf("户主%d", i), "男", 200 + i, fmt.Sprint(100 + i), "户主"})
	}
	h.roster("yunxi", many...)
	h.bind(oa, "oLi", "yunxi", "李华", "")
	clerk := h.clerk("yunxi", "王芳", "")
	seen, codes := map[string]bool{}, map[string]bool{}
	for after, pages := "", 0; ; pages++ {
		slips, next, err := h.InviteHouseholds(h.ctx, clerk, village.Slips{Unit: "yunxi", Unbound: true, After: after})
		wantNil(t, err)
		for _, s := range slips {
			seen[s.Household.Number], codes[s.Code] = true, true
		}
		if after = next; next == "" {
			break
		}
	}
	if want := 4 + len(many) - 1; len(seen) != want || len(codes) != want || seen["3"] {
		t.Errorf("%d households have %d codes, want %d", len(seen), len(codes), want)
	}
	_, _, err := h.InviteHouseholds(h.ctx, clerk, village.Slips{Unit: "shiqiao"})
	wantCode(t, err, model.Forbidden)
	_, _, err = h.InviteHouseholds(h.ctx, clerk, village.Slips{Unit: "yunxi", Group: "没有这组"})
	wantCode(t, err, model.Unknown)
}

func TestGrantsKeepTheirHistory(t *testing.T) {
	h := settled(t)
	clerk := h.clerk("yunxi", "王芳", "")
	h.grant("yunxi", "张明", "2", model.RoleGridWorker)
	_, err := h.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", ID: h.one("yunxi", "张明", "2").ID, Role: model.RoleGridWorker})
	wantNil(t, err)
	now, _, err := h.Grants(h.ctx, clerk, "yunxi", false, "", 10)
	wantNil(t, err)
	all, next, err := h.Grants(h.ctx, clerk, "yunxi", true, "", 1)
	wantNil(t, err)
	if len(now) != 1 || now[0].Name != "王芳" || !now[0].Live() || len(all) != 1 || all[0].Name != "张明" || all[0].HouseholdNo != "2" || all[0].Live() || next == "" {
		t.Errorf("now %+v, all %+v", now, all)
	}
	if roles := village.RolesAt(model.UnitTownship); len(roles) != 1 || roles[0] != model.RoleTownship {
		t.Errorf("a township gives %v", roles)
	}
	township, villages, err := h.Under(h.ctx, "yunxi")
	wantNil(t, err)
	if township.ID != "qingshan" || len(villages) != 2 {
		t.Errorf("%s has %d villages", township.ID, len(villages))
	}
}

func TestKinIsTakenBack(t *testing.T) {
	h := settled(t)
	a, b := h.one("yunxi", "李华", ""), h.one("yunxi", "赵丽", "")
	ab := func(v model.Villager) village.Named { return village.Named{ID: v.ID} }
	wantNil(t, h.AddKin(h.ctx, model.Console(), "yunxi", ab(a), ab(b), "姐弟"))
	card, err := h.Card(h.ctx, h.clerk("yunxi", "王芳", ""), a.Person())
	wantNil(t, err)
	if len(card.Kin) != 1 || card.Kin[0].Name != "赵丽" || !card.HeadOf {
		t.Errorf("the card says %+v", card)
	}
	wantCode(t, h.DropKin(h.ctx, h.actor(a), "yunxi", ab(b), ab(a)), model.Forbidden)
	wantNil(t, h.DropKin(h.ctx, model.Console(), "yunxi", ab(b), ab(a)))
	wantCode(t, h.DropKin(h.ctx, model.Console(), "yunxi", ab(a), ab(b)), model.Unknown)
}

// No list of the roll reads what other villages keep.
func TestListsUseAnIndex(t *testing.T) {
	h := settled(t)
	if h.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
	clerk := h.clerk("yunxi", "王芳", "")
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
	wantNil(t, cb.Query().After("gorm:query").Register("test:keep", keep))
	wantNil(t, cb.Row().After("gorm:row").Register("test:keep", keep))
	for _, q := range []village.Sought{{}, {Words: "张"}, {Words: "3"}, {Words: "外"}, {Group: "第1组", State: model.VillagerLiving}} {
		_, _, err := h.Roll(h.ctx, clerk, "yunxi", q, h.one("yunxi", "王芳", "").ID, 2)
		wantNil(t, err)
	}
	_, err := h.Card(h.ctx, clerk, h.one("yunxi", "李华", "").Person())
	wantNil(t, err)
	_, err = h.House(h.ctx, clerk, "yunxi", h.one("yunxi", "李华", "").HouseholdID)
	wantNil(t, err)
	_, err = h.Groups(h.ctx, "yunxi")
	wantNil(t, err)
	_, _, err = h.Grants(h.ctx, clerk, "yunxi", true, "", 5)
	wantNil(t, err)
	_, _, err = h.InviteHouseholds(h.ctx, clerk, village.Slips{Unit: "yunxi", Unbound: true})
	wantNil(t, err)
	if len(statements) < 12 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	for _, sql := range statements {
		var plan []struct{ Detail string }
		wantNil(t, h.store.DB(h.ctx).Raw("EXPLAIN QUERY PLAN "+strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") && !strings.Contains(sql, "`rules`") && !strings.Contains(step.Detail, "CONSTANT") {
				t.Errorf("%s: %s", step.Detail, sql)
			}
		}
	}
}
