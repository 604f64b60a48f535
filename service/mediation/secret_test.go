package mediation_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/mediation"
)

// Nobody without a seat learns anything by any method; those with one do only
// what is theirs.
func TestTheDisputeDoesNotExistForWhoeverHasNoSeat(t *testing.T) {
	h := newHall(t)
	h.grant("yunxi", "何律师", model.RoleLawyer)
	h.grant("yunxi", "刘芳", model.RoleGridWorker)
	ref := h.counselled()
	methods := map[string]func(model.Actor) error{
		"get":      func(a model.Actor) error { _, err := h.mediation.Get(h.ctx, a, ref); return err },
		"consent":  func(a model.Actor) error { _, err := h.mediation.Consent(h.ctx, a, ref, "api"); return err },
		"refuse":   func(a model.Actor) error { _, err := h.mediation.Refuse(h.ctx, a, ref, "api"); return err },
		"withdraw": func(a model.Actor) error { _, err := h.mediation.Withdraw(h.ctx, a, ref, ""); return err },
		"say": func(a model.Actor) error {
			_, err := h.mediation.Say(h.ctx, a, ref, model.PartBoth, casework.Said{Text: "喂"})
			return err
		},
		"accept":  func(a model.Actor) error { _, err := h.mediation.Accept(h.ctx, a, ref); return ifConflict(err) },
		"decline": func(a model.Actor) error { _, err := h.mediation.Decline(h.ctx, a, ref, ""); return err },
		"replace": func(a model.Actor) error { _, err := h.mediation.Replace(h.ctx, a, ref); return err },
		"refer":   func(a model.Actor) error { _, err := h.mediation.Refer(h.ctx, a, ref, 2, "难"); return err },
		"declare": func(a model.Actor) error {
			_, err := h.mediation.Declare(h.ctx, a, ref, model.PartRespondent)
			return err
		},
		"release": func(a model.Actor) error { return h.mediation.Release(h.ctx, a, ref, nil) },
		"extend":  func(a model.Actor) error { _, err := h.mediation.AskExtension(h.ctx, a, ref); return err },
		"fail":    func(a model.Actor) error { _, err := h.mediation.Fail(h.ctx, a, ref, "难"); return err },
		"reject":  func(a model.Actor) error { _, err := h.mediation.Reject(h.ctx, a, ref, "难"); return err },
		"report":  func(a model.Actor) error { _, err := h.mediation.Report(h.ctx, a, ref, "报了"); return err },
		"answer": func(a model.Actor) error {
			_, err := h.mediation.RecordAnswer(h.ctx, a, ref, mediation.Answer{How: "visit"})
			return err
		},
		"guardian": func(a model.Actor) error { _, err := h.mediation.SetGuardian(h.ctx, a, ref, "刘芳", ""); return err },
		"plan": func(a model.Actor) error {
			_, err := h.mediation.PlanSession(h.ctx, a, ref, h.clock.Now().Add(time.Hour), "村委会")
			return err
		},
		"record": func(a model.Actor) error {
			_, err := h.mediation.RecordSession(h.ctx, a, ref, mediation.Held{Record: "x", Attended: []string{"y"}})
			return err
		},
		"write": func(a model.Actor) error { _, err := h.mediation.WriteAgreement(h.ctx, a, ref, draft()); return err },
		"sign":  func(a model.Actor) error { _, err := h.mediation.Sign(h.ctx, a, ref, "x"); return err },
		"paper": func(a model.Actor) error { _, err := h.mediation.RecordPaper(h.ctx, a, ref, "x", "y"); return err },
		"performance": func(a model.Actor) error {
			_, err := h.mediation.Performance(h.ctx, a, ref, 0, true, "")
			return err
		},
		"court":     func(a model.Actor) error { _, err := h.mediation.Confirmation(h.ctx, a, ref); return err },
		"confirmed": func(a model.Actor) error { _, err := h.mediation.Confirmed(h.ctx, a, ref); return err },
		"danger":    func(a model.Actor) error { return h.mediation.Danger(h.ctx, a, ref, help.HeedOf("救命")) },
		"case":      func(a model.Actor) error { _, err := h.cases.Get(h.ctx, a, ref); return err },
		"reply": func(a model.Actor) error {
			_, err := h.cases.Reply(h.ctx, a, ref, casework.Said{Text: "办了"})
			return ifConflict(err)
		},
	}
	outsiders := map[string]model.Actor{"secretary": h.as("张明"), "committee": h.as("赵志强"), "grid worker": h.as("刘芳"), "another mediator": h.as("吴调解"),
		"another lawyer": h.as("何律师"), "a villager": h.as("孙有田"), "kin of a party": h.as("陈小宝"), "operator": model.Console(),
		"a stranger": {VillageID: "yunxi", Account: account, OpenID: "x"}}
	for who, actor := range outsiders {
		for name, call := range methods {
			if err := call(actor); !model.IsCode(err, model.Unknown) {
				t.Errorf("%s, %s: %v", who, name, err)
			}
		}
	}
	if d := h.read(ref); d.State != model.DisputeMediating || d.Flag != "" || d.LawyerSide != model.PartApplicant {
		t.Errorf("an outsider changed it: %+v", d)
	}
}

