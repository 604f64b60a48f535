package village_test

import (
	"testing"

	"cunwu/model"
	"cunwu/service/village"
)

func TestCreate(t *testing.T) {
	h := build(t)
	h.create(village.NewUnit{Code: "qingshan", Name: "青山镇", Kind: model.UnitTownship})
	h.create(village.NewUnit{Code: "yunxi", Name: " 云溪村 ", Township: "qingshan", Account: oa, Phone: "0871-1234567"})
	h.create(village.NewUnit{Code: "y2", Name: "二村", Kind: model.UnitVillage})
	cases := []struct {
		name string
		in   village.NewUnit
		code model.Code
		word string
	}{
		{"the same again", village.NewUnit{Code: "yunxi", Name: "云溪村"}, model.Conflict, "yunxi"},
		{"code of one letter", village.NewUnit{Code: "y", Name: "云溪村"}, model.Invalid, "代码"},
		{"capital letters", village.NewUnit{Code: "Yunxi", Name: "云溪村"}, model.Invalid, "小写"},
		{"a dash", village.NewUnit{Code: "yun-xi", Name: "云溪村"}, model.Invalid, "代码"},
		{"no name", village.NewUnit{Code: "other", Name: "　"}, model.Invalid, "名称"},
		{"no such kind", village.NewUnit{Code: "other", Name: "云溪村", Kind: "county"}, model.Invalid, "种类"},
		{"no such township", village.NewUnit{Code: "other", Name: "云溪村", Township: "nowhere"}, model.Invalid, "nowhere"},
		{"a village as township", village.NewUnit{Code: "other", Name: "云溪村", Township: "yunxi"}, model.Invalid, "yunxi"},
		{"a township of a township", village.NewUnit{Code: "other", Name: "镇", Kind: model.UnitTownship, Township: "qingshan"}, model.Invalid, "镇"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := h.Create(h.ctx, model.Console(), c.in)
			wantCode(t, err, c.code, c.word)
		})
	}
	_, err := h.Create(h.ctx, model.Actor{VillageID: "yunxi", VillagerID: "x"}, village.NewUnit{Code: "other", Name: "村"})
	wantCode(t, err, model.Forbidden)

	unit, err := h.Get(h.ctx, "yunxi")
	wantNil(t, err)
	if unit.Name != "云溪村" || unit.Kind != model.UnitVillage || unit.TownshipID != "qingshan" || unit.Account != oa || !unit.CreatedAt.Equal(h.clock.Now()) {
		t.Errorf("stored %+v", unit)
	}
	_, err = h.Get(h.ctx, "other")
	wantCode(t, err, model.Unknown, "other")
	if n := h.count(&model.AuditEntry{}, "verb = ?", "village.create"); n != 3 {
		t.Errorf("%d audit entries, want 3", n)
	}
}

func TestAllOfAnAccount(t *testing.T) {
	h := build(t)
	h.create(village.NewUnit{Code: "qingshan", Name: "青山镇", Kind: model.UnitTownship})
	h.create(village.NewUnit{Code: "aa", Name: "甲村"})
	h.create(village.NewUnit{Code: "bb", Name: "乙村", Account: oa})
	h.create(village.NewUnit{Code: "cc", Name: "丙村", Account: "other"})
	for account, want := range map[string]string{"": "aa", oa: "aa bb", "other": "aa cc"} {
		units, err := h.All(h.ctx, account)
		wantNil(t, err)
		got := ""
		for _, u := range units {
			got += " " + u.ID
		}
		if got != " "+want {
			t.Errorf("%q serves%s, want %s", account, got, want)
		}
	}
}
