package console

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/merit"
)

type goodsPage struct {
	Goods []model.MeritGoods
	Next  string
	At    string // the one whose change was wrong
	F     typed
	Files []string
}

// goods are what the store gives for points, also what is off the list.
func (s *console) goods(ctx context.Context, v *web.Visit) error {
	page, err := s.goodsPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("goods", "积分超市的商品", page)
}

func (s *console) goodsPage(ctx context.Context, v *web.Visit) (goodsPage, error) {
	page := goodsPage{At: v.Param("id"), F: typedIn(v, "name", "price", "stock", "new_price", "more")}
	var err error
	page.Goods, err = s.Merit.Shelf(ctx, v.Actor, v.Village, v.Query("after"), listed)
	if len(page.Goods) == listed {
		page.Next = v.Here("after", page.Goods[listed-1].ID)
	}
	return page, err
}

func (s *console) goodsAgain(ctx context.Context, v *web.Visit, files []string, err error) error {
	if err == nil {
		return nil
	}
	page, failed := s.goodsPage(ctx, v)
	if failed != nil {
		return err
	}
	page.Files = files
	return v.Again(ctx, err, "goods", "积分超市的商品", page)
}

func (s *console) addGoods(ctx context.Context, v *web.Visit) error {
	files, err := v.Upload(ctx, "files")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			in := merit.NewGoods{VillageID: v.Village, Name: v.Text("name")}
			if len(files) > 0 {
				in.MediaID = files[0]
			}
			price, err := v.Number("price", "几分一件")
			if err != nil {
				return web.Then{}, err
			}
			stock, err := v.Number("stock", "有几件")
			if err != nil {
				return web.Then{}, err
			}
			in.Price, in.Stock = int64(price), int64(stock)
			return web.Then{To: below(v, "merit", "goods"), Said: "上架了"}, bare(s.Merit.AddGoods(ctx, v.Actor, in))
		})
	}
	return s.goodsAgain(ctx, v, files, err)
}

func (s *console) changeGoods(ctx context.Context, v *web.Visit) error {
	return s.goodsAgain(ctx, v, nil, v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		price, err := v.Number("new_price", "几分一件")
		if err != nil {
			return web.Then{}, err
		}
		more := 0
		if v.Text("more") != "" {
			if more, err = v.Number("more", "进出几件"); err != nil {
				return web.Then{}, err
			}
		}
		in := merit.ChangeGoods{Price: int64(price), Stock: int64(more), Active: v.Text("active") == "yes"}
		return web.Then{To: below(v, "merit", "goods"), Said: "改好了"}, bare(s.Merit.UpdateGoods(ctx, v.Actor, meritRef(v), in))
	}))
}

type counterPage struct {
	Waiting []model.MeritRedemption
	Next    string
	Goods   []choice
	F       typed
}

// counter is where goods are handed over: by the code on a phone, or by card.
func (s *console) counter(ctx context.Context, v *web.Visit) error {
	page, err := s.counterPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("counter", "积分超市柜台", page)
}

func (s *console) counterPage(ctx context.Context, v *web.Visit) (counterPage, error) {
	page := counterPage{F: typedIn(v, "code", "card", "goods", "quantity", "witness", "witness_house")}
	if err := v.Actor.Require(model.VerbMeritStore, v.Village); err != nil {
		return page, err
	}
	var err error
	if page.Waiting, err = s.Merit.Waiting(ctx, v.Actor, v.Village, v.Query("after"), listed); err != nil {
		return page, err
	}
	if len(page.Waiting) == listed {
		page.Next = v.Here("after", page.Waiting[listed-1].ID)
	}
	goods, err := s.Merit.Goods(ctx, v.Actor, v.Village, "", 100)
	for _, g := range goods {
		page.Goods = append(page.Goods, choice{Value: g.ID, Text: fmt.Sprintf("%s（%d分，剩%d件）", g.Name, g.Price, g.Stock), Chosen: g.ID == page.F["goods"]})
	}
	return page, err
}

// counterDo is a form at the counter.
func (s *console) counterDo(ctx context.Context, v *web.Visit, do func(ctx context.Context) (said string, err error)) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		said, err := do(ctx)
		return web.Then{To: below(v, "merit", "counter"), Said: said}, err
	})
	if err == nil {
		return nil
	}
	page, failed := s.counterPage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "counter", "积分超市柜台", page)
}

func (s *console) serveCode(ctx context.Context, v *web.Visit) error {
	return s.counterDo(ctx, v, func(ctx context.Context) (string, error) {
		r, err := s.Merit.ServeByCode(ctx, v.Actor, v.Village, strings.Join(strings.Fields(v.Text("code")), ""))
		return fmt.Sprintf("交货：%s %d件，扣%d分。请把东西给乡亲", r.GoodsName, r.Quantity, r.Points), err
	})
}

