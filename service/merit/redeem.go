package merit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
)

const quantityMax = 1000

// NewRedemption asks for goods.
type NewRedemption struct {
	VillageID string
	GoodsID   string
	Quantity  int64
	By        model.Actor // the helper, when somebody acts on the actor's behalf
}

// Redeem sets points and stock aside for three days, and gives the code that the
// villager shows to the keeper.
// Errors: Forbidden (binding too weak), Conflict (points or stock lacking).
func (s *Service) Redeem(ctx context.Context, actor model.Actor, in NewRedemption) (model.MeritRedemption, error) {
	var r model.MeritRedemption
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := member(actor, in.VillageID); err != nil {
			return err
		}
		by := actor
		if in.By.Known() {
			by = in.By
		}
		if err := s.strong(ctx, by); err != nil {
			return err
		}
		house, err := s.household(ctx, in.VillageID, actor.VillagerID)
		if err != nil {
			return err
		}
		r = model.MeritRedemption{Channel: model.RedeemByPhone, HouseholdID: house, PersonID: actor.VillagerID, PersonName: actor.Name}
		if err := s.reserve(ctx, actor, in, &r); err != nil || by.VillagerID == actor.VillagerID {
			return err
		}
		return s.tellRedeemed(ctx, r, actor.Person(), "helped", reservedText(r))
	})
	return r, err
}

// reserve takes points and stock and stores the redemption. The goods' row, which
// everybody wants, is locked last and so for the shortest time.
func (s *Service) reserve(ctx context.Context, actor model.Actor, in NewRedemption, r *model.MeritRedemption) error {
	if in.Quantity < 1 || in.Quantity > quantityMax {
		return model.Errorf(model.Invalid, "数量应为1到%d", quantityMax)
	}
	goods, err := s.offered(ctx, in.VillageID, in.GoodsID, in.Quantity)
	if err != nil {
		return err
	}
	days, err := s.rule(ctx, "merit.hold")
	if err != nil {
		return err
	}
	r.VillageID, r.ID, r.State, r.AccountID = in.VillageID, model.NewID(), model.RedemptionReserved, houseAccount(r.HouseholdID)
	r.GoodsID, r.GoodsName, r.Quantity, r.Points = goods.ID, goods.Name, in.Quantity, goods.Price*in.Quantity
	r.CreatedAt = s.now()
	r.ExpiresAt = model.At(s.store.Now().AddDate(0, 0, days))
	if r.Code, err = digits(8); err != nil {
		return err
	}
	hold := posting{cause: model.MeritHold, ref: r.ID, once: "hold/" + r.ID, text: r.GoodsName,
		legs: move(r.AccountID, commonAccount(model.MeritReserve, r.HouseholdID), r.Points, "")}
	if _, err := s.post(ctx, actor, in.VillageID, hold); err != nil {
		if model.IsCode(err, model.Conflict) {
			return model.Errorf(model.Conflict, "积分不够：%s要%d分。回“积分”看余额", r.GoodsName, r.Points).Because(err)
		}
		return err
	}
	if r.Number, err = s.store.NextNumber(ctx, in.VillageID, "redemption"); err != nil {
		return err
	}
	if err := unique(s.store.DB(ctx).Create(r).Error, "请再试一次"); err != nil {
		return err
	}
	return s.takeStock(ctx, goods, in.Quantity)
}

// offered reads goods that seem to be there; takeStock decides.
func (s *Service) offered(ctx context.Context, villageID, id string, n int64) (model.MeritGoods, error) {
	var g model.MeritGoods
	found := s.store.DB(ctx).Where("village_id = ? AND id = ? AND active = ? AND stock >= ?", villageID, id, true, n).Limit(1).Find(&g)
	if found.Error == nil && found.RowsAffected == 0 {
		return g, errNoStock(n)
	}
	return g, found.Error
}

func errNoStock(n int64) error {
	return model.Errorf(model.Conflict, "这件商品现在没有货，或者不够%d件，请换一件", n)
}

// takeStock reserves pieces, at the price that was read.
func (s *Service) takeStock(ctx context.Context, g model.MeritGoods, n int64) error {
	taken := s.store.DB(ctx).Model(&model.MeritGoods{}).
		Where("village_id = ? AND id = ? AND active = ? AND price = ? AND stock >= ?", g.VillageID, g.ID, true, g.Price, n).
		UpdateColumns(map[string]any{"stock": gorm.Expr("stock - ?", n), "held": gorm.Expr("held + ?", n)})
	if taken.Error == nil && taken.RowsAffected == 0 {
		return errNoStock(n)
	}
	return taken.Error
}

// digits draws n decimal digits.
func digits(n int) (string, error) {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	v, err := rand.Int(rand.Reader, most)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%0*d", n, v), nil
}

// Cancel gives points and stock back: the villager's household, or the keeper
// (the goods are spoilt or lost), may do so until the goods are handed over.
func (s *Service) Cancel(ctx context.Context, actor model.Actor, ref Ref) (model.MeritRedemption, error) {
	return s.take(ctx, ref, func(ctx context.Context, r *model.MeritRedemption) error {
		side, err := s.side(ctx, actor, r)
		if err != nil {
			return err
		}
		if r.State != model.RedemptionReserved {
			return errEnded(r)
		}
		if err := s.giveBack(ctx, actor, r, model.RedemptionCancelled); err != nil || side == sideVillager {
			return err
		}
		return s.tellHousehold(ctx, *r, "cancelled", cancelledText(*r))
	})
}

