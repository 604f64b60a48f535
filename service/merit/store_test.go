package merit_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/merit"
)

func (w *world) redeems(who string, g model.MeritGoods, n int64) model.MeritRedemption {
	w.t.Helper()
	r, err := w.Redeem(w.ctx, w.actor(who), merit.NewRedemption{VillageID: yunxi, GoodsID: g.ID, Quantity: n})
	w.ok(err)
	return r
}

func TestTheVillagerShowsACode(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 100)
	g := w.goods("酱油", 30, 2)
	r := w.redeems("李华", g, 2)
	if stock, held := w.stock(g); w.balance("李华") != 40 || stock != 0 || held != 2 {
		t.Fatalf("balance %d, stock %d, held %d", w.balance("李华"), stock, held)
	}
	waiting, err := w.Waiting(w.ctx, w.actor("冯守"), yunxi, "", 10)
	w.ok(err)
	if len(waiting) != 1 || waiting[0].Code != "" {
		t.Fatalf("the keeper sees %+v", waiting)
	}
	_, err = w.ServeByCode(w.ctx, w.actor("李华"), yunxi, r.Code)
	w.refused(err, model.Forbidden, "权限")
	_, err = w.ServeByCode(w.ctx, w.actor("冯守"), yunxi, "00000000")
	w.refused(err, model.Unknown, "没有这个兑换码")
	_, err = w.ServeByCode(w.ctx, w.actor("冯守"), yunxi, "12")
	w.refused(err, model.Invalid, "8位")
	_, err = w.ServeByCode(w.ctx, w.actor("冯守"), yunxi, r.Code)
	w.ok(err)
	_, err = w.ServeByCode(w.ctx, w.actor("冯守"), yunxi, r.Code)
	w.refused(err, model.Unknown, "已经用过")
	_, err = w.Cancel(w.ctx, w.actor("李华"), refOf(r))
	w.refused(err, model.Conflict, "已取货")
	if stock, held := w.stock(g); stock != 0 || held != 0 || !strings.Contains(w.told("李华"), "经手人冯守") {
		t.Errorf("stock %d, held %d, told %s", stock, held, w.told("李华"))
	}
	w.sound()
}

func TestBothSidesConfirm(t *testing.T) {
	w := newWorld(t)
	w.earns("王大山", 50)
	g := w.goods("毛巾", 10, 5)
	for name, order := range map[string][]string{"keeper first": {"冯守", "王小草"}, "villager first": {"王小草", "冯守"}} {
		t.Run(name, func(t *testing.T) {
			r := w.redeems("王大山", g, 1)
			_, err := w.Confirm(w.ctx, w.actor("陈勇"), refOf(r))
			w.refused(err, model.Unknown, "没有找到")
			for i, who := range order {
				r, err = w.Confirm(w.ctx, w.actor(who), refOf(r))
				w.ok(err)
				if settled := r.State == model.RedemptionSettled; settled != (i == 1) {
					t.Errorf("after %s: %s", who, r.State)
				}
			}
		})
	}
	w.sound()
}

func TestNobodyServesTheOwnHousehold(t *testing.T) {
	w := newWorld(t)
	w.earns("郑妻", 50)
	g := w.goods("毛巾", 10, 5)
	r := w.redeems("郑妻", g, 1)
	_, err := w.ServeByCode(w.ctx, w.actor("郑开"), yunxi, r.Code)
	w.refused(err, model.Forbidden, "自己家")
	r, err = w.Confirm(w.ctx, w.actor("郑开"), refOf(r)) // as one of the household
	w.ok(err)
	r, err = w.Confirm(w.ctx, w.actor("郑开"), refOf(r))
	w.ok(err)
	if r.State != model.RedemptionReserved || !r.KeeperAt.IsZero() {
		t.Fatalf("the keeper served his own wife: %+v", r)
	}
	_, err = w.Confirm(w.ctx, w.actor("冯守"), refOf(r))
	w.ok(err)
	card, err := w.IssueCard(w.ctx, w.actor("赵志强"), yunxi, "501")
	w.ok(err)
	_, err = w.RedeemByCard(w.ctx, w.actor("郑开"), merit.ByCard{VillageID: yunxi, Card: card, GoodsID: g.ID, Quantity: 1, WitnessID: w.villager("李华").ID})
	w.refused(err, model.Forbidden, "自己家")
}

func TestACodeAloneRedeemsNothing(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 50)
	g := w.goods("毛巾", 10, 5)
	w.ok(w.store.DB(w.ctx).Model(&model.Binding{}).Where("villager_id = ?", w.villager("李华").ID).UpdateColumn("strength", model.BoundByCode).Error)
	_, err := w.Redeem(w.ctx, w.actor("李华"), merit.NewRedemption{VillageID: yunxi, GoodsID: g.ID, Quantity: 1})
	w.refused(err, model.Forbidden, "核实身份")
	helped := w.actor("李华")
	helped.Account, helped.OpenID, helped.HelpedBy = "", "", w.villager("陈勇").ID
	_, err = w.Redeem(w.ctx, helped, merit.NewRedemption{VillageID: yunxi, GoodsID: g.ID, Quantity: 1, By: w.actor("陈勇")})
	w.ok(err)
	if !strings.Contains(w.told("李华"), "先扣10分") {
		t.Error("whoever was helped isn't told")
	}
}

