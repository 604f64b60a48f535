package disclosure_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/village"
)

func TestADisclosureIsSignedOffBeforeItIsPublic(t *testing.T) {
	h := newHall(t)
	d := h.draft(disclosure.Draft{Period: "2026-Q1", Text: "修路、低保、物资发放"})
	_, err := h.Publish(h.ctx, h.actor("王强"), refOf(d), false)
	h.refused(err, model.Conflict, "监督委员会签字")
	_, err = h.Get(h.ctx, h.actor("郑平"), refOf(d), 0)
	h.refused(err, model.Unknown, "没有找到")

	for name, words := range map[string]string{"郑平": "没有", "张明": "没有"} {
		_, err = h.SignOff(h.ctx, h.actor(name), refOf(d), h.digest(d))
		if model.AsError(err) == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s signs: %v", name, err)
		}
	}
	h.sign(d)
	d = h.publish(d)
	view, err := h.Get(h.ctx, model.Actor{}, refOf(d), 0) // anybody, without signing in
	h.must(err)
	if view.Version.SignedName != "孙正" || view.Version.Text == "" || view.Disclosure.Title != "2026年第1季度村务公开" {
		t.Errorf("published as %+v", view.Version)
	}
	h.verified()
	view, err = h.Get(h.ctx, model.Actor{}, refOf(d), 0)
	h.must(err)
	if len(view.Leaves) != 1 {
		t.Errorf("%d leaves stand on the page", len(view.Leaves))
	}
}

// Kin of a committee member, and a supervisor who is on the committee too, can't
// sign off.
func TestTheSupervisedDontSignForThemselves(t *testing.T) {
	h := newHall(t)
	d := h.draft(disclosure.Draft{Period: "2026-Q1"})
	h.must(h.people.AddKin(h.ctx, model.Console(), yunxi, village.Named{Name: "钱亮"}, village.Named{Name: "赵会"}, "兄弟"))
	_, err := h.SignOff(h.ctx, h.actor("钱亮"), refOf(d), h.digest(d))
	h.refused(err, model.Forbidden, "回避")
	h.must(h.store.DB(h.ctx).Create(&model.RoleGrant{VillageID: yunxi, ID: model.NewID(), VillagerID: h.actor("孙正").VillagerID, Role: model.RoleCommittee, Live: "live"}).Error)
	_, err = h.SignOff(h.ctx, h.actor("孙正"), refOf(d), h.digest(d))
	h.refused(err, model.Forbidden, "不能替村务监督委员会签字")
}

// What was signed is what is published: an edit voids the signature, and a stale
// reading can't be signed.
func TestASignatureIsForWhatWasRead(t *testing.T) {
	h := newHall(t)
	d := h.draft(disclosure.Draft{Period: "2026-Q1", Text: "第一稿"})
	old := h.digest(d)
	h.sign(d)
	_, err := h.Edit(h.ctx, h.actor("赵会"), refOf(d), disclosure.Draft{Text: "第二稿"})
	h.must(err)
	_, err = h.Publish(h.ctx, h.actor("王强"), refOf(d), false)
	h.refused(err, model.Conflict, "签字")
	_, err = h.SignOff(h.ctx, h.actor("孙正"), refOf(d), old)
	h.refused(err, model.Conflict, "刚改过")
	h.sign(d)
	h.publish(d)
}

// Two people publish the same period at once: one wins, the other is told.
func TestOnePeriodIsPublishedOnce(t *testing.T) {
	h := newHall(t)
	const drafts = 6
	var all []model.Disclosure
	for range drafts {
		d := h.draft(disclosure.Draft{Period: "2026-Q1"})
		h.sign(d)
		all = append(all, d)
	}
	actor := h.actor("王强")
	errs := make([]error, drafts)
	var work sync.WaitGroup
	for i, d := range all {
		work.Go(func() { _, errs[i] = h.Publish(h.ctx, actor, refOf(d), false) })
	}
	work.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			h.refused(err, model.Conflict, "已经公开了")
		}
	}
	if won != 1 {
		t.Errorf("%d won", won)
	}
	_, err := h.Draft(h.ctx, actor, h.filled(disclosure.Draft{Period: "2026-Q1"}))
	h.refused(err, model.Conflict, "已经公开了")
	h.verified()
}

