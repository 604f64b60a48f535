package mediation_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/mediation"
	"cunwu/service/village"
)

func TestFromTheFilingToThePromisesKept(t *testing.T) {
	h := newHall(t)
	ref := h.file()
	if d := h.read(ref); d.State != model.DisputeAccepting || d.MediatorName != "李调解" {
		t.Fatalf("%+v", d)
	}
	if h.told("陈勇") != 0 {
		t.Error("the other party was told before a mediator took it")
	}
	_, err := h.mediation.Accept(h.ctx, h.as("李调解"), ref)
	h.must(err)
	if h.told("陈勇") != 1 {
		t.Error("the other party wasn't asked")
	}
	_, err = h.mediation.Consent(h.ctx, h.as("陈勇"), ref, "chat")
	h.must(err)
	d := h.read(ref)
	if d.State != model.DisputeMediating || d.DueAt.Format("2006-01-02") != "2026-04-03" {
		t.Fatalf("state %s, due %v", d.State, d.DueAt)
	}
	m, err := h.mediation.PlanSession(h.ctx, h.as("李调解"), ref, h.clock.Now().Add(49*time.Hour), "村委会")
	h.must(err)
	before := h.told("王小草")
	h.days(2)
	if h.told("王小草") != before+1 {
		t.Error("nobody was reminded of the session")
	}
	_, err = h.mediation.RecordSession(h.ctx, h.as("李调解"), ref, mediation.Held{Seq: m.Seq, Attended: []string{"王小草", "陈勇"}, Record: "双方愿意各让一步"})
	h.must(err)
	a, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, draft())
	h.must(err)
	for _, name := range []string{"王小草", "陈勇", "李调解"} {
		_, err := h.mediation.Sign(h.ctx, h.as(name), ref, a.Hash)
		h.must(err)
	}
	if d = h.read(ref); d.State != model.DisputeAgreed || d.ConfirmBy.Format("2006-01-02") != "2026-04-07" { // the 5th is a holiday, the 6th too
		t.Fatalf("state %s, confirm by %v", d.State, d.ConfirmBy)
	}
	_, err = h.mediation.Performance(h.ctx, h.as("王小草"), ref, 1, true, "")
	h.must(err)
	_, err = h.mediation.Performance(h.ctx, h.as("陈勇"), ref, 2, true, "")
	h.must(err)
	if d = h.read(ref); d.State != model.DisputeClosed || d.Outcome != model.DisputeKept || h.caseOf(ref).State != model.CaseClosed {
		t.Errorf("%s %s", d.State, d.Outcome)
	}
}

