package api

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/merit"
)

type meritGoodsShape struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Price    int64  `json:"price" doc:"每件几分"`
	Stock    int64  `json:"stock" doc:"还能换几件"`
	Held     int64  `json:"held" doc:"换了还没有取的"`
	Active   bool   `json:"active"`
	UploadID string `json:"upload_id,omitempty" doc:"照片"`
}

func shapeOfGoods(g model.MeritGoods) meritGoodsShape {
	return meritGoodsShape{ID: model.PublicID(g.VillageID, g.ID), Name: g.Name, Price: g.Price, Stock: g.Stock, Held: g.Held, Active: g.Active, UploadID: public(g.VillageID, g.MediaID)}
}

func goodsOf(g model.MeritGoods, err error) (*answer[meritGoodsShape], error) {
	if err != nil {
		return nil, err
	}
	return &answer[meritGoodsShape]{shapeOfGoods(g)}, nil
}

func (a *API) goods(ctx context.Context, who Caller, in *villagePage) (*answer[list[meritGoodsShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Merit.Goods(ctx, who.Actor, in.village(who), after, in.Limit)
	if err != nil {
		return nil, err
	}
	var shapes []meritGoodsShape
	for _, g := range rows {
		shapes = append(shapes, shapeOfGoods(g))
	}
	return listOf(shapes, nextOf(rows, in.Limit, func(g model.MeritGoods) string { return g.ID })), nil
}

type meritNewGoodsInput struct {
	InVillage
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"64"`
		Price    int64  `json:"price" minimum:"1" maximum:"1000000" doc:"每件几分"`
		Stock    int64  `json:"stock" minimum:"0" maximum:"1000000"`
		UploadID string `json:"upload_id,omitempty" maxLength:"80" doc:"照片"`
	}
}

func (a *API) addGoods(ctx context.Context, who Caller, in *meritNewGoodsInput) (*answer[meritGoodsShape], error) {
	file, err := optionalPerson(in.Body.UploadID)
	if err != nil {
		return nil, err
	}
	return goodsOf(a.Merit.AddGoods(ctx, who.Actor, merit.NewGoods{VillageID: in.village(who), Name: in.Body.Name, Price: in.Body.Price, Stock: in.Body.Stock, MediaID: file.ID}))
}

type meritChangeGoodsInput struct {
	ByID
	Body struct {
		Price  int64 `json:"price,omitempty" minimum:"1" maximum:"1000000" doc:"不写就不变"`
		Stock  int64 `json:"stock_change,omitempty" minimum:"-1000000" maximum:"1000000" doc:"进几件；负数是出几件"`
		Active bool  `json:"active" doc:"false 下架"`
	}
}

func (a *API) updateGoods(ctx context.Context, who Caller, in *meritChangeGoodsInput) (*answer[meritGoodsShape], error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	return goodsOf(a.Merit.UpdateGoods(ctx, who.Actor, ref, merit.ChangeGoods{Price: in.Body.Price, Stock: in.Body.Stock, Active: in.Body.Active}))
}

type meritRedemptionShape struct {
	ID         string     `json:"id"`
	Number     int64      `json:"number" doc:"人们说的兑换几号"`
	State      string     `json:"state" enum:"reserved,settled,cancelled,lapsed"`
	StateText  string     `json:"state_text"`
	Channel    string     `json:"channel" enum:"phone,card,sheet"`
	Goods      string     `json:"goods"`
	GoodsID    string     `json:"goods_id"`
	Quantity   int64      `json:"quantity"`
	Points     int64      `json:"points"`
	Person     string     `json:"person" doc:"谁换的"`
	Code       string     `json:"code,omitempty" doc:"给管理员看的8位兑换码；只有换的人家看得到"`
	Keeper     string     `json:"keeper,omitempty"`
	CreatedAt  time.Time  `json:"created_at"`
	ExpiresAt  *time.Time `json:"expires_at" doc:"到这时候没有取，积分退回"`
	VillagerAt *time.Time `json:"villager_at" doc:"村民一方确认了"`
	KeeperAt   *time.Time `json:"keeper_at" doc:"管理员确认了"`
	EndedAt    *time.Time `json:"ended_at"`
}

// shapeOfRedemption shows the code to the household alone.
func shapeOfRedemption(r model.MeritRedemption, household bool) meritRedemptionShape {
	shape := meritRedemptionShape{ID: model.PublicID(r.VillageID, r.ID), Number: r.Number, State: r.State, StateText: merit.RedemptionName(r.State), Channel: r.Channel,
		Goods: r.GoodsName, GoodsID: public(r.VillageID, r.GoodsID), Quantity: r.Quantity, Points: r.Points, Person: r.PersonName, Keeper: r.KeeperName,
		CreatedAt: r.CreatedAt.In(model.Shanghai), VillagerAt: moment(r.VillagerAt), KeeperAt: moment(r.KeeperAt), EndedAt: moment(r.EndedAt)}
	if r.State == model.RedemptionReserved {
		shape.ExpiresAt = moment(r.ExpiresAt)
		if household && r.Channel == model.RedeemByPhone {
			shape.Code = r.Code
		}
	}
	return shape
}

func redemptionID(r model.MeritRedemption) string { return r.ID }

type meritRedemptionAnswer = answer[meritRedemptionShape]

func redemptionOf(r model.MeritRedemption, err error) (*meritRedemptionAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &meritRedemptionAnswer{shapeOfRedemption(r, false)}, nil
}

func redemptionList(rows []model.MeritRedemption, household bool, limit int) *answer[list[meritRedemptionShape]] {
	var shapes []meritRedemptionShape
	for _, r := range rows {
		shapes = append(shapes, shapeOfRedemption(r, household))
	}
	return listOf(shapes, nextOf(rows, limit, redemptionID))
}

func (a *API) redemptions(ctx context.Context, who Caller, in *meritEntriesInput) (*answer[list[meritRedemptionShape]], error) {
	elder, err := in.elder()
	if err != nil {
		return nil, err
	}
	before, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Desk.Redemptions(ctx, who.Actor, elder, before, in.Limit)
	if err != nil {
		return nil, err
	}
	return redemptionList(rows, true, in.Limit), nil
}

type meritNewRedemptionInput struct {
	Body struct {
		GoodsID    string `json:"goods_id" minLength:"1" maxLength:"80"`
		Quantity   int64  `json:"quantity" minimum:"1" maximum:"1000"`
		OnBehalfOf string `json:"on_behalf_of,omitempty" maxLength:"80" doc:"替谁换（他同意过您代办积分）：person 的 id"`
	}
}

func (a *API) redeem(ctx context.Context, who Caller, in *meritNewRedemptionInput) (*meritRedemptionAnswer, error) {
	_, goods, err := model.ParsePublicID(in.Body.GoodsID)
	if err != nil {
		return nil, err
	}
	elder, err := optionalPerson(in.Body.OnBehalfOf)
	if err != nil {
		return nil, err
	}
	r, err := a.Desk.Redeem(ctx, who.Actor, elder, merit.NewRedemption{GoodsID: goods, Quantity: in.Body.Quantity})
	if err != nil {
		return nil, err
	}
	return &meritRedemptionAnswer{shapeOfRedemption(r, true)}, nil
}

type meritRedemptionMoveInput struct {
	ByID
	ForPerson
}

type redemptionMove func(ctx context.Context, actor model.Actor, elder model.Person, ref merit.Ref) (model.MeritRedemption, error)

// redeemed is a route that needs nothing but the redemption, and for whom.
func redeemed(move redemptionMove) func(ctx context.Context, who Caller, in *meritRedemptionMoveInput) (*meritRedemptionAnswer, error) {
	return func(ctx context.Context, who Caller, in *meritRedemptionMoveInput) (*meritRedemptionAnswer, error) {
		ref, err := in.merit()
		if err != nil {
			return nil, err
		}
		elder, err := in.elder()
		if err != nil {
			return nil, err
		}
		return redemptionOf(move(ctx, who.Actor, elder, ref))
	}
}

func (a *API) witness(ctx context.Context, who Caller, in *ByID) (*meritRedemptionAnswer, error) {
	ref, err := in.merit()
	if err != nil {
		return nil, err
	}
	return redemptionOf(a.Merit.Witness(ctx, who.Actor, ref))
}
