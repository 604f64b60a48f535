package merit_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/merit"
	"cunwu/service/village"
)

func TestADeedBecomesPoints(t *testing.T) {
	w := newWorld(t)
	c := w.files("王小草", 2, "")
	if names := w.asked(c); len(names) != 3 {
		t.Fatalf("asked: %v", names)
	}
	w.approved(c)
	if n, err := w.PostDue(w.ctx); err != nil || n != 0 {
		t.Fatalf("posted %d before the notice is over, %v", n, err)
	}
	public, err := w.OnNotice(w.ctx, w.actor("李华"), yunxi, "", 10)
	w.ok(err)
	if len(public) != 1 || public[0].PersonName != "王小草" || public[0].Points != 10 {
		t.Fatalf("%+v", public)
	}
	// Thursday the 5th: the fifth working day is Thursday the 12th, until midnight.
	w.clock.Set(time.Date(2026, 3, 12, 23, 59, 0, 0, model.Shanghai))
	if n, _ := w.PostDue(w.ctx); n != 0 {
		t.Fatal("posted on the last day of the notice")
	}
	w.clock.Set(time.Date(2026, 3, 13, 0, 0, 0, 0, model.Shanghai))
	if n, err := w.PostDue(w.ctx); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if n, _ := w.PostDue(w.ctx); n != 0 || w.balance("王大山") != 10 {
		t.Fatalf("posted again, or %d points", w.balance("王大山"))
	}
	a, err := w.Account(w.ctx, w.actor("王大山"))
	w.ok(err)
	if len(a.Members) != 1 || a.Members[0].Name != "王小草" || a.Members[0].Points != 10 || a.Label != "功德积分" {
		t.Fatalf("%+v", a)
	}
	lines, err := w.Entries(w.ctx, w.actor("王大山"), 0, 10)
	w.ok(err)
	if len(lines) != 1 || lines[0].Amount != 10 || lines[0].After != 10 || lines[0].Person != "王小草" || lines[0].Text != "邻里互助" {
		t.Fatalf("%+v", lines)
	}
	if !strings.Contains(w.told("王小草"), "10分已记到您家") {
		t.Error(w.told("王小草"))
	}
	w.sound()
}

func TestPostingsStandInThePublicLogWithoutNames(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 100)
	_, err := w.log.SealDue(w.ctx)
	w.ok(err)
	head, err := w.log.Head(w.ctx, yunxi)
	w.ok(err)
	entry, err := w.log.Entry(w.ctx, yunxi, 1)
	w.ok(err)
	content, err := w.Leaf(w.ctx, yunxi, entry.Subject)
	w.ok(err)
	if strings.Contains(string(content), w.villager("李华").HouseholdID) || !strings.Contains(string(content), `{"account":"house","amount":100}`) {
		t.Errorf("the leaf says %s", content)
	}
	if head.Size < 1 || entry.Kind != "merit" {
		t.Errorf("%+v %+v", head, entry)
	}
	report, err := w.log.VerifyLog(w.ctx, yunxi, head.Note, w.LogSource())
	w.ok(err)
	if !report.OK() {
		t.Error(report.Faults)
	}
	_, err = w.Postings(w.ctx, yunxi, "", 10)
	w.refused(err, model.Forbidden, "没有决定公开")
	_, err = w.AdoptBook(w.ctx, w.actor("张明"), merit.NewBook{VillageID: yunxi, AdoptedOn: w.today(), Resolution: "决议", OpenFigures: true, Deeds: deeds()})
	w.ok(err)
	w.clock.Advance(24 * time.Hour)
	postings, err := w.Postings(w.ctx, yunxi, "", 10)
	w.ok(err)
	if len(postings) != 1 || len(postings[0].Entries) != 2 || postings[0].Entries[0] != (merit.PublicEntry{Account: "house", Amount: 100}) {
		t.Errorf("%+v", postings)
	}
	w.ok(w.store.DB(w.ctx).Exec("UPDATE merit_entries SET amount = amount * 2").Error)
	if report, err = w.log.VerifyLog(w.ctx, yunxi, head.Note, w.LogSource()); err != nil || report.OK() {
		t.Errorf("doubled figures aren't noticed: %+v, %v", report, err)
	}
}

func TestKinAndHouseholdDontReview(t *testing.T) {
	w := newWorld(t)
	for range 4 { // 王五 has the least to do after each, and is asked all the same never
		c := w.files("王大山", 4, "")
		if names := w.asked(c); len(names) != 3 || slices.Contains(names, "王五") {
			t.Fatalf("asked: %v", names)
		}
		_, err := w.Review(w.ctx, w.actor("王五"), ref(c), true, "")
		w.refused(err, model.Forbidden, "亲属")
		w.clock.Advance(24 * time.Hour)
	}
	c := w.files("钱一", 4, "")
	if slices.Contains(w.asked(c), "钱一") {
		t.Error("a reviewer judges the own claim")
	}
}

