package merit_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/model"
)

func TestAnObjectionStopsTheClaim(t *testing.T) {
	for name, upheld := range map[string]bool{"upheld": true, "denied": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.approved(w.files("李华", 1, ""))
			_, opened, err := w.Object(w.ctx, w.actor("陈勇"), ref(c), "那天她不在村里")
			w.ok(err)
			if opened.HandlerName != "孙有田" || opened.Kind != "merit" {
				t.Fatalf("the case goes to %s", opened.HandlerName)
			}
			w.clock.Advance(30 * 24 * time.Hour)
			if n, _ := w.PostDue(w.ctx); n != 0 {
				t.Fatal("posted while an objection is open")
			}
			_, _, err = w.Object(w.ctx, w.actor("赵志强"), ref(c), "我也觉得")
			w.refused(err, model.Conflict, "公示")
			_, err = w.cases.Decide(w.ctx, w.actor("张明"), caseRef(opened), upheld, "看过了")
			w.refused(err, model.Unknown, "没有找到")
			_, err = w.cases.Decide(w.ctx, w.actor("孙有田"), caseRef(opened), upheld, "查了监控")
			w.ok(err)
			n, err := w.PostDue(w.ctx)
			w.ok(err)
			want, words := int64(5), "维持"
			if upheld {
				want, words = 0, "没有通过：异议成立"
			}
			if got := w.balance("李华"); got != want || n != int(want/5) || !strings.Contains(w.told("李华"), words) {
				t.Errorf("posted %d, balance %d, told %s", n, got, w.told("李华"))
			}
			w.sound()
		})
	}
}

func TestAWithdrawnObjectionLetsTheClaimGoOn(t *testing.T) {
	w := newWorld(t)
	c := w.approved(w.files("李华", 4, ""))
	_, opened, err := w.Object(w.ctx, w.actor("陈勇"), ref(c), "记错人了吧")
	w.ok(err)
	_, err = w.cases.Withdraw(w.ctx, w.actor("陈勇"), caseRef(opened))
	w.ok(err)
	if w.get(c) != model.ClaimNoticed {
		t.Errorf("it is %s", w.get(c))
	}
}

func TestARefusedClaimIsAppealedOnce(t *testing.T) {
	w := newWorld(t)
	c := w.files("李华", 1, "")
	for _, name := range w.asked(c)[:2] {
		_, err := w.Review(w.ctx, w.actor(name), ref(c), false, "看不清")
		w.ok(err)
	}
	_, _, err := w.Appeal(w.ctx, w.actor("陈勇"), ref(c), "我觉得该给")
	w.refused(err, model.Unknown, "没有找到")
	_, opened, err := w.Appeal(w.ctx, w.actor("李华"), ref(c), "有三个人看见")
	w.ok(err)
	_, err = w.cases.Decide(w.ctx, w.actor("孙有田"), caseRef(opened), true, "问过三个人，属实")
	w.ok(err)
	if w.get(c) != model.ClaimNoticed {
		t.Fatalf("it is %s", w.get(c))
	}
	w.clock.Advance(14 * 24 * time.Hour)
	_, err = w.PostDue(w.ctx)
	w.ok(err)
	_, _, err = w.Appeal(w.ctx, w.actor("李华"), ref(c), "再多给点")
	w.refused(err, model.Conflict, "已经由村务监督委员会看过")
	if w.balance("李华") != 5 {
		t.Errorf("balance %d", w.balance("李华"))
	}
}

func TestADeductionIsPrivateStopsAtZeroAndCanBeAppealed(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 8)
	c := w.files("赵志强", 9, "李华")
	w.approved(c)
	public, err := w.OnNotice(w.ctx, w.actor("陈勇"), yunxi, "", 10)
	w.ok(err)
	if len(public) != 0 {
		t.Fatalf("a deduction is public: %+v", public)
	}
	_, err = w.Numbered(w.ctx, w.actor("陈勇"), yunxi, c.Number)
	w.refused(err, model.Unknown, "没有找到")
	_, _, err = w.Object(w.ctx, w.actor("陈勇"), ref(c), "活该")
	w.refused(err, model.Unknown, "没有找到")
	w.clock.Advance(14 * 24 * time.Hour)
	_, err = w.PostDue(w.ctx)
	w.ok(err)
	if w.balance("李华") != 0 || !strings.Contains(w.told("李华"), "已扣8分") {
		t.Fatalf("balance %d, told %s", w.balance("李华"), w.told("李华"))
	}
	_, opened, err := w.Appeal(w.ctx, w.actor("李华"), ref(c), "不是我倒的")
	w.ok(err)
	_, err = w.cases.Decide(w.ctx, w.actor("孙有田"), caseRef(opened), true, "查明是别人")
	w.ok(err)
	if w.balance("李华") != 8 || w.get(c) != model.ClaimReversed {
		t.Errorf("balance %d, %s", w.balance("李华"), w.get(c))
	}
	w.sound()
}

func TestACorrectionIsAReversal(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 100)
	var c model.MeritClaim
	w.ok(w.store.DB(w.ctx).Take(&c, "state = ?", model.ClaimPosted).Error)
	_, err := w.Reverse(w.ctx, w.actor("张明"), ref(c), "弄错了")
	w.refused(err, model.Forbidden, "权限")
	g := w.goods("酱油", 30, 5)
	r := w.redeems("李华", g, 1)
	_, err = w.Reverse(w.ctx, w.actor("孙有田"), ref(c), "弄错了")
	w.refused(err, model.Conflict, "已经用掉")
	_, err = w.Cancel(w.ctx, w.actor("李华"), refOf(r))
	w.ok(err)
	_, err = w.Reverse(w.ctx, w.actor("孙有田"), ref(c), "弄错了")
	w.ok(err)
	_, err = w.Reverse(w.ctx, w.actor("孙有田"), ref(c), "弄错了")
	w.refused(err, model.Conflict, "不能冲正")
	lines, err := w.Entries(w.ctx, w.actor("李华"), 0, 10)
	w.ok(err)
	if len(lines) != 4 || w.balance("李华") != 0 { // award, hold, release, reverse: nothing was removed
		t.Errorf("%+v", lines)
	}
	w.ok(w.Honour(w.ctx, w.actor("李华"), true))
	if roll, _ := w.Ranking(w.ctx, w.actor("陈勇"), yunxi, "2026", 10); len(roll) != 0 {
		t.Errorf("points that were taken back are honoured: %+v", roll)
	}
	w.sound()
}
