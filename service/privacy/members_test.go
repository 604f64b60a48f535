package privacy_test

import (
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/village"
)

// What villagers write to an office stands in its holder's inbox, but isn't the
// holder's own.
func TestExportOfAnOfficeHolderTellsNothingOfVillagers(t *testing.T) {
	h := build(t)
	h.ask(h.proven("o1", "王小草"), "我家的低保没发", false)
	_, err := h.notices.SendDue(h.ctx)
	h.must(err)
	inbox, _, err := h.notices.Inbox(h.ctx, h.actor("o2", "张明"), "", 10)
	h.must(err)
	if len(inbox) != 1 || !strings.Contains(inbox[0].Text, "低保") {
		t.Fatalf("the secretary wasn't told: %+v", inbox)
	}
	for name, content := range h.unzip(h.proven("o2", "张明")) {
		if strings.Contains(content, "低保") || strings.Contains(content, "王小草") {
			t.Errorf("%s tells what she wrote", name)
		}
	}
}

func TestHelpsAndCorrectionsAreExportedAndForgotten(t *testing.T) {
	h := build(t)
	her := h.proven("o1", "王小草")
	_, err := h.members.AskToHelp(h.ctx, her, membership.AskHelp{VillageID: unit, Elder: village.Named{Name: "李大山"}, Scope: []string{membership.ScopeCases}, Months: 3})
	h.must(err)
	_, err = h.members.RequestCorrection(h.ctx, her, membership.NewCorrection{Field: village.FieldResidence, Value: "深圳", Evidence: "在那里打工"})
	h.must(err)
	index := h.unzip(her)["index.html"]
	for _, want := range []string{"王小草替李大山：留言（等答复）", "现居地（等答复）"} {
		if !strings.Contains(index, want) {
			t.Errorf("index.html lacks %q", want)
		}
	}
	asked, err := h.AskErasure(h.ctx, her, model.Person{})
	h.must(err)
	if !strings.Contains(asked.Text(), "您还有1件事没有办完") || !strings.Contains(asked.Text(), "代办授权") {
		t.Errorf("she isn't told what it means: %s", asked.Text())
	}
	_, err = h.ConfirmErasure(h.ctx, her, model.Person{})
	h.must(err)
	if n := h.count(&model.Helper{}, "1 = 1"); n != 0 {
		t.Errorf("%d helps are left", n)
	}
}

// The village's own file doesn't bring back the phone of somebody who had it
// erased; they may give it themselves.
func TestImportsDontBringAnErasedPhoneBack(t *testing.T) {
	h := build(t)
	her := h.proven("o1", "王小草")
	_, err := h.AskErasure(h.ctx, her, model.Person{})
	h.must(err)
	_, err = h.ConfirmErasure(h.ctx, her, model.Person{})
	h.must(err)
	again := func(number string) village.Imported {
		t.Helper()
		lines := []string{strings.Join(village.RosterHeader(), ","), "王小草,女," + idNumber(0) + "," + number + ",1,户主,一组,本村,本村,群众"}
		done, err := h.people.Import(h.ctx, model.Console(), unit, "r.csv", strings.NewReader(strings.Join(lines, "\n")))
		h.must(err)
		return done
	}
	withPhone := func() int64 {
		return h.count(&model.Villager{}, "id = ? AND phone_index <> '' AND phone_sealed IS NOT NULL", her.VillagerID)
	}
	if done := again(phone); done.Withheld != 1 || done.Updated != 0 || withPhone() != 0 {
		t.Errorf("%+v, her phone is back", done)
	}
	h.must(h.people.Amend(h.ctx, h.actor("o2", "张明"), her.Person(), village.FieldPhone, "13911112222"))
	if done := again(phone); done.Withheld != 1 || withPhone() != 1 {
		t.Errorf("%+v, what she gave herself is gone", done)
	}
	if index := h.unzipOf(her.Person())["index.html"]; !strings.Contains(index, "13911112222") {
		t.Error("her own number was overwritten")
	}
}