func TestWhatIsNoDisputeIsShownTheRightDoor(t *testing.T) {
	h := newHall(t)
	for _, tc := range []struct {
		what   string
		actor  model.Actor
		change func(*mediation.NewDispute)
		code   model.Code
		says   string
	}{
		{"the court has it", h.as("王小草"), func(in *mediation.NewDispute) { in.Elsewhere = "court" }, model.Forbidden, "12368"},
		{"the police have it", h.as("王小草"), func(in *mediation.NewDispute) { in.Elsewhere = "police" }, model.Forbidden, "110"},
		{"an authority alone decides", h.as("王小草"), func(in *mediation.NewDispute) { in.Elsewhere = "authority" }, model.Forbidden, "行政复议"},
		{"an arbitration has it", h.as("王小草"), func(in *mediation.NewDispute) { in.Elsewhere = "arbitration" }, model.Forbidden, "仲裁"},
		{"a cadre's doings", h.as("王小草"), func(in *mediation.NewDispute) { in.Other.Name, in.Facts = "赵志强", "他克扣我的补偿款" }, model.Forbidden, "保密"},
		{"a child files", h.as("陈小宝"), func(in *mediation.NewDispute) { in.Other.Name = "王小草" }, model.Forbidden, "监护人"},
		{"nobody bears the name", h.as("王小草"), func(in *mediation.NewDispute) { in.Other.Name = "钱不多" }, model.Unknown, "外 姓名"},
		{"against oneself", h.as("王小草"), func(in *mediation.NewDispute) { in.Other.Name = "王小草" }, model.Invalid, "自己"},
		{"an unknown kind", h.as("王小草"), func(in *mediation.NewDispute) { in.Kind = "刑事" }, model.Invalid, "名单"},
		{"no facts", h.as("王小草"), func(in *mediation.NewDispute) { in.Facts = " " }, model.Invalid, "怎么回事"},
		{"no wish", h.as("王小草"), func(in *mediation.NewDispute) { in.Wish = "" }, model.Invalid, "怎么解决"},
		{"too long", h.as("王小草"), func(in *mediation.NewDispute) { in.Facts = strings.Repeat("长", 3001) }, model.Invalid, "最多3000个字"},
		{"the wished mediator is kin", h.as("王小草"), func(in *mediation.NewDispute) { in.Mediator = "钱不多" }, model.Unknown, "另选"},
		{"a stranger", model.Actor{VillageID: "yunxi", Account: account, OpenID: "x"}, func(*mediation.NewDispute) {}, model.Forbidden, "绑定"},
		{"another village's", model.Actor{VillageID: "", VillagerID: "x"}, func(*mediation.NewDispute) {}, model.Forbidden, "权限"},
	} {
		in := wall()
		tc.change(&in)
		_, err := h.mediation.File(h.ctx, tc.actor, in)
		if !model.IsCode(err, tc.code) || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", tc.what, err)
		}
	}
	var n int64
	if h.must(h.store.DB(h.ctx).Model(&model.Case{}).Count(&n).Error); n != 0 {
		t.Errorf("%d refused disputes left a case", n)
	}
}

func TestAPrivateMatterOfACadreIsADispute(t *testing.T) {
	h := newHall(t)
	h.file(func(in *mediation.NewDispute) {
		in.Other.Name, in.Facts, in.Private = "赵志强", "他砌墙占了我的地", true
	})
}

func TestTheLandLimitIsTold(t *testing.T) {
	h := newHall(t)
	in := wall()
	in.Kind = "山林土地承包"
	out, err := h.mediation.File(h.ctx, h.as("王小草"), in)
	h.must(err)
	if len(out.Hints) != 1 || !strings.Contains(out.Hints[0], "2年") {
		t.Errorf("hints %v", out.Hints)
	}
}

func TestMediatorsAreChosenByKinshipKindAndLoad(t *testing.T) {
	h := newHall(t)
	h.must(h.people.AddKin(h.ctx, model.Console(), "yunxi", village.Named{Name: "李调解"}, village.Named{Name: "陈勇"}, "表兄弟"))
	kin := h.file()
	if got := h.read(kin).MediatorName; got != "吴调解" {
		t.Errorf("kin of the other party: %s", got)
	}
	free := func(in *mediation.NewDispute) { in.Other.Name = "孙有田" }
	if got := h.read(h.file(free)).MediatorName; got != "李调解" {
		t.Errorf("by load: %s", got)
	}
	h.must(h.mediation.SetKinds(h.ctx, h.as("吴调解"), "yunxi", h.as("吴调解").VillagerID, []string{"邻里", "邻里"}))
	if got := h.read(h.file(free)).MediatorName; got != "吴调解" {
		t.Errorf("by kind: %s", got)
	}
	if got := h.read(h.file(free, func(in *mediation.NewDispute) { in.Mediator = "李调解" })).MediatorName; got != "李调解" {
		t.Errorf("by choice: %s", got)
	}
	h.refused(h.mediation.SetKinds(h.ctx, h.as("王小草"), "yunxi", h.as("吴调解").VillagerID, nil), model.Forbidden, "权限")
}

