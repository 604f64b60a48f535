package poll_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

func names(all ...string) []village.Named {
	var list []village.Named
	for _, name := range all {
		list = append(list, named(name))
	}
	return list
}

func TestAHouseholdHasOneVoteAndIsTold(t *testing.T) {
	h := newHouse(t)
	h.person("王老", "301")
	h.person("王小", "301")
	h.villagers("村民", 3)
	in := h.question()
	in.Organ = model.OrganHouseholds
	ref := h.opened(in)
	h.ok(h.Cast(h.ctx, h.actor("王小"), poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt(), ForHousehold: true}))
	wantCode(t, h.cast(ref, "王老", 2), model.Conflict, "只能投一次")
	h.due()
	if !h.heard("王老", "您家的票已由王小投出") || h.heard("王小", "您家的票") {
		t.Error("the household, and nobody else, is told")
	}
	if r := h.over(ref); r.Electorate != 8 || r.Turnout != 1 {
		t.Errorf("%d of %d", r.Turnout, r.Electorate)
	}
}

func TestOnASharedPhoneOneSecretBallot(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 4)
	h.person("王老", "301")
	h.person("王小", "301")
	h.bind("王小", "王老", model.BoundInPerson) // on 王老's phone, after him
	for _, secret := range []bool{true, false} {
		in := h.question()
		in.Secret = secret
		ref := h.opened(in)
		err := h.Cast(h.ctx, h.at("王小", "王老"), poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()})
		if secret {
			wantCode(t, err, model.Forbidden, "纸票")
			wantCode(t, h.Assist(h.ctx, h.actor("刘芳"), poll.Assisted{Poll: ref, Voter: named("王小"), Choices: []int{1}}), model.Invalid, "怎么同意的")
			h.ok(h.Assist(h.ctx, h.actor("刘芳"), poll.Assisted{Poll: ref, Voter: named("王小"), Choices: []int{1}, Consent: "上门，本人点头"}))
		} else {
			h.ok(err)
		}
		h.must(ref, "王老", 2)
		wantCode(t, h.cast(ref, "王小", 2), model.Conflict)
	}
}

func TestAHouseholdMayShareItsPhone(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 4)
	h.person("王老", "301")
	h.person("王小", "301")
	h.person("邻居", "302")
	h.bind("王小", "王老", model.BoundInPerson)
	h.bind("邻居", "王老", model.BoundInPerson)
	in := h.question()
	in.Organ, in.Secret = model.OrganHouseholds, true
	ref := h.opened(in)
	wantCode(t, h.Cast(h.ctx, h.at("邻居", "王老"), poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()}), model.Forbidden, "纸票")
	h.ok(h.Cast(h.ctx, h.at("王小", "王老"), poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt()}))
}

func TestAnAssistedVoteIsVoidedByItsVoter(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 6)
	in := h.question()
	in.Secret = true
	ref := h.opened(in)
	assisted := poll.Assisted{Poll: ref, Voter: named("村民1"), Choices: []int{1}, Consent: "电话里本人说的"}
	wantCode(t, h.Assist(h.ctx, h.actor("村民2"), assisted), model.Forbidden)
	own := assisted
	own.Voter = named("刘芳")
	wantCode(t, h.Assist(h.ctx, h.actor("刘芳"), own), model.Forbidden, "自己的票")
	h.ok(h.Assist(h.ctx, h.actor("刘芳"), assisted))
	wantCode(t, h.Assist(h.ctx, h.actor("刘芳"), assisted), model.Conflict)
	h.due()
	if !h.heard("村民1", "刘芳") || !h.heard("村民1", "投票异议") {
		t.Error("the voter wasn't told")
	}
	wantCode(t, h.Void(h.ctx, h.actor("村民2"), ref, named("村民1"), "不是本人"), model.Forbidden)
	wantCode(t, h.Void(h.ctx, h.actor("村民2"), ref, village.Named{}, "我没有"), model.Unknown)
	h.ok(h.Void(h.ctx, h.actor("村民1"), ref, village.Named{}, "我没有打过电话"))
	wantCode(t, h.Void(h.ctx, h.actor("村民1"), ref, village.Named{}, "我没有打过电话"), model.Unknown)
	h.must(ref, "村民1", 2) // and votes anew
	h.ok(h.Assist(h.ctx, h.actor("刘芳"), poll.Assisted{Poll: ref, Voter: named("村民2"), Choices: []int{1}, Consent: "电话里本人说的"}))
	h.ok(h.Void(h.ctx, h.actor("孙有田"), ref, named("村民2"), "本人来说没有"))
	h.ok(h.Assist(h.ctx, h.actor("刘芳"), poll.Assisted{Poll: ref, Voter: named("村民2"), Choices: []int{3}, Consent: "又打了一次"}))
	h.must(ref, "村民3", 2)
	h.must(ref, "村民4", 2)
	h.must(ref, "村民5", 2)
	r := h.over(ref)
	wantCode(t, h.Void(h.ctx, h.actor("村民2"), ref, village.Named{}, "晚了"), model.Gone)
	if votesOf(r) != "同意0 反对4 弃权1" {
		t.Errorf("the result is %s", votesOf(r))
	}
	h.whole(ref)
}

