package poll_test

import (
	"testing"
	"time"

	"cunwu/model"
)

func TestPollsOpenAndCloseToTheSecond(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 3)
	in := h.question()
	in.OpensAt = h.clock.Now().Add(time.Hour)
	in.ClosesAt = in.OpensAt.Add(time.Hour)
	ref := h.draft(in)
	_, err := h.Notice(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	h.clock.Set(in.OpensAt.Add(-time.Millisecond))
	h.due()
	wantCode(t, h.cast(ref, "村民1", 1), model.TooEarly)
	h.clock.Set(in.OpensAt)
	h.due()
	h.must(ref, "村民1", 1)
	h.clock.Set(in.ClosesAt.Add(-time.Millisecond))
	h.must(ref, "村民2", 1)
	h.clock.Set(in.ClosesAt)
	wantCode(t, h.cast(ref, "村民3", 1), model.Gone) // no worker has been here yet
	h.due()
	if r := h.result(ref); r.Turnout != 2 || !r.ClosedAt.Equal(in.ClosesAt) {
		t.Errorf("the result is %+v", r)
	}
}

func TestExtendedOnceBeforeTheCloseWithAReason(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 3)
	ref := h.opened(h.question())
	closes := h.clock.Now().Add(time.Hour)
	extend := func(to time.Time, reason string) error {
		_, err := h.Extend(h.ctx, h.actor("赵志强"), ref, to, reason)
		return err
	}
	wantCode(t, extend(closes.Add(time.Hour), " "), model.Invalid, "原因")
	wantCode(t, extend(closes, "下雨"), model.Invalid)
	wantCode(t, extend(closes.AddDate(0, 0, 16), "下雨"), model.Invalid, "15天")
	_, err := h.Extend(h.ctx, h.actor("村民1"), ref, closes.Add(time.Hour), "下雨")
	wantCode(t, err, model.Forbidden)
	h.must(ref, "村民1", 1)
	h.ok(extend(closes.Add(time.Hour), "下雨路断"))
	wantCode(t, extend(closes.Add(2*time.Hour), "又下雨"), model.Conflict, "一次")
	h.clock.Set(closes)
	h.due()
	h.must(ref, "村民2", 1) // the old close doesn't hold any more
	if !h.heard("村民3", "下雨路断") || h.heard("村民1", "下雨路断") {
		t.Error("who hasn't voted is told of the extension")
	}
	r := h.over(ref)
	if r.Extended != "下雨路断" || r.Turnout != 2 {
		t.Errorf("the result is %+v", r)
	}
	wantCode(t, extend(closes.Add(3*time.Hour), "晚了"), model.Gone)
}

func TestWhoHasNotVotedIsRemindedOfNothingElse(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 3)
	in := h.question()
	in.ClosesAt = in.OpensAt.AddDate(0, 0, 3)
	ref := h.opened(in)
	h.due()
	for _, name := range []string{"村民1", "村民2", "村民3"} {
		if !h.heard(name, "投票通知：《路灯装在哪里》") {
			t.Errorf("%s wasn't told", name)
		}
	}
	h.must(ref, "村民1", 1)
	h.clock.Set(in.ClosesAt.Add(-24 * time.Hour))
	h.due()
	if h.heard("村民1", "还没有投票") || !h.heard("村民2", "还没有投票") {
		t.Error("the reminder went to the wrong people")
	}
	reach, err := h.Reach(h.ctx, h.actor("孙有田"), ref)
	h.ok(err)
	if reach.Total != 7 || reach.Known != 7 {
		t.Errorf("reached %d of %d", reach.Known, reach.Total)
	}
	h.over(ref)
	if !h.heard("村民3", "名册7票，参加1票") {
		t.Error("the result wasn't told")
	}
}

