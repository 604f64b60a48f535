package village_test

import (
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/village"
)

func (h *house) binding(account, openid, name string) model.Binding {
	h.t.Helper()
	var row model.Binding
	err := h.store.DB(h.ctx).Where("account = ? AND openid = ? AND villager_id = (SELECT id FROM villagers WHERE name = ? LIMIT 1)", account, openid, name).
		Limit(1).Find(&row).Error
	wantNil(h.t, err)
	return row
}

func TestUnbind(t *testing.T) {
	h := settled(t)
	cadre := h.actor(h.grant("yunxi", "张明", "1", model.RoleGridWorker))
	h.bind(oa, "li", "yunxi", "赵丽", "")
	h.clock.Advance(time.Minute)
	h.bind(oa, "li", "yunxi", "李华", "")
	h.bind(oa, "li2", "yunxi", "李华", "")
	n, err := h.Unbind(h.ctx, cadre, "yunxi", village.Named{Name: "李华"})
	if err != nil || n != 2 {
		t.Fatalf("%d, %v", n, err)
	}
	if sender := h.sender(oa, "li"); sender.Actor.Name != "赵丽" || sender.Identity.VillagerID != sender.Actor.VillagerID || len(sender.Persons) != 1 {
		t.Errorf("%+v", sender)
	}
	if sender := h.sender(oa, "li2"); sender.Actor.Known() || sender.Identity.VillagerID != "" || sender.Actor.VillageID != "yunxi" {
		t.Errorf("%+v", sender)
	}
	if n, err = h.Unbind(h.ctx, cadre, "yunxi", village.Named{Name: "李华"}); err != nil || n != 0 {
		t.Errorf("%d, %v", n, err)
	}
	h.clock.Advance(time.Minute)
	h.bind(oa, "li2", "yunxi", "李华", "")
	if b := h.binding(oa, "li2", "李华"); !b.EndedAt.IsZero() || !b.BoundAt.Equal(h.clock.Now()) {
		t.Errorf("bound again: %+v", b)
	}
	_, err = h.Unbind(h.ctx, cadre, "yunxi", village.Named{Name: "张明"})
	wantCode(t, err, model.Conflict, "户号")
	h.bind(oa, "zhang2", "yunxi", "张明", "2")
	if n, err = h.Unbind(h.ctx, cadre, "yunxi", village.Named{Name: "张明"}); err != nil || n != 1 {
		t.Errorf("the only one bound of two: %d, %v", n, err)
	}
	_, err = h.Unbind(h.ctx, cadre, "shiqiao", village.Named{Name: "李华"})
	wantCode(t, err, model.Forbidden)
	_, err = h.Unbind(h.ctx, h.actor(h.one("yunxi", "李华", "")), "yunxi", village.Named{Name: "赵丽"})
	wantCode(t, err, model.Forbidden)
}

func TestConfirmInPerson(t *testing.T) {
	h := settled(t)
	h.grant("yunxi", "张明", "1", model.RoleGridWorker)
	h.bind(oa, "zhang", "yunxi", "张明", "1")
	cadre := h.sender(oa, "zhang").Actor
	confirm := func(name string) (int, error) {
		return h.ConfirmInPerson(h.ctx, cadre, "yunxi", village.Named{Name: name})
	}
	_, err := confirm("李华")
	wantCode(t, err, model.Conflict, "还没有绑定")
	h.bind(oa, "li", "yunxi", "李华", "")
	if n, err := confirm("李华"); err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	if b := h.binding(oa, "li", "李华"); b.Strength != model.BoundInPerson || b.BoundBy != cadre.VillagerID {
		t.Errorf("%+v", b)
	}
	h.bind(oa, "li", "yunxi", "李华", "") // another code doesn't weaken it
	if b := h.binding(oa, "li", "李华"); b.Strength != model.BoundInPerson {
		t.Errorf("%+v", b)
	}
	// The cadre himself, and whoever is bound to the cadre's telephone.
	_, err = h.ConfirmInPerson(h.ctx, cadre, "yunxi", village.Named{Name: "张明", HouseholdNo: "1"})
	wantCode(t, err, model.Forbidden, "自己")
	h.bind(oa, "zhang", "yunxi", "王芳", "")
	_, err = confirm("王芳")
	wantCode(t, err, model.Forbidden)
	h.bind(mini, "zhang-mini", "yunxi", "张小宝", "")
	wantNil(t, h.LearnUnion(h.ctx, mini, "zhang-mini", "union"))
	wantNil(t, h.LearnUnion(h.ctx, oa, "zhang", "union"))
	_, err = confirm("张小宝")
	wantCode(t, err, model.Forbidden)

	wantNil(t, h.endAll())
	h.bind(oa, "li", "yunxi", "李华", "")
	if b := h.binding(oa, "li", "李华"); b.Strength != model.BoundByCode || b.BoundBy != "" {
		t.Errorf("revived as %+v", b)
	}
}

func (h *house) endAll() error {
	return h.store.DB(h.ctx).Model(&model.Binding{}).Where("1 = 1").Update("ended_at", model.At(h.clock.Now())).Error
}

func TestUnbindSelf(t *testing.T) {
	h := settled(t)
	wantNil(t, h.LearnUnion(h.ctx, oa, "li", "union"))
	wantNil(t, h.LearnUnion(h.ctx, mini, "li-mini", "union"))
	h.bind(oa, "li", "yunxi", "李华", "")
	h.bind(oa, "wife", "yunxi", "李华", "")
	actor := h.sender(oa, "li").Actor
	wantNil(t, h.UnbindSelf(h.ctx, actor))
	if h.sender(oa, "li").Actor.Known() || h.sender(mini, "li-mini").Actor.Known() || !h.sender(oa, "wife").Actor.Known() {
		t.Error("the wrong bindings ended")
	}
	wantCode(t, h.UnbindSelf(h.ctx, actor), model.Conflict)
	wantCode(t, h.UnbindSelf(h.ctx, h.sender(oa, "li").Actor), model.Conflict)
}
