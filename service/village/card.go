package village

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"cunwu/model"
)

// Card is a person's line of the roll with what hangs on it.
type Card struct {
	Entry

	Roles   []model.Role
	Bound   int        // telephones that speak for the person
	BoundAt model.Time // since when the first of them does
	Kin     []Relative
	HeadOf  bool // of the household
}

// Relative is a near relative of another household.
type Relative struct {
	Person   model.Person
	Name     string
	Relation string
}

// Card is one person. Errors: Forbidden, Unknown.
func (s *Service) Card(ctx context.Context, actor model.Actor, who model.Person) (Card, error) {
	var card Card
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		card = Card{}
		if err := s.mayReadRoll(ctx, actor, who.VillageID); err != nil {
			return err
		}
		found, err := s.byID(ctx, who.VillageID, who.ID)
		if err == nil && len(found) == 0 {
			err = unknownPerson()
		}
		if err != nil {
			return err
		}
		all, err := s.entries(ctx, who.VillageID, found)
		if err != nil {
			return err
		}
		card.Entry = all[0]
		if err := s.hangOn(ctx, &card); err != nil {
			return err
		}
		return s.audit.Read(ctx, actor, who.VillageID, "villager/"+who.ID)
	})
	return card, err
}

func (s *Service) hangOn(ctx context.Context, card *Card) error {
	who := card.Villager
	db := s.store.DB(ctx)
	err := db.Model(&model.RoleGrant{}).Where("village_id = ? AND villager_id = ? AND live = ?", who.VillageID, who.ID, live).Order("granted_at, id").Pluck("role", &card.Roles).Error
	if err != nil {
		return err
	}
	bound, err := s.bindingsOf(ctx, who)
	if err != nil {
		return err
	}
	card.Bound = len(bound)
	for _, b := range bound {
		if card.BoundAt.IsZero() || b.BoundAt.Before(card.BoundAt.Time) {
			card.BoundAt = b.BoundAt
		}
	}
	var rows []struct {
		ID, Name, Relation string
	}
	err = db.Table("kinships k").Select("p.id, p.name, k.relation").Joins("JOIN villagers p ON p.village_id = k.village_id AND p.id = k.kin_id").
		Where("k.village_id = ? AND k.person_id = ?", who.VillageID, who.ID).Order("p.name, p.id").Limit(bearersMax).Scan(&rows).Error
	for _, row := range rows {
		card.Kin = append(card.Kin, Relative{Person: model.Person{VillageID: who.VillageID, ID: row.ID}, Name: row.Name, Relation: row.Relation})
	}
	if err != nil || who.HouseholdID == "" {
		return err
	}
	var house model.Household
	err = db.Where("village_id = ? AND id = ?", who.VillageID, who.HouseholdID).Take(&house).Error
	card.HeadOf = house.HeadID == who.ID
	return err
}

// House is a household with everybody on its page of the roll, the head first.
type House struct {
	model.Household

	People []Entry
}

// House is one household. Errors: Forbidden, Unknown.
func (s *Service) House(ctx context.Context, actor model.Actor, villageID, id string) (House, error) {
	var house House
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		house = House{}
		if err := s.mayReadRoll(ctx, actor, villageID); err != nil {
			return err
		}
		err := s.store.DB(ctx).Where("village_id = ? AND id = ?", villageID, id).Take(&house.Household).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return model.Errorf(model.Unknown, "名册里没有这一户，请核对")
		}
		if err != nil {
			return err
		}
		var people []model.Villager
		err = s.store.DB(ctx).Where("village_id = ? AND household_id = ?", villageID, id).Order("id").Limit(rollMax).Find(&people).Error
		if err != nil {
			return err
		}
		if head := slices.IndexFunc(people, func(p model.Villager) bool { return p.ID == house.HeadID }); head > 0 {
			first := people[head]
			people = slices.Insert(slices.Delete(people, head, head+1), 0, first)
		}
		if house.People, err = s.entries(ctx, villageID, people); err != nil {
			return err
		}
		return s.audit.Read(ctx, actor, villageID, "household/"+id)
	})
	return house, err
}
