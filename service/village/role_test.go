package village_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/village"
)

func TestGrant(t *testing.T) {
	h := settled(t)
	cases := []struct {
		name string
		in   village.GrantRole
		code model.Code // empty: granted
		word string
	}{
		{"by household", village.GrantRole{Unit: "yunxi", Name: "张 明", HouseholdNo: "１", Role: model.RoleBranchSecretary}, "", ""},
		{"the same again", village.GrantRole{Unit: "yunxi", Name: "张明", HouseholdNo: "1", Role: model.RoleBranchSecretary}, model.Conflict, "已经是党支部书记"},
		{"two of the name", village.GrantRole{Unit: "yunxi", Name: "张明", Role: model.RoleMediator}, model.Conflict, "户号2 一组 身份证530"},
		{"wrong household", village.GrantRole{Unit: "yunxi", Name: "张明", HouseholdNo: "3", Role: model.RoleMediator}, model.Unknown, "张明"},
		{"unknown", village.GrantRole{Unit: "yunxi", Name: "钱多", Role: model.RoleLawyer}, model.Unknown, "钱多"},
		{"outsider", village.GrantRole{Unit: "yunxi", Name: "钱多", Role: model.RoleLawyer, Outsider: true}, "", ""},
		{"outsider with a household", village.GrantRole{Unit: "yunxi", Name: "孙少", HouseholdNo: "1", Role: model.RoleLawyer, Outsider: true}, model.Invalid, "户号"},
		{"other dot in the name", village.GrantRole{Unit: "yunxi", Name: "阿依•买买提", Role: model.RoleMediator}, "", ""},
		{"no name", village.GrantRole{Unit: "yunxi", Role: model.RoleMediator}, model.Invalid, "姓名"},
		{"no such role", village.GrantRole{Unit: "yunxi", Name: "李华", Role: "king"}, model.Invalid, "king"},
		{"villager", village.GrantRole{Unit: "yunxi", Name: "李华", Role: model.RoleVillager}, model.Invalid, "不用授予"},
		{"township role in a village", village.GrantRole{Unit: "yunxi", Name: "李华", Role: model.RoleTownship}, model.Invalid, "镇里的角色"},
		{"village role in a township", village.GrantRole{Unit: "qingshan", Name: "李华", Role: model.RoleMediator}, model.Invalid, "村里的角色"},
		{"township officer", village.GrantRole{Unit: "qingshan", Name: "周镇", Role: model.RoleTownship}, "", ""},
		{"no such unit", village.GrantRole{Unit: "nowhere", Name: "李华", Role: model.RoleMediator}, model.Unknown, "nowhere"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			granted := len(h.granted)
			who, err := h.Grant(h.ctx, model.Console(), c.in)
			if c.code != "" {
				wantCode(t, err, c.code, c.word)
				return
			}
			wantNil(t, err)
			if len(h.granted) != granted+1 || h.granted[granted] != c.in.Unit {
				t.Errorf("the hook was told %v", h.granted)
			}
			if !h.actor(who).HasRole(c.in.Unit, c.in.Role) {
				t.Errorf("%+v doesn't hold it", who)
			}
		})
	}
	lawyer := h.one("yunxi", "钱多", "外")
	if lawyer.Standing != model.StandingStaff || lawyer.IDIndex != "staff:"+lawyer.ID || lawyer.HouseholdID != "" {
		t.Errorf("staff is %+v", lawyer)
	}
	if strings.Contains(h.grantError("张明").Error(), idNumber(1, "男")) {
		t.Error("a whole ID number is shown")
	}
}

func (h *house) grantError(name string) error {
	_, err := h.Grant(h.ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: name, Role: model.RoleMediator})
	return err
}

func TestAnOutsiderIsNoVillagerOfTheSameName(t *testing.T) {
	h := settled(t)
	for range 2 {
		who, err := h.Grant(h.ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: "李华", Role: model.RoleFirstSecretary, Outsider: true})
		if err == nil && who.Standing != model.StandingStaff {
			t.Errorf("granted to %+v", who)
		}
	}
	if h.actor(h.one("yunxi", "李华", "3")).HasRole("yunxi", model.RoleFirstSecretary) {
		t.Error("a villager got an outsider's role")
	}
	if n := h.count(&model.Villager{}, "name = ?", "李华"); n != 2 {
		t.Errorf("%d people of the name, want 2", n)
	}
	_, err := h.Grant(h.ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: "李华", Role: model.RoleMediator})
	wantCode(t, err, model.Conflict, "户号外")
	h.grant("yunxi", "李华", "外", model.RoleMediator)
}

