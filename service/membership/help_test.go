package membership_test

import (
	"strings"
	"sync"
	"testing"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/membership"
	"cunwu/service/village"
)

func ask(name string, scope ...string) membership.AskHelp {
	return membership.AskHelp{VillageID: "yunxi", Elder: village.Named{Name: name}, Scope: scope, Months: 12}
}

// agreed has 王小草 help 王大山, who agreed on his own telephone.
func (h *house) agreed(scope ...string) (elder, helper model.Actor, got membership.Help) {
	h.t.Helper()
	elder, helper = h.bound("王大山"), h.bound("王小草")
	asked, err := h.AskToHelp(h.ctx, helper, ask("王大山", scope...))
	h.ok(err)
	got, err = h.Agree(h.ctx, elder, membership.HelpRef{VillageID: "yunxi", Number: asked.Number})
	h.ok(err)
	return elder, helper, got
}

// file has the helper file a message for the elder.
func (h *house) file(helper model.Actor, elder model.Person, text string) (model.Case, error) {
	h.t.Helper()
	acting, err := h.MayHelp(h.ctx, helper, elder, membership.ScopeCases)
	if err != nil {
		return model.Case{}, err
	}
	return h.cases.Open(h.ctx, acting, casework.NewCase{VillageID: acting.VillageID, Kind: help.KindName, Said: casework.Said{Text: text}, By: helper})
}

func TestAnElderAgreesToAHelper(t *testing.T) {
	h := build(t)
	elder, helper := h.bound("王大山"), h.bound("王小草")
	_, err := h.MayHelp(h.ctx, helper, elder.Person(), membership.ScopeCases)
	wantCode(t, err, model.Forbidden)
	asked, err := h.AskToHelp(h.ctx, helper, ask("王大山", membership.ScopeCases, membership.ScopeMerit))
	h.ok(err)
	h.wantTold(elder.Person(), "王小草想替您代办：留言、积分，为期12个月", "同意代办 1", "不同意代办 1", "投票不能代办")
	_, err = h.AskToHelp(h.ctx, helper, ask("王大山", membership.ScopeCases))
	wantCode(t, err, model.Conflict, "已经向王大山")
	_, err = h.MayHelp(h.ctx, helper, elder.Person(), membership.ScopeCases)
	wantCode(t, err, model.Forbidden) // only asked yet
	ref := membership.HelpRef{VillageID: "yunxi", Number: asked.Number}
	for _, other := range []model.Actor{helper, h.bound("陈勇"), h.bound("李秀英")} {
		_, err = h.Agree(h.ctx, other, ref)
		wantCode(t, err, model.Unknown)
	}
	got, err := h.Agree(h.ctx, elder, ref)
	h.ok(err)
	if want := h.clock.Now().AddDate(0, 12, 0); !got.Until.Equal(want) || got.State != model.HelpAgreed {
		t.Errorf("agreed %+v", got)
	}
	h.wantTold(helper.Person(), "王大山同意您代办")
	acting, err := h.MayHelp(h.ctx, helper, elder.Person(), membership.ScopeMerit)
	h.ok(err)
	if acting.VillagerID != elder.VillagerID || acting.Name != "王大山" || acting.OpenID != "" || len(acting.Holds) != 0 || acting.HelpedBy != helper.VillagerID {
		t.Errorf("acts as %+v", acting)
	}
	for scope, code := range map[string]model.Code{membership.ScopeReading: model.Forbidden, "vote": model.Invalid, "": model.Invalid} {
		_, err = h.MayHelp(h.ctx, helper, elder.Person(), scope)
		wantCode(t, err, code)
	}
	if n := h.count(&model.AuditEntry{}, "verb = 'help.use' AND actor_id = ?", helper.VillagerID); n != 1 {
		t.Errorf("%d uses in the log", n)
	}
	_, err = h.Disagree(h.ctx, elder, ref)
	wantCode(t, err, model.Conflict)
}

