package membership_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/village"
)

// bindings stores n bindings of people of yunxi, one each gap.
func (h *house) bindings(n int, gap time.Duration, openid func(i int) string) {
	h.t.Helper()
	for i := range n {
		v := model.Villager{VillageID: "yunxi", ID: model.NewID(), Name: fmt.Sprint("人", i), State: model.VillagerLiving}
		v.IDIndex = v.ID
		h.ok(h.store.DB(h.ctx).Create(&v).Error)
		h.ok(h.store.DB(h.ctx).Create(&model.Binding{VillageID: "yunxi", VillagerID: v.ID, Account: mini, OpenID: openid(i),
			Strength: model.BoundByCode, BoundAt: model.At(h.clock.Now())}).Error)
		h.clock.Advance(gap)
	}
}

// used stores n invitations by a printer that were used, one each gap.
func (h *house) used(printer string, n int, gap time.Duration) {
	h.t.Helper()
	for range n {
		h.ok(h.store.DB(h.ctx).Create(&model.Invitation{CodeIndex: model.NewID(), VillageID: "yunxi", CreatedBy: printer, UsedAt: model.At(h.clock.Now())}).Error)
		h.clock.Advance(gap)
	}
}

func (h *house) clusters(want int) {
	h.t.Helper()
	n, err := h.ClustersDue(h.ctx)
	if err != nil || n != want {
		h.t.Errorf("%d clusters, want %d; %v", n, want, err)
	}
}

func own(i int) string { return fmt.Sprint("o", i) }

func TestManyCodesOfOnePrinter(t *testing.T) {
	h := build(t)
	grid, supervisor := h.one("刘芳", ""), h.one("孙有田", "").Person()
	h.used(grid.ID, 9, 6*time.Minute)
	h.used("console", 3, time.Minute)
	h.clusters(0)
	h.clock.Advance(24 * time.Hour)
	h.used(grid.ID, 20, 7*time.Minute) // never ten within the hour
	h.clusters(0)
	h.clock.Advance(24 * time.Hour)
	h.used(grid.ID, 10, 6*time.Minute)
	h.clock.Advance(20 * time.Hour) // should no sweep have run
	h.clusters(1)
	h.wantTold(supervisor, "【请核对】云溪村", "刘芳", "10个以上")
	h.clusters(1)
	if n := h.count(&model.Notice{}, "event LIKE 'cluster/%'"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestManyPersonsOnOnePhone(t *testing.T) {
	h := build(t)
	h.bindings(5, time.Minute, func(int) string { return "o" })
	h.clusters(0)
	h.bindings(1, time.Minute, func(int) string { return "o" })
	h.clusters(1)
	h.bindings(5, time.Minute, func(int) string { return "o" })
	h.clusters(1)
	if n := strings.Count(h.told(h.one("孙有田", "").Person()), "同一个微信"); n != 1 {
		t.Errorf("told %d times", n)
	}
	h.bindings(1, time.Minute, func(int) string { return "o" })
	h.clusters(1)
	h.wantTold(h.one("孙有田", "").Person(), "绑定了6个人", "绑定了12个人")
	h.clock.Advance(26 * time.Hour)
	h.clusters(0)
}

func TestManyBindingsInOneHour(t *testing.T) {
	h := build(t)
	h.bindings(49, time.Minute, own)
	h.clusters(0)
	h.bindings(1, time.Minute, func(int) string { return "x" })
	h.clusters(1)
	h.wantTold(h.one("孙有田", "").Person(), "50人以上")
}

func TestWhoIsToldOfClusters(t *testing.T) {
	h := build(t)
	officers, err := h.people.HoldersFor(h.ctx, "yunxi", model.RoleTownship)
	h.ok(err)
	officer := officers[0].Person()
	h.used(h.one("孙有田", "").ID, 10, time.Minute) // a supervisor's own codes
	h.clusters(1)
	h.wantTold(officer, "孙有田")
	if h.told(h.one("孙有田", "").Person()) != "" {
		t.Error("whoever printed the codes is told")
	}
	_, err = h.people.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: "孙有田", Role: model.RoleSupervisor})
	h.ok(err)
	h.used("console", 10, time.Minute)
	h.clusters(2)
	h.wantTold(officer, "同一个人")
}

