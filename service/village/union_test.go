package village_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/village"
)

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