func TestTwoPeopleEnterAPaperSheet(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 8)
	in := h.question()
	in.Secret = true
	ref := h.opened(in)
	six := names("村民1", "村民2", "村民3", "村民4", "村民5", "村民6")
	sheet := poll.Sheet{Poll: ref, Number: "A-1", Voters: six, Ballots: [][]int{{1}, {1}, {2}, {3}, nil, {1, 2}}}
	enter := func(name string, in poll.Sheet) poll.SheetOutcome {
		t.Helper()
		out, err := h.EnterSheet(h.ctx, h.actor(name), in)
		h.ok(err)
		return out
	}
	small := poll.Sheet{Poll: ref, Number: "B", Voters: six[:2], Ballots: [][]int{{1}, {2}}}
	_, err := h.EnterSheet(h.ctx, h.actor("刘芳"), small)
	wantCode(t, err, model.Invalid, "至少要有5票")
	short := sheet
	short.Ballots = sheet.Ballots[:5]
	_, err = h.EnterSheet(h.ctx, h.actor("刘芳"), short)
	wantCode(t, err, model.Invalid, "一样多")
	_, err = h.EnterSheet(h.ctx, h.actor("村民7"), sheet)
	wantCode(t, err, model.Forbidden)

	if enter("刘芳", sheet).Accepted {
		t.Error("one entry is enough")
	}
	_, err = h.EnterSheet(h.ctx, h.actor("刘芳"), sheet)
	wantCode(t, err, model.Conflict, "另一个人")
	other := sheet
	other.Ballots = [][]int{{1}, {2}, {2}, {3}, nil, nil}
	if out := enter("赵志强", other); out.Accepted || strings.Join(out.Differences, ";") != "选“1”的：第一遍2票，第二遍1票;选“2”的：第一遍1票，第二遍2票" {
		t.Errorf("the differences are %q", out.Differences)
	}
	if n := h.count(&model.PollTurnout{}, ref); n != 0 {
		t.Errorf("%d votes of a stopped sheet", n)
	}
	// anew, in another order
	enter("赵志强", sheet)
	again := poll.Sheet{Poll: ref, Number: "A-1", Voters: names("村民6", "村民5", "村民4", "村民3", "村民2", "村民1"), Ballots: [][]int{{3}, nil, {1}, {2}, {1}, nil}}
	if !enter("刘芳", again).Accepted {
		t.Error("equal entries don't count")
	}
	_, err = h.EnterSheet(h.ctx, h.actor("刘芳"), again)
	wantCode(t, err, model.Conflict, "已经录好")
	wantCode(t, h.cast(ref, "村民1", 1), model.Conflict)
	if by, err := h.HasVoted(h.ctx, h.actor("刘芳"), ref, named("村民1")); err != nil || by != model.ByPaper {
		t.Errorf("voted by %q, %v", by, err)
	}
	// who voted online can't be on a sheet
	h.must(ref, "村民7", 1)
	late := poll.Sheet{Poll: ref, Number: "A-2", Voters: names("村民7", "村民8", "张明", "赵志强", "刘芳"), Ballots: [][]int{{1}, {1}, {1}, {1}, {1}}}
	enter("刘芳", late)
	_, err = h.EnterSheet(h.ctx, h.actor("赵志强"), late)
	wantCode(t, err, model.Conflict, "村民7")
	r := h.over(ref)
	if votesOf(r) != "同意3 反对1 弃权1" || r.Spoilt != 2 || r.Turnout != 7 {
		t.Errorf("the result is %s, %d spoilt of %d", votesOf(r), r.Spoilt, r.Turnout)
	}
	h.whole(ref)
}

func TestARollCallSheetKeepsEachOnesChoice(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 2)
	ref := h.opened(h.question())
	sheet := poll.Sheet{Poll: ref, Number: "1", Voters: names("村民1", "村民2"), Ballots: [][]int{{1}, {2}}}
	_, err := h.EnterSheet(h.ctx, h.actor("刘芳"), sheet)
	h.ok(err)
	swapped := sheet
	swapped.Ballots = [][]int{{2}, {1}}
	out, err := h.EnterSheet(h.ctx, h.actor("赵志强"), swapped)
	h.ok(err)
	if out.Accepted || len(out.Differences) == 0 {
		t.Error("swapped choices were taken for equal")
	}
	_, err = h.EnterSheet(h.ctx, h.actor("赵志强"), sheet)
	h.ok(err)
	_, err = h.EnterSheet(h.ctx, h.actor("刘芳"), sheet)
	h.ok(err)
	h.over(ref)
	ballots, _, err := h.Ballots(h.ctx, h.actor("村民1"), ref, "", 0)
	h.ok(err)
	got := map[string]int{}
	for _, b := range ballots {
		got[b.Voter] = b.Choices[0]
	}
	if got["村民1"] != 1 || got["村民2"] != 2 || len(got) != 2 {
		t.Errorf("the roll-call is %v", got)
	}
}