func TestWhatCannotBeAsked(t *testing.T) {
	h := build(t)
	helper := h.bound("王小草")
	with := func(change func(in *membership.AskHelp)) membership.AskHelp {
		in := ask("王大山", membership.ScopeCases)
		change(&in)
		return in
	}
	for name, c := range map[string]struct {
		in   membership.AskHelp
		code model.Code
	}{
		"votes":           {ask("王大山", "votes"), model.Invalid},
		"nothing":         {ask("王大山"), model.Invalid},
		"for ever":        {with(func(in *membership.AskHelp) { in.Months = 25 }), model.Invalid},
		"no time":         {with(func(in *membership.AskHelp) { in.Months = 0 }), model.Invalid},
		"oneself":         {ask("王小草", membership.ScopeCases), model.Invalid},
		"nobody":          {ask("王小花", membership.ScopeCases), model.Unknown},
		"two of the name": {ask("王伟", membership.ScopeCases), model.Conflict},
	} {
		_, err := h.AskToHelp(h.ctx, helper, c.in)
		if wantCode(t, err, c.code); t.Failed() {
			t.Fatal(name)
		}
		if strings.Contains(model.AsError(err).Message, "身份证") {
			t.Errorf("%s tells what a villager doesn't know", name)
		}
	}
	_, err := h.AskToHelp(h.ctx, h.sender("nobody").Actor, ask("王大山", membership.ScopeCases))
	wantCode(t, err, model.Forbidden)
}

func TestHelpersAreBounded(t *testing.T) {
	h := build(t)
	names := []string{"张明", "刘芳", "赵志强", "孙有田", "李秀英", "王小草", "陈勇"}
	actors := make([]model.Actor, len(names))
	for i, name := range names {
		actors[i] = h.bound(name)
	}
	var wait sync.WaitGroup
	errs := make([]error, len(names))
	for i := range names {
		wait.Go(func() { _, errs[i] = h.AskToHelp(h.ctx, actors[i], ask("王大山", membership.ScopeReading)) })
	}
	wait.Wait()
	refused := 0
	for _, err := range errs {
		if err != nil {
			wantCode(t, err, model.TooMany)
			refused++
		}
	}
	if refused != 2 {
		t.Errorf("%d of 7 were refused, want 2", refused)
	}
}

// An elder without a telephone, or with nobody's but the helper's, is asked in
// person.
func TestElderWithoutAPhone(t *testing.T) {
	for name, shares := range map[string]bool{"no phone": false, "the helper's phone": true} {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			grid, helper := h.bound("刘芳"), h.bound("王小草")
			if shares {
				h.boundTo("王大山", mini, "phone of 王小草")
			}
			asked, err := h.AskToHelp(h.ctx, helper, ask("王大山", membership.ScopeCases))
			h.ok(err)
			ref := membership.HelpRef{VillageID: "yunxi", Number: asked.Number}
			h.wantTold(grid.Person(), "王小草想替王大山代办", "当面问本人", "确认 1")
			if shares {
				_, err = h.Agree(h.ctx, h.sender("phone of 王小草").Actor, ref)
				wantCode(t, err, model.Forbidden, "王小草", "确认 1")
			}
			elder := h.one("王大山", "").Person()
			_, err = h.MayHelp(h.ctx, helper, elder, membership.ScopeCases)
			wantCode(t, err, model.Forbidden)
			list, err := h.Pending(h.ctx, grid, "yunxi", 0, 10)
			if err != nil || len(list) != 1 || list[0].Helper != "王小草" || list[0].Elder != "王大山" {
				t.Errorf("pending are %+v, %v", list, err)
			}
			done, err := h.Confirm(h.ctx, grid, "yunxi", asked.Number, "")
			h.ok(err)
			if done.Request.Helper != "王小草" || done.Person.Name != "王大山" {
				t.Errorf("confirmed %+v", done)
			}
			_, err = h.MayHelp(h.ctx, helper, elder, membership.ScopeCases)
			h.ok(err)
		})
	}
}

func TestACadreConfirmsNoHelpOfTheirOwn(t *testing.T) {
	h := build(t)
	grid := h.bound("刘芳")
	asked, err := h.AskToHelp(h.ctx, grid, ask("王大山", membership.ScopeCases))
	h.ok(err)
	_, err = h.Confirm(h.ctx, grid, "yunxi", asked.Number, "")
	wantCode(t, err, model.Forbidden)
	_, err = h.Refuse(h.ctx, h.bound("张明"), "yunxi", asked.Number, "老人不愿意")
	h.ok(err)
	h.wantTold(grid.Person(), "老人不愿意")
}
