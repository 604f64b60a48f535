package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cunwu/model"
	"cunwu/service/village"
	"cunwu/wechat/simulator"
)

const (
	demoVillage  = "yunxi"
	demoTownship = "xishan"
	demoOfficer  = "周丽"
	demoNewcomer = "周梅" // on the roster, but nobody has bound her phone
)

// resident is a made-up person; nobody bears these numbers (area code 990000
// doesn't exist).
type resident struct {
	key       string // of the phone; empty: no phone in the demo
	note      string // under the phone
	shares    string // whose phone it is too
	name      string
	born      string
	man       bool
	household string
	relation  string
	group     string
	residence string
	political string
	role      model.Role
}

func demoPeople() []resident {
	all := demoResidents()
	phones := all[:0:0]
	for _, p := range all {
		if p.key != "" {
			phones = append(phones, p)
		}
	}
	return phones
}

func (p resident) phoneName() string {
	if p.key == "lixiuying" {
		return "李秀英、王大山"
	}
	return p.name
}

func demoResidents() []resident {
	return []resident{
		{key: "wangxiaocao", note: "村民·在家", name: "王小草", born: "19880512", household: "301", relation: "户主", group: "第3组", residence: "本村", political: "群众"},
		{key: "zhangming", note: "村党支部书记", name: "张明", born: "19760203", man: true, household: "101", relation: "户主", group: "第1组", residence: "本村", political: "中共党员", role: model.RoleBranchSecretary},
		{key: "chenyong", note: "村民·在深圳务工", name: "陈勇", born: "19930721", man: true, household: "205", relation: "户主", group: "第2组", residence: "深圳", political: "群众"},
		{key: "lixiuying", note: "老两口·共用一部手机", name: "李秀英", born: "19520918", household: "302", relation: "配偶", group: "第3组", residence: "本村", political: "群众"},
		{key: "zhaozhiqiang", note: "村委会委员", name: "赵志强", born: "19810630", man: true, household: "204", relation: "户主", group: "第2组", residence: "本村", political: "中共党员", role: model.RoleCommittee},
		{key: "liufang", note: "网格员", name: "刘芳", born: "19900115", household: "303", relation: "户主", group: "第3组", residence: "本村", political: "群众", role: model.RoleGridWorker},
		{shares: "lixiuying", name: "王大山", born: "19500401", man: true, household: "302", relation: "户主", group: "第3组", residence: "本村", political: "群众"},
		{name: "张桂兰", born: "19780811", household: "101", relation: "配偶", group: "第1组", residence: "本村", political: "群众"},
		{name: "张小雨", born: "20101109", household: "101", relation: "女儿", group: "第1组", residence: "本村", political: "群众"},
		{name: "陈大伯", born: "19630317", man: true, household: "206", relation: "户主", group: "第2组", residence: "本村", political: "群众"},
		{name: "周梅", born: "19940226", household: "205", relation: "配偶", group: "第2组", residence: "深圳", political: "群众"},
		{name: "赵雅琴", born: "19830509", household: "204", relation: "配偶", group: "第2组", residence: "本村", political: "群众"},
		{name: "孙有田", born: "19690822", man: true, household: "102", relation: "户主", group: "第1组", residence: "本村", political: "中共党员", role: model.RoleSupervisor},
		{name: "𠮷文斌", born: "19720914", man: true, household: "103", relation: "户主", group: "第1组", residence: "杭州", political: "群众"},
		{key: "limei", note: "人民调解员", name: "李梅", born: "19700306", household: "104", relation: "户主", group: "第1组", residence: "本村", political: "群众", role: model.RoleMediator},
	}
}

// visitor serves the village without being on its list.
type visitor struct {
	key, note, unit, name string
	role                  model.Role
}

func demoVisitors() []visitor {
	return []visitor{
		{"zhouli", "西山镇干部", demoTownship, demoOfficer, model.RoleTownship},
		{"heqing", "公益律师", demoVillage, "何清", model.RoleLawyer},
	}
}

func demoSteps() []simulator.Step {
	return []simulator.Step{
		{Person: "wangxiaocao", Text: "我家门口的路灯坏了"},
		{Person: "zhangming", Text: "#1 明天下午来修"},
		{Person: "wangxiaocao", Text: "2"},
		{Person: "zhangming", Text: "#1 灯泡换好了，请再看看"},
		{Person: "wangxiaocao", Text: "1"},
		{Person: "wangxiaocao", Text: "5 修得快"},
		{Person: "wangxiaocao", Text: "公开"},
		{Person: "wangxiaocao", Text: "投票"},
		{Person: "wangxiaocao", Text: "调解"},
		{Person: "wangxiaocao", Text: "积分"},
	}
}

