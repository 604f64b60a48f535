package site

import (
	"context"
	"fmt"
	"net/http"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/merit"
)

func (s *site) myStoreRoutes() []web.Route {
	const get, post, at = http.MethodGet, http.MethodPost, "/v/:village/merit/"
	return []web.Route{
		{Door: web.SignedIn, Method: get, Path: at + "store", Do: s.known(s.store)},
		{Door: web.SignedIn, Method: post, Path: at + "store", Do: s.known(s.redeem)},
		{Door: web.SignedIn, Method: get, Path: at + "redemptions", Do: s.known(s.redemptions)},
		{Door: web.SignedIn, Method: post, Path: at + "redemptions/:id/cancel", Do: s.redemptionForm("取消了，积分退回", func(ctx context.Context, v *web.Visit, elder model.Person) error {
			_, err := s.Desk.CancelRedemption(ctx, v.Actor, elder, meritRef(v))
			return err
		})},
		{Door: web.SignedIn, Method: post, Path: at + "redemptions/:id/confirm", Do: s.redemptionForm("记下了：东西拿到了", func(ctx context.Context, v *web.Visit, elder model.Person) error {
			_, err := s.Desk.ConfirmRedemption(ctx, v.Actor, elder, meritRef(v))
			return err
		})},
	}
}

type storePage struct {
	filled
	For     forWhom
	Balance int64
	Goods   []model.MeritGoods
	Next    string
}

func (s *site) storePage(ctx context.Context, v *web.Visit) (storePage, error) {
	page := storePage{filled: filledIn(v, "goods", "quantity")}
	var err error
	if page.For, err = s.whom(ctx, v, membership.ScopeMerit); err != nil {
		return page, err
	}
	elder, err := page.For.person(v)
	if err != nil {
		return page, err
	}
	account, err := s.Desk.Points(ctx, v.Actor, elder)
	if err != nil {
		return page, err
	}
	page.Balance = account.Balance
	page.Goods, err = s.Merit.Goods(ctx, v.Actor, v.Village, v.Query("after"), mineShown)
	if len(page.Goods) == mineShown {
		page.Next = v.Here("after", page.Goods[mineShown-1].ID)
	}
	return page, err
}

func (s *site) store(ctx context.Context, v *web.Visit) error {
	page, err := s.storePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("store", "积分超市", page)
}

func (s *site) redeem(ctx context.Context, v *web.Visit) error {
	quantity, err := v.Number("quantity", "几件")
	if err == nil {
		err = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			elder, err := chosen(v)
			if err != nil {
				return web.Then{}, err
			}
			r, err := s.Desk.Redeem(ctx, v.Actor, elder, merit.NewRedemption{GoodsID: v.Text("goods"), Quantity: int64(quantity)})
			return web.Then{To: withFor(mine(v, "/merit/redemptions"), v.Text("for")), Said: fmt.Sprintf("留好了：%s%d件，用%d分。%s前去取", r.GoodsName, r.Quantity, r.Points, dueWords(r.ExpiresAt))}, err
		})
	}
	if model.AsError(err) == nil {
		return err
	}
	page, wrong := s.storePage(ctx, v)
	if wrong != nil {
		return err
	}
	return v.Again(ctx, err, "store", "积分超市", page)
}

type redemptionsPage struct {
	For  forWhom
	Rows []model.MeritRedemption
	Next string
}

func (s *site) redemptionsPage(ctx context.Context, v *web.Visit) (redemptionsPage, error) {
	var page redemptionsPage
	var err error
	if page.For, err = s.whom(ctx, v, membership.ScopeMerit); err != nil {
		return page, err
	}
	elder, err := page.For.person(v)
	if err != nil {
		return page, err
	}
	page.Rows, err = s.Desk.Redemptions(ctx, v.Actor, elder, v.Query("before"), mineShown)
	if len(page.Rows) == mineShown {
		page.Next = v.Here("before", page.Rows[mineShown-1].ID)
	}
	return page, err
}

func (s *site) redemptions(ctx context.Context, v *web.Visit) error {
	page, err := s.redemptionsPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("redemptions", "我家换的东西", page)
}

func (s *site) redemptionForm(said string, do func(ctx context.Context, v *web.Visit, elder model.Person) error) doing {
	return func(ctx context.Context, v *web.Visit) error {
		err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			elder, err := chosen(v)
			if err == nil {
				err = do(ctx, v, elder)
			}
			return web.Then{To: withFor(mine(v, "/merit/redemptions"), v.Text("for")), Said: said}, err
		})
		if model.AsError(err) == nil {
			return err
		}
		page, wrong := s.redemptionsPage(ctx, v)
		if wrong != nil {
			return err
		}
		return v.Again(ctx, err, "redemptions", "我家换的东西", page)
	}
}
