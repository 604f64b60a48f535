package membership_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/membership"
	"cunwu/service/notice"
	"cunwu/service/village"
)

func TestAHelperFilesForAnElder(t *testing.T) {
	h := build(t)
	elder, helper, _ := h.agreed(membership.ScopeCases)
	secretary := h.bound("张明")
	c, err := h.file(helper, elder.Person(), "低保没发")
	h.ok(err)
	if c.AskerID != elder.VillagerID || c.AskerName != "王大山" || c.HelperID != helper.VillagerID {
		t.Errorf("the case is %+v", c)
	}
	h.wantTold(secretary.Person(), "王大山（王小草代写）：低保没发")
	h.wantTold(elder.Person(), "王小草替您留了言：低保没发", "取消代办")
	ref := casework.RefOf(c)
	view, err := h.cases.Get(h.ctx, helper, ref)
	h.ok(err)
	if view.Side != casework.SideHelper || !strings.Contains(casework.Course(view), "王小草代说：低保没发") {
		t.Errorf("the helper sees %s %s", view.Side, casework.Course(view))
	}
	_, err = h.cases.Add(h.ctx, helper, ref, casework.Said{Text: "是三月的"}, "")
	h.ok(err)
	_, err = h.cases.Reply(h.ctx, secretary, ref, casework.Said{Text: "明天补发"})
	h.ok(err)
	h.wantTold(helper.Person(), "您代王大山办的 #1 张明答复：明天补发")
	if strings.Contains(h.told(helper.Person()), "解决了吗") {
		t.Error("the helper is asked for the verdict")
	}
	h.wantTold(elder.Person(), "明天补发", "解决了吗")

	acting, err := h.MayHelp(h.ctx, helper, elder.Person(), membership.ScopeCases)
	h.ok(err)
	for who, actor := range map[string]model.Actor{"the helper": helper, "the helper as the elder": acting} {
		code := model.Forbidden // 要由本人来做
		_, err = h.cases.Verdict(h.ctx, actor, ref, true, "")
		wantCode(t, err, code)
		_, err = h.cases.Stars(h.ctx, actor, ref, 5, "")
		wantCode(t, err, code)
		_, err = h.cases.Withdraw(h.ctx, actor, ref)
		if wantCode(t, err, code); t.Failed() {
			t.Fatal(who)
		}
	}
	_, err = h.cases.Verdict(h.ctx, elder, ref, true, "")
	h.ok(err)
	_, err = h.cases.Get(h.ctx, h.bound("陈勇"), ref)
	wantCode(t, err, model.Unknown)
}

// Without WeChat the elder's word is asked by whoever calls.
func TestTheCallListAsksTheElder(t *testing.T) {
	h := build(t)
	grid, helper, secretary := h.bound("刘芳"), h.bound("王小草"), h.bound("张明")
	asked, err := h.AskToHelp(h.ctx, helper, ask("王大山", membership.ScopeCases))
	h.ok(err)
	_, err = h.Confirm(h.ctx, grid, "yunxi", asked.Number, "")
	h.ok(err)
	c, err := h.file(helper, h.one("王大山", "").Person(), "低保没发")
	h.ok(err)
	_, err = h.cases.Reply(h.ctx, secretary, casework.RefOf(c), casework.Said{Text: "明天补发"})
	h.ok(err)
	var asking model.Notice
	h.ok(h.store.DB(h.ctx).Take(&asking, "case_id = ? AND question = ?", c.ID, casework.QuestionVerdict).Error)
	if asking.Recipient != h.one("王大山", "").Person().Recipient() || asking.Role != notice.RoleAsker || asking.CallAfter.IsZero() {
		t.Errorf("the verdict is asked of %+v", asking)
	}
}

func TestScopesOfReading(t *testing.T) {
	h := build(t)
	elder, helper, _ := h.agreed(membership.ScopeReading)
	_, err := h.file(helper, elder.Person(), "低保没发")
	wantCode(t, err, model.Forbidden)
	own, err := h.cases.Open(h.ctx, elder, casework.NewCase{VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "路灯坏了"}})
	h.ok(err)
	view, err := h.cases.Get(h.ctx, helper, casework.RefOf(own))
	if err != nil || view.Side != casework.SideHelper {
		t.Errorf("sees %+v, %v", view, err)
	}
	_, err = h.cases.Add(h.ctx, helper, casework.RefOf(own), casework.Said{Text: "快点"}, "")
	wantCode(t, err, model.Unknown)
	for name, hidden := range map[string]casework.NewCase{
		"confidential": {VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "举报"}, Confidential: true},
		"at home":      {VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "儿子打我"}, Neutral: true},
		"of a helper":  {VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "王小草收礼"}, Accused: []string{helper.VillagerID}},
	} {
		c, err := h.cases.Open(h.ctx, elder, hidden)
		h.ok(err)
		_, err = h.cases.Get(h.ctx, helper, casework.RefOf(c))
		if wantCode(t, err, model.Unknown); t.Failed() {
			t.Fatal(name)
		}
	}
}

func TestConfidentialWordsAreOnesOwn(t *testing.T) {
	h := build(t)
	elder, helper, _ := h.agreed(membership.ScopeCases)
	acting, err := h.MayHelp(h.ctx, helper, elder.Person(), membership.ScopeCases)
	h.ok(err)
	_, err = h.cases.Open(h.ctx, acting, casework.NewCase{VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "举报"}, Confidential: true, By: helper})
	wantCode(t, err, model.Forbidden, "本人")
}

