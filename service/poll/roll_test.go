package poll_test

import (
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

func TestTheOrganDecidesWhoIsOnTheRoll(t *testing.T) {
	h := newHouse(t)      // four people in four households, all of 一组
	h.person("王老", "301") // three grown-ups of one household, one of them away
	h.person("王小", "301")
	h.person("王妻", "301")
	h.set("王小", "residence", "深圳")
	h.person("王童", "301")
	h.set("王童", "born_on", "2010-05-05")
	h.person("故人", "302")
	h.set("故人", "state", model.VillagerDead)
	h.person("二组人", "303")
	h.ok(h.store.DB(h.ctx).Model(&model.Household{}).Where("id = ?", "house303").UpdateColumn("group_name", "二组").Error)
	_, err := h.Enrol(h.ctx, h.actor("赵志强"), yunxi, model.OrganRepresentatives, []village.Named{named("王老"), named("二组人"), named("王老")})
	h.ok(err)
	_, err = h.Enrol(h.ctx, h.actor("赵志强"), yunxi, model.OrganCollective, []village.Named{named("王老"), named("王小"), named("二组人")})
	h.ok(err)
	h.ok(h.Dismiss(h.ctx, h.actor("赵志强"), yunxi, model.OrganCollective, named("二组人")))
	for _, c := range []struct {
		organ     model.Organ
		household bool
		group     string
		want      int
	}{
		{model.OrganPersons, false, "", 8}, {model.OrganHouseholds, true, "", 6}, {model.OrganConsultation, false, "", 8},
		{model.OrganGroup, false, "一组", 7}, {model.OrganGroup, true, "一组", 5}, {model.OrganGroup, false, "二组", 1},
		{model.OrganRepresentatives, false, "", 2}, {model.OrganCollective, false, "", 2},
	} {
		in := h.question()
		in.Organ, in.GroupName, in.ByHousehold = c.organ, c.group, c.household
		p, err := h.Create(h.ctx, h.actor("赵志强"), in)
		h.ok(err)
		p, err = h.Notice(h.ctx, h.actor("赵志强"), poll.RefOf(p))
		h.ok(err)
		if p.Electorate != c.want {
			t.Errorf("%s %s: %d voters, want %d", c.organ, c.group, p.Electorate, c.want)
		}
	}
	in := h.question()
	in.Organ, in.GroupName = model.OrganGroup, "九组"
	_, err = h.Notice(h.ctx, h.actor("赵志强"), h.draft(in))
	wantCode(t, err, model.Invalid, "名册上没有人")
}

func TestEighteenOnTheDayOfOpening(t *testing.T) {
	h := newHouse(t)
	in := h.question()
	in.OpensAt = time.Date(2026, 3, 10, 0, 0, 0, 0, model.Shanghai)
	in.ClosesAt = in.OpensAt.Add(time.Hour)
	for name, born := range map[string]string{"当天": "2008-03-10", "明天": "2008-03-11", "昨天": "2008-03-09"} {
		h.person(name, "4"+name)
		h.set(name, "born_on", born)
	}
	ref := h.draft(in)
	_, err := h.Notice(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	h.clock.Set(in.OpensAt)
	h.due()
	h.must(ref, "当天", 1)
	h.must(ref, "昨天", 1)
	wantCode(t, h.cast(ref, "明天", 1), model.Forbidden)
}

func TestObjectionsAreDecidedBeforeTheRollIsFrozen(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 3)
	h.person("新户", "401")
	h.set("新户", "standing", model.StandingOutside)
	in := h.question()
	in.OpensAt = h.clock.Now().AddDate(0, 0, 12)
	in.ClosesAt = in.OpensAt.AddDate(0, 0, 3)
	ref := h.draft(in)
	p, err := h.Notice(h.ctx, h.actor("赵志强"), ref)
	h.ok(err)
	if got := p.ObjectionsUntil.Format("01-02 15:04"); got != "03-09 23:59" { // the 5th day
		t.Errorf("objections until %s", got)
	}
	if got := p.DecideUntil.Format("01-02 15:04"); got != "03-12 23:59" {
		t.Errorf("decided until %s", got)
	}
	_, err = h.Object(h.ctx, h.actor("村民1"), poll.Objection{Poll: ref, Kind: poll.ObjectMissing, Text: "漏了我"})
	wantCode(t, err, model.Conflict, "已经在名册上")
	entries, next, err := h.Roll(h.ctx, h.actor("孙有田"), ref, "", 2)
	h.ok(err)
	if len(entries) != 2 || next == "" || entries[0].Name != "张明" || entries[0].HouseholdNo != "101" || !entries[0].Listed {
		t.Errorf("the roll is %+v", entries)
	}
	_, _, err = h.Roll(h.ctx, h.actor("村民1"), ref, "", 2)
	wantCode(t, err, model.Forbidden)
	missing, err := h.Object(h.ctx, h.actor("新户"), poll.Objection{Poll: ref, Kind: poll.ObjectMissing, Text: "我在这里住了五年"})
	h.ok(err)
	wrong, err := h.Object(h.ctx, h.actor("村民1"), poll.Objection{Poll: ref, Kind: poll.ObjectWrong, About: named("村民2"), Text: "户口迁走了"})
	h.ok(err)
	about, err := h.Object(h.ctx, h.actor("村民1"), poll.Objection{Poll: ref, Kind: poll.ObjectWrong, About: named("赵志强"), Text: "他不住村里"})
	h.ok(err)
	wantCode(t, h.Decide(h.ctx, h.actor("赵志强"), ref, about.ID, false, "户口在"), model.Forbidden, "别人")
	wantCode(t, h.Decide(h.ctx, h.actor("村民3"), ref, wrong.ID, true, "是"), model.Forbidden)
	h.ok(h.Decide(h.ctx, h.actor("赵志强"), ref, missing.ID, true, "住满一年，同意参加"))
	h.ok(h.Decide(h.ctx, h.actor("赵志强"), ref, wrong.ID, true, "已核实"))
	wantCode(t, h.Decide(h.ctx, h.actor("赵志强"), ref, wrong.ID, false, "再看看"), model.Conflict)

	h.clock.Set(p.ObjectionsUntil.Add(time.Second))
	_, err = h.Object(h.ctx, h.actor("村民3"), poll.Objection{Poll: ref, Kind: poll.ObjectWrong, About: named("村民1"), Text: "晚了"})
	wantCode(t, err, model.Gone)
	h.clock.Set(in.OpensAt)
	h.due()
	wantCode(t, h.cast(ref, "村民1", 1), model.TooEarly) // one objection is open still
	wantCode(t, h.Open(h.ctx, h.actor("赵志强"), ref), model.Conflict, "1条名册意见")
	if !h.heard("赵志强", "名册意见没有处理") {
		t.Error("nobody told the committee why it doesn't open")
	}
	h.ok(h.Decide(h.ctx, h.actor("张明"), ref, about.ID, false, "户口在村里"))
	h.due()
	h.must(ref, "新户", 1)
	wantCode(t, h.cast(ref, "村民2", 1), model.Forbidden)
	h.set("村民3", "state", model.VillagerMoved) // later changes don't move the roll
	h.must(ref, "村民3", 1)
	if !h.heard("新户", "已经改正") || !h.heard("村民1", "没有采纳") {
		t.Error("who objected wasn't told")
	}
	if r := h.over(ref); r.Electorate != 7 { // four of the offices, 村民1, 村民3, 新户
		t.Errorf("the electorate is %d", r.Electorate)
	}
}