// ifConflict: of the locked case, and of a dispute that somebody else took, a
// method may say that it isn't to be had, to whoever could have had it.
func ifConflict(err error) error {
	if model.IsCode(err, model.Conflict) {
		return model.Errorf(model.Unknown, "%s", err.Error())
	}
	return err
}

func TestEachPartReadsWhatIsTheirs(t *testing.T) {
	h := newHall(t)
	ref := h.counselled()
	say := func(name, to, text string) {
		t.Helper()
		_, err := h.mediation.Say(h.ctx, h.as(name), ref, to, casework.Said{Text: text})
		h.must(err)
	}
	say("陈勇", "", "陈对调解员")
	say("李调解", model.PartApplicant, "调解员对甲")
	say("李调解", model.PartRespondent, "调解员对乙")
	say("李调解", model.PartBoth, "调解员对双方")
	say("郑律师", model.PartApplicant, "律师对甲")
	say("王小草", model.PartLawyer, "甲对律师")
	reads := func(name string) string {
		v, err := h.mediation.Get(h.ctx, h.as(name), ref)
		h.must(err)
		var texts []string
		for _, w := range v.Words {
			texts = append(texts, w.Text)
		}
		return strings.Join(texts, "|")
	}
	for name, want := range map[string]string{
		"王小草": "他家的墙挡了我家的排水沟|把沟留出来|调解员对甲|调解员对双方|律师对甲|甲对律师",
		"陈勇":  "陈对调解员|调解员对乙|调解员对双方",
		"李调解": "他家的墙挡了我家的排水沟|把沟留出来|陈对调解员|调解员对甲|调解员对乙|调解员对双方",
		"周丽":  "他家的墙挡了我家的排水沟|把沟留出来|陈对调解员|调解员对甲|调解员对乙|调解员对双方",
		"郑律师": "他家的墙挡了我家的排水沟|把沟留出来|律师对甲|甲对律师", // what was said after the consent isn't released
	} {
		if got := reads(name); got != want {
			t.Errorf("%s reads\n\t%s, wants\n\t%s", name, got, want)
		}
	}
}