func TestAConsultationMayEndEarlyAndSaysSo(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 2)
	in := h.question()
	in.OpensAt = h.clock.Now().Add(time.Hour)
	in.ClosesAt = in.OpensAt.Add(time.Hour)
	ref := h.draft(in)
	wantCode(t, h.Open(h.ctx, h.actor("赵志强"), ref), model.TooEarly, "先发通知")
	wantCode(t, h.Close(h.ctx, h.actor("赵志强"), ref, ""), model.TooEarly)
	_, err := h.Notice(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	h.ok(h.Open(h.ctx, h.actor("赵志强"), ref)) // earlier than planned
	h.must(ref, "村民1", 1)
	wantCode(t, h.Close(h.ctx, h.actor("村民1"), ref, ""), model.Forbidden)
	h.ok(h.Close(h.ctx, h.actor("赵志强"), ref, "意见已经清楚"))
	wantCode(t, h.Close(h.ctx, h.actor("赵志强"), ref, "再来"), model.Conflict)
	if r := h.result(ref); r.EndedEarly != "意见已经清楚" {
		t.Errorf("the result is %+v", r)
	}
	gone := h.draft(h.question())
	h.ok(h.Cancel(h.ctx, h.actor("赵志强"), gone, "写错了"))
	wantCode(t, h.cast(gone, "村民2", 1), model.Gone)
	wantCode(t, h.Cancel(h.ctx, h.actor("赵志强"), ref, "写错了"), model.Conflict)
}

func TestALatePollGivesEverybodyTheWholeTime(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 1)
	in := h.question()
	in.OpensAt = h.clock.Now().Add(time.Hour)
	in.ClosesAt = in.OpensAt.Add(time.Hour)
	ref := h.draft(in)
	_, err := h.Notice(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	h.clock.Advance(5 * time.Hour) // the server was away
	h.due()
	h.must(ref, "村民1", 1)
	v, err := h.Get(h.ctx, h.actor("村民1"), ref)
	h.ok(err)
	if !v.Poll.ClosesAt.Equal(h.clock.Now().Add(time.Hour)) || v.Poll.ExtensionReason == "" {
		t.Errorf("closes at %s (%s)", v.Poll.ClosesAt, v.Poll.ExtensionReason)
	}
}

func TestTheRuleOfTheNoticeIsKept(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 6)
	in := h.question()
	in.Organ = model.OrganPersons
	ref := h.opened(in)
	// from tomorrow on the law wants nine tenths
	day := h.clock.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	h.row(&model.Rule{Name: "poll.assembly_persons.quorum.num", ValidFrom: day, Value: 9})
	h.row(&model.Rule{Name: "poll.assembly_persons.quorum.den", ValidFrom: day, Value: 10})
	for _, name := range []string{"村民1", "村民2", "村民3", "村民4", "村民5", "村民6"} {
		h.must(ref, name, 1)
	}
	h.clock.Advance(48 * time.Hour)
	h.due()
	if r := h.whole(ref); !r.Quorum.Met || r.Quorum.Needed != 6 || !r.Passed {
		t.Errorf("the result is %+v", r)
	}
	next := h.question()
	next.Organ = model.OrganPersons
	v, err := h.Get(h.ctx, h.actor("村民1"), h.opened(next))
	h.ok(err)
	if v.Quorum.Needed != 10 { // more than nine tenths of ten
		t.Errorf("the next poll needs %d", v.Quorum.Needed)
	}
}

func TestVotersOfASmallSecretPollStayHidden(t *testing.T) {
	h := newHouse(t) // four people
	in := h.question()
	in.Secret = true
	_, err := h.Notice(h.ctx, h.actor("赵志强"), h.draft(in))
	wantCode(t, err, model.Invalid, "记名")
	h.villagers("村民", 3)
	ref := h.opened(in)
	for _, name := range []string{"村民1", "村民2", "村民3"} {
		h.must(ref, name, 1)
	}
	r := h.over(ref)
	if !r.Withheld || votesOf(r) != "同意0 反对0 弃权0" || !r.Passed {
		t.Errorf("the result is %+v", r)
	}
	if _, _, err := h.Ballots(h.ctx, h.actor("村民1"), ref, "", 0); !model.IsCode(err, model.Forbidden) {
		t.Errorf("three ballots are shown: %v", err)
	}
}
