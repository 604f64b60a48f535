package village_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/village"
)

func newAudit(h *house) *audit.Service { return audit.New(h.store) }

func TestStrangers(t *testing.T) {
	h := build(t)
	at := func(account, home string) string {
		t.Helper()
		sender, err := h.Sender(h.ctx, account, "nobody", home)
		wantNil(t, err)
		if sender.Actor.Known() || len(sender.Persons) != 0 || sender.Actor.OpenID != "nobody" || sender.Actor.Account != account ||
			sender.Identity.OpenID != "nobody" {
			t.Errorf("%+v", sender)
		}
		return sender.Actor.VillageID
	}
	steps := []struct {
		unit          village.NewUnit
		account, home string
		want          string
	}{
		{village.NewUnit{Code: "qingshan", Name: "青山镇", Kind: model.UnitTownship}, oa, "", ""},
		{village.NewUnit{Code: "yunxi", Name: "云溪村"}, oa, "", "yunxi"},
		{village.NewUnit{Code: "other", Name: "别村", Account: "wx2"}, oa, "nowhere", "yunxi"},
		{village.NewUnit{Code: "shiqiao", Name: "石桥村", Account: oa}, oa, "", ""},
		{village.NewUnit{Code: "more", Name: "多村"}, oa, "shiqiao", "shiqiao"},
	}
	for _, s := range steps {
		h.create(s.unit)
		if got := at(s.account, s.home); got != s.want {
			t.Errorf("with %s a stranger belongs to %q, want %q", s.unit.Code, got, s.want)
		}
	}
	sender := h.sender(oa, "nobody")
	wantCode(t, h.Address(h.ctx, sender, "nowhere"), model.Unknown)
	wantCode(t, h.Address(h.ctx, sender, "qingshan"), model.Invalid)
	wantNil(t, h.Address(h.ctx, sender, "more"))
	if sender.Actor.VillageID != "more" || at(oa, "shiqiao") != "more" {
		t.Error("the village addressed isn't kept")
	}
	wantNil(t, h.Address(h.ctx, sender, ""))
	if got := at(oa, ""); got != "" {
		t.Errorf("forgotten, but belongs to %q", got)
	}
	_, err := h.Sender(h.ctx, oa, "", "")
	wantCode(t, err, model.Invalid)
}

func TestSenderKnowsPersonsAndRoles(t *testing.T) {
	h := settled(t)
	h.roster("shiqiao", person{"张明", "男", 1, "9", "户主"})
	h.grant("yunxi", "张明", "1", model.RoleGridWorker)
	h.grant("yunxi", "李华", "", model.RoleMediator)
	ended := h.grant("yunxi", "张明", "1", model.RoleStoreKeeper)
	_, err := h.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: "张明", HouseholdNo: "1", Role: model.RoleStoreKeeper})
	wantNil(t, err)
	h.grant("qingshan", "周镇", "", model.RoleTownship)

	h.bind(oa, "zhang", "yunxi", "张明", "1")
	h.clock.Advance(time.Minute)
	h.bind(oa, "zhang", "yunxi", "王芳", "")
	h.clock.Advance(time.Minute)
	h.bind(oa, "zhang", "shiqiao", "张明", "")
	sender := h.sender(oa, "zhang")
	if len(sender.Persons) != 3 || sender.Persons[0].Villager.ID != ended.ID || sender.Persons[2].Village.Name != "石桥村" ||
		sender.Persons[1].Strength != model.BoundByCode || sender.Actor.VillageID != "shiqiao" {
		t.Fatalf("%+v", sender)
	}
	first := sender.Persons[0].Actor
	if !slices.Equal(first.Holds, []model.Held{{VillageID: "yunxi", Role: model.RoleGridWorker}}) || first.Name != "张明" || first.OpenID != "zhang" || first.Account != oa {
		t.Errorf("%+v", first)
	}
	if len(sender.Persons[1].Actor.Holds)+len(sender.Persons[2].Actor.Holds) != 0 {
		t.Error("somebody holds another's role")
	}
	if v := sender.Persons[1].Villager; v.IDIndex+v.PhoneIndex != "" || !v.IDSealed.Empty() || !v.PhoneSealed.Empty() {
		t.Errorf("every call reads what is sealed: %+v", v)
	}

	h.bind(oa, "zhou", "qingshan", "周镇", "")
	officer := h.sender(oa, "zhou").Actor
	for _, unit := range []string{"yunxi", "shiqiao", "qingshan"} {
		if !officer.HasRole(unit, model.RoleTownship) || !officer.May(model.VerbConfidential, unit) {
			t.Errorf("the officer holds nothing in %s", unit)
		}
	}
	if len(officer.Holds) != 3 {
		t.Errorf("%v", officer.Holds)
	}
	stranger, err := h.ActorOf(h.ctx, model.Person{Account: oa, OpenID: "x", VillageID: "yunxi"})
	if err != nil || stranger.OpenID != "x" || stranger.VillageID != "yunxi" || stranger.Known() {
		t.Errorf("%+v, %v", stranger, err)
	}
	_, err = h.ActorOf(h.ctx, model.Person{VillageID: "yunxi", ID: "nobody"})
	wantCode(t, err, model.Unknown)
}