func TestALawyerReadsOnlyWhatWasReleased(t *testing.T) {
	h := newHall(t)
	ref := h.mediating()
	_, err := h.mediation.Refer(h.ctx, h.as("李调解"), ref, model.TierLawyer, "")
	h.must(err)
	_, err = h.mediation.Get(h.ctx, h.as("郑律师"), ref)
	h.refused(err, model.Unknown, "没有找到")
	for _, name := range []string{"王小草", "陈勇"} {
		_, err = h.mediation.Consent(h.ctx, h.as(name), ref, "api")
		h.must(err)
	}
	v, err := h.mediation.Get(h.ctx, h.as("王小草"), ref)
	h.must(err)
	h.must(h.mediation.Release(h.ctx, h.as("王小草"), ref, []string{v.Words[1].ID}))
	v, err = h.mediation.Get(h.ctx, h.as("郑律师"), ref)
	h.must(err)
	if len(v.Words) != 0 {
		t.Errorf("read before declaring: %v", v.Words)
	}
	_, err = h.mediation.Declare(h.ctx, h.as("郑律师"), ref, model.PartBoth)
	h.refused(err, model.Invalid, "不能为双方")
	_, err = h.mediation.Declare(h.ctx, h.as("郑律师"), ref, model.PartRespondent)
	h.must(err)
	_, err = h.mediation.Declare(h.ctx, h.as("郑律师"), ref, model.PartApplicant)
	h.refused(err, model.Conflict, "不能再改")
	v, err = h.mediation.Get(h.ctx, h.as("郑律师"), ref)
	h.must(err)
	if len(v.Words) != 1 || v.Words[0].Kind != "wish" {
		t.Errorf("reads %v", v.Words)
	}
	_, err = h.mediation.Say(h.ctx, h.as("郑律师"), ref, model.PartApplicant, casework.Said{Text: "您也占理"})
	h.refused(err, model.Forbidden, "第三十九条")
}

// The consent is taken back after the lawyer has read: nothing more is read, that
// it was read stays on record, and the lawyer never comes back on either side.
func TestConsentTakenBackAfterTheLawyerRead(t *testing.T) {
	h := newHall(t)
	ref := h.counselled()
	_, err := h.mediation.Get(h.ctx, h.as("郑律师"), ref)
	h.must(err)
	_, err = h.mediation.Refuse(h.ctx, h.as("陈勇"), ref, "chat")
	h.must(err)
	_, err = h.mediation.Get(h.ctx, h.as("郑律师"), ref)
	h.refused(err, model.Unknown, "没有找到")
	if d := h.read(ref); d.Tier != model.TierMediator || d.LawyerID != "" || d.State != model.DisputeMediating {
		t.Errorf("%+v", d)
	}
	var reads, released int64
	h.must(h.store.DB(h.ctx).Model(&model.AuditEntry{}).Where("verb = ? AND detail = ? AND actor_id = ?", "dispute.read", "lawyer", h.as("郑律师").VillagerID).Count(&reads).Error)
	h.must(h.store.DB(h.ctx).Model(&model.DisputeWord{}).Where("released_at > 0").Count(&released).Error)
	if reads != 1 || released != 0 {
		t.Errorf("%d reads on record, %d words still released", reads, released)
	}
	_, err = h.mediation.Refer(h.ctx, h.as("李调解"), ref, model.TierLawyer, "")
	h.refused(err, model.Conflict, "没有能帮忙的公益律师")
}

func TestEveryReadButAPartysIsAudited(t *testing.T) {
	h := newHall(t)
	ref := h.counselled()
	count := func() int64 {
		var n int64
		h.must(h.store.DB(h.ctx).Model(&model.AuditEntry{}).Where("verb = ? AND subject = ?", "dispute.read", ref.ID).Count(&n).Error)
		return n
	}
	for name, more := range map[string]int64{"王小草": 0, "陈勇": 0, "李调解": 1, "郑律师": 1, "周丽": 1} {
		before := count()
		_, err := h.mediation.Get(h.ctx, h.as(name), ref)
		h.must(err)
		if got := count() - before; got != more {
			t.Errorf("%s: %d entries, want %d", name, got, more)
		}
	}
}

