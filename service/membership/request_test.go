package membership_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/village"
)

func TestTheSameRequestIsOne(t *testing.T) {
	h := build(t)
	h.sender("o")
	var wait sync.WaitGroup
	numbers := make([]int64, 5)
	for i := range numbers {
		wait.Go(func() { numbers[i] = h.byPhone("o", "yunxi", "王小花", phone(7)).Number })
	}
	wait.Wait()
	for _, n := range numbers {
		if n != numbers[0] || n == 0 {
			t.Errorf("the numbers are %v", numbers)
		}
	}
	if n := h.count(&model.Notice{}, "village_id = 'yunxi'"); n != 1 {
		t.Errorf("%d notices, want 1", n)
	}
}

func TestRequestsAreConfirmedInPerson(t *testing.T) {
	h := build(t)
	grid := h.bound("刘芳")
	asked := h.byPhone("o", "yunxi", "王小草", phone(77))
	h.wantTold(h.one("刘芳", "").Person(), "待确认 1", "王小草", "138****0077", "确认 1", "拒绝 1 原因")
	if strings.Contains(h.told(h.one("刘芳", "").Person()), phone(77)) {
		t.Error("the whole phone is shown")
	}
	list, err := h.Pending(h.ctx, grid, "yunxi", 0, 10)
	if err != nil || len(list) != 1 || list[0].Name != "王小草" || list[0].Phone != "138****0077" {
		t.Fatalf("pending are %+v, %v", list, err)
	}
	done, err := h.Confirm(h.ctx, grid, "yunxi", asked.Number, "")
	h.ok(err)
	if done.Person.Name != "王小草" {
		t.Errorf("confirmed %+v", done)
	}
	sender := h.sender("o")
	if sender.Actor.Name != "王小草" || sender.Persons[0].Strength != model.BoundInPerson {
		t.Errorf("is %+v", sender)
	}
	h.wantTold(stranger("o"), "绑定为王小草")
	_, err = h.Confirm(h.ctx, grid, "yunxi", asked.Number, "")
	wantCode(t, err, model.Conflict, "已经有结果")
	var row model.BindRequest
	h.ok(h.store.DB(h.ctx).Take(&row).Error)
	if !row.NameSealed.Empty() || !row.PhoneSealed.Empty() || row.DecidedBy != grid.VillagerID || row.VillagerID != done.Person.ID {
		t.Errorf("what is left of the request: %+v", row)
	}
}

func TestWhomARequestMeans(t *testing.T) {
	h := build(t)
	grid := h.bound("刘芳")
	two, none := h.byPhone("o", "yunxi", "王伟", phone(77)), h.byPhone("p", "yunxi", "王小花", phone(77))
	_, err := h.Confirm(h.ctx, grid, "yunxi", two.Number, "")
	wantCode(t, err, model.Conflict, "户号401", "户号402", "确认 1 户号")
	_, err = h.Confirm(h.ctx, grid, "yunxi", none.Number, "")
	wantCode(t, err, model.Unknown, "没有“王小花”", "拒绝 2")
	_, err = h.Confirm(h.ctx, grid, "yunxi", 99, "")
	wantCode(t, err, model.Unknown, "待确认")
	_, err = h.Confirm(h.ctx, grid, "shiqiao", 1, "")
	wantCode(t, err, model.Forbidden)
	_, err = h.Confirm(h.ctx, h.bound("陈勇"), "yunxi", two.Number, "401")
	wantCode(t, err, model.Forbidden)
	done, err := h.Confirm(h.ctx, grid, "yunxi", two.Number, "402")
	if err != nil || done.Person.ID != h.one("王伟", "402").ID {
		t.Errorf("confirmed %+v, %v", done, err)
	}
	_, err = h.Refuse(h.ctx, grid, "yunxi", none.Number, "  ")
	wantCode(t, err, model.Invalid, "拒绝 2")
	_, err = h.Refuse(h.ctx, grid, "yunxi", none.Number, "没有这个人")
	h.ok(err)
	h.wantTold(stranger("p"), "没有这个人")
	if h.sender("p").Actor.Known() {
		t.Error("somebody refused is bound")
	}
	if list, err := h.Pending(h.ctx, grid, "yunxi", 0, 10); err != nil || len(list) != 0 {
		t.Errorf("pending are %+v, %v", list, err)
	}
}