func TestSpeakAsAndSwitchVillage(t *testing.T) {
	h := settled(t)
	h.roster("shiqiao", person{"张明", "男", 1, "9", "户主"}, person{"孙梅", "女", 30, "9", "妻"})
	_, err := h.SpeakAs(h.ctx, oa, "zhang", "张明")
	wantCode(t, err, model.Conflict, "绑定")
	_, err = h.SwitchVillage(h.ctx, oa, "zhang", "yunxi")
	wantCode(t, err, model.Conflict)
	h.bind(oa, "zhang", "shiqiao", "孙梅", "")
	h.clock.Advance(time.Minute)
	h.bind(oa, "zhang", "shiqiao", "张明", "")
	h.clock.Advance(time.Minute)
	h.bind(oa, "zhang", "yunxi", "张明", "1")
	h.clock.Advance(time.Minute)
	h.bind(oa, "zhang", "yunxi", "王芳", "")
	speaks := func(who model.Villager, err error, unit, name string) {
		t.Helper()
		wantNil(t, err)
		now := h.sender(oa, "zhang").Actor
		if who.Name != name || who.VillageID != unit || now.Name != name || now.VillageID != unit {
			t.Errorf("%s of %s, stored %s of %s; want %s of %s", who.Name, who.VillageID, now.Name, now.VillageID, name, unit)
		}
	}
	who, err := h.SpeakAs(h.ctx, oa, "zhang", " 张 明")
	speaks(who, err, "yunxi", "张明")
	who, err = h.SwitchVillage(h.ctx, oa, "zhang", "shiqiao")
	speaks(who, err, "shiqiao", "张明")
	who, err = h.SpeakAs(h.ctx, oa, "zhang", "王芳")
	speaks(who, err, "yunxi", "王芳")
	who, err = h.SwitchVillage(h.ctx, oa, "zhang", "shiqiao")
	speaks(who, err, "shiqiao", "孙梅")
	_, err = h.SpeakAs(h.ctx, oa, "zhang", "李华")
	wantCode(t, err, model.Unknown, "李华", "王芳（云溪村）")
	_, err = h.SwitchVillage(h.ctx, oa, "zhang", "qingshan")
	wantCode(t, err, model.Unknown)
	wantCode(t, h.Address(h.ctx, h.sender(oa, "zhang"), "yunxi"), model.Conflict, "换村")

	// 张明 twice, while somebody of neither village speaks.
	h.grantStaff("甲律师")
	h.create(village.NewUnit{Code: "third", Name: "三村"})
	h.roster("third", person{"吴三", "男", 40, "1", "户主"})
	h.bind(oa, "zhang", "third", "吴三", "")
	_, err = h.SpeakAs(h.ctx, oa, "zhang", "张明")
	wantCode(t, err, model.Conflict, "换村", "石桥村")
}

