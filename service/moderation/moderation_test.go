package moderation_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/moderation"
)

const (
	secretary  = model.RoleBranchSecretary
	committee  = model.RoleCommittee
	supervisor = model.RoleSupervisor
	township   = model.RoleTownship
)

func TestWhatWeChatPassesMayBeShownAndIsKeptNoLonger(t *testing.T) {
	w := newWorld(t)
	w.want(wang(), text("question/1", "路灯花了多少钱？"))
	w.shown("question/1", false)
	if n := w.check(); n.Passed != 1 {
		t.Fatalf("%+v", n)
	}
	w.shown("question/1", true)
	if c := w.row("question/1"); c.Text != "" || c.State != model.CheckPassed {
		t.Errorf("%+v", c)
	}
	if n := w.check(); n != (moderation.Checked{}) || len(w.wechat.texts) != 1 {
		t.Errorf("asked again: %+v", n)
	}
	w.shown("question/2", false) // nobody had it checked
}

func TestWhatWeChatDoesntPassWaitsForAPerson(t *testing.T) {
	for words, why := range map[string]string{"来赌一把": "违法犯罪", "说说拆迁": "时政"} {
		t.Run(words, func(t *testing.T) {
			w := newWorld(t)
			w.want(wang(), text("question/1", words))
			if n := w.check(); n.ToPerson != 1 {
				t.Fatalf("%+v", n)
			}
			w.shown("question/1", false)
			items := w.queue(secretary)
			if len(items) != 1 || items[0].Text != words || !strings.Contains(items[0].Why, why) || items[0].AuthorName != "王建国" || items[0].Risky != (words == "来赌一把") {
				t.Fatalf("%+v", items)
			}
			if got := w.told(w.actors[secretary].Person()); len(got) != 1 || !strings.Contains(got[0], "待审内容") {
				t.Errorf("the secretary is told %q", got)
			}
			w.must(w.Decide(w.ctx, w.actors[committee], home, items[0].ID, true, "说的是公开的事"))
			w.shown("question/1", true)
			if c := w.row("question/1"); c.Text != "" || c.DecidedName == "" || c.State != model.CheckPublished {
				t.Errorf("%+v", c)
			}
			if len(w.queue(secretary)) != 0 {
				t.Error("it is still in the queue")
			}
			var entries int64
			w.must(w.store.DB(w.ctx).Model(&model.AuditEntry{}).Where("village_id = ? AND verb = ? AND subject = ?", home, "content.review", "check/"+items[0].ID).Count(&entries).Error)
			if entries != 1 {
				t.Errorf("%d entries of it in the log", entries)
			}
		})
	}
}