func TestNobodyConfirmsThemselves(t *testing.T) {
	h := build(t)
	grid := h.bound("刘芳")
	h.ok(h.people.LearnUnion(h.ctx, mini, "phone of 刘芳", "union"))
	h.ok(h.people.LearnUnion(h.ctx, oa, "chat of 刘芳", "union"))
	for name, asked := range map[string]membership.Bound{
		"her own name from another phone": h.byPhone("secret phone", "yunxi", "刘芳", phone(77)),
		"another's name from her phone":   h.byPhone("phone of 刘芳", "yunxi", "王大山", phone(77)),
	} {
		_, err := h.Confirm(h.ctx, grid, "yunxi", asked.Number, "")
		if wantCode(t, err, model.Forbidden, "自己"); t.Failed() {
			t.Fatal(name)
		}
	}
	if done, err := h.BindByPhone(h.ctx, h.senderOf(oa, "chat of 刘芳"), "yunxi", "陈勇", phone(77)); err != nil {
		t.Fatal(err)
	} else {
		_, err = h.Confirm(h.ctx, grid, "yunxi", done.Number, "")
		wantCode(t, err, model.Forbidden, "自己")
	}
	if n := h.count(&model.Binding{}, "strength = ?", model.BoundInPerson); n != 0 {
		t.Errorf("%d bindings", n)
	}
}

func TestOneOfManyCadresConfirms(t *testing.T) {
	h := build(t)
	cadres := []model.Actor{h.bound("刘芳"), h.bound("张明"), h.bound("赵志强")}
	asked := h.byPhone("o", "yunxi", "王小草", phone(77))
	var mu sync.Mutex
	var wait sync.WaitGroup
	done := 0
	for i := range 12 {
		wait.Go(func() {
			var err error
			if i%4 == 3 {
				_, err = h.Refuse(h.ctx, cadres[i%3], "yunxi", asked.Number, "不认识")
			} else {
				_, err = h.Confirm(h.ctx, cadres[i%3], "yunxi", asked.Number, "")
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if !model.IsCode(err, model.Conflict) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if done != 1 || h.count(&model.Notice{}, "event LIKE '%/done'") != 1 {
		t.Errorf("%d answers", done)
	}
}

func TestWhoIsAskedToConfirm(t *testing.T) {
	h := build(t)
	_, err := h.people.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: "刘芳", Role: model.RoleGridWorker})
	h.ok(err)
	h.byPhone("o", "yunxi", "王小花", phone(77))
	h.wantTold(h.one("张明", "").Person(), "待确认 1")
	h.wantTold(h.one("赵志强", "").Person(), "待确认 1")
	h.byPhone("o", "shiqiao", "王小花", phone(77))
	officers, err := h.people.HoldersFor(h.ctx, "shiqiao", model.RoleTownship)
	h.ok(err)
	h.wantTold(officers[0].Person(), "待确认 1")
}

func TestRequestsLapse(t *testing.T) {
	h := build(t)
	h.byPhone("o", "yunxi", "王小花", phone(77))
	h.clock.Advance(29 * 24 * time.Hour)
	if n, err := h.LapseDue(h.ctx); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	h.clock.Advance(24 * time.Hour)
	if n, err := h.LapseDue(h.ctx); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	h.wantTold(stranger("o"), "已经作废")
	if again := h.byPhone("o", "yunxi", "王小花", phone(77)); again.Number == 1 || again.State != membership.StatePending {
		t.Errorf("asked again: %+v", again)
	}
}