// A correction is a new version with the difference shown; the old one stays.
func TestACorrectionIsAVersion(t *testing.T) {
	h := newHall(t)
	d := h.published(disclosure.Draft{Period: "2026-Q1", Text: "低保12户\n修路3公里"})
	_, err := h.Correct(h.ctx, h.actor("赵会"), refOf(d), disclosure.Draft{Text: "低保13户\n修路3公里"}, "")
	h.refused(err, model.Invalid, "为什么更正")
	_, err = h.Correct(h.ctx, h.actor("赵会"), refOf(d), disclosure.Draft{Text: "低保13户\n修路3公里"}, "少写一户")
	h.must(err)
	_, err = h.Correct(h.ctx, h.actor("王强"), refOf(d), disclosure.Draft{Text: "又一份"}, "再改")
	h.refused(err, model.Conflict, "已经有一份更正稿")
	view, err := h.Get(h.ctx, model.Actor{}, refOf(d), 0)
	h.must(err)
	if !strings.Contains(view.Version.Text, "12户") {
		t.Error("an unsigned correction shows")
	}
	h.sign(d)
	h.publish(d)
	lines, err := h.Diff(h.ctx, model.Actor{}, refOf(d), 1, 2)
	h.must(err)
	var changed []string
	for _, l := range lines {
		if l.How != disclosure.LineSame {
			changed = append(changed, l.How+" "+l.Text)
		}
	}
	if strings.Join(changed, ";") != "removed 低保12户;added 低保13户" {
		t.Errorf("difference: %v", changed)
	}
	old, err := h.Get(h.ctx, model.Actor{}, refOf(d), 1)
	h.must(err)
	if !strings.Contains(old.Version.Text, "12户") || len(old.Versions) != 2 || old.Versions[0].Reason != "少写一户" {
		t.Errorf("the old version reads %q, of %d", old.Version.Text, len(old.Versions))
	}
	h.verified()
}

func TestAWithdrawalKeepsTheRecord(t *testing.T) {
	h := newHall(t)
	d := h.published(disclosure.Draft{Period: "2026-Q1", Text: "写了别人的病"})
	h.must(h.store.DB(h.ctx).Model(&model.Media{}).Where("1 = 1").UpdateColumn("subject", "").Error)
	_, err := h.Withdraw(h.ctx, h.actor("张明"), refOf(d), " ")
	h.refused(err, model.Invalid, "为什么撤下")
	_, err = h.Withdraw(h.ctx, h.actor("张明"), refOf(d), "含个人隐私")
	h.must(err)
	view, err := h.Get(h.ctx, h.actor("郑平"), refOf(d), 0)
	h.must(err)
	if view.Version.Text != "" || view.Disclosure.WithdrawnReason != "含个人隐私" {
		t.Errorf("a villager reads %+v", view)
	}
	inside, err := h.Get(h.ctx, h.actor("孙正"), refOf(d), 0)
	h.must(err)
	if inside.Version.Text == "" {
		t.Error("the supervisors can't read what was taken down")
	}
	found, err := h.Search(h.ctx, model.Actor{}, yunxi, "别人的病", 10)
	h.must(err)
	if len(found) != 0 {
		t.Error("it is still found")
	}
	h.published(disclosure.Draft{Period: "2026-Q1", Text: "重写的一份"}) // its period is owed again
	h.verified()
}

// The statutory days run from the board's photo.
func TestTheBoardsPhotoStartsTheDays(t *testing.T) {
	h := newHall(t)
	d := h.published(disclosure.Draft{Period: "2026-Q1"})
	photo := h.upload()
	_, err := h.Post(h.ctx, h.actor("王强"), refOf(d), "", h.clock.Now())
	h.refused(err, model.Invalid, "照片")
	_, err = h.Post(h.ctx, h.actor("王强"), refOf(d), photo, h.clock.Now().AddDate(0, 0, 3))
	h.refused(err, model.Invalid, "日期不对")
	d, err = h.Post(h.ctx, h.actor("王强"), refOf(d), photo, h.clock.Now())
	h.must(err)
	if got := d.PostedUntil.Format(time.DateOnly); got != "2026-01-20" { // 15 days after the 5th
		t.Errorf("posted until %s", got)
	}
}