func TestReviewersAreAskedByLoad(t *testing.T) {
	w := newWorld(t)
	load := map[string]int{}
	for _, who := range []string{"李华", "陈勇", "张明", "赵志强", "孙有田"} {
		for _, name := range w.asked(w.files(who, 4, "")) {
			load[name]++
		}
	}
	for name, n := range load {
		if n != 3 {
			t.Errorf("%s has %d of 15", name, n)
		}
	}
}

func TestTheMajorityRefuses(t *testing.T) {
	w := newWorld(t)
	c := w.files("李华", 1, "")
	names := w.asked(c)
	_, err := w.Review(w.ctx, w.actor(names[0]), ref(c), false, "")
	w.refused(err, model.Invalid, "理由")
	_, err = w.Review(w.ctx, w.actor(names[0]), ref(c), false, "照片看不清")
	w.ok(err)
	_, err = w.Review(w.ctx, w.actor(names[0]), ref(c), true, "")
	w.refused(err, model.Unknown, "评过了")
	_, err = w.Review(w.ctx, w.actor(names[1]), ref(c), true, "")
	w.ok(err)
	if w.get(c) != model.ClaimReviewing {
		t.Fatalf("one to one, and %s", w.get(c))
	}
	_, err = w.Review(w.ctx, w.actor(names[2]), ref(c), false, "那天下雨")
	w.ok(err)
	if got := w.claim(c.ID); got.State != model.ClaimRefused || got.Outcome == "" {
		t.Fatalf("%+v", got)
	}
	w.files("李华", 1, "") // may be filed anew, and the cap is free again
	w.clock.Advance(24 * time.Hour)
	w.files("李华", 1, "")
}

func TestWhoMayClaim(t *testing.T) {
	w := newWorld(t)
	far := w.clock.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	before := w.clock.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	for name, tc := range map[string]struct {
		who, forWhom string
		in           merit.NewClaim
		code         model.Code
		words        string
	}{
		"no picture":           {"李华", "", merit.NewClaim{Deed: 1, Text: "扫了"}, model.Invalid, "照片"},
		"no words":             {"李华", "", merit.NewClaim{Deed: 2}, model.Invalid, "说说"},
		"unknown deed":         {"李华", "", merit.NewClaim{Deed: 8, Text: "x"}, model.Unknown, "第8项"},
		"praise of oneself":    {"李华", "", merit.NewClaim{Deed: 3, Text: "x"}, model.Forbidden, "别的乡亲"},
		"praise of the family": {"王小草", "王大山", merit.NewClaim{Deed: 3, Text: "x"}, model.Forbidden, "别的乡亲"},
		"another's own deed":   {"李华", "陈勇", merit.NewClaim{Deed: 4}, model.Forbidden, "本人"},
		"a deduction":          {"李华", "陈勇", merit.NewClaim{Deed: 9, Text: "x"}, model.Forbidden, "村委会"},
		"tomorrow":             {"李华", "", merit.NewClaim{Deed: 4, HappenedOn: far}, model.Invalid, "以后"},
		"before the book":      {"李华", "", merit.NewClaim{Deed: 4, HappenedOn: before}, model.Unknown, "还没有积分办法"},
		"long ago":             {"李华", "", merit.NewClaim{Deed: 4, HappenedOn: "2025-01-01"}, model.Gone, "30天"},
		"no day":               {"李华", "", merit.NewClaim{Deed: 4, HappenedOn: "2026-02-30"}, model.Invalid, "哪一天"},
		"too long":             {"李华", "", merit.NewClaim{Deed: 4, Text: strings.Repeat("长", 2001)}, model.Invalid, "2000"},
	} {
		t.Run(name, func(t *testing.T) {
			in := tc.in
			in.VillageID = yunxi
			if tc.forWhom != "" {
				in.PersonID = w.villager(tc.forWhom).ID
			}
			_, err := w.Claim(w.ctx, w.actor(tc.who), in)
			w.refused(err, tc.code, tc.words)
		})
	}
	_, err := w.Claim(w.ctx, model.Actor{VillageID: yunxi, OpenID: "stranger", Account: account}, merit.NewClaim{VillageID: yunxi, Deed: 4})
	w.refused(err, model.Forbidden, "绑定")
	if c := w.files("王小草", 4, "王大山"); c.Kind != model.ClaimBehalf || !strings.Contains(w.told("王大山"), "替您申报") {
		t.Errorf("%s, %s", c.Kind, w.told("王大山"))
	}
	if c := w.files("李华", 2, "陈勇"); c.Kind != model.ClaimPraise || !strings.Contains(w.told("陈勇"), "李华夸您") {
		t.Errorf("%s, %s", c.Kind, w.told("陈勇"))
	}
}

func TestTheSameDeedTwice(t *testing.T) {
	w := newWorld(t)
	w.files("王大山", 4, "")
	_, err := w.Claim(w.ctx, w.actor("王小草"), merit.NewClaim{VillageID: yunxi, Deed: 4, PersonID: w.villager("王大山").ID})
	w.refused(err, model.Conflict, "已经报过了")
	if c := w.files("王小草", 4, ""); c.Flags != "household" {
		t.Errorf("the household's second of a day bears the marks %q", c.Flags)
	}
	picture := model.NewID()
	_, err = w.Claim(w.ctx, w.actor("李华"), merit.NewClaim{VillageID: yunxi, Deed: 1, MediaIDs: []string{picture}})
	w.ok(err)
	_, err = w.Claim(w.ctx, w.actor("陈勇"), merit.NewClaim{VillageID: yunxi, Deed: 1, MediaIDs: []string{picture}})
	w.refused(err, model.Conflict, "已经报过一次")
}

