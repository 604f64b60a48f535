package village_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/village"
)

func TestInvite(t *testing.T) {
	h := settled(t)
	code, expires, err := h.Invite(h.ctx, model.Console(), village.NewInvitation{Unit: "yunxi", Name: "李华"})
	wantNil(t, err)
	if len(code) != 8 || strings.Trim(code, "0123456789") != "" || !expires.Equal(h.clock.Now().AddDate(0, 0, 30)) {
		t.Errorf("code %q until %v", code, expires)
	}
	if village.SceneOf(code) != "bind_"+code {
		t.Error("wrong scene")
	}
	if n := h.count(&model.Invitation{}, "code_index = ? AND villager_id = ? AND created_by = ?",
		h.keys.Index("invitation", code), h.one("yunxi", "李华", "").ID, "console"); n != 1 {
		t.Error("the invitation isn't stored by its index")
	}
	wantNil(t, h.store.DB(h.ctx).Model(&model.Villager{}).Where("name = ?", "阿依·买买提").Update("state", model.VillagerMoved).Error)
	cases := []struct {
		in   village.NewInvitation
		code model.Code
		word string
	}{
		{village.NewInvitation{Unit: "yunxi", Name: "张明"}, model.Conflict, "户号"},
		{village.NewInvitation{Unit: "yunxi", Name: "钱多"}, model.Unknown, "钱多"},
		{village.NewInvitation{Unit: "yunxi", HouseholdNo: "77"}, model.Unknown, "77"},
		{village.NewInvitation{Unit: "yunxi", HouseholdNo: "4"}, model.Conflict, "没有人"},
		{village.NewInvitation{Unit: "yunxi", Name: "阿依·买买提"}, model.Unknown, "阿依"},
		{village.NewInvitation{Unit: "yunxi"}, model.Invalid, "姓名或户号"},
		{village.NewInvitation{Unit: "nowhere", Name: "李华"}, model.Unknown, "nowhere"},
	}
	for _, c := range cases {
		_, _, err := h.Invite(h.ctx, model.Console(), c.in)
		wantCode(t, err, c.code, c.word)
	}
	_, _, err = h.Invite(h.ctx, h.actor(h.one("yunxi", "李华", "")), village.NewInvitation{Unit: "yunxi", Name: "李华"})
	wantCode(t, err, model.Forbidden)
}

func TestRedeem(t *testing.T) {
	h := settled(t)
	code := h.invite("yunxi", "李华", "")
	done, err := h.Redeem(h.ctx, oa, "li", " "+strings.NewReplacer("1", "１", "2", "２").Replace(code[:4])+" "+code[4:])
	wantNil(t, err)
	if done.Villager.Name != "李华" || done.Village.Name != "云溪村" || done.Refused != "" || done.Err() != nil || len(done.Choices) != 0 {
		t.Fatalf("%+v", done)
	}
	if b := h.binding(oa, "li", "李华"); b.Strength != model.BoundByCode || b.BoundBy != "" || !b.BoundAt.Equal(h.clock.Now()) || b.Strong() {
		t.Errorf("%+v", b)
	}
	if sender := h.sender(oa, "li"); sender.Actor.Name != "李华" || sender.Actor.VillageID != "yunxi" {
		t.Errorf("%+v", sender)
	}
	again, err := h.Redeem(h.ctx, oa, "li", code) // the slip is scanned again
	if err != nil || again.Villager.Name != "李华" {
		t.Errorf("%+v, %v", again, err)
	}
	other, err := h.Redeem(h.ctx, oa, "thief", code)
	if err != nil || !strings.Contains(other.Refused, "用过") || !model.IsCode(other.Err(), model.Gone) {
		t.Errorf("%+v, %v", other, err)
	}
	if h.sender(oa, "li").Identity.Misses != 0 || h.sender(oa, "thief").Identity.Misses != 1 {
		t.Error("misses are counted wrongly")
	}

	late := h.invite("yunxi", "赵丽", "")
	h.clock.Advance(30 * 24 * time.Hour)
	out, err := h.Redeem(h.ctx, oa, "li", late)
	if err != nil || !strings.Contains(out.Refused, "过期") {
		t.Errorf("%+v, %v", out, err)
	}
	dead := h.invite("yunxi", "张明", "2")
	wantNil(t, h.store.DB(h.ctx).Model(&model.Villager{}).Where("id = ?", h.one("yunxi", "张明", "2").ID).Update("state", model.VillagerDead).Error)
	_, err = h.Redeem(h.ctx, oa, "li", dead)
	wantCode(t, err, model.Gone, "不在名册")
	if n := h.count(&model.Invitation{}, "used_at > 0"); n != 1 {
		t.Errorf("%d codes used, want 1", n)
	}
}