// No word of a dispute stands where others look: the cases, their timeline, the
// notices, the audit log.
func TestNoWordStandsWhereOthersLook(t *testing.T) {
	h := newHall(t)
	ref := h.counselled()
	_, err := h.mediation.Refer(h.ctx, h.as("郑律师"), ref, model.TierTownship, "要勘界排水沟")
	h.must(err)
	_, err = h.mediation.Fail(h.ctx, h.as("周丽"), ref, "排水沟谈不拢")
	h.must(err)
	for _, table := range []string{"cases", "case_events", "case_clocks", "notices", "audit_entries", "dialogues"} {
		var rows []map[string]any
		h.must(h.store.DB(h.ctx).Table(table).Find(&rows).Error)
		for _, row := range rows {
			if text := fmt.Sprint(row); strings.Contains(text, "排水沟") || strings.Contains(text, "邻里") {
				t.Errorf("%s: %s", table, text)
			}
		}
	}
	for _, name := range []string{"王小草", "陈勇", "李调解", "郑律师", "周丽"} {
		h.told(name)
	}
}

func TestARedFlagStandsUntilTheReportIsRecorded(t *testing.T) {
	h := newHall(t)
	ref := h.file(func(in *mediation.NewDispute) { in.Kind, in.Facts = "婚姻家庭", "老公打我" })
	_, err := h.mediation.Accept(h.ctx, h.as("李调解"), ref)
	h.must(err)
	if h.told("陈勇") != 0 {
		t.Fatal("the other party was asked although the danger isn't reported")
	}
	_, err = h.mediation.RecordAnswer(h.ctx, h.as("李调解"), ref, mediation.Answer{Agreed: true, How: "visit"})
	h.refused(err, model.Conflict, "红旗")
	for name, end := range map[string]func() error{
		"fail":   func() error { _, err := h.mediation.Fail(h.ctx, h.as("李调解"), ref, "谈不拢"); return err },
		"reject": func() error { _, err := h.mediation.Reject(h.ctx, h.as("李调解"), ref, "不归我管"); return err },
	} {
		if err := end(); !model.IsCode(err, model.Conflict) || !strings.Contains(err.Error(), "报告") {
			t.Errorf("%s: %v", name, err)
		}
	}
	before := h.told("周丽")
	h.days(2)
	if h.told("周丽") != before+2 {
		t.Errorf("the township was reminded %d times in two days", h.told("周丽")-before)
	}
	_, err = h.mediation.Withdraw(h.ctx, h.as("王小草"), ref, "") // her right; the flag stays
	h.must(err)
	flags, err := h.mediation.Flags(h.ctx, h.as("周丽"), "yunxi")
	h.must(err)
	if len(flags) != 1 || flags[0].ID != ref.ID {
		t.Errorf("flags %v", flags)
	}
	_, err = h.mediation.Flags(h.ctx, h.as("张明"), "yunxi")
	h.refused(err, model.Forbidden, "权限")
	_, err = h.mediation.Report(h.ctx, h.as("王小草"), ref, "报了")
	h.refused(err, model.Forbidden, "调解员或镇司法所")
	_, err = h.mediation.Report(h.ctx, h.as("周丽"), ref, " ")
	h.refused(err, model.Invalid, "向谁报告")
	_, err = h.mediation.Report(h.ctx, h.as("周丽"), ref, "已转派出所和妇联，3月6日")
	h.must(err)
	if flags, err = h.mediation.Flags(h.ctx, h.as("周丽"), "yunxi"); err != nil || len(flags) != 0 {
		t.Errorf("flags %v, %v", flags, err)
	}
}

func TestAReportedDangerLetsTheOtherPartyBeAsked(t *testing.T) {
	h := newHall(t)
	ref := h.file(func(in *mediation.NewDispute) { in.Facts = "他威胁我，要打人" })
	_, err := h.mediation.Accept(h.ctx, h.as("李调解"), ref)
	h.must(err)
	_, err = h.mediation.Report(h.ctx, h.as("李调解"), ref, "已报派出所，3月4日")
	h.must(err)
	if h.told("陈勇") != 1 || h.read(ref).Asking != "consent" {
		t.Error("the other party wasn't asked")
	}
	v, err := h.mediation.Get(h.ctx, h.as("陈勇"), ref)
	h.must(err)
	if v.Dispute.Flag != "" || v.Dispute.Report != "" || len(v.Words) != 0 {
		t.Errorf("the other party sees the flag or words: %+v", v)
	}
}