// Fifty members and days at once: no more than the cap gets in.
func TestCapsHoldInARace(t *testing.T) {
	w := newWorld(t)
	w.clock.Advance(20 * 24 * time.Hour)
	var in atomic.Int64
	var all sync.WaitGroup
	actors := []model.Actor{w.actor("王大山"), w.actor("王小草")}
	for i := range 40 {
		all.Go(func() {
			_, err := w.Claim(w.ctx, actors[i%2], merit.NewClaim{VillageID: yunxi, Deed: 1, MediaIDs: []string{model.NewID()},
				HappenedOn: w.clock.Now().AddDate(0, 0, -i/2%18).Format(time.DateOnly)})
			switch {
			case err == nil:
				in.Add(1)
			case !model.IsCode(err, model.Conflict) && !model.IsCode(err, model.TooMany):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if in.Load() != 2 { // 5 + 5 of 10 a month
		t.Errorf("%d claims of 5 points under a cap of 10", in.Load())
	}
}

func TestAClaimKeepsTheBookOfItsDay(t *testing.T) {
	w := newWorld(t)
	day := w.today()
	changed := deeds()
	changed[3].Points = 7
	w.adopt(changed, 100)
	old, err := w.Claim(w.ctx, w.actor("李华"), merit.NewClaim{VillageID: yunxi, Deed: 4, HappenedOn: day})
	w.ok(err)
	fresh := w.files("李华", 4, "")
	if old.Points != 2 || old.Version != 1 || fresh.Points != 7 || fresh.Version != 2 {
		t.Errorf("old %+v, new %+v", old, fresh)
	}
}

func TestWhatNoBookMayHold(t *testing.T) {
	w := newWorld(t)
	good := merit.NewBook{VillageID: yunxi, AdoptedOn: w.today(), Resolution: "决议", Carry: 100, Deeds: deeds()}
	for words, spoil := range map[string]func(*merit.NewBook){
		"银行":    func(b *merit.NewBook) { b.Label = "道德银行积分" },
		"决议":    func(b *merit.NewBook) { b.Resolution = " " },
		"日期":    func(b *merit.NewBook) { b.AdoptedOn = "2999-01-01" },
		"追溯":    func(b *merit.NewBook) { b.ValidFrom = w.today() },
		"结转":    func(b *merit.NewBook) { b.Carry = 101 },
		"1到200": func(b *merit.NewBook) { b.Deeds = nil },
		"重复":    func(b *merit.NewBook) { b.Deeds[1].Number = 1 },
		"分值":    func(b *merit.NewBook) { b.Deeds[1].Points = 0 },
		"上限":    func(b *merit.NewBook) { b.Deeds[0].Cap = 4 },
		"month": func(b *merit.NewBook) { b.Deeds[0].CapPeriod = "" },
		"证明":    func(b *merit.NewBook) { b.Deeds[0].Evidence = "" },
		"申报":    func(b *merit.NewBook) { b.Deeds[0].Who = model.DeedDuty },
	} {
		bad := good
		bad.Deeds = deeds()
		spoil(&bad)
		_, err := w.AdoptBook(w.ctx, w.actor("张明"), bad)
		w.refused(err, model.Invalid, words)
	}
	_, err := w.AdoptBook(w.ctx, w.actor("李华"), good)
	w.refused(err, model.Forbidden, "权限")
}

func TestSilentReviewersAreReplaced(t *testing.T) {
	w := newWorld(t)
	c := w.files("李华", 4, "")
	names := w.asked(c)
	_, err := w.Review(w.ctx, w.actor(names[0]), ref(c), true, "")
	w.ok(err)
	w.clock.Advance(7 * 24 * time.Hour)
	n, err := w.ReviewDue(w.ctx)
	w.ok(err)
	if after := w.asked(c); n != 1 || len(after) != 2 || slices.Equal(after, names[1:]) {
		t.Errorf("%d; asked %v, then %v", n, names, after)
	}
	if n, _ := w.ReviewDue(w.ctx); n != 0 {
		t.Error("looked again at once")
	}
}

func TestAReviewerWhoseRoleEndsIsReplaced(t *testing.T) {
	w := newWorld(t)
	c := w.files("李华", 4, "")
	gone := w.asked(c)[0]
	_, err := w.people.End(w.ctx, model.Console(), village.EndRole{Unit: yunxi, Name: gone, Role: model.RolePointReviewer})
	w.ok(err)
	_, err = w.ReviewDue(w.ctx)
	w.ok(err)
	if after := w.asked(c); len(after) != 3 || slices.Contains(after, gone) {
		t.Errorf("without %s asked %v", gone, after)
	}
}
