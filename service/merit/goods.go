package merit

import (
	"context"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	priceMax = 1_000_000
	stockMax = 1_000_000
)

// NewGoods is what the store gives for points.
type NewGoods struct {
	VillageID string
	Name      string
	Price     int64 // points a piece
	Stock     int64
	MediaID   string // a picture, uploaded
}

// AddGoods puts goods into the store.
func (s *Service) AddGoods(ctx context.Context, actor model.Actor, in NewGoods) (model.MeritGoods, error) {
	if err := s.keeps(actor, in.VillageID); err != nil {
		return model.MeritGoods{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	switch {
	case in.Name == "" || utf8.RuneCountInString(in.Name) > nameMax:
		return model.MeritGoods{}, model.Errorf(model.Invalid, "请写商品名称，不超过%d个字", nameMax)
	case in.Price < 1 || in.Price > priceMax:
		return model.MeritGoods{}, model.Errorf(model.Invalid, "每件的积分应为1到%d", priceMax)
	case in.Stock < 0 || in.Stock > stockMax:
		return model.MeritGoods{}, model.Errorf(model.Invalid, "库存应为0到%d", stockMax)
	}
	g := model.MeritGoods{VillageID: in.VillageID, ID: model.NewID(), Name: in.Name, Price: in.Price, Stock: in.Stock, Active: true, MediaID: in.MediaID, UpdatedAt: s.now()}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := unique(s.store.DB(ctx).Create(&g).Error, "已经有“"+in.Name+"”了，可以改它的库存或积分"); err != nil {
			return err
		}
		if in.MediaID != "" {
			if err := s.o.Attach(ctx, actor, in.VillageID, []string{in.MediaID}, "goods/"+g.ID); err != nil {
				return err
			}
		}
		return s.audit.Note(ctx, actor, in.VillageID, "merit.goods", "goods/"+g.ID, "add")
	})
	return g, err
}

// ChangeGoods is what may change of goods.
type ChangeGoods struct {
	Price  int64 // 0: as it is
	Stock  int64 // how many pieces come in, or go out when negative
	Active bool
}

// UpdateGoods changes the price, moves the stock, or takes goods off the list.
// What is reserved already keeps the price it was reserved at.
func (s *Service) UpdateGoods(ctx context.Context, actor model.Actor, ref Ref, in ChangeGoods) (model.MeritGoods, error) {
	if err := s.keeps(actor, ref.VillageID); err != nil {
		return model.MeritGoods{}, err
	}
	if in.Price < 0 || in.Price > priceMax || in.Stock > stockMax || in.Stock < -stockMax {
		return model.MeritGoods{}, model.Errorf(model.Invalid, "每件的积分应为1到%d，库存一次最多进出%d件", priceMax, stockMax)
	}
	var g model.MeritGoods
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		change := map[string]any{"active": in.Active, "stock": gorm.Expr("stock + ?", in.Stock), "updated_at": s.now()}
		if in.Price > 0 {
			change["price"] = in.Price
		}
		done := s.store.DB(ctx).Model(&model.MeritGoods{}).
			Where("village_id = ? AND id = ? AND stock + ? >= 0 AND stock + ? <= ?", ref.VillageID, ref.ID, in.Stock, in.Stock, stockMax).UpdateColumns(change)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return model.Errorf(model.Conflict, "没有这件商品，或者库存不够减，请先看库存")
		}
		if err := s.store.DB(ctx).Take(&g, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error; err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, ref.VillageID, "merit.goods", "goods/"+ref.ID, "change")
	})
	return g, err
}

// keeps says whether the actor runs the store, or the village.
func (s *Service) keeps(actor model.Actor, villageID string) error {
	if actor.May(model.VerbMeritManage, villageID) {
		return nil
	}
	return actor.Require(model.VerbMeritStore, villageID)
}

// Goods lists what may be had, by id; after is the last one seen.
func (s *Service) Goods(ctx context.Context, actor model.Actor, villageID, after string, limit int) ([]model.MeritGoods, error) {
	if actor.VillageID != villageID && s.keeps(actor, villageID) != nil {
		return nil, model.Errorf(model.Forbidden, "只有本村的人能看积分超市")
	}
	var rows []model.MeritGoods
	err := s.store.DB(ctx).Where("village_id = ? AND active = ? AND id > ?", villageID, true, after).Order("id").Limit(clamp(limit)).Find(&rows).Error
	return rows, err
}