// A party disclosure needs a second person and three checks; its scope holds on
// every way to it.
func TestAPartyDisclosureKeepsToItsScope(t *testing.T) {
	h := newHall(t)
	zheng := h.actor("郑平")
	in := disclosure.Draft{VillageID: yunxi, Kind: model.DiscloseParty, Period: "2026-Q1", Title: "纪律处分通报", Text: "某某受处分", Scope: model.ScopeNamed, Readers: []string{zheng.VillagerID}}
	d, err := h.Draft(h.ctx, h.actor("张明"), in)
	h.must(err)
	view, err := h.Get(h.ctx, h.actor("张明"), refOf(d), -1)
	h.must(err)
	all := disclosure.Checks{Secrecy: true, Need: true, Accuracy: true}
	_, err = h.Approve(h.ctx, h.actor("张明"), refOf(d), view.Digest, all)
	h.refused(err, model.Forbidden, "不能自己审批")
	_, err = h.Approve(h.ctx, h.actor("李娟"), refOf(d), view.Digest, disclosure.Checks{Secrecy: true})
	h.refused(err, model.Invalid, "三项")
	_, err = h.Publish(h.ctx, h.actor("张明"), refOf(d), false)
	h.refused(err, model.Conflict, "审批")
	_, err = h.Approve(h.ctx, h.actor("李娟"), refOf(d), view.Digest, all)
	h.must(err)
	_, err = h.Publish(h.ctx, h.actor("张明"), refOf(d), true)
	h.must(err)

	for name, may := range map[string]bool{"张明": true, "李娟": true, "郑平": true, "王强": false, "孙正": false, "吴芳": false, "周镇": false} {
		actor := h.actor(name)
		_, err := h.Get(h.ctx, actor, refOf(d), 0)
		_, question := h.Ask(h.ctx, model.Actor{VillageID: yunxi, VillagerID: actor.VillagerID, Name: name, Holds: actor.Holds}, refOf(d), casework.Said{Text: "为什么"})
		listed, listErr := h.List(h.ctx, actor, disclosure.Query{VillageID: yunxi})
		h.must(listErr)
		found, searchErr := h.Search(h.ctx, actor, yunxi, "处分", 10)
		h.must(searchErr)
		slots, calendarErr := h.Calendar(h.ctx, actor, yunxi, h.clock.Now().AddDate(-1, 0, 0), h.clock.Now().AddDate(1, 0, 0))
		h.must(calendarErr)
		linked := false
		for _, slot := range slots {
			linked = linked || slot.DisclosureID == d.ID
			if strings.Contains(slot.Title, "处分") {
				t.Error("the public calendar tells what it is about")
			}
		}
		_, diffErr := h.Diff(h.ctx, actor, refOf(d), 1, 1)
		got := []bool{err == nil, h.MayRead(h.ctx, actor, refOf(d)) == nil, len(listed) == 1, len(found) == 1, linked, diffErr == nil}
		if name != "周镇" { // of another unit: asks in no village
			got = append(got, question == nil)
		}
		for i, ok := range got {
			if ok != may {
				t.Errorf("%s by way %d: %v, want %v", name, i, ok, may)
			}
		}
	}
	_, err = h.TellDue(h.ctx)
	h.must(err)
	var notices []model.Notice
	h.must(h.store.DB(h.ctx).Where("event LIKE ?", "disclosure/%").Find(&notices).Error)
	if len(notices) != 1 || !notices[0].Private {
		t.Errorf("%d are told of it", len(notices))
	}
	_, err = h.Draft(h.ctx, h.actor("王强"), h.filled(disclosure.Draft{Period: "2026-Q1", Scope: model.ScopeParty}))
	h.refused(err, model.Invalid, "只有党务公开")
	h.verified()
}