func TestNobodyGrantsToThemselves(t *testing.T) {
	h := settled(t)
	operator := h.actor(h.grant("yunxi", "李华", "", model.RoleOperator))
	in := village.GrantRole{Unit: "yunxi", Name: "李华", Role: model.RoleMediator}
	_, err := h.Grant(h.ctx, operator, in)
	wantCode(t, err, model.Forbidden, "自己")

	// Nor to the wife who is bound to the same telephone.
	h.bind(oa, "lihua", "yunxi", "李华", "")
	h.bind(oa, "lihua", "yunxi", "赵丽", "")
	operator.Account, operator.OpenID = oa, "lihua"
	in.Name = "赵丽"
	_, err = h.Grant(h.ctx, operator, in)
	wantCode(t, err, model.Forbidden, "自己")

	in.Name, in.HouseholdNo = "张明", "1"
	_, err = h.Grant(h.ctx, operator, in)
	wantNil(t, err)
	in.Unit, in.Name = "shiqiao", "谁"
	_, err = h.Grant(h.ctx, operator, in)
	wantCode(t, err, model.Forbidden)
}

func TestSupervisorsAreApart(t *testing.T) {
	h := settled(t)
	h.grant("yunxi", "张明", "1", model.RoleCommittee)
	supervise := func(name, house string) error {
		_, err := h.Grant(h.ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: name, HouseholdNo: house, Role: model.RoleSupervisor})
		return err
	}
	wantCode(t, supervise("张明", "1"), model.Conflict, "兼任")
	wantCode(t, supervise("王芳", ""), model.Conflict, "近亲属", "张明")
	wantNil(t, h.AddKin(h.ctx, model.Console(), "yunxi", village.Named{Name: "张明", HouseholdNo: "2"}, village.Named{Name: "张明", HouseholdNo: "1"}, "堂兄弟"))
	wantCode(t, supervise("张明", "2"), model.Conflict, "近亲属")
	wantNil(t, supervise("李华", ""))
	_, err := h.Grant(h.ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: "赵丽", Role: model.RoleBranchSecretary})
	wantCode(t, err, model.Conflict, "近亲属")
	_, err = h.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: "张明", HouseholdNo: "1", Role: model.RoleCommittee})
	wantNil(t, err)
	wantNil(t, supervise("王芳", ""))
}

func TestEnd(t *testing.T) {
	h := settled(t)
	first := h.grant("yunxi", "张明", "1", model.RoleMediator)
	end := func(name, house string, role model.Role) error {
		_, err := h.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: name, HouseholdNo: house, Role: role})
		return err
	}
	wantCode(t, end("张明", "1", model.RoleCommittee), model.Unknown, "张明现在不是村委会委员")
	wantCode(t, end("钱多", "", model.RoleCommittee), model.Unknown, "没有“钱多”")
	_, err := h.End(h.ctx, h.actor(first), village.EndRole{Unit: "yunxi", Name: "张明", Role: model.RoleMediator})
	wantCode(t, err, model.Forbidden)

	h.clock.Advance(time.Hour)
	wantNil(t, end("张明", "", model.RoleMediator)) // only one of the two holds it
	if len(h.ended) != 1 || h.ended[0] != first.Person() {
		t.Errorf("the hook was told %v", h.ended)
	}
	if h.actor(first).HasRole("yunxi", model.RoleMediator) {
		t.Error("still holds it")
	}
	wantCode(t, end("张明", "1", model.RoleMediator), model.Unknown)
	h.grant("yunxi", "张明", "1", model.RoleMediator)
	wantNil(t, end("张明", "1", model.RoleMediator))
	if n := h.count(&model.RoleGrant{}, "villager_id = ? AND live = id AND ended_by = ?", first.ID, "console"); n != 2 {
		t.Errorf("%d ended grants, want 2", n)
	}

	h.grant("yunxi", "张明", "1", model.RoleMediator)
	h.refuse = errors.New("boom")
	if err := end("张明", "1", model.RoleMediator); !errors.Is(err, h.refuse) {
		t.Errorf("got %v", err)
	}
	if !h.actor(first).HasRole("yunxi", model.RoleMediator) {
		t.Error("a role ended although the cases couldn't be moved")
	}
}

