package api

import (
	"context"

	"cunwu/service/merit"
)

// What the keeper does at the store's counter.

func (a *API) waiting(ctx context.Context, who Caller, in *villagePage) (*answer[list[meritRedemptionShape]], error) {
	after, err := place(in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Merit.Waiting(ctx, who.Actor, in.village(who), after, in.Limit)
	if err != nil {
		return nil, err
	}
	return redemptionList(rows, false, in.Limit), nil
}

type meritCodeInput struct {
	InVillage
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"16" doc:"乡亲手机上的8位兑换码"`
	}
}

func (a *API) serveByCode(ctx context.Context, who Caller, in *meritCodeInput) (*meritRedemptionAnswer, error) {
	return redemptionOf(a.Merit.ServeByCode(ctx, who.Actor, in.village(who), in.Body.Code))
}

type meritByCardInput struct {
	InVillage
	Body struct {
		Card      string `json:"card" minLength:"1" maxLength:"20" doc:"户卡上的12位号"`
		GoodsID   string `json:"goods_id" minLength:"1" maxLength:"80"`
		Quantity  int64  `json:"quantity" minimum:"1" maximum:"1000"`
		WitnessID string `json:"witness_id" minLength:"1" maxLength:"80" doc:"见证人：person 的 id，不是这户的人，也不是管理员家里的人"`
	}
}

func (a *API) redeemByCard(ctx context.Context, who Caller, in *meritByCardInput) (*meritRedemptionAnswer, error) {
	goods, err := personOf(in.Body.GoodsID)
	if err != nil {
		return nil, err
	}
	witness, err := personOf(in.Body.WitnessID)
	if err != nil {
		return nil, err
	}
	return redemptionOf(a.Merit.RedeemByCard(ctx, who.Actor, merit.ByCard{VillageID: in.village(who), Card: in.Body.Card, GoodsID: goods.ID, Quantity: in.Body.Quantity, WitnessID: witness.ID}))
}

type meritCardInput struct {
	InVillage
	Body struct {
		HouseholdNo string `json:"household_no" minLength:"1" maxLength:"32"`
	}
}

type meritCardShape struct {
	Card string `json:"card" doc:"12位卡号，印在卡上；系统里不留，看过就没有了"`
}

func (a *API) issueCard(ctx context.Context, who Caller, in *meritCardInput) (*answer[meritCardShape], error) {
	number, err := a.Merit.IssueCard(ctx, who.Actor, in.village(who), in.Body.HouseholdNo)
	return &answer[meritCardShape]{meritCardShape{number}}, err
}

type meritSheetLineShape struct {
	HouseholdNo string `json:"household_no" minLength:"1" maxLength:"32"`
	Goods       string `json:"goods" minLength:"1" maxLength:"64" doc:"商品的名称"`
	Quantity    int64  `json:"quantity" minimum:"1" maximum:"1000"`
}

type meritSheetInput struct {
	InVillage
	Body struct {
		Sheet  string                `json:"sheet" minLength:"1" maxLength:"32" doc:"纸单上印的编号"`
		HeldOn string                `json:"held_on" maxLength:"10" doc:"哪一天的单子，如 2026-03-04"`
		Lines  []meritSheetLineShape `json:"lines" minItems:"1" maxItems:"100" nullable:"false"`
	}
}

type meritSheetShape struct {
	State    string   `json:"state" enum:"entered,differs,posted" doc:"等另一户的人再录一遍；两遍不一样；入账了"`
	Problems []string `json:"problems" nullable:"false"`
}

func (a *API) enterSheet(ctx context.Context, who Caller, in *meritSheetInput) (*answer[meritSheetShape], error) {
	sheet := merit.NewSheet{VillageID: in.village(who), Sheet: in.Body.Sheet, HeldOn: in.Body.HeldOn}
	for _, l := range in.Body.Lines {
		sheet.Lines = append(sheet.Lines, merit.SheetLine(l))
	}
	result, err := a.Merit.EnterSheet(ctx, who.Actor, sheet)
	if err != nil {
		return nil, err
	}
	return &answer[meritSheetShape]{meritSheetShape{State: result.State, Problems: append([]string{}, result.Problems...)}}, nil
}