// Whoever wrote the words doesn't answer them either.
func TestAHelperIsNotTheHandler(t *testing.T) {
	h := build(t)
	elder, secretary := h.bound("王大山"), h.bound("张明")
	asked, err := h.AskToHelp(h.ctx, secretary, ask("王大山", membership.ScopeCases))
	h.ok(err)
	_, err = h.Agree(h.ctx, elder, membership.HelpRef{VillageID: "yunxi", Number: asked.Number})
	h.ok(err)
	c, err := h.file(secretary, elder.Person(), "低保没发")
	h.ok(err)
	if c.HandlerName != "赵志强" {
		t.Errorf("handled by %s", c.HandlerName)
	}
}

func TestHelpEnds(t *testing.T) {
	grid := "刘芳"
	for name, end := range map[string]func(h *house, elder, helper model.Actor, got membership.Help) error{
		"by the elder": func(h *house, elder, _ model.Actor, got membership.Help) error {
			_, err := h.EndHelp(h.ctx, elder, membership.HelpRef{VillageID: "yunxi", Number: got.Number})
			return err
		},
		"by the helper": func(h *house, _, helper model.Actor, got membership.Help) error {
			_, id, err := model.ParsePublicID(got.ID)
			h.ok(err)
			_, err = h.EndHelp(h.ctx, helper, membership.HelpRef{VillageID: "yunxi", ID: id})
			return err
		},
		"by a cadre": func(h *house, _, _ model.Actor, got membership.Help) error {
			_, err := h.EndHelp(h.ctx, h.bound(grid), membership.HelpRef{VillageID: "yunxi", Number: got.Number})
			return err
		},
		"by time": func(h *house, _, _ model.Actor, _ membership.Help) error {
			h.clock.Set(h.clock.Now().AddDate(0, 12, 0))
			return nil // nothing has to run for that
		},
		"by a sweep": func(h *house, _, _ model.Actor, _ membership.Help) error {
			h.clock.Set(h.clock.Now().AddDate(0, 12, 0))
			n, err := h.LapseDue(h.ctx)
			if n != 1 {
				h.t.Errorf("%d lapsed", n)
			}
			return err
		},
		"by the elder's death": func(h *house, _, _ model.Actor, _ membership.Help) error {
			_, err := h.people.MarkState(h.ctx, model.Console(), "yunxi", village.Named{Name: "王大山"}, model.VillagerDead)
			return err
		},
		"by the helper's moving": func(h *house, _, _ model.Actor, _ membership.Help) error {
			_, err := h.people.MarkState(h.ctx, model.Console(), "yunxi", village.Named{Name: "王小草"}, model.VillagerMoved)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			elder, helper, got := h.agreed(membership.ScopeCases)
			c, err := h.file(helper, elder.Person(), "低保没发")
			h.ok(err)
			_, err = h.EndHelp(h.ctx, h.bound("陈勇"), membership.HelpRef{VillageID: "yunxi", Number: got.Number})
			wantCode(t, err, model.Unknown)
			h.clock.Advance(time.Hour)
			h.ok(end(h, elder, helper, got))
			_, err = h.file(helper, elder.Person(), "还没发")
			wantCode(t, err, model.Forbidden)
			_, err = h.cases.Get(h.ctx, helper, casework.RefOf(c))
			wantCode(t, err, model.Unknown)
			if name == "by time" {
				return
			}
			mine, others, err := h.Helpers(h.ctx, elder)
			if err != nil || len(mine)+len(others) != 0 {
				t.Errorf("still listed: %+v %+v %v", mine, others, err)
			}
			if strings.HasPrefix(name, "by the helper's") || name == "by the elder's death" {
				return
			}
			asked, err := h.AskToHelp(h.ctx, helper, ask("王大山", membership.ScopeCases))
			h.ok(err) // and may begin anew
			mine, _, err = h.Helpers(h.ctx, elder)
			_, byMe, err2 := h.Helpers(h.ctx, helper)
			if err != nil || err2 != nil || len(mine) != 1 || len(byMe) != 1 || mine[0].Number != asked.Number || byMe[0].ElderName != "王大山" {
				t.Errorf("listed: %+v %+v", mine, byMe)
			}
		})
	}
}

func TestAnElderSaysNo(t *testing.T) {
	h := build(t)
	elder, helper := h.bound("王大山"), h.bound("王小草")
	asked, err := h.AskToHelp(h.ctx, helper, ask("王大山", membership.ScopeCases))
	h.ok(err)
	_, err = h.Disagree(h.ctx, elder, membership.HelpRef{VillageID: "yunxi", Number: asked.Number})
	h.ok(err)
	h.wantTold(helper.Person(), "本人不同意")
	asked, err = h.AskToHelp(h.ctx, helper, ask("王大山", membership.ScopeCases))
	h.ok(err)
	h.clock.Advance(30 * 24 * time.Hour)
	if n, err := h.LapseDue(h.ctx); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	h.wantTold(helper.Person(), "一直没有答复")
	_, err = h.Agree(h.ctx, elder, membership.HelpRef{VillageID: "yunxi", Number: asked.Number})
	wantCode(t, err, model.Conflict)
}