func TestProxiesAreForKinAndFew(t *testing.T) {
	h := newHouse(t)
	for _, name := range []string{"王一", "王二", "王三", "王四", "王五"} {
		h.person(name, "301")
	}
	h.villagers("村民", 1)
	ref := h.opened(h.question())
	give := func(voter, holder string) error {
		return h.GiveProxy(h.ctx, h.actor(voter), poll.NewProxy{Poll: ref, Holder: named(holder)})
	}
	wantCode(t, give("王一", "村民1"), model.Forbidden, "近亲属")
	wantCode(t, give("王一", "王一"), model.Invalid)
	desk := poll.NewProxy{Poll: ref, Voter: named("王一"), Holder: named("王五")}
	wantCode(t, h.GiveProxy(h.ctx, h.actor("村民1"), desk), model.Forbidden)
	wantCode(t, h.GiveProxy(h.ctx, h.actor("刘芳"), desk), model.Invalid, "委托书")
	desk.UploadID = "slip"
	h.ok(h.GiveProxy(h.ctx, h.actor("刘芳"), desk))
	wantCode(t, give("王一", "王二"), model.Conflict, "已经委托过")
	h.ok(give("王二", "王五"))
	h.ok(give("王三", "王五"))
	wantCode(t, give("王四", "王五"), model.Conflict, "3个人")
	h.ok(h.RevokeProxy(h.ctx, h.actor("王三"), ref, h.ids["王三"]))
	h.ok(give("王四", "王五"))
	list, err := h.Proxies(h.ctx, h.actor("村民1"), ref)
	h.ok(err)
	if len(list) != 3 || list[0].Holder != "王五" {
		t.Errorf("the public list is %+v", list)
	}
	behalf := poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt(), OnBehalfOf: h.ids["王一"]}
	wantCode(t, h.Cast(h.ctx, h.actor("王二"), behalf), model.Forbidden, "委托书")
	h.ok(h.Cast(h.ctx, h.actor("王五"), behalf))
	h.ok(h.Cast(h.ctx, h.actor("王五"), behalf))
	wantCode(t, h.cast(ref, "王一", 2), model.Conflict)
	wantCode(t, h.RevokeProxy(h.ctx, h.actor("王一"), ref, h.ids["王一"]), model.Conflict)
	h.must(ref, "王五", 2)
	h.must(ref, "王二", 2) // whoever gave a proxy may still vote first
	behalf.OnBehalfOf, behalf.Receipt = h.ids["王二"], receipt()
	wantCode(t, h.Cast(h.ctx, h.actor("王五"), behalf), model.Conflict)
	h.due()
	if !h.heard("王一", "受托人王五投出") {
		t.Error("the voter wasn't told")
	}
	if r := h.over(ref); votesOf(r) != "同意1 反对2 弃权0" {
		t.Errorf("the result is %s", votesOf(r))
	}
}

func TestAOneTimeLinkCastsTheSameBallot(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 5)
	in := h.question()
	in.Secret = true
	ref := h.opened(in)
	first, _, err := h.Link(h.ctx, h.actor("村民1"), ref)
	h.ok(err)
	address, expires, err := h.Link(h.ctx, h.actor("村民1"), ref)
	h.ok(err)
	token, ok := strings.CutPrefix(address, "https://village.example/v/yunxi/ballot/")
	if !ok || len(token) != 32 || !expires.Equal(h.clock.Now().Add(30*time.Minute)) {
		t.Fatalf("the link is %s until %s", address, expires)
	}
	_, err = h.OpenLink(h.ctx, yunxi, first[len(first)-32:])
	wantCode(t, err, model.Gone) // the newer one ended it
	_, err = h.OpenLink(h.ctx, "heping", token)
	wantCode(t, err, model.Gone)
	v, err := h.OpenLink(h.ctx, yunxi, token)
	h.ok(err)
	if v.Poll.ID != ref.ID || !v.MayVote || len(v.Options) != 3 {
		t.Errorf("the page shows %+v", v)
	}
	ballot := poll.Ballot{Choices: []int{1}, Receipt: receipt()}
	h.ok(h.CastByLink(h.ctx, yunxi, token, ballot))
	h.ok(h.CastByLink(h.ctx, yunxi, token, ballot))
	wantCode(t, h.CastByLink(h.ctx, yunxi, token, poll.Ballot{Choices: []int{2}, Receipt: receipt()}), model.Conflict)
	_, _, err = h.Link(h.ctx, h.actor("村民1"), ref)
	wantCode(t, err, model.Conflict)
	second, _, err := h.Link(h.ctx, h.actor("村民2"), ref)
	h.ok(err)
	h.ok(h.store.DB(h.ctx).Model(&model.Binding{}).Where("villager_id = ?", h.ids["村民2"]).UpdateColumn("ended_at", model.At(h.clock.Now())).Error)
	wantCode(t, h.CastByLink(h.ctx, yunxi, second[len(second)-32:], ballot), model.Forbidden) // unbound meanwhile
	third, _, err := h.Link(h.ctx, h.actor("村民3"), ref)
	h.ok(err)
	h.clock.Advance(30 * time.Minute)
	wantCode(t, h.CastByLink(h.ctx, yunxi, third[len(third)-32:], ballot), model.Gone, "失效")
}
