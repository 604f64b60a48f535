package poll_test

import (
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
)

func TestAVoteCountsOnceAndARetryFindsIt(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 6)
	in := h.question()
	in.Secret = true
	ref := h.opened(in)
	mine := poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()}
	h.ok(h.Cast(h.ctx, h.actor("村民1"), mine))
	h.ok(h.Cast(h.ctx, h.actor("村民1"), mine)) // its answer was lost
	wantCode(t, h.cast(ref, "村民1", 2), model.Conflict, "只能投一次")
	other := mine
	other.Choices = []int{2}
	wantCode(t, h.Cast(h.ctx, h.actor("村民1"), other), model.Conflict) // never a false yes
	wantCode(t, h.Cast(h.ctx, h.actor("村民2"), mine), model.Conflict, "票据号")
	for _, name := range []string{"村民2", "村民3", "村民4", "村民5"} {
		h.must(ref, name, 2)
	}
	r := h.over(ref)
	if votesOf(r) != "同意1 反对4 弃权0" || r.Turnout != 5 {
		t.Errorf("the result is %s of %d", votesOf(r), r.Turnout)
	}
	h.ok(h.Cast(h.ctx, h.actor("村民1"), mine)) // asked again after the close: it was in
	wantCode(t, h.cast(ref, "村民6", 1), model.Gone, "已经截止")
	wantCode(t, h.cast(ref, "村民2", 1), model.Gone)
	h.whole(ref)
}

func TestWhatABallotMustBe(t *testing.T) {
	h := newHouse(t)
	h.person("王小草", "301")
	in := h.question()
	in.Options, in.MaxChoices = []string{"桥头", "村口", "学校"}, 2
	ref := h.opened(in)
	for _, c := range []struct {
		choices []int
		code    model.Code
	}{{nil, model.Invalid}, {[]int{0}, model.Invalid}, {[]int{4}, model.Invalid}, {[]int{-1, 2}, model.Invalid}, {[]int{1, 2, 3}, model.Invalid}, {[]int{2, 2}, model.Invalid}} {
		wantCode(t, h.cast(ref, "王小草", c.choices...), c.code)
	}
	for _, bad := range []string{"", "xyz", "ABCDEF0123456789ABCDEF0123456789", receipt() + "0", receipt()[:31]} {
		wantCode(t, h.Cast(h.ctx, h.actor("王小草"), poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: bad}), model.Invalid, "票据号")
	}
	wantCode(t, h.Cast(h.ctx, h.actor("王小草"), poll.Ballot{Poll: poll.Ref{VillageID: yunxi, ID: model.NewID()}, Choices: []int{1}, Receipt: receipt()}), model.Unknown)
	h.must(ref, "王小草", 3, 1)
	if r := h.over(ref); votesOf(r) != "桥头1 村口0 学校1" {
		t.Errorf("the result is %s", votesOf(r))
	}
}

func TestWhoMayVoteAndWhen(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 5)
	h.person("小宝", "301")
	h.set("小宝", "born_on", "2012-01-01")
	h.person("外来", "302")
	h.set("外来", "standing", model.StandingOutside)
	h.person("弱绑", "303")
	h.ok(h.store.DB(h.ctx).Model(&model.Binding{}).Where("villager_id = ?", h.ids["弱绑"]).UpdateColumn("strength", model.BoundByCode).Error)
	h.row(&model.Village{ID: "heping", Kind: model.UnitVillage, Name: "和平村"})

	in := h.question()
	in.OpensAt = in.OpensAt.Add(time.Hour)
	in.ClosesAt = in.OpensAt.Add(time.Hour)
	ref := h.draft(in)
	wantCode(t, h.cast(ref, "村民1", 1), model.TooEarly)
	if _, err := h.Get(h.ctx, h.actor("村民1"), ref); !model.IsCode(err, model.Unknown) {
		t.Errorf("a draft is shown: %v", err)
	}
	_, err := h.Notice(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	wantCode(t, h.cast(ref, "村民1", 1), model.TooEarly, "10:00")
	h.clock.Advance(time.Hour)
	h.due()
	for name, code := range map[string]model.Code{"小宝": model.Forbidden, "外来": model.Forbidden, "弱绑": model.Forbidden} {
		wantCode(t, h.cast(ref, name, 1), code)
	}
	stranger := model.Actor{VillageID: yunxi, Account: account, OpenID: "oX"}
	wantCode(t, h.Cast(h.ctx, stranger, poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()}), model.Forbidden)
	neighbour := model.Actor{VillageID: "heping", VillagerID: h.ids["村民1"], Account: account, OpenID: "村民1"}
	wantCode(t, h.Cast(h.ctx, neighbour, poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()}), model.Forbidden)
	elsewhere := h.at("村民1", "村民2") // the session of another phone
	wantCode(t, h.Cast(h.ctx, elsewhere, poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()}), model.Forbidden, "核实")
	household := poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt(), ForHousehold: true}
	wantCode(t, h.Cast(h.ctx, h.actor("村民1"), household), model.Invalid, "每人一票")
	h.must(ref, "村民1", 1)

	v, err := h.Get(h.ctx, h.actor("村民1"), ref)
	h.ok(err)
	if v.VotedBy != model.ByMini || v.MayVote || v.Turnout != 1 || v.Poll.Result != "" || v.Poll.Passed {
		t.Errorf("the view before the close is %+v", v)
	}
	if v, err = h.Get(h.ctx, h.actor("村民2"), ref); err != nil || !v.MayVote || !v.Listed {
		t.Errorf("村民2 may vote: %+v, %v", v, err)
	}
	if v, err = h.Get(h.ctx, h.actor("弱绑"), ref); err != nil || v.MayVote || !v.Listed || v.Why == "" {
		t.Errorf("弱绑 may not vote: %+v, %v", v, err)
	}
	if _, err := h.Result(h.ctx, h.actor("村民1"), ref); !model.IsCode(err, model.TooEarly) {
		t.Errorf("a running tally: %v", err)
	}
	if _, _, err := h.Ballots(h.ctx, h.actor("村民1"), ref, "", 0); !model.IsCode(err, model.TooEarly) {
		t.Errorf("ballots before the close: %v", err)
	}
}

func TestTodoListsWhatWaitsForMe(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 2)
	first, second := h.opened(h.question()), h.opened(h.question())
	h.draft(h.question())
	h.must(first, "村民1", 1)
	items, next, err := h.List(h.ctx, h.actor("村民1"), poll.Query{VillageID: yunxi, Todo: true})
	h.ok(err)
	if len(items) != 1 || items[0].Poll.ID != second.ID || next != "" {
		t.Errorf("todo is %+v", items)
	}
	items, next, err = h.List(h.ctx, h.actor("村民1"), poll.Query{VillageID: yunxi, Limit: 1})
	h.ok(err)
	if len(items) != 1 || items[0].Poll.ID != second.ID || next == "" {
		t.Fatalf("the first page is %+v, %q", items, next)
	}
	items, next, err = h.List(h.ctx, h.actor("村民1"), poll.Query{VillageID: yunxi, Limit: 1, After: next})
	h.ok(err)
	if len(items) != 1 || items[0].Poll.ID != first.ID || items[0].VotedBy != model.ByMini || !items[0].Listed || next != "" {
		t.Errorf("the second page is %+v, %q", items, next)
	}
	h.clock.Advance(time.Hour) // over, though no worker has closed them yet
	if items, _, err = h.List(h.ctx, h.actor("村民1"), poll.Query{VillageID: yunxi, Todo: true}); err != nil || len(items) != 0 {
		t.Errorf("todo after the close is %+v, %v", items, err)
	}
}
