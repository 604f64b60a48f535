package membership_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/membership"
	"cunwu/service/village"
)

func wrong(field village.Field, value string) membership.NewCorrection {
	return membership.NewCorrection{Field: field, Value: value, Evidence: "户口本上是这样写的"}
}

func TestCorrectionsAreDecidedAndWritten(t *testing.T) {
	id := func(t testing.TB) string { return idNumber(t, 90) }
	for name, c := range map[string]struct {
		field       village.Field
		value, show string
		holds       func(h *house, v model.Villager) bool
	}{
		"name":      {village.FieldName, "王晓草", "王晓草", func(_ *house, v model.Villager) bool { return v.Name == "王晓草" }},
		"residence": {village.FieldResidence, "深圳", "深圳", func(_ *house, v model.Villager) bool { return v.Residence == "深圳" }},
		"political": {village.FieldPolitical, "中共党员", "中共党员", func(_ *house, v model.Villager) bool { return v.Political == "中共党员" }},
		"relation":  {village.FieldRelation, "儿媳", "儿媳", func(_ *house, v model.Villager) bool { return v.Relation == "儿媳" }},
		"group": {village.FieldGroup, "二组", "二组", func(h *house, v model.Villager) bool {
			return h.count(&model.Household{}, "id = ? AND group_name = '二组'", v.HouseholdID) == 1
		}},
		"phone": {village.FieldPhone, "13999999999", "139****9999", func(h *house, _ model.Villager) bool {
			return h.byPhone("other", "yunxi", "王小草", "13999999999").State == membership.StateBound
		}},
		"ID number": {village.FieldIDNumber, id(t), model.MaskIDNumber(id(t)), func(_ *house, v model.Villager) bool { return v.BornOn == "1980-01-01" }},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			asker, grid := h.bound("王小草"), h.bound("刘芳")
			asked, err := h.RequestCorrection(h.ctx, asker, wrong(c.field, c.value))
			h.ok(err)
			h.wantTold(grid.Person(), "申请更正名册", c.field.Title(), c.show, "采纳 理由", "不采纳 理由")
			if strings.Contains(h.told(grid.Person()), "13999999999") || strings.Contains(h.told(grid.Person()), id(t)) {
				t.Error("the whole number is shown")
			}
			_, caseID, err := model.ParsePublicID(asked.CaseID)
			h.ok(err)
			_, err = h.cases.Reply(h.ctx, grid, casework.Ref{VillageID: "yunxi", ID: caseID}, casework.Said{Text: "改好了"})
			wantCode(t, err, model.Conflict, "采纳 理由") // words alone change nothing
			_, corrID, err := model.ParsePublicID(asked.ID)
			h.ok(err)
			decided, err := h.DecideCorrection(h.ctx, grid, "yunxi", corrID, true, "看过户口本")
			h.ok(err)
			if decided.State != model.CaseClosed || decided.ClosedHow != model.ClosedDecided {
				t.Errorf("the case is %+v", decided)
			}
			h.wantTold(asker.Person(), "名册已经改好：看过户口本")
			var v model.Villager
			h.ok(h.store.DB(h.ctx).Take(&v, "id = ?", asker.VillagerID).Error)
			if !c.holds(h, v) {
				t.Errorf("the roll says %+v", v)
			}
			if n := h.count(&model.AuditEntry{}, "verb = ? AND detail = ?", model.VerbCorrect, string(c.field)); n != 1 {
				t.Errorf("%d entries in the log", n)
			}
			if n := h.count(&model.Correction{}, "value_sealed IS NOT NULL"); n != 0 {
				t.Error("the value is still kept")
			}
			_, err = h.DecideCorrection(h.ctx, grid, "yunxi", corrID, false, "算了")
			wantCode(t, err, model.Conflict)
			list, err := h.Corrections(h.ctx, asker, 10)
			if err != nil || len(list) != 1 || list[0].State != model.RequestConfirmed || list[0].CaseNumber != asked.CaseNumber {
				t.Errorf("the list is %+v, %v", list, err)
			}
		})
	}
}

func TestWhatIsNoCorrection(t *testing.T) {
	h := build(t)
	asker := h.bound("王小草")
	for _, in := range []membership.NewCorrection{wrong("standing", "本村"), wrong("", "x"), wrong(village.FieldPhone, "12"), wrong(village.FieldIDNumber, "990000198001010000"),
		wrong(village.FieldName, " "), wrong(village.FieldRelation, "户主"), wrong(village.FieldName, strings.Repeat("王", 100)), {Field: village.FieldName, Value: "王晓草"}} {
		_, err := h.RequestCorrection(h.ctx, asker, in)
		if wantCode(t, err, model.Invalid); t.Failed() {
			t.Fatalf("%+v", in)
		}
	}
	_, err := h.RequestCorrection(h.ctx, h.sender("nobody").Actor, wrong(village.FieldName, "王晓草"))
	wantCode(t, err, model.Forbidden)
	if n := h.count(&model.Case{}, "1 = 1"); n != 0 {
		t.Errorf("%d cases were opened", n)
	}
}