func (s *console) serveCard(ctx context.Context, v *web.Visit) error {
	return s.counterDo(ctx, v, func(ctx context.Context) (string, error) {
		if err := v.Actor.Require(model.VerbMeritStore, v.Village); err != nil {
			return "", err
		}
		quantity, err := v.Number("quantity", "几件")
		if err != nil {
			return "", err
		}
		witness, err := s.People.One(ctx, v.Village, named(v, "witness"))
		if err != nil {
			return "", err
		}
		r, err := s.Merit.RedeemByCard(ctx, v.Actor, merit.ByCard{VillageID: v.Village, Card: strings.Join(strings.Fields(v.Text("card")), ""), GoodsID: v.Text("goods"),
			Quantity: int64(quantity), WitnessID: witness.ID})
		return fmt.Sprintf("记下了：兑换%d号，%s %d件。见证人%s在微信里确认以后扣分", r.Number, r.GoodsName, r.Quantity, witness.Name), err
	})
}

func (s *console) cancelRedemption(ctx context.Context, v *web.Visit) error {
	return s.counterDo(ctx, v, func(ctx context.Context) (string, error) {
		return "取消了，积分退回", bare(s.Merit.Cancel(ctx, v.Actor, meritRef(v)))
	})
}

func (s *console) confirmRedemption(ctx context.Context, v *web.Visit) error {
	return s.counterDo(ctx, v, func(ctx context.Context) (string, error) {
		return "记下了：东西给了，等乡亲确认收到", bare(s.Merit.Confirm(ctx, v.Actor, meritRef(v)))
	})
}

type meritSheetsPage struct {
	Sheets   []model.MeritSheet
	Next     string
	Problems []string
	F        typed
}

func (s *console) meritSheetsPage(ctx context.Context, v *web.Visit) (meritSheetsPage, error) {
	page := meritSheetsPage{F: typedIn(v, "sheet", "held", "lines")}
	var err error
	page.Sheets, err = s.Merit.Sheets(ctx, v.Actor, v.Village, v.Query("after"), listed)
	if len(page.Sheets) == listed {
		page.Next = v.Here("after", page.Sheets[listed-1].Sheet)
	}
	return page, err
}

// meritSheets are the paper sheets of days without a network.
func (s *console) meritSheets(ctx context.Context, v *web.Visit) error {
	page, err := s.meritSheetsPage(ctx, v)
	if err != nil {
		return err
	}
	page.F["sheet"] = v.Query("sheet")
	return v.Show("meritsheets", "补录纸单", page)
}

// enterMeritSheet keeps one reading of a sheet; when the two agree, it is booked.
// Entering it again replaces one's own reading, so that it needs no Do.
func (s *console) enterMeritSheet(ctx context.Context, v *web.Visit) error {
	in, err := meritSheetIn(v)
	var out merit.SheetResult
	if err == nil {
		out, err = s.Merit.EnterSheet(ctx, v.Actor, in)
	}
	if err == nil && len(out.Problems) == 0 {
		said := "录好了。请另一户的人对着同一张单子再录一遍"
		if out.State == model.SheetPosted {
			said = "两遍一样，入账了"
		}
		return v.Go(below(v, "merit", "sheets"), said)
	}
	page, failed := s.meritSheetsPage(ctx, v)
	switch {
	case err != nil && failed != nil:
		return err
	case failed != nil:
		return failed
	case err != nil:
		return v.Again(ctx, err, "meritsheets", "补录纸单", page)
	}
	page.Problems = out.Problems
	return v.Show("meritsheets", "补录纸单", page)
}

func meritSheetIn(v *web.Visit) (merit.NewSheet, error) {
	in := merit.NewSheet{VillageID: v.Village, Sheet: v.Text("sheet"), HeldOn: v.Text("held")}
	for i, line := range lines(v.Text("lines")) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			return in, model.Errorf(model.Invalid, "第%d行要写三样：户号、商品、几件，用空格隔开，例如 12 毛巾 1", i+1)
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(fields[len(fields)-1], "件"), 10, 64)
		if err != nil {
			return in, model.Errorf(model.Invalid, "第%d行最后要写几件，例如 12 毛巾 1", i+1)
		}
		in.Lines = append(in.Lines, merit.SheetLine{HouseholdNo: strings.TrimSuffix(fields[0], "户"), Goods: strings.Join(fields[1:len(fields)-1], " "), Quantity: n})
	}
	return in, nil
}

type cardsPage struct {
	Cards []merit.Card
	F     typed
}

func (s *console) cards(_ context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbMeritManage, v.Village); err != nil {
		return err
	}
	return v.Show("cards", "发户卡", cardsPage{F: typed{}})
}

// issueCards shows the numbers once, to be printed: they are kept nowhere, so that
// this doesn't go by Do.
func (s *console) issueCards(ctx context.Context, v *web.Visit) error {
	var households []string
	for _, line := range lines(v.Text("households")) {
		households = append(households, strings.Fields(strings.NewReplacer("，", " ", ",", " ", "、", " ", "户", " ").Replace(line))...)
	}
	issued, err := s.Merit.IssueCards(ctx, v.Actor, v.Village, households)
	if err != nil {
		return v.Again(ctx, err, "cards", "发户卡", cardsPage{F: typedIn(v, "households")})
	}
	return v.Show("cards", "发户卡", cardsPage{Cards: issued, F: typed{}})
}