func TestWhatIsNotFetchedLapses(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 50)
	g := w.goods("毛巾", 10, 5)
	r := w.redeems("李华", g, 5)
	w.clock.Advance(3*24*time.Hour - time.Second)
	if n, _ := w.LapseDue(w.ctx); n != 0 {
		t.Fatal("lapsed too early")
	}
	w.clock.Advance(2 * time.Second)
	_, err := w.ServeByCode(w.ctx, w.actor("冯守"), yunxi, r.Code)
	w.refused(err, model.Gone, "过期")
	if n, err := w.LapseDue(w.ctx); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if n, _ := w.LapseDue(w.ctx); n != 0 || w.balance("李华") != 50 {
		t.Errorf("lapsed again %d, balance %d", n, w.balance("李华"))
	}
	if stock, held := w.stock(g); stock != 5 || held != 0 {
		t.Errorf("stock %d, held %d", stock, held)
	}
	w.sound()
}

func TestStockAndPointsAreNeverOverdrawn(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 50)
	g := w.goods("毛巾", 10, 3)
	for words, in := range map[string]merit.NewRedemption{
		"没有货":   {GoodsID: g.ID, Quantity: 4},
		"现在没有货": {GoodsID: model.NewID(), Quantity: 1},
	} {
		in.VillageID = yunxi
		_, err := w.Redeem(w.ctx, w.actor("李华"), in)
		w.refused(err, model.Conflict, words)
	}
	for _, n := range []int64{0, -3, 1 << 40} {
		_, err := w.Redeem(w.ctx, w.actor("李华"), merit.NewRedemption{VillageID: yunxi, GoodsID: g.ID, Quantity: n})
		w.refused(err, model.Invalid, "数量")
	}
	_, err := w.Redeem(w.ctx, w.actor("陈勇"), merit.NewRedemption{VillageID: yunxi, GoodsID: g.ID, Quantity: 1})
	w.refused(err, model.Conflict, "积分不够")
	if stock, held := w.stock(g); stock != 3 || held != 0 {
		t.Errorf("a refused redemption left stock %d, held %d", stock, held)
	}
	_, err = w.UpdateGoods(w.ctx, w.actor("郑开"), merit.Ref{VillageID: yunxi, ID: g.ID}, merit.ChangeGoods{Stock: -4, Active: true})
	w.refused(err, model.Conflict, "不够减")
	g2, err := w.UpdateGoods(w.ctx, w.actor("郑开"), merit.Ref{VillageID: yunxi, ID: g.ID}, merit.ChangeGoods{Stock: -3, Price: 20, Active: false})
	w.ok(err)
	if g2.Stock != 0 || g2.Price != 20 {
		t.Errorf("%+v", g2)
	}
	w.sound()
}

// Five hundred at once want a point's worth of a balance of a hundred, with fewer
// goods than points or fewer points than goods.
func TestFiveHundredRedeemAHundredPoints(t *testing.T) {
	for name, stock := range map[string]int64{"points run out": crowd, "stock runs out": 60} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.earns("李华", 100)
			g := w.goods("火柴", 1, stock)
			actor := w.actor("李华")
			var got atomic.Int64
			var all sync.WaitGroup
			gate := make(chan struct{}, 64) // in flight at a time
			for range crowd {
				gate <- struct{}{}
				all.Go(func() {
					defer func() { <-gate }()
					_, err := w.Redeem(w.ctx, actor, merit.NewRedemption{VillageID: yunxi, GoodsID: g.ID, Quantity: 1})
					switch {
					case err == nil:
						got.Add(1)
					case !model.IsCode(err, model.Conflict):
						t.Error(err)
					}
				})
			}
			all.Wait()
			want := min(100, stock)
			if left, held := w.stock(g); got.Load() != want || w.balance("李华") != 100-want || left != stock-want || held != want {
				t.Errorf("%d got one; balance %d, stock %d, held %d", got.Load(), w.balance("李华"), left, held)
			}
			w.sound()
		})
	}
}

// A reservation is settled, cancelled and lapsed at once: one of them happens.
func TestOneEndOfAReservation(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 100)
	g := w.goods("毛巾", 10, 100)
	for range steps {
		before := w.balance("李华")
		r := w.redeems("李华", g, 1)
		var ended atomic.Int64
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = w.ServeByCode(w.ctx, w.actor("冯守"), yunxi, r.Code)
				} else {
					_, err = w.Cancel(w.ctx, w.actor("李华"), refOf(r))
				}
				if err == nil {
					ended.Add(1)
				} else if model.AsError(err) == nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if after := w.balance("李华"); ended.Load() != 1 || after != before && after != before-10 {
			t.Fatalf("ended %d times, balance %d → %d", ended.Load(), before, after)
		}
	}
	w.sound()
}