func TestOneCorrectionOfAFieldAtATime(t *testing.T) {
	h := build(t)
	asker, grid := h.bound("王小草"), h.bound("刘芳")
	first, err := h.RequestCorrection(h.ctx, asker, wrong(village.FieldName, "王晓草"))
	h.ok(err)
	_, err = h.RequestCorrection(h.ctx, asker, wrong(village.FieldName, "王笑草"))
	wantCode(t, err, model.Conflict, "已经申请更正姓名")
	_, err = h.RequestCorrection(h.ctx, asker, wrong(village.FieldResidence, "深圳"))
	h.ok(err)
	_, caseID, err := model.ParsePublicID(first.CaseID)
	h.ok(err)
	_, err = h.cases.Withdraw(h.ctx, asker, casework.Ref{VillageID: "yunxi", ID: caseID})
	h.ok(err)
	again, err := h.RequestCorrection(h.ctx, asker, wrong(village.FieldName, "王笑草"))
	h.ok(err)
	_, caseID, err = model.ParsePublicID(again.CaseID)
	h.ok(err)
	_, err = h.DecideCorrection(h.ctx, grid, "yunxi", caseID, false, "户口本上是王小草")
	h.ok(err)
	h.wantTold(asker.Person(), "没有改：户口本上是王小草")
	if h.one("王小草", "").Name != "王小草" {
		t.Error("it was written")
	}
}

func TestNobodyDecidesOnTheirOwn(t *testing.T) {
	h := build(t)
	grid, committee := h.bound("刘芳"), h.bound("赵志强")
	own, err := h.RequestCorrection(h.ctx, grid, wrong(village.FieldResidence, "深圳"))
	h.ok(err)
	_, id, err := model.ParsePublicID(own.ID)
	h.ok(err)
	_, err = h.DecideCorrection(h.ctx, grid, "yunxi", id, true, "我自己的")
	wantCode(t, err, model.Unknown)
	h.wantTold(committee.Person(), "申请更正名册") // the next one decides

	// Nor for the wife on the same telephone.
	wife := h.boundTo("李秀英", mini, "phone of 赵志强")
	hers, err := h.RequestCorrection(h.ctx, wife, wrong(village.FieldResidence, "深圳"))
	h.ok(err)
	_, id, err = model.ParsePublicID(hers.ID)
	h.ok(err)
	_, err = h.DecideCorrection(h.ctx, committee, "yunxi", id, true, "是的")
	wantCode(t, err, model.Forbidden, "另一位")
	for _, other := range []model.Actor{h.bound("陈勇"), h.bound("孙有田"), h.bound("何石")} {
		_, err = h.DecideCorrection(h.ctx, other, "yunxi", id, true, "是的")
		wantCode(t, err, model.Unknown)
	}
	_, err = h.DecideCorrection(h.ctx, grid, "yunxi", id, true, "是的")
	h.ok(err)
}

func TestAnIDNumberIsSomebodyElses(t *testing.T) {
	h := build(t)
	asker, grid := h.bound("王小草"), h.bound("刘芳")
	asked, err := h.RequestCorrection(h.ctx, asker, wrong(village.FieldIDNumber, idNumber(t, 1)))
	h.ok(err)
	_, id, err := model.ParsePublicID(asked.ID)
	h.ok(err)
	_, err = h.DecideCorrection(h.ctx, grid, "yunxi", id, true, "是的")
	wantCode(t, err, model.Conflict, "重复登记")
	_, err = h.DecideCorrection(h.ctx, grid, "yunxi", id, false, "号码是张明的")
	h.ok(err)
}

func TestSilenceMovesACorrectionUp(t *testing.T) {
	h := build(t)
	asker := h.bound("王小草")
	_, err := h.RequestCorrection(h.ctx, asker, wrong(village.FieldResidence, "深圳"))
	h.ok(err)
	h.clock.Advance(25 * time.Hour)
	_, err = h.cases.EscalateDue(h.ctx)
	h.ok(err)
	h.wantTold(h.one("张明", "").Person(), "逾期上交")
}

func TestOneOfManyDecides(t *testing.T) {
	h := build(t)
	asker := h.bound("王小草")
	deciders := []model.Actor{h.bound("刘芳"), h.bound("赵志强"), h.bound("张明")}
	asked, err := h.RequestCorrection(h.ctx, asker, wrong(village.FieldResidence, "深圳"))
	h.ok(err)
	_, id, err := model.ParsePublicID(asked.ID)
	h.ok(err)
	var mu sync.Mutex
	var wait sync.WaitGroup
	done := 0
	for i := range 12 {
		wait.Go(func() {
			_, err := h.DecideCorrection(h.ctx, deciders[i%3], "yunxi", id, i%2 == 0, "核实过")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if !model.IsCode(err, model.Conflict) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if done != 1 {
		t.Errorf("%d decisions", done)
	}
}