func TestAMediatorWhoTurnsOutToBeKinMustStop(t *testing.T) {
	h := newHall(t)
	ref := h.mediating()
	h.must(h.people.AddKin(h.ctx, model.Console(), "yunxi", village.Named{Name: "李调解"}, village.Named{Name: "陈勇"}, "表兄弟"))
	_, err := h.mediation.Say(h.ctx, h.as("李调解"), ref, model.PartBoth, casework.Said{Text: "都让一让"})
	h.refused(err, model.Forbidden, "回避")
	_, err = h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, draft())
	h.refused(err, model.Forbidden, "回避")
	_, err = h.mediation.Decline(h.ctx, h.as("李调解"), ref, "亲属")
	h.must(err)
	if got := h.read(ref).MediatorName; got != "吴调解" {
		t.Errorf("now %s mediates", got)
	}
	_, err = h.mediation.Get(h.ctx, h.as("李调解"), ref)
	h.refused(err, model.Unknown, "没有找到")
}

func TestWithoutAnyMediatorTheTownshipMediates(t *testing.T) {
	h := newHall(t)
	for _, name := range []string{"李调解", "吴调解"} {
		_, err := h.people.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: name, Role: model.RoleMediator})
		h.must(err)
	}
	ref := h.file()
	if d := h.read(ref); d.Tier != model.TierTownship || d.OfficerName != "周丽" || d.State != model.DisputeConsent || h.caseOf(ref).HandlerName != "周丽" {
		t.Errorf("%+v", d)
	}
}

func TestTheOtherPartyIsVisitedAfterSevenDaysAndItEndsAfterFifteen(t *testing.T) {
	h := newHall(t)
	ref := h.file()
	_, err := h.mediation.Accept(h.ctx, h.as("李调解"), ref)
	h.must(err)
	var calls int64
	onList := func() int64 {
		h.must(h.store.DB(h.ctx).Model(&model.Notice{}).Where("village_id = ? AND state = ?", "yunxi", model.NoticeToCall).Count(&calls).Error)
		return calls
	}
	h.days(7)
	if onList() != 0 {
		t.Error("on the call list after seven days less an hour")
	}
	h.days(1)
	if onList() != 1 || h.read(ref).State != model.DisputeConsent {
		t.Errorf("%d on the call list", calls)
	}
	h.days(9)
	if d := h.read(ref); d.State != model.DisputeClosed || d.Outcome != model.DisputeSilent {
		t.Errorf("%s %s", d.State, d.Outcome)
	}
	v, err := h.mediation.Get(h.ctx, h.as("王小草"), ref)
	h.must(err)
	if !strings.Contains(v.Text(), "起诉") || v.Rights != mediation.Remedies {
		t.Errorf("no remedies told:\n%s", v.Text())
	}
}

func TestAnAnswerAtTheDoorIsRecorded(t *testing.T) {
	h := newHall(t)
	ref := h.file(func(in *mediation.NewDispute) { in.Outside, in.Other.Name = true, "外村老钱" })
	_, err := h.mediation.Accept(h.ctx, h.as("李调解"), ref)
	h.must(err)
	_, err = h.mediation.RecordAnswer(h.ctx, h.as("李调解"), ref, mediation.Answer{Agreed: true, How: "dream"})
	h.refused(err, model.Invalid, "上门")
	_, err = h.mediation.RecordAnswer(h.ctx, h.as("王小草"), ref, mediation.Answer{Agreed: true, How: "visit"})
	h.refused(err, model.Forbidden, "主持")
	_, err = h.mediation.RecordAnswer(h.ctx, h.as("李调解"), ref, mediation.Answer{Agreed: true, How: "visit"})
	h.must(err)
	if d := h.read(ref); d.State != model.DisputeMediating {
		t.Errorf("state %s", d.State)
	}
}

func TestARefusalEndsItWithTheRemedies(t *testing.T) {
	h := newHall(t)
	ref := h.file()
	_, err := h.mediation.Accept(h.ctx, h.as("李调解"), ref)
	h.must(err)
	_, err = h.mediation.Refuse(h.ctx, h.as("陈勇"), ref, "chat")
	h.must(err)
	if d := h.read(ref); d.Outcome != model.DisputeRefused {
		t.Errorf("outcome %s", d.Outcome)
	}
	_, err = h.mediation.Consent(h.ctx, h.as("陈勇"), ref, "chat")
	h.refused(err, model.Conflict, "没有等您答复")
}