func TestQuestionsStandUnderTheDisclosure(t *testing.T) {
	h := newHall(t)
	d := h.published(disclosure.Draft{Period: "2026-Q1", Text: "修路花了3万元"})
	ask := func(name, text string) model.Case {
		t.Helper()
		c, err := h.Ask(h.ctx, h.actor(name), refOf(d), casework.Said{Text: text})
		h.must(err)
		return c
	}
	c, same := ask("郑平", "修路找谁修的？"), ask("吴芳", "路是谁修的")
	if c.HandlerID == "" || c.DueAt.IsZero() || !strings.Contains(c.Summary, "修路找谁修的") {
		t.Errorf("the case: %+v", c)
	}
	questions, err := h.Questions(h.ctx, model.Actor{}, refOf(d), "", 10)
	h.must(err)
	if len(questions) != 0 {
		t.Error("a question shows before it is answered")
	}
	handler, err := h.people.ActorOf(h.ctx, c.Handler())
	h.must(err)
	_, err = h.Join(h.ctx, handler, yunxi, same.ID, c.ID)
	h.must(err)
	_, err = h.cases.Reply(h.ctx, handler, casework.RefOf(c), casework.Said{Text: "西山建材店，三家比价"})
	h.must(err)
	questions, err = h.Questions(h.ctx, model.Actor{}, refOf(d), "", 10)
	h.must(err)
	if len(questions) != 1 || questions[0].Nickname != "郑姓乡亲" || questions[0].Answer != "西山建材店，三家比价" || questions[0].AskerID != "" {
		t.Fatalf("under the disclosure: %+v", questions)
	}
	var told []model.Notice
	h.must(h.store.DB(h.ctx).Where("recipient = ? AND text LIKE ?", h.actor("吴芳").Person().Recipient(), "%三家比价%").Find(&told).Error)
	if len(told) != 1 {
		t.Errorf("the other asker got %d answers", len(told))
	}
	h.verified()

	h.must(h.Forget(h.ctx, h.actor("郑平").Person()))
	questions, err = h.Questions(h.ctx, model.Actor{}, refOf(d), "", 10)
	h.must(err)
	if strings.Contains(questions[0].Question, "修路") || questions[0].Nickname == "郑姓乡亲" {
		t.Errorf("after erasure: %+v", questions[0])
	}
	h.verified()
}

// Somebody who edits past the program is found out.
func TestASilentEditIsFound(t *testing.T) {
	for name, change := range map[string]func(h *hall, d, f model.Disclosure) error{
		"text": func(h *hall, d, _ model.Disclosure) error {
			return h.store.DB(h.ctx).Model(&model.DisclosureVersion{}).Where("disclosure_id = ?", d.ID).UpdateColumn("text", "低保11户").Error
		},
		"item": func(h *hall, _, f model.Disclosure) error {
			return h.store.DB(h.ctx).Model(&model.FinanceItem{}).Where("disclosure_id = ? AND seq = 2", f.ID).UpdateColumn("party", "别家").Error
		},
		"signature": func(h *hall, d, _ model.Disclosure) error {
			return h.store.DB(h.ctx).Model(&model.DisclosureVersion{}).Where("disclosure_id = ?", d.ID).UpdateColumn("signed_name", "别人").Error
		},
		"picture": func(h *hall, _, _ model.Disclosure) error {
			return h.store.DB(h.ctx).Model(&model.Media{}).Where("sha256 <> ''").UpdateColumn("sha256", strings.Repeat("b", 64)).Error
		},
		"whole": func(h *hall, d, _ model.Disclosure) error {
			return h.store.DB(h.ctx).Where("id = ?", d.ID).Delete(&model.Disclosure{}).Error
		},
		"leaf": func(h *hall, d, _ model.Disclosure) error {
			return h.store.DB(h.ctx).Where("subject = ?", "disclosure/"+d.ID+"/1").Delete(&model.LogEntry{}).Error
		},
	} {
		h := newHall(t)
		h.clock.Set(day("2026-02-03"))
		d := h.published(disclosure.Draft{Period: "2026-Q1", Text: "低保12户", MediaIDs: []string{h.upload()}})
		f := h.published(month("2026-01", 0, 500_00, 200_00))
		h.verified()
		h.must(change(h, d, f))
		report, err := h.log.VerifyLog(h.ctx, yunxi, "", h.LogSource())
		h.must(err)
		if report.OK() {
			t.Errorf("%s: not found", name)
		}
	}
}