func TestARefusalIsToldWithItsReason(t *testing.T) {
	w := newWorld(t)
	w.want(wang(), text("question/1", "来赌一把"))
	w.check()
	id := w.queue(supervisor)[0].ID
	for name, tt := range map[string]struct {
		actor   model.Actor
		publish bool
		reason  string
		code    model.Code
	}{
		"no reason":             {w.actors[supervisor], false, " ", model.Invalid},
		"risky without reason":  {w.actors[supervisor], true, "", model.Invalid},
		"a reason without end":  {w.actors[supervisor], false, strings.Repeat("长", 81), model.Invalid},
		"a villager":            {model.Actor{VillageID: home, VillagerID: "li"}, true, "好", model.Forbidden},
		"of another village":    {model.Actor{VillageID: "heping", VillagerID: "x", Holds: []model.Held{{VillageID: "heping", Role: secretary}}}, true, "好", model.Forbidden},
		"the operator at desk":  {model.Console(), true, "好", model.Forbidden},
		"the author as a cadre": {author(), true, "好", model.Forbidden},
	} {
		if err := w.Decide(w.ctx, tt.actor, home, id, tt.publish, tt.reason); !model.IsCode(err, tt.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.Decide(w.ctx, w.actors[supervisor], home, model.NewID(), true, ""); !model.IsCode(err, model.Unknown) {
		t.Errorf("one that isn't: %v", err)
	}
	w.must(w.Decide(w.ctx, w.actors[supervisor], home, id, false, "不能说赌博"))
	w.shown("question/1", false)
	if got := w.told(wang().Person()); len(got) != 1 || !strings.Contains(got[0], "不能说赌博") || !strings.Contains(got[0], "照样办理") {
		t.Errorf("%q", got)
	}
	if err := w.Decide(w.ctx, w.actors[secretary], home, id, true, "我看可以"); !model.IsCode(err, model.Conflict) {
		t.Errorf("decided twice: %v", err)
	}
}

// author is the villager wang, who is a committee member, too.
func author() model.Actor {
	a := wang()
	a.Holds = []model.Held{{VillageID: home, Role: committee}}
	return a
}

func TestASecretarysOwnWordsAreForOthersToDecide(t *testing.T) {
	w := newWorld(t)
	boss := w.actors[secretary]
	boss.Account, boss.OpenID = mini, "oBoss"
	w.want(boss, text("disclosure/1", "拆迁方案"))
	w.check()
	if items := w.queue(secretary); len(items) != 1 || !items[0].Own {
		t.Errorf("%+v", items)
	}
	if len(w.told(boss.Person())) != 0 || len(w.told(w.actors[committee].Person())) != 1 {
		t.Error("the next who may decide is told, not the author")
	}
	if err := w.Decide(w.ctx, boss, home, w.queue(secretary)[0].ID, true, "好"); !model.IsCode(err, model.Forbidden) {
		t.Errorf("%v", err)
	}
}

func TestAFileIsCheckedByAnEventThatMayComeEarly(t *testing.T) {
	w := newWorld(t)
	picture, voice := w.file("question/1", "image/jpeg", "kept"), w.file("question/1", "audio/mpeg", "kept")
	w.want(wang(), picture, voice, text("question/1", "看照片"))
	w.says("trace-1", model.CheckResult{Suggest: moderation.Pass, Label: "100"}) // before we know what we asked
	if n := w.check(); n.Asked != 2 || n.Passed != 1 {
		t.Fatalf("%+v", n)
	}
	w.shown("question/1", false)
	if n := w.check(); n.Passed != 1 {
		t.Errorf("the early event: %+v", n)
	}
	w.says("trace-2", model.CheckResult{Suggest: moderation.Pass, Label: "100"})
	w.says("trace-2", model.CheckResult{Suggest: moderation.Risky, Label: "20002"}) // said before, and that counts
	w.check()
	w.shown("question/1", true)
	var left int64
	w.must(w.store.DB(w.ctx).Model(&model.CheckResult{}).Count(&left).Error)
	if left != 0 {
		t.Errorf("%d results are left", left)
	}
}

func TestWeChatMayFetchAFileOnlyWhileItChecksIt(t *testing.T) {
	w := newWorld(t)
	picture := w.file("question/1", "image/jpeg", "kept")
	w.want(wang(), picture)
	w.check()
	token := strings.TrimPrefix(w.wechat.files["trace-1"], "https://cun/checks/")
	if v, id, err := w.File(w.ctx, token); err != nil || v != home || id != picture.MediaID {
		t.Errorf("%s %s %v", v, id, err)
	}
	for _, wrong := range []string{"", "0", strings.Repeat("0", 64)} {
		if _, _, err := w.File(w.ctx, wrong); !model.IsCode(err, model.Unknown) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	w.says("trace-1", model.CheckResult{Suggest: moderation.Risky, Label: "20002"})
	w.check()
	if _, _, err := w.File(w.ctx, token); !model.IsCode(err, model.Unknown) {
		t.Errorf("afterwards: %v", err)
	}
	for role, want := range map[model.Role]bool{secretary: true, township: true} {
		if may, err := w.MaySee(w.ctx, w.actors[role], home, picture.MediaID); err != nil || may != want {
			t.Errorf("%s: %v, %v", role, may, err)
		}
	}
	if may, err := w.MaySee(w.ctx, wang(), home, picture.MediaID); err != nil || may {
		t.Errorf("a villager: %v, %v", may, err)
	}
}

func TestWhatWeChatCantCheckGoesToAPersonWithTheReason(t *testing.T) {
	w := newWorld(t)
	chat := model.Actor{VillageID: home, VillagerID: "wang", Name: "王建国", Account: "wxofficial", OpenID: "oChat"}
	w.want(chat, text("a", "公众号里说的"))
	w.want(model.Actor{VillageID: home, VillagerID: "li"}, text("b", "窗口代录的"))
	w.want(wang(), w.file("c", "audio/amr", "kept"), w.file("d", "application/pdf", "kept"), w.file("e", "", "lost"), w.file("f", "image/png", "kept"))
	w.check()
	w.says("trace-1", model.CheckResult{Failure: "-1008"})
	w.check()
	reasons := map[string]string{"a": "小程序", "b": "小程序", "c": "这种文件", "d": "这种文件", "e": "这种文件", "f": "-1008"}
	for _, item := range w.queue(secretary) {
		if want := reasons[item.Subject]; want == "" || !strings.Contains(item.Why, want) {
			t.Errorf("%s: %s", item.Subject, item.Why)
		}
		delete(reasons, item.Subject)
	}
	if len(reasons) != 0 {
		t.Errorf("not in the queue: %v", reasons)
	}
	if len(w.wechat.texts) != 0 {
		t.Errorf("WeChat was asked %q", w.wechat.texts)
	}
	if got := w.told(w.actors[secretary].Person()); len(got) != 1 {
		t.Errorf("told %d times on one day", len(got))
	}
}

func TestFailuresOfWeChat(t *testing.T) {
	for name, tt := range map[string]struct {
		fail   error
		person bool // at once
	}{
		"busy":           {&model.SendError{Class: model.SendRetry, Code: -1}, false},
		"quota":          {&model.SendError{Class: model.SendQuota, Code: 45011}, false},
		"no answer":      {&model.SendError{Class: model.SendUnknown}, false},
		"the net":        {errors.New("connection reset"), false},
		"not a visitor":  {&model.SendError{Class: model.SendFault, Code: 61010}, true},
		"no such person": {&model.SendError{Class: model.SendRecipient, Code: 40003}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.wechat.fail = tt.fail
			w.want(wang(), text("a", "路灯"), w.file("b", "image/jpeg", "kept"))
			n := w.check()
			if tt.person {
				if n.ToPerson != 2 || len(w.queue(secretary)) != 2 {
					t.Errorf("%+v", n)
				}
				return
			}
			if n.Later != 2 {
				t.Fatalf("%+v", n)
			}
			if n := w.check(); n != (moderation.Checked{}) {
				t.Errorf("tried again at once: %+v", n)
			}
			w.later(20 * time.Minute)
			w.wechat.fail = nil
			if n := w.check(); n.Passed != 1 || n.Asked != 1 {
				t.Errorf("when it is back: %+v", n)
			}
		})
	}
}

func TestWeChatThatNeverAnswersLeavesItToAPerson(t *testing.T) {
	w := newWorld(t)
	w.want(wang(), w.file("a", "image/jpeg", "kept"))
	w.check()
	w.wechat.fail = &model.SendError{Class: model.SendRetry}
	w.want(wang(), text("b", "路灯"))
	for range 5 {
		w.check()
		w.later(20 * time.Minute)
	}
	w.check()
	items := w.queue(secretary)
	if len(items) != 2 {
		t.Fatalf("%+v", items)
	}
	w.says("trace-1", model.CheckResult{Suggest: moderation.Pass}) // too late: a person has it now
	w.check()
	if got := w.queue(secretary); len(got) != 2 {
		t.Errorf("%+v", got)
	}
	w.later(25 * time.Hour)
	w.check()
	var left int64
	w.must(w.store.DB(w.ctx).Model(&model.CheckResult{}).Count(&left).Error)
	if left != 0 {
		t.Errorf("%d results are left", left)
	}
}

func TestAPictureOnItsWayFromChatIsWaitedFor(t *testing.T) {
	w := newWorld(t)
	wanted := w.file("a", "", "wanted")
	w.want(wang(), wanted)
	if n := w.check(); n.Later != 1 {
		t.Fatalf("%+v", n)
	}
	w.must(w.store.DB(w.ctx).Model(&model.Media{}).Where("id = ?", wanted.MediaID).UpdateColumns(map[string]any{"state": "kept", "content_type": "image/jpeg"}).Error)
	w.later(time.Minute)
	if n := w.check(); n.Asked != 1 {
		t.Errorf("%+v", n)
	}
}

func TestWhatTheVillageMustNotSeeGoesToTheTownship(t *testing.T) {
	w := newWorld(t)
	secret := text("a", "书记家的拆迁款")
	secret.Above = true
	w.want(wang(), secret, text("b", "拆迁"))
	w.check()
	for role, want := range map[model.Role]int{secretary: 1, committee: 1, supervisor: 1, township: 2} {
		if got := len(w.queue(role)); got != want {
			t.Errorf("%s sees %d", role, got)
		}
	}
	id := w.row("a").ID
	if err := w.Decide(w.ctx, w.actors[secretary], home, id, false, "不行"); !model.IsCode(err, model.Unknown) {
		t.Errorf("%v", err)
	}
	if got := w.told(w.actors[township].Person()); len(got) != 1 || strings.Contains(got[0], "书记") {
		t.Errorf("the township is told %q", got)
	}
	w.must(w.Decide(w.ctx, w.actors[township], home, id, true, ""))
	w.shown("a", true)
}

func TestWhatIsWithdrawnOrWrittenAnewIsNoLongerDecided(t *testing.T) {
	w := newWorld(t)
	w.want(wang(), text("a", "来赌一把"))
	w.check()
	id := w.queue(secretary)[0].ID
	w.must(w.store.Tx(w.ctx, func(ctx context.Context) error {
		if err := w.Drop(ctx, home, "a"); err != nil {
			return err
		}
		return w.Want(ctx, wang(), text("a", "路灯"))
	}))
	if len(w.queue(secretary)) != 0 {
		t.Error("it is still in the queue")
	}
	if err := w.Decide(w.ctx, w.actors[secretary], home, id, true, "好"); !model.IsCode(err, model.Conflict) {
		t.Errorf("%v", err)
	}
	w.shown("a", false)
	w.check()
	w.shown("a", true)
}

func TestTheQueueIsPaged(t *testing.T) {
	w := newWorld(t)
	var want, got []string
	for i := range 7 {
		subject := fmt.Sprint("q/", i)
		w.want(wang(), text(subject, "拆迁"))
		want = append(want, subject)
	}
	w.check()
	after := ""
	for {
		items, next, err := w.Queue(w.ctx, w.actors[secretary], home, after, 3)
		w.must(err)
		for _, item := range items {
			got = append(got, item.Subject)
		}
		if after = next; after == "" {
			break
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v", got)
	}
	for _, wrong := range []string{"x", strings.Repeat("g", 32)} {
		if _, _, err := w.Queue(w.ctx, w.actors[secretary], home, wrong, 3); !model.IsCode(err, model.Invalid) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if _, _, err := w.Queue(w.ctx, wang(), home, "", 3); !model.IsCode(err, model.Forbidden) {
		t.Errorf("a villager: %v", err)
	}
}

func TestMistakesOfRoomsAreErrors(t *testing.T) {
	w := newWorld(t)
	if err := w.Want(w.ctx, wang(), text("a", "x")); err == nil {
		t.Error("wanted outside of a transaction")
	}
	if err := w.Drop(w.ctx, home, "a"); err == nil {
		t.Error("dropped outside of a transaction")
	}
	for name, wanted := range map[string]moderation.Wanted{
		"no subject": {VillageID: home, Text: "x"}, "nothing": {VillageID: home, Subject: "a", Text: " "}, "both": {VillageID: home, Subject: "a", Text: "x", MediaID: "m"},
	} {
		if err := w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Want(ctx, wang(), wanted) }); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestManyWorkersAskOnceAndManyDecideOnce(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		w.want(wang(), text(fmt.Sprint("q/", i), "拆迁"))
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := w.CheckDue(w.ctx); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.check()
	if len(w.wechat.texts) != 20 {
		t.Errorf("asked %d times about 20 texts", len(w.wechat.texts))
	}
	id := w.queue(secretary)[0].ID
	var decided atomic.Int64
	for i := range 8 {
		all.Go(func() {
			err := w.Decide(w.ctx, w.actors[[]model.Role{secretary, committee, supervisor, township}[i%4]], home, id, i%2 == 0, "理由")
			if err == nil {
				decided.Add(1)
			} else if !model.IsCode(err, model.Conflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if decided.Load() != 1 {
		t.Errorf("decided %d times", decided.Load())
	}
}

func TestAClaimWhoseHolderDiedRunsOut(t *testing.T) {
	w := newWorld(t)
	w.want(wang(), text("a", "路灯"))
	w.must(w.store.DB(w.ctx).Model(&model.ContentCheck{}).Where("subject = ?", "a").UpdateColumn("lease_until", model.At(w.clock.Now().Add(time.Minute))).Error)
	if n := w.check(); n != (moderation.Checked{}) {
		t.Errorf("taken under another's claim: %+v", n)
	}
	w.later(2 * time.Minute)
	if n := w.check(); n.Passed != 1 {
		t.Errorf("%+v", n)
	}
}

func TestWhatIsDroppedWhileWeChatThinksStaysDropped(t *testing.T) {
	w := newWorld(t)
	w.want(wang(), text("a", "拆迁"))
	w.wechat.slow = func() {
		w.must(w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Drop(ctx, home, "a") }))
	}
	w.check()
	if c := w.row("a"); c.State != model.CheckDropped || c.Text != "" {
		t.Errorf("%+v", c)
	}
}
