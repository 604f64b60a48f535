package merit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/notice"
)

const cardDigits = 12

// IssueCard makes a household's card and returns its number, which is printed and
// kept nowhere: only its hash is. An earlier card ends.
func (s *Service) IssueCard(ctx context.Context, actor model.Actor, villageID, householdNo string) (string, error) {
	if err := actor.Require(model.VerbMeritManage, villageID); err != nil {
		return "", err
	}
	number, err := digits(cardDigits)
	if err != nil {
		return "", err
	}
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		house, err := s.houseNumbered(ctx, villageID, householdNo)
		if err != nil {
			return err
		}
		now := s.now()
		old := s.store.DB(ctx).Model(&model.MeritCard{}).Where("village_id = ? AND household_id = ? AND live = 'live'", villageID, house.ID)
		if err := old.UpdateColumns(map[string]any{"live": gorm.Expr("SUBSTR(code_sum, 1, 32)"), "ended_at": now}).Error; err != nil {
			return err
		}
		row := model.MeritCard{VillageID: villageID, CodeSum: cardSum(villageID, number), HouseholdID: house.ID, Live: "live", IssuedAt: now, IssuedBy: audit.ActorID(actor)}
		if err := unique(s.store.DB(ctx).Create(&row).Error, "刚给这户发过卡，请再试一次"); err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, villageID, "merit.card", "household/"+house.ID, "")
	})
	return number, err
}

func cardSum(villageID, number string) string {
	sum := sha256.Sum256([]byte("cunwu card\n" + villageID + "\n" + number))
	return hex.EncodeToString(sum[:])
}

func (s *Service) houseNumbered(ctx context.Context, villageID, number string) (model.Household, error) {
	var h model.Household
	found := s.store.DB(ctx).Where("village_id = ? AND number = ?", villageID, number).Limit(1).Find(&h)
	if found.Error == nil && found.RowsAffected == 0 {
		return h, model.Errorf(model.Unknown, "没有户号%s，请核对", number)
	}
	return h, found.Error
}

// ByCard is a redemption without a phone: the household's card, and a witness.
type ByCard struct {
	VillageID string
	Card      string
	GoodsID   string
	Quantity  int64
	WitnessID string // a villager of neither household, with WeChat, who confirms
}

// RedeemByCard enters, at the counter, a redemption of somebody without a phone.
// It is settled once the witness confirms; the household is told, by a call if
// need be.
func (s *Service) RedeemByCard(ctx context.Context, actor model.Actor, in ByCard) (model.MeritRedemption, error) {
	var r model.MeritRedemption
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbMeritStore, in.VillageID); err != nil {
			return err
		}
		var card model.MeritCard
		err := s.store.DB(ctx).Take(&card, "village_id = ? AND code_sum = ? AND live = 'live'", in.VillageID, cardSum(in.VillageID, in.Card)).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return model.Errorf(model.Unknown, "没有这张户卡，或者已经换了新卡，请核对卡号")
		}
		if err != nil {
			return err
		}
		if err := s.outside(ctx, in.VillageID, actor.VillagerID, card.HouseholdID, "不能给自己家兑换，请由另一位管理员办理"); err != nil {
			return err
		}
		if err := s.witness(ctx, actor, in, card.HouseholdID); err != nil {
			return err
		}
		r = model.MeritRedemption{Channel: model.RedeemByCard, HouseholdID: card.HouseholdID, PersonName: "户卡",
			KeeperID: actor.VillagerID, KeeperName: actor.Name, KeeperAt: s.now(), WitnessID: in.WitnessID}
		if err := s.reserve(ctx, actor, NewRedemption{VillageID: in.VillageID, GoodsID: in.GoodsID, Quantity: in.Quantity}, &r); err != nil {
			return err
		}
		if err := s.tellHousehold(ctx, r, "card", cardText(r)); err != nil {
			return err
		}
		return s.notices.Put(ctx, notice.Note{VillageID: r.VillageID, To: model.Person{VillageID: r.VillageID, ID: r.WitnessID},
			Event: "redemption/" + r.ID + "/witness", Role: notice.RoleOther, Text: witnessText(r)})
	})
	return r, err
}

// witness checks that the witness belongs to neither side.
func (s *Service) witness(ctx context.Context, actor model.Actor, in ByCard, householdID string) error {
	if in.WitnessID == "" || in.WitnessID == actor.VillagerID {
		return model.Errorf(model.Invalid, "不用手机兑换要有一位见证人，不能是管理员自己")
	}
	if err := s.outside(ctx, in.VillageID, in.WitnessID, householdID, "见证人不能是这户的人"); err != nil {
		return err
	}
	mine, err := s.villager(ctx, in.VillageID, actor.VillagerID)
	if err != nil || mine.HouseholdID == "" {
		return ignoreUnknown(err)
	}
	return s.outside(ctx, in.VillageID, in.WitnessID, mine.HouseholdID, "见证人不能是管理员家里的人")
}

// outside refuses a person who is of the household.
func (s *Service) outside(ctx context.Context, villageID, personID, householdID, words string) error {
	v, err := s.villager(ctx, villageID, personID)
	if err == nil && v.HouseholdID == householdID {
		return model.Errorf(model.Forbidden, "%s", words)
	}
	return err
}

func ignoreUnknown(err error) error {
	if model.IsCode(err, model.Unknown) {
		return nil
	}
	return err
}

// Witness confirms that the goods were handed over to the household in the
// witness's presence, which settles.
func (s *Service) Witness(ctx context.Context, actor model.Actor, ref Ref) (model.MeritRedemption, error) {
	return s.take(ctx, ref, func(ctx context.Context, r *model.MeritRedemption) error {
		if r.Channel != model.RedeemByCard || r.WitnessID == "" || actor.VillageID != r.VillageID || actor.VillagerID != r.WitnessID {
			return errNoRedemption()
		}
		if err := s.standing(r); err != nil {
			return err
		}
		if err := s.strong(ctx, actor); err != nil {
			return err
		}
		r.VillagerAt = s.now()
		return s.settle(ctx, actor, r)
	})
}

// RedemptionNumbered finds a redemption that the actor has to do with.
func (s *Service) RedemptionNumbered(ctx context.Context, actor model.Actor, villageID string, number int64) (model.MeritRedemption, error) {
	var r model.MeritRedemption
	found := s.store.DB(ctx).Where("village_id = ? AND number = ?", villageID, number).Limit(1).Find(&r)
	if found.Error != nil {
		return r, found.Error
	}
	if found.RowsAffected == 0 {
		return r, errNoRedemption()
	}
	if r.WitnessID != "" && r.WitnessID == actor.VillagerID && actor.VillageID == villageID {
		return r, nil
	}
	_, err := s.side(ctx, actor, &r)
	return r, err
}
