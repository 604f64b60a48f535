package village

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	rollMax   = 100 // people of one page of the roll
	wordsMax  = 40  // characters of what is looked for
	groupsMax = 500 // groups of one village
)

// Sought says who of the roll is looked for.
type Sought struct {
	Words string // the beginning of a name, or a household's number (外: staff); empty: everybody
	Group string // empty: all groups
	State string // model.VillagerLiving …; empty: all
}

// Entry is a line of the roll as a cadre sees it: ID number and phone are masked.
type Entry struct {
	model.Villager

	HouseholdNo string
	Group       string
	IDNumber    string // masked
	Phone       string // masked; empty: none is known
	Strength    string // of the strongest binding; empty: not bound
}

// Roll is a page of the village's roll, in the order in which people came onto it.
// The next page begins after next; empty: there is none. Errors: Forbidden, Invalid.
func (s *Service) Roll(ctx context.Context, actor model.Actor, villageID string, q Sought, after string, limit int) (page []Entry, next string, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		if err := s.mayReadRoll(ctx, actor, villageID); err != nil {
			return err
		}
		if page, next, err = s.rollPage(ctx, villageID, q, after, limit); err != nil {
			return err
		}
		return s.audit.Read(ctx, actor, villageID, "roster")
	})
	return page, next, err
}

// EachOfRoll visits everybody who is looked for, for a list that goes out.
func (s *Service) EachOfRoll(ctx context.Context, actor model.Actor, villageID string, q Sought, visit func(Entry) error) error {
	if err := s.mayReadRoll(ctx, actor, villageID); err != nil {
		return err
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		return s.audit.Note(ctx, actor, villageID, "roster.export", "roster", "")
	})
	for after := ""; err == nil; {
		var page []Entry
		if page, after, err = s.rollPage(ctx, villageID, q, after, rollMax); err != nil {
			return err
		}
		for _, entry := range page {
			if err := visit(entry); err != nil {
				return err
			}
		}
		if after == "" {
			return nil
		}
	}
	return err
}

func (s *Service) mayReadRoll(ctx context.Context, actor model.Actor, villageID string) error {
	if _, err := s.Get(ctx, villageID); err != nil {
		return err
	}
	return actor.Require(model.VerbRoll, villageID)
}

func (s *Service) rollPage(ctx context.Context, villageID string, q Sought, after string, limit int) (page []Entry, next string, err error) {
	db, err := s.sought(ctx, villageID, q)
	if err != nil {
		return nil, "", err
	}
	if after != "" {
		db = db.Where("id > ?", after)
	}
	if limit < 1 || limit > rollMax {
		limit = rollMax
	}
	var people []model.Villager
	if err := db.Order("id").Limit(limit + 1).Find(&people).Error; err != nil {
		return nil, "", err
	}
	if len(people) > limit {
		people = people[:limit]
		next = people[limit-1].ID
	}
	page, err = s.entries(ctx, villageID, people)
	return page, next, err
}

// sought are the people looked for. The end of a range of names is the last sign
// that there is: every column compares by code points.
func (s *Service) sought(ctx context.Context, villageID string, q Sought) (*gorm.DB, error) {
	words := cleanName(q.Words)
	if utf8.RuneCountInString(words) > wordsMax || strings.ContainsRune(words, utf8.RuneError) {
		return nil, model.Errorf(model.Invalid, "要找的字太多，请写姓名的开头，或者户号")
	}
	db := s.store.DB(ctx).Where("village_id = ?", villageID)
	if q.State != "" {
		db = db.Where("state = ?", q.State)
	}
	houses := func(where string, value any) *gorm.DB {
		return s.store.DB(ctx).Model(&model.Household{}).Select("id").Where("village_id = ?", villageID).Where(where, value)
	}
	switch {
	case words == "":
	case words == staffNumber:
		db = db.Where("standing = ?", model.StandingStaff)
	case strings.ContainsAny(words, "0123456789"):
		db = db.Where("household_id IN (?)", houses("number = ?", cleanDigits(words)))
	default:
		db = db.Where("name >= ? AND name <= ?", words, words+string(utf8.MaxRune))
	}
	if q.Group != "" {
		db = db.Where("household_id IN (?)", houses("group_name = ?", q.Group))
	}
	return db, nil
}

// entries lay what is known of their households and bindings beside people.
func (s *Service) entries(ctx context.Context, villageID string, people []model.Villager) ([]Entry, error) {
	ids, houseIDs := make([]string, 0, len(people)), make([]string, 0, len(people))
	for _, p := range people {
		ids, houseIDs = append(ids, p.ID), append(houseIDs, p.HouseholdID)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var houses []model.Household
	if err := s.store.DB(ctx).Where("village_id = ? AND id IN ?", villageID, houseIDs).Find(&houses).Error; err != nil {
		return nil, err
	}
	of := map[string]model.Household{}
	for _, h := range houses {
		of[h.ID] = h
	}
	var bound []model.Binding
	err := s.store.DB(ctx).Where("village_id = ? AND villager_id IN ? AND ended_at = 0", villageID, ids).Order("villager_id, account, openid").Limit(rowsMax).Find(&bound).Error
	if err != nil {
		return nil, err
	}
	all := make([]Entry, len(people))
	for i, p := range people {
		if all[i], err = s.entry(p, of[p.HouseholdID], bound); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *Service) entry(p model.Villager, house model.Household, bound []model.Binding) (Entry, error) {
	e := Entry{Villager: p, HouseholdNo: house.Number, Group: house.GroupName}
	if p.Standing == model.StandingStaff {
		e.HouseholdNo = staffNumber
	}
	number, err := s.keys.Open(p.IDSealed, p.Owner())
	if err != nil {
		return e, err
	}
	phone, err := s.keys.Open(p.PhoneSealed, p.Owner())
	if err != nil {
		return e, err
	}
	if number != "" {
		e.IDNumber = model.MaskIDNumber(number)
	}
	if phone != "" {
		e.Phone = model.MaskPhone(phone)
	}
	for _, b := range bound {
		if b.VillagerID == p.ID && (e.Strength == "" || b.Strong()) {
			e.Strength = b.Strength
		}
	}
	return e, nil
}

// Groups are the names of the village's groups, in order.
func (s *Service) Groups(ctx context.Context, villageID string) ([]string, error) {
	var groups []string
	err := s.store.DB(ctx).Model(&model.Household{}).Distinct("group_name").Where("village_id = ? AND group_name <> ''", villageID).
		Limit(groupsMax).Pluck("group_name", &groups).Error
	slices.Sort(groups)
	return groups, err
}
