package village_test

import (
	"context"
	"errors"
	"strings"
	"sync"
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

func TestUnionJoins(t *testing.T) {
	h := settled(t)
	h.grant("yunxi", "张明", "1", model.RoleGridWorker)
	cadre := h.actor(h.one("yunxi", "张明", "1"))
	h.bind(oa, "li", "yunxi", "李华", "")
	_, err := h.ConfirmInPerson(h.ctx, cadre, "yunxi", village.Named{Name: "李华"})
	wantNil(t, err)
	h.clock.Advance(time.Minute)
	h.bind(mini, "li-mini", "yunxi", "赵丽", "")
	h.bind(mini, "li-mini", "yunxi", "李华", "") // weaker there
	wantNil(t, h.LearnUnion(h.ctx, oa, "li", "union"))
	wantNil(t, h.LearnUnion(h.ctx, mini, "li-mini", "union"))
	for _, id := range [][2]string{{oa, "li"}, {mini, "li-mini"}} {
		if b := h.binding(id[0], id[1], "李华"); b.Strength != model.BoundInPerson || !b.EndedAt.IsZero() {
			t.Errorf("%s: %+v", id[1], b)
		}
		if b := h.binding(id[0], id[1], "赵丽"); b.Strength != model.BoundByCode || !b.EndedAt.IsZero() {
			t.Errorf("%s: %+v", id[1], b)
		}
		if sender := h.sender(id[0], id[1]); sender.Actor.Name != "李华" || sender.Identity.UnionID != "union" {
			t.Errorf("%s: %+v", id[1], sender)
		}
	}
	// A third telephone, where nobody is bound yet, and a person bound later.
	wantNil(t, h.LearnUnion(h.ctx, "wx3", "li-3", "union"))
	if sender := h.sender("wx3", "li-3"); sender.Actor.Name != "李华" || len(sender.Persons) != 2 {
		t.Errorf("%+v", sender)
	}
	h.bind("wx3", "li-3", "yunxi", "阿依·买买提", "")
	if sender := h.sender(oa, "li"); len(sender.Persons) != 3 || sender.Actor.Name != "李华" {
		t.Errorf("%+v", sender)
	}
	// Unbinding reaches all of them.
	if n, err := h.Unbind(h.ctx, cadre, "yunxi", village.Named{Name: "李华"}); err != nil || n != 3 {
		t.Errorf("%d, %v", n, err)
	}
	if h.sender(mini, "li-mini").Actor.Name != "赵丽" {
		t.Error("nobody else speaks")
	}
}

func TestLearnDue(t *testing.T) {
	h := settled(t)
	for _, openid := range []string{"a", "b", "c", "d"} {
		h.sender(oa, openid)
	}
	wantNil(t, h.MarkChecked(h.ctx, oa, "d"))
	asked := map[string]int{}
	n, err := h.LearnDue(h.ctx, func(ctx context.Context, _, openid string) (string, error) {
		if model.InTx(ctx) {
			t.Error("the network inside a transaction")
		}
		asked[openid]++
		switch openid {
		case "a":
			return "union-a", nil
		case "b":
			return "", &model.SendError{Class: model.SendRecipient, Code: 40003}
		}
		return "", errors.New("the network is down")
	})
	if n != 2 || err == nil || asked["d"] != 0 {
		t.Errorf("%d learned, %v, asked %v", n, err, asked)
	}
	due, err := h.Unlearned(h.ctx, 10)
	if err != nil || len(due) != 1 || due[0].OpenID != "c" {
		t.Errorf("%v, %v", due, err)
	}
	if h.sender(oa, "a").Identity.UnionID != "union-a" {
		t.Error("not learned")
	}
	for _, openid := range []string{"e", "f", "g"} {
		h.sender(oa, openid)
	}
	calls := 0
	n, err = h.LearnDue(h.ctx, func(context.Context, string, string) (string, error) { calls++; return "", errors.New("down") })
	if n != 0 || err == nil || calls != 3 {
		t.Errorf("%d learned in %d calls, %v", n, calls, err)
	}
}

// TestUnionAndCodeAtOnce: whichever comes first, both telephones end up bound;
// and an unbinding meanwhile leaves no copy behind.
func TestUnionAndCodeAtOnce(t *testing.T) {
	h := settled(t)
	cadre := h.actor(h.grant("yunxi", "张明", "1", model.RoleGridWorker))
	for i := range 10 {
		a, b, union := "a"+string(rune('0'+i)), "b"+string(rune('0'+i)), "u"+string(rune('0'+i))
		code := h.invite("yunxi", "李华", "")
		wantNil(t, h.LearnUnion(h.ctx, oa, a, union))
		var wg sync.WaitGroup
		wg.Go(func() {
			if done, err := h.Redeem(h.ctx, oa, a, code); err != nil || done.Refused != "" {
				t.Error(done, err)
			}
		})
		wg.Go(func() {
			if err := h.LearnUnion(h.ctx, mini, b, union); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if !h.sender(oa, a).Actor.Known() || !h.sender(mini, b).Actor.Known() {
			t.Errorf("round %d: not both bound", i)
		}
		wg.Go(func() {
			if _, err := h.Unbind(h.ctx, cadre, "yunxi", village.Named{Name: "李华"}); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := h.LearnUnion(h.ctx, "wx3", "c"+union, union); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if n := h.count(&model.Binding{}, "ended_at = 0"); n != 0 {
			t.Errorf("round %d: %d bindings survive the unbinding", i, n)
		}
	}
}
