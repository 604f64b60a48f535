package casework_test

import (
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

// What a village owes now is what its figures say it owes, however long ago it was
// asked; nobody learns from it that something confidential was.
func TestStandings(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	o.grant("xishan", "赵镇", model.RoleTownship)
	answered := o.open("路灯坏了")
	o.open("桥坏了")
	boss, err := o.people.ActorOf(o.ctx, o.read(answered).Handler())
	o.must(err)
	_, err = o.cases.Reply(o.ctx, boss, casework.RefOf(answered), casework.Said{Text: "修好了"})
	o.must(err)
	_, err = o.cases.Open(o.ctx, o.actor("yunxi", "王小草"), casework.NewCase{VillageID: "yunxi", Kind: help.KindName, Said: casework.Said{Text: "举报"}, Confidential: true})
	o.must(err)
	o.clock.Advance(30 * 24 * time.Hour)
	o.open("今天的事")

	got, err := o.cases.Standings(o.ctx, []string{"yunxi", "xishan"})
	o.must(err)
	if s := got["yunxi"]; s.Awaiting != 2 || s.Late != 1 || s.Oldest.Round(time.Hour) != 30*24*time.Hour || s.Awaiting != o.figures(60).Awaiting {
		t.Errorf("it owes %+v", s)
	}
	if s := got["xishan"]; s != (casework.Standing{}) {
		t.Errorf("the township owes %+v", s)
	}
	if none, err := o.cases.Standings(o.ctx, nil); err != nil || len(none) != 0 {
		t.Errorf("of no village: %v, %v", none, err)
	}
}