func TestTheDeadDontSpeak(t *testing.T) {
	h := settled(t)
	h.bind(oa, "li", "yunxi", "赵丽", "")
	h.clock.Advance(time.Minute)
	h.bind(oa, "li", "yunxi", "李华", "")
	wantNil(t, h.store.DB(h.ctx).Model(&model.Villager{}).Where("name = ?", "李华").Update("state", model.VillagerDead).Error)
	if sender := h.sender(oa, "li"); len(sender.Persons) != 1 || sender.Actor.Name != "赵丽" {
		t.Errorf("%+v", sender)
	}
	found, err := h.Find(h.ctx, "yunxi", "李华", "")
	if err != nil || len(found) != 0 {
		t.Errorf("%v, %v", found, err)
	}
}

func TestSeen(t *testing.T) {
	h := settled(t)
	for i, followed := range []bool{true, false, true} {
		h.clock.Advance(time.Minute)
		wantNil(t, h.Seen(h.ctx, oa, "x", followed))
		if id := h.sender(oa, "x").Identity; id.Followed != followed || !id.SeenAt.Equal(h.clock.Now()) {
			t.Errorf("%d: %+v", i, id)
		}
	}
	wantCode(t, h.Seen(h.ctx, oa, "", true), model.Invalid)
}

func TestFirstMessagesAtOnce(t *testing.T) {
	h := settled(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := h.Sender(h.ctx, oa, "x", ""); err != nil {
				t.Error(err)
			}
			if err := h.Seen(h.ctx, oa, "y", true); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := h.count(&model.Identity{}, "1 = 1"); n != 2 {
		t.Errorf("%d identities, want 2", n)
	}
}

// It stands before every chat message and every call of the API.
func TestSenderTakesOneStatement(t *testing.T) {
	h := settled(t)
	h.grant("yunxi", "张明", "1", model.RoleGridWorker)
	h.grant("yunxi", "张明", "1", model.RoleMediator)
	h.grant("qingshan", "周镇", "", model.RoleTownship)
	h.bind(oa, "zhang", "yunxi", "张明", "1")
	h.bind(oa, "zhang", "yunxi", "王芳", "")
	h.bind(oa, "zhou", "qingshan", "周镇", "")
	var statements atomic.Int32
	count := func(*gorm.DB) { statements.Add(1) }
	callbacks := h.store.DB(h.ctx).Callback()
	wantNil(t, callbacks.Query().Before("gorm:query").Register("test:count", count))
	wantNil(t, callbacks.Row().Before("gorm:row").Register("test:count", count))
	wantNil(t, callbacks.Raw().Before("gorm:raw").Register("test:count", count))
	for openid, most := range map[string]int32{"zhang": 1, "zhou": 2} { // the township's villages besides
		statements.Store(0)
		h.sender(oa, openid)
		if n := statements.Load(); n != most {
			t.Errorf("%s: %d statements, want %d", openid, n, most)
		}
	}
}

func TestCleanName(t *testing.T) {
	for name, want := range map[string]string{
		"张　明": "张明", " 张 明\u200b": "张明", "阿依．买买提": "阿依·买买提", "阿依.买买提": "阿依·买买提", "阿依・买买提": "阿依·买买提",
		"John  Smith": "John Smith", "Ｊ. Smith": "J. Smith", "𠮷田": "𠮷田", "": "", "\xff": "\uFFFD",
	} {
		if got := village.CleanName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
	if strings.ContainsRune(village.CleanName("张\x00明"), 0) {
		t.Error("a control character stays")
	}
}

func BenchmarkSender(b *testing.B) {
	h := settled(b)
	h.bind(oa, "zhang", "yunxi", "张明", "1")
	for b.Loop() {
		h.sender(oa, "zhang")
	}
}
