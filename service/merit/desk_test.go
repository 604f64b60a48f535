package merit_test

import (
	"testing"

	"cunwu/model"
)

// What is told of a month is of five households at least; each list is for who
// works with it.
func TestWhatTheDeskReads(t *testing.T) {
	w := newWorld(t)
	month := w.clock.Now().In(model.Shanghai).Format("2006-01")
	earns := func(account string) {
		w.ok(w.store.DB(w.ctx).Create(&model.MeritSum{VillageID: yunxi, Name: "earned", Period: month, AccountID: account, Total: 10}).Error)
	}
	for _, account := range []string{"house/a", "house/b", "house/c", "house/d"} {
		earns(account)
	}
	boss, judge, keeper := w.actor("张明"), w.actor("孙有田"), w.actor("冯守")
	months, err := w.Months(w.ctx, boss, yunxi, 3)
	w.ok(err)
	if len(months) != 3 || !months[2].FewEarned || months[2].FewUsed {
		t.Errorf("four households are told of: %+v", months)
	}
	earns("house/e")
	months, err = w.Months(w.ctx, judge, yunxi, 1)
	w.ok(err)
	if months[0].FewEarned || months[0].Earned != 50 {
		t.Errorf("five aren't: %+v", months)
	}
	g := w.goods("盐", 1, 5)
	shelf, err := w.Shelf(w.ctx, keeper, yunxi, "", 10)
	w.ok(err)
	if len(shelf) != 1 || shelf[0].ID != g.ID {
		t.Errorf("the shelf: %+v", shelf)
	}
	cards, err := w.IssueCards(w.ctx, boss, yunxi, []string{"302", "303"})
	w.ok(err)
	if len(cards) != 2 || cards[0].Number == cards[1].Number || len(cards[0].Number) != 12 {
		t.Errorf("the cards: %+v", cards)
	}
	_, err = w.IssueCards(w.ctx, boss, yunxi, []string{"302", "999"})
	w.refused(err, model.Unknown, "999")
	var live int64
	w.ok(w.store.DB(w.ctx).Model(&model.MeritCard{}).Where("village_id = ?", yunxi).Count(&live).Error)
	if live != 2 {
		t.Errorf("%d cards after a list that was refused", live)
	}
	villager := w.actor("李华")
	_, err = w.Months(w.ctx, villager, yunxi, 1)
	w.refused(err, model.Forbidden, "")
	_, err = w.Shelf(w.ctx, villager, yunxi, "", 10)
	w.refused(err, model.Forbidden, "")
	_, err = w.InState(w.ctx, boss, yunxi, model.ClaimDisputed, "", 10)
	w.refused(err, model.Forbidden, "")
	_, err = w.BookVersion(w.ctx, yunxi, 99)
	w.refused(err, model.Unknown, "没有这一版")
}