func TestHolders(t *testing.T) {
	h := settled(t)
	h.grant("yunxi", "李华", "", model.RoleMediator)
	h.clock.Advance(time.Minute)
	h.grant("yunxi", "张明", "2", model.RoleMediator)
	h.clock.Advance(time.Minute)
	h.grant("yunxi", "李华", "", model.RoleGridWorker)
	h.grant("qingshan", "周镇", "", model.RoleTownship)
	names := func(people []model.Villager, err error) string {
		t.Helper()
		wantNil(t, err)
		var all []string
		for _, p := range people {
			all = append(all, p.Name)
		}
		return strings.Join(all, " ")
	}
	if got := names(h.Holders(h.ctx, "yunxi", model.RoleGridWorker, model.RoleMediator)); got != "李华 张明" {
		t.Errorf("holders: %s", got)
	}
	if got := names(h.Holders(h.ctx, "yunxi")); got != "" {
		t.Errorf("holders of nothing: %s", got)
	}
	if got := names(h.HoldersFor(h.ctx, "yunxi", model.RoleGridWorker)); got != "李华" {
		t.Errorf("grid workers: %s", got)
	}
	for _, unit := range []string{"yunxi", "shiqiao", "qingshan"} {
		if got := names(h.HoldersFor(h.ctx, unit, model.RoleTownship)); got != "周镇" {
			t.Errorf("township officers of %s: %s", unit, got)
		}
	}
	h.create(village.NewUnit{Code: "lone", Name: "独村"})
	if got := names(h.HoldersFor(h.ctx, "lone", model.RoleTownship)); got != "" {
		t.Errorf("a village of no township has %s", got)
	}
	wantNil(t, h.store.DB(h.ctx).Model(&model.Villager{}).Where("name = ?", "李华").Update("state", model.VillagerDead).Error)
	if got := names(h.Holders(h.ctx, "yunxi", model.RoleMediator)); got != "张明" {
		t.Errorf("living holders: %s", got)
	}
	if _, err := h.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: "李华", Role: model.RoleMediator}); err != nil {
		t.Error("the role of the dead can't be ended:", err)
	}
}

func TestKin(t *testing.T) {
	h := settled(t)
	named := func(name, house string) village.Named { return village.Named{Name: name, HouseholdNo: house} }
	add := func(a, b village.Named, relation string) error {
		return h.AddKin(h.ctx, model.Console(), "yunxi", a, b, relation)
	}
	wantNil(t, add(named("李华", ""), named("张明", "1"), "表兄弟"))
	wantNil(t, add(named("张明", "1"), named("李华", ""), "表亲")) // said again, better
	wantCode(t, add(named("李华", ""), named("李华", "3"), "自己"), model.Invalid)
	wantCode(t, add(named("李华", ""), named("张明", "2"), ""), model.Invalid)
	wantCode(t, add(named("李华", ""), named("钱多", ""), "舅"), model.Unknown)
	wantCode(t, h.AddKin(h.ctx, h.actor(h.one("yunxi", "李华", "")), "yunxi", named("李华", ""), named("王芳", ""), "x"), model.Forbidden)
	if n := h.count(&model.Kinship{}, "relation = ?", "表亲"); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
	kin := func(people ...model.Villager) map[string]bool {
		var ids []string
		for _, p := range people {
			ids = append(ids, p.ID)
		}
		all, err := h.Kin(h.ctx, "yunxi", ids...)
		wantNil(t, err)
		return all
	}
	li, zhang, other := h.one("yunxi", "李华", ""), h.one("yunxi", "张明", "1"), h.one("yunxi", "张明", "2")
	if got := kin(li); len(got) != 3 || !got[li.ID] || !got[zhang.ID] || !got[h.one("yunxi", "赵丽", "").ID] {
		t.Errorf("kin of 李华: %v", got)
	}
	if got := kin(zhang); len(got) != 4 || got[other.ID] {
		t.Errorf("kin of 张明: %v", got)
	}
	if got := kin(); len(got) != 0 {
		t.Errorf("kin of nobody: %v", got)
	}
	staff := h.grantStaff("甲律师")
	h.grantStaff("乙律师")
	if got := kin(staff); len(got) != 1 {
		t.Errorf("staff are kin of each other: %v", got)
	}
}

func (h *house) grantStaff(name string) model.Villager {
	who, err := h.Grant(h.ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: name, Role: model.RoleLawyer, Outsider: true})
	wantNil(h.t, err)
	return who
}

func TestOneGrantAtATime(t *testing.T) {
	h := settled(t)
	h.Service = village.New(h.store, h.keys, newAudit(h), village.Hooks{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	// Husband and wife, committee and supervisors, at once: one of them.
	for i := range 8 {
		wg.Go(func() {
			in := village.GrantRole{Unit: "yunxi", Name: "李华", Role: model.RoleCommittee}
			if i%2 == 1 {
				in.Name, in.Role = "赵丽", model.RoleSupervisor
			}
			_, err := h.Grant(h.ctx, model.Console(), in)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				outcomes["granted"]++
			case model.IsCode(err, model.Conflict):
				outcomes["refused"]++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if outcomes["granted"] != 1 || outcomes["refused"] != 7 {
		t.Errorf("%v, want one granted", outcomes)
	}
}
