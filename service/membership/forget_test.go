package membership_test

import (
	"context"
	"testing"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/village"
)

// Whoever is forgotten stands in no help and no request any more; the other side
// is told, and what others have stays.
func TestNothingIsLeftOfSomebodyForgotten(t *testing.T) {
	h := build(t)
	elder, helper, _ := h.agreed(membership.ScopeCases)
	other, err := h.AskToHelp(h.ctx, h.bound("陈勇"), ask("李秀英", membership.ScopeCases))
	h.ok(err)
	h.byPhone("stranger", "yunxi", "王小花", phone(77))
	h.byPhone("somebody", "yunxi", "李小花", phone(78))
	kept, err := h.KeptOf(h.ctx, helper)
	h.ok(err)
	if len(kept.Helps) != 1 || kept.Helps[0].ElderName != "王大山" {
		t.Errorf("kept of her: %+v", kept)
	}
	gone := village.Forgotten{Person: helper.Person(), Senders: []model.Identity{{Account: mini, OpenID: "stranger"}, {Account: oa, OpenID: "stranger"}}}
	h.ok(h.store.Tx(h.ctx, func(ctx context.Context) error { return h.Forget(ctx, gone) }))
	h.wantTold(elder.Person(), "王小草替王大山代办已停止")
	if h.count(&model.Helper{}, "helper_id = ? OR elder_id = ?", helper.VillagerID, helper.VillagerID) != 0 ||
		h.count(&model.BindRequest{}, "openid = 'stranger'") != 0 {
		t.Error("something is left")
	}
	if h.count(&model.Helper{}, "number = ?", other.Number) != 1 || h.count(&model.BindRequest{}, "openid = 'somebody'") != 1 {
		t.Error("others were forgotten, too")
	}
	if err := h.Forget(h.ctx, gone); err == nil {
		t.Error("it works without a transaction")
	}
}

// What was answered goes after its time; what is open or holds stays.
func TestOldRequestsAndHelpsGo(t *testing.T) {
	h := build(t)
	elder, _, got := h.agreed(membership.ScopeCases)
	grid := h.bound("刘芳")
	h.byPhone("stranger", "yunxi", "王小花", phone(77))
	_, err := h.Refuse(h.ctx, grid, "yunxi", 2, "没有这个人")
	h.ok(err)
	_, err = h.EndHelp(h.ctx, elder, membership.HelpRef{VillageID: "yunxi", Number: got.Number})
	h.ok(err)
	gone := func(days, want int) {
		t.Helper()
		h.clock.Set(h.clock.Now().AddDate(0, 0, days))
		n, err := h.RetainDue(h.ctx)
		h.ok(err)
		if n != want {
			t.Errorf("%d days later %d went, want %d", days, n, want)
		}
	}
	gone(59, 0)
	h.byPhone("another", "yunxi", "王小花", phone(77)) // open
	gone(2, 1)
	gone(3650, 0) // the consent held for a year
	gone(366, 1)
	if h.count(&model.BindRequest{}, "1 = 1") != 1 {
		t.Error("what is open went")
	}
}
