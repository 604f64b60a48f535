package membership_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/village"
)

func TestBindByPhone(t *testing.T) {
	for name, c := range map[string]struct {
		village, name, phone string
		state                membership.BoundState
		is                   string
	}{
		"name and phone":           {"yunxi", "王小草", phone(7), membership.StateBound, "王小草"},
		"as people write them":     {"yunxi", " 王 小草", "+86 138-0000-0007", membership.StateBound, "王小草"},
		"in no matter which":       {"", "王小草", phone(7), membership.StateBound, "王小草"},
		"in the other village":     {"", "何石", phone(51), membership.StateBound, "何石"},
		"another's phone":          {"yunxi", "王小草", phone(8), membership.StatePending, ""},
		"another's name":           {"yunxi", "陈勇", phone(7), membership.StatePending, ""},
		"of the two of the name":   {"yunxi", "王伟", phone(9), membership.StateBound, "王伟"},
		"nobody, nowhere":          {"", "王小草", phone(99), membership.StateChooseVillage, ""},
		"not of the village asked": {"shiqiao", "王小草", phone(7), membership.StatePending, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			done := h.byPhone("o", c.village, c.name, c.phone)
			if done.State != c.state || done.Person.Name != c.is {
				t.Fatalf("became %+v", done)
			}
			sender := h.sender("o")
			if sender.Actor.Name != c.is || c.is != "" && (!done.Person.Strong || !done.Person.Speaking) {
				t.Errorf("speaks as %q, %+v", sender.Actor.Name, done.Person)
			}
			if c.state == membership.StateChooseVillage && len(done.Choices) != 2 {
				t.Errorf("may choose %v", done.Choices)
			}
		})
	}
}

func TestWhatIsNoPhoneOrNameOrVillage(t *testing.T) {
	h := build(t)
	for _, c := range []struct {
		village, name, phone string
		code                 model.Code
	}{{"yunxi", "王小草", "12345", model.Invalid}, {"yunxi", " ", phone(7), model.Invalid}, {"nowhere", "王小草", phone(7), model.Unknown}, {"qingshan", "周镇", phone(7), model.Unknown}} {
		_, err := h.BindByPhone(h.ctx, h.sender("o"), c.village, c.name, c.phone)
		wantCode(t, err, c.code)
	}
	_, err := h.people.MarkState(h.ctx, model.Console(), "yunxi", village.Named{Name: "王小草"}, model.VillagerDead)
	h.ok(err)
	if done := h.byPhone("o", "yunxi", "王小草", phone(7)); done.State != membership.StatePending {
		t.Errorf("a dead person is bound: %+v", done)
	}
}

func TestPhoneLiftsACodeBinding(t *testing.T) {
	h := build(t)
	h.bound("王小草")
	me := func() membership.Profile {
		all, err := h.Me(h.ctx, h.sender("phone of 王小草"))
		h.ok(err)
		p, ok := membership.Speaking(all)
		if !ok || p.HouseholdNo != "301" || p.Group != "一组" || p.Village.Name != "云溪村" || p.Residence != "本村" {
			t.Fatalf("is %+v", p)
		}
		return p
	}
	if me().Strong {
		t.Error("a code alone is strong")
	}
	h.byPhone("phone of 王小草", "yunxi", "王小草", phone(7))
	if !me().Strong {
		t.Error("the phone made nothing stronger")
	}
	all, err := h.Me(h.ctx, h.sender("nobody"))
	if err != nil || len(all) != 0 {
		t.Errorf("a stranger is %+v, %v", all, err)
	}
}

func TestHouseholdCodesAskWho(t *testing.T) {
	h := build(t)
	code, _, err := h.people.Invite(h.ctx, model.Console(), village.NewInvitation{Unit: "yunxi", HouseholdNo: "302"})
	h.ok(err)
	done, err := h.BindByCode(h.ctx, h.sender("o"), code, "")
	if err != nil || done.State != membership.StateChoosePerson || len(done.Choices) != 2 {
		t.Fatalf("became %+v, %v", done, err)
	}
	chosen := done.Choices[1]
	done, err = h.BindByCode(h.ctx, h.sender("o"), code, chosen.ID)
	if err != nil || done.State != membership.StateBound || done.Person.Name != chosen.Name {
		t.Fatalf("became %+v, %v", done, err)
	}
	done, err = h.BindByCode(h.ctx, h.sender("p"), code, "")
	h.ok(err)
	wantCode(t, done.Err(), model.Gone, "已经用过")
}

func TestWrongTriesAreBounded(t *testing.T) {
	h := build(t)
	for i := range 5 {
		h.byPhone("o", "yunxi", fmt.Sprint("某", i), phone(7))
	}
	_, err := h.BindByPhone(h.ctx, h.sender("o"), "yunxi", "王小草", phone(7))
	wantCode(t, err, model.TooMany, "10:00")
	_, err = h.BindByCode(h.ctx, h.sender("o"), "12345678", "")
	wantCode(t, err, model.TooMany)
	h.clock.Advance(time.Hour)
	if done := h.byPhone("o", "yunxi", "某5", phone(7)); !model.IsCode(done.Err(), model.TooMany) {
		t.Errorf("a sixth request is %+v", done)
	}
	if n := h.count(&model.BindRequest{}, "state = 'open'"); n != 5 {
		t.Errorf("%d requests, want 5", n)
	}
	if done := h.byPhone("o", "yunxi", "王小草", phone(7)); done.State != membership.StateBound {
		t.Errorf("became %+v", done)
	}
}

// A wrong try inside a larger transaction is counted with it.
func TestATryCountsWithItsTransaction(t *testing.T) {
	h := build(t)
	sender := h.sender("o")
	h.ok(h.store.Tx(h.ctx, func(ctx context.Context) error {
		done, err := h.BindByCode(ctx, sender, "12345678", "")
		if err != nil || done.Err() == nil {
			t.Errorf("became %+v, %v", done, err)
		}
		return err
	}))
	if id := h.sender("o").Identity; id.Misses != 1 {
		t.Errorf("%d misses", id.Misses)
	}
}

// A second telephone is told to the first one, and to it alone; the same human's
// other account is no news.
func TestTheFirstTelephoneIsToldOfTheSecond(t *testing.T) {
	h := build(t)
	first, second, third := model.Person{Account: mini, OpenID: "first"}, model.Person{Account: oa, OpenID: "second"}, model.Person{Account: mini, OpenID: "third"}
	h.boundTo("王小草", mini, "first")
	h.byPhone("first", "yunxi", "王小草", phone(7)) // only gets stronger
	if got := h.told(first); got != "" {
		t.Errorf("the first one was told %q", got)
	}
	h.ok(h.people.LearnUnion(h.ctx, mini, "first", "u1"))
	h.boundTo("王小草", oa, "second")
	h.wantTold(first, "又有一个微信绑定了王小草", "解绑 王小草")
	h.byPhone("third", "yunxi", "王小草", phone(7))
	h.wantTold(second, "又有一个微信绑定了王小草")
	for _, silent := range []model.Person{third, h.one("王小草", "").Person()} {
		if got := h.told(silent); got != "" {
			t.Errorf("%+v was told %q", silent, got)
		}
	}
	before := h.told(first)
	h.senderOf(oa, "own")
	h.ok(h.people.LearnUnion(h.ctx, oa, "own", "u1"))
	h.boundTo("王小草", oa, "own")
	if h.told(first) != before {
		t.Errorf("the same human's account was news: %q", h.told(first))
	}
}