func TestEitherPartyMayLeaveAtAnyTime(t *testing.T) {
	h := newHall(t)
	for _, name := range []string{"王小草", "陈勇"} {
		for _, ref := range []mediation.Ref{h.mediating(), h.counselled()} {
			_, err := h.mediation.Withdraw(h.ctx, h.as(name), ref, "")
			h.must(err)
			if d := h.read(ref); d.Outcome != model.DisputeWithdrawn {
				t.Errorf("%s: outcome %s", name, d.Outcome)
			}
		}
	}
}

func TestTheLadder(t *testing.T) {
	h := newHall(t)
	ref := h.mediating()
	h.days(28) // a reminder
	h.days(4)  // the mediator's time is over: the parties are asked about a lawyer
	d := h.read(ref)
	if d.Asking != "lawyer" || d.Tier != model.TierMediator {
		t.Fatalf("asking %q in tier %d", d.Asking, d.Tier)
	}
	for _, name := range []string{"王小草", "陈勇"} {
		_, err := h.mediation.Consent(h.ctx, h.as(name), ref, "chat")
		h.must(err)
	}
	if d = h.read(ref); d.Tier != model.TierLawyer || d.LawyerName != "郑律师" || h.caseOf(ref).HandlerName != "郑律师" {
		t.Fatalf("tier %d, lawyer %q", d.Tier, d.LawyerName)
	}
	h.days(34)
	if d = h.read(ref); d.Tier != model.TierTownship || d.OfficerName != "周丽" {
		t.Fatalf("tier %d, officer %q", d.Tier, d.OfficerName)
	}
	clocks, err := h.cases.Clocks(h.ctx, ref)
	h.must(err)
	if len(clocks) != 4 || clocks[1].Tier != 0 || clocks[2].Tier != 1 || clocks[3].Tier != 2 || !clocks[3].EndedAt.IsZero() || clocks[2].EndedAt.IsZero() {
		t.Errorf("clocks %+v", clocks)
	}
	_, err = h.mediation.Fail(h.ctx, h.as("李调解"), ref, "谈不拢")
	h.refused(err, model.Forbidden, "主持")
	_, err = h.mediation.Fail(h.ctx, h.as("周丽"), ref, "谈不拢")
	h.must(err)
	if d = h.read(ref); d.Outcome != model.DisputeFailed {
		t.Errorf("outcome %s", d.Outcome)
	}
}

func TestSilenceAboutTheLawyerLeadsToTheTownship(t *testing.T) {
	h := newHall(t)
	ref := h.mediating()
	h.days(32)
	_, err := h.mediation.Consent(h.ctx, h.as("王小草"), ref, "chat")
	h.must(err)
	h.days(9)
	if d := h.read(ref); d.Tier != model.TierTownship || d.LawyerID != "" {
		t.Errorf("tier %d, lawyer %q", d.Tier, d.LawyerName)
	}
}

func TestTimeIsExtendedOnlyIfBothAsk(t *testing.T) {
	h := newHall(t)
	ref := h.mediating()
	due := h.read(ref).DueAt
	extended, err := h.mediation.AskExtension(h.ctx, h.as("王小草"), ref)
	h.must(err)
	if extended || !h.read(ref).DueAt.Equal(due.Time) {
		t.Error("one party's wish extended it")
	}
	extended, err = h.mediation.AskExtension(h.ctx, h.as("陈勇"), ref)
	h.must(err)
	if got := h.read(ref).DueAt; !extended || got.Format("2006-01-02") != "2026-05-06" || !h.caseOf(ref).DueAt.Equal(got.Time) { // 30 days from 3 April is a holiday
		t.Errorf("extended %v, due %v", extended, got)
	}
	_, err = h.mediation.AskExtension(h.ctx, h.as("陈勇"), ref)
	h.refused(err, model.Conflict, "已经延期过")
}