func TestDeathEndsEverything(t *testing.T) {
	h := build(t)
	secretary := h.bound("张明")
	elder, helper, _ := h.agreed("cases")
	c, err := h.file(helper, elder.Person(), "低保没发")
	h.ok(err)
	for name, actor := range map[string]model.Actor{"a villager": helper, "of another village": h.bound("何石"), "a grid worker": h.bound("刘芳")} {
		_, err = h.people.MarkState(h.ctx, actor, "yunxi", village.Named{Name: "张明"}, model.VillagerDead)
		if wantCode(t, err, model.Forbidden); t.Failed() {
			t.Fatal(name)
		}
	}
	_, err = h.people.MarkState(h.ctx, secretary, "yunxi", village.Named{Name: "张明"}, model.VillagerDead)
	wantCode(t, err, model.Forbidden, "自己")
	committee := h.bound("赵志强")
	_, err = h.people.MarkState(h.ctx, committee, "yunxi", village.Named{Name: "张明"}, "asleep")
	wantCode(t, err, model.Invalid)
	_, err = h.people.MarkState(h.ctx, committee, "yunxi", village.Named{Name: "张明"}, model.VillagerLiving)
	wantCode(t, err, model.Conflict)
	dead, err := h.people.MarkState(h.ctx, committee, "yunxi", village.Named{Name: "张明"}, model.VillagerDead)
	h.ok(err)
	if h.sender("phone of 张明").Actor.Known() {
		t.Error("still speaks")
	}
	if n := h.count(&model.RoleGrant{}, "villager_id = ? AND live = 'live'", dead.ID); n != 0 {
		t.Error("still holds a role")
	}
	if n := h.count(&model.Household{}, "head_id = ?", dead.ID); n != 0 {
		t.Error("still heads a household")
	}
	h.ok(h.store.DB(h.ctx).Take(&c, "id = ?", c.ID).Error)
	if c.HandlerName != "赵志强" {
		t.Errorf("the case is with %q", c.HandlerName)
	}
	back, err := h.people.MarkState(h.ctx, committee, "yunxi", village.Named{Name: "张明"}, model.VillagerLiving)
	if err != nil || back.State != model.VillagerLiving {
		t.Errorf("a mistake isn't put right: %+v, %v", back, err)
	}
	if actor, err := h.people.ActorOf(h.ctx, back.Person()); err != nil || len(actor.Holds) != 0 {
		t.Errorf("roles came back: %+v, %v", actor, err)
	}
}

// A dump of this room's tables shows nobody's name or phone.
func TestRequestsAreSealed(t *testing.T) {
	h := build(t)
	h.byPhone("o", "yunxi", "王小花", phone(77))
	asker := h.bound("王小草")
	_, err := h.RequestCorrection(h.ctx, asker, wrong(village.FieldPhone, "13999999999"))
	h.ok(err)
	for _, table := range []string{"bind_requests", "corrections", "cases", "case_events", "notices", "audit_entries"} {
		var rows []map[string]any
		h.ok(h.store.DB(context.Background()).Table(table).Find(&rows).Error)
		for _, row := range rows {
			for column, value := range row {
				if bytes, ok := value.([]byte); ok {
					value = string(bytes)
				}
				for _, secret := range []string{phone(77), "13999999999"} {
					if strings.Contains(fmt.Sprint(value), secret) {
						t.Errorf("%s.%s holds %v", table, column, value)
					}
				}
			}
		}
		if table == "bind_requests" && strings.Contains(fmt.Sprint(rows), "王小花") {
			t.Error("the request shows the name")
		}
	}
}