func TestAQuestionToTheLawyerIsNotTheBranchs(t *testing.T) {
	h := newHall(t)
	h.grant("yunxi", "何律师", model.RoleLawyer)
	h.must(h.mediation.SetDuty(h.ctx, h.as("郑律师"), "yunxi", "2026-03-04", h.as("何律师").VillagerID))
	c, err := h.mediation.Consult(h.ctx, h.as("王小草"), casework.Said{Text: "借条过了三年还有用吗"})
	h.must(err)
	if c.HandlerName != "何律师" {
		t.Errorf("on duty: %s answers", c.HandlerName)
	}
	_, err = h.cases.Get(context.Background(), h.as("张明"), casework.RefOf(c))
	h.refused(err, model.Unknown, "没有找到")
	_, err = h.cases.Reply(h.ctx, h.as("何律师"), casework.RefOf(c), casework.Said{Text: "有用"})
	h.must(err)
	h.refused(h.mediation.SetDuty(h.ctx, h.as("张明"), "yunxi", "2026-03-05", h.as("何律师").VillagerID), model.Forbidden, "权限")
	h.refused(h.mediation.SetDuty(h.ctx, h.as("郑律师"), "yunxi", "3月5日", h.as("何律师").VillagerID), model.Invalid, "日期")
	h.refused(h.mediation.SetDuty(h.ctx, h.as("郑律师"), "yunxi", "2026-03-05", h.as("张明").VillagerID), model.Unknown, "公益律师")
}

func TestLegalAidTriage(t *testing.T) {
	for _, tc := range []struct {
		matter, person int
		likely         bool
		says           string
	}{{1, 3, true, "第四十二条"}, {4, 5, true, "第三十二条"}, {2, 4, true, "第四十一条"}, {2, 5, false, "12348"}, {9, 1, false, "12348"}} {
		aid, err := mediation.Triage(tc.matter, tc.person)
		if err != nil || aid.Likely != tc.likely || !strings.Contains(aid.Why, tc.says) {
			t.Errorf("%d, %d: %+v, %v", tc.matter, tc.person, aid, err)
		}
	}
	if _, err := mediation.Triage(0, 9); !model.IsCode(err, model.Invalid) {
		t.Errorf("out of range: %v", err)
	}
}

// A helper files and speaks for an elder; yes and no are the elder's own.
func TestAHelperSpeaksButDoesNotDecide(t *testing.T) {
	h := newHall(t)
	elder := h.as("李秀英", "刘芳")
	elder.HelpedBy = h.as("刘芳").VillagerID
	in := wall()
	in.Other.Name = "孙有田"
	out, err := h.mediation.File(h.ctx, elder, in)
	h.must(err)
	ref := mediation.RefOf(out.Dispute)
	if d := h.read(ref); d.HelperID != elder.HelpedBy {
		t.Errorf("who filed it isn't kept: %+v", d)
	}
	_, err = h.mediation.Say(h.ctx, elder, ref, "", casework.Said{Text: "她补充一句"})
	h.must(err)
	for name, call := range map[string]func() error{
		"withdraw":    func() error { _, err := h.mediation.Withdraw(h.ctx, elder, ref, ""); return err },
		"consent":     func() error { _, err := h.mediation.Consent(h.ctx, elder, ref, "api"); return err },
		"refuse":      func() error { _, err := h.mediation.Refuse(h.ctx, elder, ref, "api"); return err },
		"replace":     func() error { _, err := h.mediation.Replace(h.ctx, elder, ref); return err },
		"performance": func() error { _, err := h.mediation.Performance(h.ctx, elder, ref, 0, true, ""); return err },
	} {
		if err := call(); !model.IsCode(err, model.Forbidden) || !strings.Contains(err.Error(), "本人") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
