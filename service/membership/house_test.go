package membership_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/membership"
	"cunwu/service/notice"
	"cunwu/service/village"
)

const (
	oa   = "wx1234567890abcdef"
	mini = "wxfedcba0987654321"
)

// house is the membership room with the rooms below it. In 云溪 live the people of
// residents; 石桥 has one.
type house struct {
	*membership.Service
	t       testing.TB
	ctx     context.Context
	clock   *modeltest.Clock
	store   *model.Store
	people  *village.Service
	cases   *casework.Service
	notices *notice.Service
}

// resident n has the phone 1380000000n.
type resident struct{ name, house, relation string }

func residents() []resident {
	return []resident{
		{"张明", "101", "户主"}, {"刘芳", "303", "户主"}, {"赵志强", "204", "户主"}, {"孙有田", "102", "户主"},
		{"王大山", "302", "户主"}, {"李秀英", "302", "配偶"}, {"王小草", "301", "户主"}, {"陈勇", "205", "户主"},
		{"王伟", "401", "户主"}, {"王伟", "402", "户主"},
	}
}

func build(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), clock: modeltest.NewClock()}
	h.store = modeltest.NewStore(t, h.clock.Now)
	keys, err := model.NewKeyring(bytes.Repeat([]byte{7}, 32))
	h.ok(err)
	log := audit.New(h.store)
	h.notices = notice.New(h.store, nil, notice.Options{})
	h.people = village.New(h.store, keys, log, village.Hooks{
		RoleEnded: func(ctx context.Context, unit string, who model.Person) error {
			return h.cases.RoleEnded(ctx, unit, who)
		},
		RoleGranted: func(ctx context.Context, unit string) error { return h.cases.RoleGranted(ctx, unit) },
		Gone:        func(ctx context.Context, who model.Person) error { return h.PersonGone(ctx, who) },
		BoundAgain: func(ctx context.Context, who model.Villager, others []model.Person) error {
			return h.Service.BoundAgain(ctx, who, others)
		},
	})
	h.cases = casework.New(h.store, h.people, h.notices, log, help.Kind(), membership.CorrectionKind(func() *membership.Service { return h.Service }))
	h.Service = membership.New(h.store, keys, h.people, h.cases, h.notices, log, membership.Options{Mini: mini})
	for _, unit := range []village.NewUnit{{Code: "qingshan", Name: "青山镇", Kind: model.UnitTownship},
		{Code: "yunxi", Name: "云溪村", Township: "qingshan"}, {Code: "shiqiao", Name: "石桥村", Township: "qingshan"}} {
		_, err := h.people.Create(h.ctx, model.Console(), unit)
		h.ok(err)
	}
	h.roster("yunxi", 0, residents()...)
	h.roster("shiqiao", 50, resident{"何石", "1", "户主"})
	h.grant("yunxi", "张明", model.RoleBranchSecretary)
	h.grant("yunxi", "刘芳", model.RoleGridWorker)
	h.grant("yunxi", "赵志强", model.RoleCommittee)
	h.grant("yunxi", "孙有田", model.RoleSupervisor)
	h.grant("qingshan", "周镇", model.RoleTownship)
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) roster(unit string, from int, people ...resident) {
	h.t.Helper()
	lines := []string{"姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"}
	for i, p := range people {
		lines = append(lines, fmt.Sprintf("%s,男,%s,%s,%s,%s,一组,本村,本村,群众", p.name, idNumber(h.t, from+i+1), phone(from+i+1), p.house, p.relation))
	}
	_, err := h.people.Import(h.ctx, model.Console(), unit, "roster.csv", strings.NewReader(strings.Join(lines, "\n")))
	h.ok(err)
}

func phone(n int) string { return fmt.Sprintf("138%08d", n) }

func idNumber(t testing.TB, n int) string {
	t.Helper()
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(fmt.Sprintf("99000019800101%03d%c", 2*n+1, check)); err == nil {
			return string(id)
		}
	}
	t.Fatal("no check digit fits")
	return ""
}

func (h *house) grant(unit, name string, role model.Role) {
	h.t.Helper()
	_, err := h.people.Grant(h.ctx, model.Console(), village.GrantRole{Unit: unit, Name: name, Role: role})
	h.ok(err)
}

func (h *house) one(name, houseNo string) model.Villager {
	h.t.Helper()
	who, err := h.people.One(h.ctx, "yunxi", village.Named{Name: name, HouseholdNo: houseNo})
	h.ok(err)
	return who
}

// sender is somebody's mini-program.
func (h *house) sender(openid string) *village.Sender {
	h.t.Helper()
	return h.senderOf(mini, openid)
}

func (h *house) senderOf(account, openid string) *village.Sender {
	h.t.Helper()
	sender, err := h.people.Sender(h.ctx, account, openid, "")
	h.ok(err)
	return sender
}

// bound is the actor of somebody bound by an invitation code to a telephone of
// their own.
func (h *house) bound(name string) model.Actor {
	h.t.Helper()
	return h.boundTo(name, mini, "phone of "+name)
}

func (h *house) boundTo(name, account, openid string) model.Actor {
	h.t.Helper()
	unit := "yunxi"
	switch name {
	case "周镇":
		unit = "qingshan"
	case "何石":
		unit = "shiqiao"
	}
	code, _, err := h.people.Invite(h.ctx, model.Console(), village.NewInvitation{Unit: unit, Name: name})
	h.ok(err)
	done, err := h.BindByCode(h.ctx, h.senderOf(account, openid), code, "")
	h.ok(err)
	h.ok(done.Err())
	return h.senderOf(account, openid).Actor
}

// byPhone asks to be bound by phone, from a telephone of one's own.
func (h *house) byPhone(openid, villageID, name, number string) membership.Bound {
	h.t.Helper()
	done, err := h.BindByPhone(h.ctx, h.sender(openid), villageID, name, number)
	h.ok(err)
	return done
}

// told are the texts put for somebody.
func (h *house) told(to model.Person) string {
	h.t.Helper()
	var texts []string
	h.ok(h.store.DB(h.ctx).Model(&model.Notice{}).Where("recipient = ?", to.Recipient()).Order("id").Pluck("text", &texts).Error)
	return strings.Join(texts, "\n---\n")
}

func (h *house) wantTold(to model.Person, words ...string) {
	h.t.Helper()
	got := h.told(to)
	for _, word := range words {
		if !strings.Contains(got, word) {
			h.t.Errorf("%+v was told %q, which lacks %q", to, got, word)
		}
	}
}

func (h *house) count(rows any, where string, args ...any) int64 {
	h.t.Helper()
	var n int64
	h.ok(h.store.DB(h.ctx).Model(rows).Where(where, args...).Count(&n).Error)
	return n
}

func wantCode(t testing.TB, err error, code model.Code, words ...string) {
	t.Helper()
	if !model.IsCode(err, code) {
		t.Errorf("got %v, want an error of code %s", err, code)
		return
	}
	for _, word := range words {
		if !strings.Contains(model.AsError(err).Message, word) {
			t.Errorf("%q doesn't say %q", model.AsError(err).Message, word)
		}
	}
}

func stranger(openid string) model.Person { return model.Person{Account: mini, OpenID: openid} }
