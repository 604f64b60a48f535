package mediation_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/mediation"
)

func TestAnAgreementLacksNothingThatTheLawWants(t *testing.T) {
	h := newHall(t)
	ref := h.mediating()
	for _, tc := range []struct {
		what   string
		change func(*mediation.Draft)
		says   string
	}{
		{"no facts", func(d *mediation.Draft) { d.Facts = "" }, "主要事实"},
		{"no responsibility", func(d *mediation.Draft) { d.Responsibility = " " }, "责任"},
		{"no content", func(d *mediation.Draft) { d.Content = "" }, "协议的内容"},
		{"no manner", func(d *mediation.Draft) { d.Manner = "" }, "怎么履行"},
		{"no deadline", func(d *mediation.Draft) { d.Promises = nil }, "哪天前"},
		{"a day that doesn't exist", func(d *mediation.Draft) { d.Promises[0].DueOn = "2026-02-30" }, "日期不对"},
		{"a day in the past", func(d *mediation.Draft) { d.Promises[0].DueOn = "2026-03-03" }, "日期不对"},
		{"nobody's promise", func(d *mediation.Draft) { d.Promises[0].By = model.PartBoth }, "甲方还是乙方"},
		{"a negative amount", func(d *mediation.Draft) { d.Promises[1].Fen = -1 }, "金额"},
		{"an absurd amount", func(d *mediation.Draft) { d.Promises[1].Fen = 1 << 60 }, "金额"},
		{"no form", func(d *mediation.Draft) { d.Form = "" }, "形式"},
	} {
		in := draft()
		tc.change(&in)
		_, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, in)
		if !model.IsCode(err, model.Invalid) || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", tc.what, err)
		}
	}
	a, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, draft())
	h.must(err)
	for _, want := range []string{"人民调解协议书", "云溪村人民调解委员会", "甲方：王小草，", "乙方：陈勇，", "1980年1月1日出生", "乙方在2026年3月20日前：留出排水沟", "付料钱，500.00元", "司法确认", "人民调解员：李调解"} {
		if !strings.Contains(a.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, a.Text)
		}
	}
	_, err = h.mediation.WriteAgreement(h.ctx, h.as("王小草"), ref, draft())
	h.refused(err, model.Forbidden, "主持")
}

func TestAnEditVoidsTheSignaturesGiven(t *testing.T) {
	h := newHall(t)
	ref, first := h.written()
	_, err := h.mediation.Sign(h.ctx, h.as("王小草"), ref, first.Hash)
	h.must(err)
	in := draft()
	in.Content += "，两清"
	second, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, in)
	h.must(err)
	_, err = h.mediation.Sign(h.ctx, h.as("陈勇"), ref, first.Hash)
	h.refused(err, model.Conflict, "改过")
	_, err = h.mediation.Sign(h.ctx, h.as("陈勇"), ref, second.Hash)
	h.must(err)
	_, err = h.mediation.Sign(h.ctx, h.as("李调解"), ref, second.Hash)
	h.refused(err, model.TooEarly, "王小草还没有签名")
	_, err = h.mediation.Sign(h.ctx, h.as("王小草"), ref, second.Hash)
	h.must(err)
	_, err = h.mediation.Sign(h.ctx, h.as("李调解"), ref, second.Hash)
	h.must(err)
	if d := h.read(ref); d.State != model.DisputeAgreed {
		t.Errorf("state %s", d.State)
	}
}

func TestOneSignsForOneselfOnOnesOwnPhone(t *testing.T) {
	h := newHall(t)
	ref, a := h.written()
	h.bind("王小草", "陈勇") // a phone that two share
	_, err := h.mediation.Sign(h.ctx, h.as("王小草"), ref, a.Hash)
	h.must(err)
	_, err = h.mediation.Sign(h.ctx, h.as("陈勇", "王小草"), ref, a.Hash)
	h.refused(err, model.Conflict, "一个微信只能给一个人签")
	_, err = h.mediation.Sign(h.ctx, h.as("王小草"), ref, a.Hash)
	h.refused(err, model.Conflict, "已经签过")
	_, err = h.mediation.Sign(h.ctx, h.as("陈勇", "路人"), ref, a.Hash)
	h.refused(err, model.Forbidden, "确认身份")
	helped := h.as("陈勇")
	helped.HelpedBy = h.as("刘芳").VillagerID
	_, err = h.mediation.Sign(h.ctx, helped, ref, a.Hash)
	h.refused(err, model.Forbidden, "不能代办")
	h.must(h.store.DB(h.ctx).Model(&model.Binding{}).Where("openid = ?", "陈勇").UpdateColumn("strength", model.BoundByCode).Error)
	_, err = h.mediation.Sign(h.ctx, h.as("陈勇"), ref, a.Hash)
	h.refused(err, model.Forbidden, "手机号")
	_, err = h.mediation.Sign(h.ctx, h.as("孙有田"), ref, a.Hash)
	h.refused(err, model.Unknown, "没有找到")
	_, err = h.mediation.Sign(h.ctx, h.as("周丽"), ref, a.Hash)
	h.refused(err, model.Forbidden, "签")
}