// roster is the village's list as a file, the way a village would import it.
func roster() string {
	lines := []string{"姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"}
	for i, p := range demoResidents() {
		gender := "女"
		if p.man {
			gender = "男"
		}
		lines = append(lines, strings.Join([]string{p.name, gender, idNumber(p, i), rosterPhone(p.name), p.household, p.relation, p.group, "本村", p.residence, p.political}, ","))
	}
	return strings.Join(lines, "\n")
}

// rosterPhone is the number on the roster; nobody has these.
func rosterPhone(name string) string {
	return fmt.Sprintf("199000010%02d", slices.IndexFunc(demoResidents(), func(p resident) bool { return p.name == name }))
}

// idNumber makes a number with a true check digit in an area that doesn't exist.
func idNumber(p resident, i int) string {
	order := 100 + 2*i
	if p.man {
		order++
	}
	first := fmt.Sprintf("990000%s%03d", p.born, order)
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(first + string(check)); err == nil {
			return string(id)
		}
	}
	return ""
}

// settle binds the phones at the first start, and gives them back their state at
// the next.
func (d *demo) settle(ctx context.Context, h *house) error {
	if err := h.weixin.setMenus(ctx); err != nil {
		return err
	}
	if !d.fresh {
		return d.resume()
	}
	for _, p := range demoResidents() {
		key := p.key + p.shares
		if key == "" {
			continue
		}
		if err := d.bind(ctx, h, p, key); err != nil {
			return err
		}
	}
	if err := d.visit(ctx, h); err != nil {
		return err
	}
	return d.ask(ctx, h)
}

func (d *demo) resume() error {
	for _, p := range d.sim.People() {
		if err := d.sim.SetFollowing(demoAccount, p.Key, true); err != nil {
			return err
		}
	}
	return nil
}

// found makes the township, the village, its roster and roles.
func found(ctx context.Context, h *rooms) error {
	desk := model.Console()
	for _, unit := range []village.NewUnit{
		{Code: demoTownship, Name: "西山镇", Kind: model.UnitTownship},
		{Code: demoVillage, Name: "云溪村", Kind: model.UnitVillage, Township: demoTownship, Phone: "0570-0000000"},
	} {
		if _, err := h.people.Create(ctx, desk, unit); err != nil {
			return err
		}
	}
	if _, err := h.people.Import(ctx, desk, demoVillage, "roster.csv", strings.NewReader(roster())); err != nil {
		return err
	}
	for _, p := range demoResidents() {
		if p.role == "" {
			continue
		}
		if _, err := h.people.Grant(ctx, desk, village.GrantRole{Unit: demoVillage, Name: p.name, Role: p.role}); err != nil {
			return err
		}
	}
	for _, v := range demoVisitors() {
		if _, err := h.people.Grant(ctx, desk, village.GrantRole{Unit: v.unit, Name: v.name, Role: v.role, Outsider: v.unit == demoVillage}); err != nil {
			return err
		}
	}
	return nil
}

// bind has the person scan the slip's QR code, as they would in the village.
func (d *demo) bind(ctx context.Context, h *house, p resident, key string) error {
	code, _, err := h.people.Invite(ctx, model.Console(), village.NewInvitation{Unit: demoVillage, Name: p.name})
	if err != nil {
		return err
	}
	if d.sim.Following(demoAccount, key) {
		_, err = d.sim.Say(ctx, demoAccount, key, "绑定 "+code)
		return err
	}
	_, err = d.sim.Follow(ctx, demoAccount, key, village.SceneOf(code))
	return err
}

// visit gives a phone to whoever serves the village from outside.
func (d *demo) visit(ctx context.Context, h *house) error {
	for _, v := range demoVisitors() {
		code, _, err := h.people.Invite(ctx, model.Console(), village.NewInvitation{Unit: v.unit, Name: v.name})
		if err != nil {
			return err
		}
		if _, err := d.sim.Follow(ctx, demoAccount, v.key, village.SceneOf(code)); err != nil {
			return err
		}
	}
	return nil
}