// giveBack ends a reservation that came to nothing.
func (s *Service) giveBack(ctx context.Context, actor model.Actor, r *model.MeritRedemption, state string) error {
	release := posting{cause: model.MeritRelease, ref: r.ID, once: "end/" + r.ID, text: r.GoodsName,
		legs: move(commonAccount(model.MeritReserve, r.HouseholdID), r.AccountID, r.Points, "")}
	if _, err := s.post(ctx, actor, r.VillageID, release); err != nil {
		return err
	}
	if err := s.end(ctx, r, state); err != nil {
		return err
	}
	return s.unhold(ctx, r, r.Quantity)
}

// unhold takes the redemption's pieces off what is held; back are those that
// return to the stock.
func (s *Service) unhold(ctx context.Context, r *model.MeritRedemption, back int64) error {
	done := s.store.DB(ctx).Model(&model.MeritGoods{}).Where("village_id = ? AND id = ? AND held >= ?", r.VillageID, r.GoodsID, r.Quantity).
		UpdateColumns(map[string]any{"stock": gorm.Expr("stock + ?", back), "held": gorm.Expr("held - ?", r.Quantity)})
	if done.Error == nil && done.RowsAffected == 0 {
		return fmt.Errorf("merit: goods %s hold less than redemption %s reserved", r.GoodsID, r.ID)
	}
	return done.Error
}

func (s *Service) end(ctx context.Context, r *model.MeritRedemption, state string) error {
	r.State, r.EndedAt, r.Code = state, s.now(), r.ID
	return s.store.DB(ctx).Model(r).Select("state", "ended_at", "code", "keeper_id", "keeper_name", "villager_at", "keeper_at").Updates(r).Error
}

// LapseDue gives back what nobody fetched in time.
func (s *Service) LapseDue(ctx context.Context) (int, error) {
	n, after := 0, ""
	var failed error
	for {
		var due []model.MeritRedemption
		err := s.store.DB(ctx).Select("village_id", "id").Where("state = ? AND expires_at <= ? AND id > ?", model.RedemptionReserved, s.now(), after).
			Order("id").Limit(batch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return n, errors.Join(failed, err)
		}
		for _, d := range due {
			after = d.ID
			done := false
			_, err := s.take(ctx, Ref{VillageID: d.VillageID, ID: d.ID}, func(ctx context.Context, r *model.MeritRedemption) error {
				done = r.State == model.RedemptionReserved && !r.ExpiresAt.After(s.store.Now())
				if !done {
					return nil
				}
				if err := s.giveBack(ctx, machine(), r, model.RedemptionLapsed); err != nil {
					return err
				}
				return s.tellHousehold(ctx, *r, "lapsed", lapsedText(*r))
			})
			if failed = errors.Join(failed, err); err == nil && done {
				n++
			}
		}
	}
}

// Redemptions lists the household's redemptions, the newest first; before is the
// id of the last one seen.
func (s *Service) Redemptions(ctx context.Context, actor model.Actor, before string, limit int) ([]model.MeritRedemption, error) {
	if err := member(actor, actor.VillageID); err != nil {
		return nil, err
	}
	house, err := s.household(ctx, actor.VillageID, actor.VillagerID)
	if err != nil {
		return nil, err
	}
	if before == "" {
		before = "~"
	}
	var rows []model.MeritRedemption
	err = s.store.DB(ctx).Where("village_id = ? AND account_id = ? AND id < ?", actor.VillageID, houseAccount(house), before).
		Order("id DESC").Limit(clamp(limit)).Find(&rows).Error
	return rows, err
}

// Waiting lists what waits at the store, for its keeper, by id. It shows no codes:
// the villager does.
func (s *Service) Waiting(ctx context.Context, actor model.Actor, villageID, after string, limit int) ([]model.MeritRedemption, error) {
	if err := s.keeps(actor, villageID); err != nil {
		return nil, err
	}
	var rows []model.MeritRedemption
	err := s.store.DB(ctx).Omit("code").Where("village_id = ? AND state = ? AND id > ?", villageID, model.RedemptionReserved, after).
		Order("id").Limit(clamp(limit)).Find(&rows).Error
	return rows, err
}

func (s *Service) tellRedeemed(ctx context.Context, r model.MeritRedemption, to model.Person, what, text string) error {
	return s.notices.Put(ctx, notice.Note{VillageID: r.VillageID, To: to, Event: "redemption/" + r.ID + "/" + what, Role: notice.RoleAsker, Text: text})
}

// tellHousehold tells whoever asked, or the head of the household; where no
// message arrives, somebody calls.
func (s *Service) tellHousehold(ctx context.Context, r model.MeritRedemption, what, text string) error {
	to := model.Person{VillageID: r.VillageID, ID: r.PersonID}
	if to.ID == "" {
		head, err := s.head(ctx, r.VillageID, r.HouseholdID)
		if err != nil || head == "" {
			return err
		}
		to.ID = head
	}
	return s.tellRedeemed(ctx, r, to, what, text)
}

// head is the household's head, or whoever of it has been on the list longest.
func (s *Service) head(ctx context.Context, villageID, householdID string) (string, error) {
	var ids []string
	err := s.store.DB(ctx).Raw(`SELECT v.id FROM villagers v JOIN households h ON h.village_id = v.village_id AND h.id = v.household_id
		WHERE v.village_id = ? AND v.household_id = ? AND v.state = ? ORDER BY CASE WHEN v.id = h.head_id THEN 0 ELSE 1 END, v.id LIMIT 1`,
		villageID, householdID, model.VillagerLiving).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

func errEnded(r *model.MeritRedemption) error {
	return model.Errorf(model.Conflict, "兑换%d号%s，不用再办", r.Number, RedemptionName(r.State))
}
