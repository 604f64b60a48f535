package merit

import (
	"context"
	"errors"
	"regexp"

	"gorm.io/gorm"

	"cunwu/model"
)

// Sides of a redemption.
const (
	sideVillager = "villager"
	sideKeeper   = "keeper"
)

var codeForm = regexp.MustCompile(`^[0-9]{8}$`)

// take runs fn on the locked redemption in a transaction.
func (s *Service) take(ctx context.Context, ref Ref, fn func(ctx context.Context, r *model.MeritRedemption) error) (model.MeritRedemption, error) {
	var r model.MeritRedemption
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		r = model.MeritRedemption{}
		err := s.store.Locked(ctx).Take(&r, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errNoRedemption()
		}
		if err != nil {
			return err
		}
		return fn(ctx, &r)
	})
	return r, err
}

func errNoRedemption() error {
	return model.Errorf(model.Unknown, "没有找到这笔兑换，请核对")
}

// side says for whom the actor may confirm: the household, or the store. A keeper
// is never the store for the own household.
func (s *Service) side(ctx context.Context, actor model.Actor, r *model.MeritRedemption) (string, error) {
	if actor.Known() && actor.VillageID == r.VillageID {
		house, err := s.household(ctx, r.VillageID, actor.VillagerID)
		if err != nil && model.AsError(err) == nil {
			return "", err
		}
		if house == r.HouseholdID && house != "" {
			return sideVillager, nil
		}
	}
	if actor.Known() && actor.May(model.VerbMeritStore, r.VillageID) {
		return sideKeeper, nil
	}
	return "", errNoRedemption()
}

// Confirm is one side's word that the goods are handed over; the second one
// settles. The villager's side may be any of the household.
func (s *Service) Confirm(ctx context.Context, actor model.Actor, ref Ref) (model.MeritRedemption, error) {
	return s.take(ctx, ref, func(ctx context.Context, r *model.MeritRedemption) error {
		side, err := s.side(ctx, actor, r)
		if err != nil {
			return err
		}
		if err := s.standing(r); err != nil {
			return err
		}
		if side == sideKeeper {
			r.KeeperID, r.KeeperName, r.KeeperAt = actor.VillagerID, actor.Name, s.now()
		} else {
			if r.Channel == model.RedeemByPhone && actor.HelpedBy == "" {
				if err := s.strong(ctx, actor); err != nil {
					return err
				}
			}
			r.VillagerAt = s.now()
		}
		return s.settle(ctx, actor, r)
	})
}

// standing refuses what is over.
func (s *Service) standing(r *model.MeritRedemption) error {
	switch {
	case r.State != model.RedemptionReserved:
		return errEnded(r)
	case r.ExpiresAt.Before(s.store.Now()):
		return model.Errorf(model.Gone, "兑换%d号过期了，积分会退回，请重新兑换", r.Number)
	}
	return nil
}

// settle ends the redemption once both sides have confirmed, and otherwise keeps
// who did.
func (s *Service) settle(ctx context.Context, actor model.Actor, r *model.MeritRedemption) error {
	if r.VillagerAt.IsZero() || r.KeeperAt.IsZero() {
		if err := s.store.DB(ctx).Model(r).Select("keeper_id", "keeper_name", "keeper_at", "villager_at").Updates(r).Error; err != nil || r.KeeperAt.IsZero() {
			return err
		}
		return s.tellHousehold(ctx, *r, "handed", handedText(*r))
	}
	pay := posting{cause: model.MeritSettle, ref: r.ID, once: "end/" + r.ID, text: r.GoodsName,
		legs: move(commonAccount(model.MeritReserve, r.HouseholdID), commonAccount(model.MeritStore, r.HouseholdID), r.Points, "")}
	if _, err := s.post(ctx, actor, r.VillageID, pay); err != nil {
		return err
	}
	if err := s.end(ctx, r, model.RedemptionSettled); err != nil {
		return err
	}
	if err := s.unhold(ctx, r, 0); err != nil {
		return err
	}
	return s.tellHousehold(ctx, *r, "settled", settledText(*r))
}

// ServeByCode settles what the villager shows the code of: the code is the
// villager's word, entering it the keeper's.
// Errors: Forbidden (the keeper's own household), Unknown, Gone, Conflict.
func (s *Service) ServeByCode(ctx context.Context, actor model.Actor, villageID, code string) (model.MeritRedemption, error) {
	if err := actor.Require(model.VerbMeritStore, villageID); err != nil {
		return model.MeritRedemption{}, err
	}
	if !codeForm.MatchString(code) {
		return model.MeritRedemption{}, model.Errorf(model.Invalid, "兑换码是8位数字，请看清乡亲手机上的号码")
	}
	var found []model.MeritRedemption
	err := s.store.DB(ctx).Select("village_id", "id").Where("village_id = ? AND code = ?", villageID, code).Limit(1).Find(&found).Error
	if err != nil {
		return model.MeritRedemption{}, err
	}
	if len(found) == 0 {
		return model.MeritRedemption{}, model.Errorf(model.Unknown, "没有这个兑换码，或者已经用过、过期了。请乡亲回“积分 兑换”看看")
	}
	return s.take(ctx, Ref{VillageID: villageID, ID: found[0].ID}, func(ctx context.Context, r *model.MeritRedemption) error {
		side, err := s.side(ctx, actor, r)
		if err != nil {
			return err
		}
		if side == sideVillager {
			return model.Errorf(model.Forbidden, "不能给自己家兑换，请由另一位管理员办理")
		}
		if err := s.standing(r); err != nil {
			return err
		}
		now := s.now()
		r.KeeperID, r.KeeperName, r.KeeperAt, r.VillagerAt = actor.VillagerID, actor.Name, now, now
		return s.settle(ctx, actor, r)
	})
}
