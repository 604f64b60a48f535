package village

import (
	"context"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"cunwu/model"
)

// kinMax bounds the near relatives of those who are asked for together.
const kinMax = 5000

// AddKin records that two villagers of different households are near relatives,
// in both directions. It is part of the roster, and needs its permission.
func (s *Service) AddKin(ctx context.Context, actor model.Actor, village string, a, b Named, relation string) error {
	relation = cleanCell(relation)
	if relation == "" || utf8.RuneCountInString(relation) > shortMax {
		return model.Errorf(model.Invalid, "请写明是什么亲属关系，不超过%d个字，例如 兄弟", shortMax)
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		if _, err := s.Get(ctx, village); err != nil {
			return err
		}
		if err := actor.Require(model.VerbImport, village); err != nil {
			return err
		}
		first, err := s.one(ctx, village, a)
		if err != nil {
			return err
		}
		second, err := s.one(ctx, village, b)
		if err != nil {
			return err
		}
		if first.ID == second.ID {
			return model.Errorf(model.Invalid, "两个名字是同一个人，请核对")
		}
		rows := []model.Kinship{
			{VillageID: village, PersonID: first.ID, KinID: second.ID, Relation: relation},
			{VillageID: village, PersonID: second.ID, KinID: first.ID, Relation: relation},
		}
		again := clause.OnConflict{DoUpdates: clause.AssignmentColumns([]string{"relation"}),
			Columns: []clause.Column{{Name: "village_id"}, {Name: "person_id"}, {Name: "kin_id"}}}
		if err := s.store.DB(ctx).Clauses(again).Create(&rows).Error; err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, village, "kin.add", "villager/"+first.ID, "villager/"+second.ID)
	})
}

// DropKin takes back what AddKin recorded wrongly.
func (s *Service) DropKin(ctx context.Context, actor model.Actor, village string, a, b Named) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbImport, village); err != nil {
			return err
		}
		gone := s.store.DB(ctx).Where("village_id = ? AND (person_id = ? AND kin_id = ? OR person_id = ? AND kin_id = ?)", village, a.ID, b.ID, b.ID, a.ID).Delete(&model.Kinship{})
		if gone.Error != nil {
			return gone.Error
		}
		if gone.RowsAffected == 0 {
			return model.Errorf(model.Unknown, "没有登记这两个人是近亲属，请刷新再看")
		}
		return s.audit.Note(ctx, actor, village, "kin.drop", "villager/"+a.ID, "villager/"+b.ID)
	})
}

// Kin returns the ids of these persons and of their near relatives in the
// village: whoever is of the same household, and whoever is recorded as kin.
func (s *Service) Kin(ctx context.Context, villageID string, personIDs ...string) (map[string]bool, error) {
	kin := map[string]bool{}
	for _, id := range personIDs {
		kin[id] = true
	}
	if len(personIDs) == 0 {
		return kin, nil
	}
	db := s.store.DB(ctx)
	var recorded, house []string
	err := db.Model(&model.Kinship{}).Where("village_id = ? AND person_id IN ?", villageID, personIDs).
		Limit(kinMax).Pluck("kin_id", &recorded).Error
	if err != nil {
		return nil, err
	}
	houses := db.Model(&model.Villager{}).Select("household_id").
		Where("village_id = ? AND id IN ? AND household_id <> ''", villageID, personIDs)
	err = db.Model(&model.Villager{}).Where("village_id = ? AND household_id IN (?)", villageID, houses).
		Limit(kinMax).Pluck("id", &house).Error
	if err != nil {
		return nil, err
	}
	for _, id := range append(recorded, house...) {
		kin[id] = true
	}
	return kin, nil
}

// KinOf is Kin for each of these persons.
func (s *Service) KinOf(ctx context.Context, villageID string, personIDs ...string) (map[string]map[string]bool, error) {
	kin := map[string]map[string]bool{}
	for _, id := range personIDs {
		kin[id] = map[string]bool{id: true}
	}
	if len(personIDs) == 0 {
		return kin, nil
	}
	var pairs []struct{ PersonID, KinID string }
	err := s.store.DB(ctx).Raw(`SELECT person_id, kin_id FROM kinships WHERE village_id = ? AND person_id IN ?
		UNION ALL SELECT p.id, h.id FROM villagers p JOIN villagers h ON h.village_id = p.village_id AND h.household_id = p.household_id
		WHERE p.village_id = ? AND p.id IN ? AND p.household_id <> '' LIMIT ?`, villageID, personIDs, villageID, personIDs, kinMax).Scan(&pairs).Error
	for _, p := range pairs {
		kin[p.PersonID][p.KinID] = true
	}
	return kin, err
}