func TestFiveMissesLock(t *testing.T) {
	h := settled(t)
	code := h.invite("yunxi", "李华", "")
	wrong := func() village.Redeemed {
		t.Helper()
		out, err := h.Redeem(h.ctx, oa, "x", "0000")
		wantNil(t, err)
		if out.Refused == "" || !model.IsCode(out.Err(), model.Invalid) {
			t.Fatalf("%+v", out)
		}
		return out
	}
	for range 4 {
		wrong()
	}
	h.clock.Advance(time.Hour) // forgotten
	if out := wrong(); !strings.Contains(out.Refused, "还可以试4次") {
		t.Error(out.Refused)
	}
	h.clock.Advance(30 * time.Minute)
	for range 3 {
		wrong()
	}
	if out := wrong(); !strings.Contains(out.Refused, "11:30") { // it is 10:30
		t.Error(out.Refused)
	}
	_, err := h.Redeem(h.ctx, oa, "x", code)
	wantCode(t, err, model.TooMany, "11:30")
	if out, err := h.Redeem(h.ctx, oa, "y", "0000"); err != nil || out.Refused == "" {
		t.Error("another sender is locked too:", err)
	}
	h.clock.Advance(time.Hour)
	if done, err := h.Redeem(h.ctx, oa, "x", code); err != nil || done.Villager.Name != "李华" {
		t.Errorf("%+v, %v", done, err)
	}
}

func TestAMissInsideATurnIsKept(t *testing.T) {
	h := settled(t)
	err := h.store.Tx(h.ctx, func(ctx context.Context) error {
		out, err := h.Redeem(ctx, oa, "x", "00000000")
		if err != nil || out.Refused == "" {
			t.Errorf("%+v, %v", out, err)
		}
		return err
	})
	wantNil(t, err)
	if h.sender(oa, "x").Identity.Misses != 1 {
		t.Error("the miss is lost")
	}
}

func TestHouseholdCode(t *testing.T) {
	h := settled(t)
	code := h.invite("yunxi", "", "1")
	for range 2 { // asked, not used up
		done, err := h.Redeem(h.ctx, oa, "wang", code)
		wantNil(t, err)
		if len(done.Choices) != 3 || done.Choices[0].Name != "张明" || done.Villager.ID != "" || done.Village.ID != "yunxi" {
			t.Fatalf("%+v", done)
		}
	}
	_, err := h.RedeemAs(h.ctx, oa, "wang", code, h.one("yunxi", "李华", "").ID)
	wantCode(t, err, model.Invalid, "不在这一户")
	wang := h.one("yunxi", "王芳", "")
	done, err := h.RedeemAs(h.ctx, oa, "wang", code, wang.ID)
	if err != nil || done.Villager.ID != wang.ID || len(done.Choices) != 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	done, err = h.Redeem(h.ctx, oa, "wang", code)
	if err != nil || done.Villager.ID != wang.ID {
		t.Errorf("scanned again: %+v, %v", done, err)
	}
	done, err = h.RedeemAs(h.ctx, oa, "zhang", code, h.one("yunxi", "张明", "1").ID)
	if err != nil || done.Refused == "" {
		t.Errorf("used twice: %+v, %v", done, err)
	}
	if done, err = h.Redeem(h.ctx, oa, "ayi", h.invite("yunxi", "", "4")); err != nil || done.Villager.Name != "阿依·买买提" {
		t.Errorf("a household of one: %+v, %v", done, err)
	}
	_, err = h.RedeemAs(h.ctx, oa, "ayi", h.invite("yunxi", "李华", ""), wang.ID)
	wantCode(t, err, model.Invalid)
}

func TestOneCodeManyTakers(t *testing.T) {
	h := settled(t)
	code := h.invite("yunxi", "李华", "")
	var wg sync.WaitGroup
	var mu sync.Mutex
	bound, refused := 0, 0
	for _, openid := range []string{"a", "b", "c", "d", "e", "f"} {
		wg.Go(func() {
			done, err := h.Redeem(h.ctx, oa, openid, code)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				t.Error(err)
			case done.Refused != "":
				refused++
			default:
				bound++
			}
		})
	}
	wg.Wait()
	if bound != 1 || refused != 5 || h.count(&model.Binding{}, "1 = 1") != 1 || h.count(&model.Identity{}, "misses = 1") != 5 {
		t.Errorf("%d bound, %d refused", bound, refused)
	}
}
