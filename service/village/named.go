package village

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cunwu/model"
)

// bearersMax bounds how many bearers of one name are looked at.
const bearersMax = 50

// staffNumber stands for the household number of somebody who has none.
const staffNumber = "外"

// Named is a person as people name them: by name, and where two bear it, by the
// number of the household besides (外 for staff, who are of no household). A page
// that shows the roll names them by the id instead.
type Named struct {
	Name        string
	HouseholdNo string
	ID          string
}

// Find returns the living villagers of exactly this name; an empty household
// number means any household.
func (s *Service) Find(ctx context.Context, villageID, name, householdNo string) ([]model.Villager, error) {
	all, err := s.bearers(ctx, villageID, Named{Name: name, HouseholdNo: householdNo})
	return living(all), err
}

// one returns the one living villager whom who names.
func (s *Service) one(ctx context.Context, villageID string, who Named) (model.Villager, error) {
	all, err := s.bearers(ctx, villageID, who)
	if err != nil {
		return model.Villager{}, err
	}
	return s.only(ctx, villageID, who, living(all))
}

// bearers returns everybody on the unit's list whom who may mean, the dead and
// those who moved away included.
func (s *Service) bearers(ctx context.Context, villageID string, who Named) ([]model.Villager, error) {
	if who.ID != "" {
		return s.byID(ctx, villageID, who.ID)
	}
	name := cleanName(who.Name)
	if name == "" {
		return nil, model.Errorf(model.Invalid, "请写明姓名")
	}
	query := s.store.DB(ctx).Where("village_id = ? AND name = ?", villageID, name)
	switch number := cleanDigits(who.HouseholdNo); number {
	case "":
	case staffNumber:
		query = query.Where("standing = ?", model.StandingStaff)
	default:
		house := s.store.DB(ctx).Model(&model.Household{}).Select("id").
			Where("village_id = ? AND number = ?", villageID, number)
		query = query.Where("household_id IN (?)", house)
	}
	var found []model.Villager
	err := query.Order("id").Limit(bearersMax).Find(&found).Error
	return found, err
}

func (s *Service) byID(ctx context.Context, villageID, id string) ([]model.Villager, error) {
	var found []model.Villager
	err := s.store.DB(ctx).Where("village_id = ? AND id = ?", villageID, id).Limit(1).Find(&found).Error
	return found, err
}

// only refuses anything but one candidate: none, or several with the list by
// which to tell them apart.
func (s *Service) only(ctx context.Context, villageID string, who Named, found []model.Villager) (model.Villager, error) {
	name := cleanName(who.Name)
	switch len(found) {
	case 0:
		if who.ID != "" {
			return model.Villager{}, unknownPerson()
		}
		return model.Villager{}, model.Errorf(model.Unknown, "名册里没有“%s”，请核对姓名和户号", name)
	case 1:
		return found[0], nil
	}
	lines, err := s.tellApart(ctx, villageID, found)
	if err != nil {
		return model.Villager{}, err
	}
	return model.Villager{}, model.Errorf(model.Conflict, "叫“%s”的有%d人，请写明户号：\n%s", name, len(found), strings.Join(lines, "\n"))
}

func (s *Service) tellApart(ctx context.Context, villageID string, people []model.Villager) ([]string, error) {
	ids := make([]string, 0, len(people))
	for _, p := range people {
		ids = append(ids, p.HouseholdID)
	}
	var houses []model.Household
	err := s.store.DB(ctx).Where("village_id = ? AND id IN ?", villageID, ids).Find(&houses).Error
	if err != nil {
		return nil, err
	}
	byID := map[string]model.Household{}
	for _, h := range houses {
		byID[h.ID] = h
	}
	lines := make([]string, 0, len(people))
	for _, p := range people {
		lines = append(lines, s.tell(p, byID[p.HouseholdID]))
	}
	return lines, nil
}

func (s *Service) tell(p model.Villager, house model.Household) string {
	if p.Standing == model.StandingStaff {
		return "户号" + staffNumber + " 不在名册上的工作人员"
	}
	number, err := s.keys.Open(p.IDSealed, p.Owner())
	if err != nil {
		number = ""
	}
	return fmt.Sprintf("户号%s %s 身份证%s", house.Number, house.GroupName, model.MaskIDNumber(number))
}

func living(people []model.Villager) []model.Villager {
	return slices.DeleteFunc(slices.Clone(people), func(p model.Villager) bool { return p.State != model.VillagerLiving })
}

// One returns the one living villager whom who names: to cadres, who are shown
// how to tell several apart.
func (s *Service) One(ctx context.Context, villageID string, who Named) (model.Villager, error) {
	return s.one(ctx, villageID, who)
}