func TestAJointDispute(t *testing.T) {
	h := newHall(t)
	ref := h.file(func(in *mediation.NewDispute) { in.Together = []village.Named{{Name: "孙有田"}, {Name: "刘芳"}} })
	_, err := h.mediation.Say(h.ctx, h.as("孙有田"), ref, "", casework.Said{Text: "我也是"})
	h.refused(err, model.TooEarly, "愿不愿意")
	_, err = h.mediation.Consent(h.ctx, h.as("孙有田"), ref, "chat")
	h.must(err)
	_, err = h.mediation.Refuse(h.ctx, h.as("刘芳"), ref, "chat")
	h.must(err)
	_, err = h.mediation.Accept(h.ctx, h.as("李调解"), ref)
	h.must(err)
	_, err = h.mediation.Consent(h.ctx, h.as("陈勇"), ref, "chat")
	h.must(err)
	a, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, draft())
	h.must(err)
	for _, name := range []string{"王小草", "陈勇"} {
		_, err = h.mediation.Sign(h.ctx, h.as(name), ref, a.Hash)
		h.must(err)
	}
	_, err = h.mediation.Sign(h.ctx, h.as("李调解"), ref, a.Hash)
	h.refused(err, model.TooEarly, "孙有田")
	_, err = h.mediation.Withdraw(h.ctx, h.as("孙有田"), ref, "") // he leaves alone; what names him is void
	h.must(err)
	if d := h.read(ref); d.State != model.DisputeMediating {
		t.Errorf("one who joined ended it for all: %s", d.State)
	}
	_, err = h.mediation.Sign(h.ctx, h.as("李调解"), ref, a.Hash)
	h.refused(err, model.Conflict, "没有等签名的协议")
}

func TestAMinorIsRepresentedByTheGuardian(t *testing.T) {
	h := newHall(t)
	ref := h.file(func(in *mediation.NewDispute) {
		in.Other.Name, in.Facts = "陈小宝", "他把我家的鱼塘网剪破了"
	})
	_, err := h.mediation.Accept(h.ctx, h.as("李调解"), ref)
	h.must(err)
	_, err = h.mediation.Consent(h.ctx, h.as("陈小宝"), ref, "chat")
	h.refused(err, model.Unknown, "没有找到")
	_, err = h.mediation.RecordAnswer(h.ctx, h.as("李调解"), ref, mediation.Answer{Agreed: true, How: "visit"})
	h.refused(err, model.Conflict, "监护人")
	_, err = h.mediation.SetGuardian(h.ctx, h.as("李调解"), ref, "孙有田", "")
	h.refused(err, model.Invalid, "近亲属")
	_, err = h.mediation.SetGuardian(h.ctx, h.as("李调解"), ref, "陈勇", "")
	h.must(err)
	_, err = h.mediation.Consent(h.ctx, h.as("陈勇"), ref, "chat")
	h.must(err)
	a, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, draft())
	h.must(err)
	if !strings.Contains(a.Text, "监护人：陈勇") {
		t.Errorf("the agreement doesn't name the guardian:\n%s", a.Text)
	}
	_, err = h.mediation.Sign(h.ctx, h.as("陈勇"), ref, a.Hash)
	h.must(err)
}

func TestAMediatorsRoleThatEndsMovesTheDispute(t *testing.T) {
	h := newHall(t)
	ref := h.counselled()
	for _, end := range []struct {
		unit, name string
		role       model.Role
	}{{"yunxi", "郑律师", model.RoleLawyer}, {"yunxi", "李调解", model.RoleMediator}} {
		_, err := h.people.End(h.ctx, model.Console(), village.EndRole{Unit: end.unit, Name: end.name, Role: end.role})
		h.must(err)
		_, err = h.mediation.Get(h.ctx, h.as(end.name), ref)
		h.refused(err, model.Unknown, "没有找到")
	}
	if d := h.read(ref); d.MediatorName != "吴调解" || d.LawyerID != "" || d.Tier != model.TierMediator || h.caseOf(ref).HandlerName != "吴调解" {
		t.Errorf("%+v", d)
	}
}