func TestAHouseholdWithoutAPhone(t *testing.T) {
	w := newWorld(t)
	w.earns("王大山", 50)
	g := w.goods("毛巾", 10, 5)
	old, err := w.IssueCard(w.ctx, w.actor("赵志强"), yunxi, "301")
	w.ok(err)
	card, err := w.IssueCard(w.ctx, w.actor("赵志强"), yunxi, "301")
	w.ok(err)
	in := merit.ByCard{VillageID: yunxi, Card: old, GoodsID: g.ID, Quantity: 2, WitnessID: w.villager("李华").ID}
	_, err = w.RedeemByCard(w.ctx, w.actor("郑开"), in)
	w.refused(err, model.Unknown, "新卡")
	in.Card = card
	for words, witness := range map[string]string{"见证人": "", "管理员自己": "郑开", "管理员家里": "郑妻", "这户": "王小草"} {
		bad := in
		if bad.WitnessID = ""; witness != "" {
			bad.WitnessID = w.villager(witness).ID
		}
		if _, err := w.RedeemByCard(w.ctx, w.actor("郑开"), bad); model.AsError(err) == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("witness %q: %v", witness, err)
		}
	}
	r, err := w.RedeemByCard(w.ctx, w.actor("郑开"), in)
	w.ok(err)
	_, err = w.Witness(w.ctx, w.actor("陈勇"), refOf(r))
	w.refused(err, model.Unknown, "没有找到")
	r, err = w.Witness(w.ctx, w.actor("李华"), refOf(r))
	w.ok(err)
	if r.State != model.RedemptionSettled || w.balance("王大山") != 30 || !strings.Contains(w.told("王大山"), "户卡") {
		t.Errorf("%s, balance %d, told %s", r.State, w.balance("王大山"), w.told("王大山"))
	}
	var kept int64
	w.ok(w.store.DB(w.ctx).Model(&model.MeritCard{}).Where("code_sum = ?", card).Count(&kept).Error)
	if kept != 0 {
		t.Error("the card's number is kept as it is")
	}
	w.sound()
}

func TestAPaperSheetIsEnteredByTwo(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 50)
	w.goods("毛巾", 10, 10)
	lines := func(n int64) []merit.SheetLine {
		return []merit.SheetLine{{HouseholdNo: "302", Goods: "毛巾", Quantity: n}, {HouseholdNo: "302", Goods: "毛巾", Quantity: 1}}
	}
	sheet := func(no string, n int64) merit.NewSheet {
		return merit.NewSheet{VillageID: yunxi, Sheet: no, HeldOn: w.today(), Lines: lines(n)}
	}
	enter := func(who string, in merit.NewSheet) merit.SheetResult {
		t.Helper()
		out, err := w.EnterSheet(w.ctx, w.actor(who), in)
		w.ok(err)
		return out
	}
	if out := enter("郑开", sheet("A1", 2)); out.State != model.SheetEntered {
		t.Fatalf("%+v", out)
	}
	if out := enter("郑开", sheet("A1", 2)); out.State != model.SheetEntered {
		t.Fatalf("one person alone: %+v", out)
	}
	if out := enter("冯守", sheet("A1", 3)); out.State != model.SheetDiffers || len(out.Problems) != 2 || w.balance("李华") != 50 {
		t.Fatalf("%+v, balance %d", out, w.balance("李华"))
	}
	_, err := w.EnterSheet(w.ctx, w.actor("赵志强"), sheet("A1", 2))
	w.refused(err, model.Conflict, "郑开和冯守")
	if out := enter("冯守", sheet("A1", 2)); out.State != model.SheetPosted || w.balance("李华") != 20 {
		t.Fatalf("%+v, balance %d", out, w.balance("李华"))
	}
	_, err = w.EnterSheet(w.ctx, w.actor("冯守"), sheet("A1", 2))
	w.refused(err, model.Conflict, "已经入账")

	enter("郑开", sheet("A2", 2))
	if out := enter("冯守", sheet("A2", 2)); out.State != model.SheetEntered || len(out.Problems) != 1 || !strings.Contains(out.Problems[0], "积分不够") || w.balance("李华") != 20 {
		t.Fatalf("an overdrawn sheet: %+v, balance %d", out, w.balance("李华"))
	}
	own := sheet("A3", 1)
	own.Lines[0].HouseholdNo = "501"
	_, err = w.EnterSheet(w.ctx, w.actor("郑开"), own)
	w.refused(err, model.Forbidden, "自己家")
	w.sound()
}