func TestMarriageAndInheritanceWantInk(t *testing.T) {
	h := newHall(t)
	ref := h.mediating(func(in *mediation.NewDispute) { in.Kind = "继承" })
	_, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, draft())
	h.refused(err, model.Invalid, "电子签名法第三条")
	in := draft()
	in.Form = model.FormInk
	a, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, in)
	h.must(err)
	_, err = h.mediation.Sign(h.ctx, h.as("王小草"), ref, a.Hash)
	h.refused(err, model.Conflict, "纸上")
	_, err = h.mediation.RecordPaper(h.ctx, h.as("李调解"), ref, a.Hash, "")
	h.refused(err, model.Invalid, "上传")
	_, err = h.mediation.RecordPaper(h.ctx, h.as("王小草"), ref, a.Hash, "scan")
	h.refused(err, model.Forbidden, "主持")
	d, err := h.mediation.RecordPaper(h.ctx, h.as("李调解"), ref, a.Hash, "scan")
	h.must(err)
	if d.State != model.DisputeAgreed || !d.ConfirmBy.IsZero() || len(h.attached) != 1 {
		t.Errorf("state %s, confirm by %v, attached %v", d.State, d.ConfirmBy, h.attached)
	}
	_, err = h.mediation.Confirmation(h.ctx, h.as("王小草"), ref)
	h.refused(err, model.Unknown, "不能申请司法确认")
	if may, err := h.mediation.MayOpen(h.ctx, h.as("陈勇"), ref, "scan"); err != nil || !may {
		t.Errorf("a party can't see the paper: %v", err)
	}
	if may, err := h.mediation.MayOpen(h.ctx, h.as("张明"), ref, "scan"); err != nil || may {
		t.Errorf("the secretary can see the paper: %v", err)
	}
}

func TestAnOralAgreementIsRecordedAndBindsAtOnce(t *testing.T) {
	h := newHall(t)
	ref := h.mediating()
	in := draft()
	in.Form = model.FormOral
	_, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, in)
	h.must(err)
	if d := h.read(ref); d.State != model.DisputeAgreed || d.EffectiveAt.IsZero() {
		t.Errorf("%+v", d)
	}
}

func TestTheCourtCanBeAskedForThirtyDays(t *testing.T) {
	h := newHall(t)
	ref := h.agreed()
	form, err := h.mediation.Confirmation(h.ctx, h.as("王小草"), ref)
	h.must(err)
	if form.DaysLeft < 30 || !strings.Contains(form.Text, "申请人（甲方）：王小草") || !strings.Contains(form.Text, "2026年3月4日") || !strings.Contains(form.Text, "邻里纠纷") {
		t.Errorf("%d days:\n%s", form.DaysLeft, form.Text)
	}
	before := h.told("王小草")
	h.days(28)
	if h.told("王小草") == before {
		t.Error("nobody was reminded of the court")
	}
	h.days(9)
	_, err = h.mediation.Confirmation(h.ctx, h.as("王小草"), ref)
	h.refused(err, model.Gone, "期限已过")
	_, err = h.mediation.Confirmed(h.ctx, h.as("李调解"), ref)
	h.must(err)
	_, err = h.mediation.Confirmed(h.ctx, h.as("李调解"), ref)
	h.refused(err, model.Conflict, "已经登记")
}

func TestABrokenPromiseOpensItAgain(t *testing.T) {
	h := newHall(t)
	ref := h.agreed()
	_, err := h.mediation.Performance(h.ctx, h.as("陈勇"), ref, 1, true, "")
	h.refused(err, model.Conflict, "只能说对方答应的")
	_, err = h.mediation.Withdraw(h.ctx, h.as("陈勇"), ref, "")
	h.refused(err, model.Conflict, "已经生效")
	_, err = h.mediation.Performance(h.ctx, h.as("王小草"), ref, 1, false, "沟还堵着")
	h.must(err)
	d := h.read(ref)
	if c := h.caseOf(ref); d.State != model.DisputeMediating || d.Reopened != 1 || d.DueAt.IsZero() || c.State != model.CaseInProgress || c.HandlerName != "李调解" {
		t.Fatalf("%+v", d)
	}
	a, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, draft())
	h.must(err)
	if a.Version != 2 {
		t.Errorf("version %d", a.Version)
	}
}

func TestPromisesAreFollowedUp(t *testing.T) {
	h := newHall(t)
	ref := h.agreed()
	debtor, creditor := h.told("陈勇"), h.told("王小草")
	h.clock.Set(time.Date(2026, 3, 17, 10, 0, 0, 0, model.Shanghai))
	_, err := h.mediation.AdvanceDue(h.ctx)
	h.must(err)
	if h.told("陈勇") != debtor+1 || h.told("王小草") != creditor {
		t.Error("who promised wasn't reminded, or the other was")
	}
	h.clock.Set(time.Date(2026, 3, 21, 10, 0, 0, 0, model.Shanghai))
	_, err = h.mediation.AdvanceDue(h.ctx)
	h.must(err)
	if h.told("王小草") != creditor+1 {
		t.Error("the other side wasn't asked")
	}
	for range 3 {
		h.days(30)
	}
	if d := h.read(ref); d.State != model.DisputeClosed || d.Outcome != model.DisputeKept {
		t.Errorf("%s %s", d.State, d.Outcome)
	}
	var assumed int64
	if h.must(h.store.DB(h.ctx).Model(&model.DisputePromise{}).Where("state = ?", model.PromiseAssumed).Count(&assumed).Error); assumed != 2 {
		t.Errorf("%d promises are assumed", assumed)
	}
}
