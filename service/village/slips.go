package village

import (
	"context"
	"time"

	"cunwu/model"
)

// SlipsMost is how many slips are made at once; the next begin after the last one.
const SlipsMost = 60

// Slips says for which households codes are made.
type Slips struct {
	Unit    string
	Group   string // empty: all groups
	Unbound bool   // only households of which nobody is bound
	After   string // id of the household after which it goes on; empty: the first
}

// Slip is a household's code, to be printed and handed to the household.
type Slip struct {
	Household model.Household
	Head      string // its head's name; empty: none is known
	Code      string
	Expires   time.Time
}

// InviteHouseholds makes a one-time code for every household with somebody living,
// in the order in which the households came onto the roll. The codes are told here
// and never again. The next ones begin after next; empty: there are none.
func (s *Service) InviteHouseholds(ctx context.Context, actor model.Actor, in Slips) (slips []Slip, next string, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		slips, next = nil, ""
		if err := actor.Require(model.VerbInvite, in.Unit); err != nil {
			return err
		}
		houses, heads, err := s.invited(ctx, in)
		if err != nil {
			return err
		}
		if len(houses) > SlipsMost {
			houses = houses[:SlipsMost]
			next = houses[SlipsMost-1].ID
		}
		for _, house := range houses {
			code, expires, err := s.Invite(ctx, actor, NewInvitation{Unit: in.Unit, HouseholdNo: house.Number})
			if err != nil {
				return err
			}
			slips = append(slips, Slip{Household: house, Head: heads[house.HeadID], Code: code, Expires: expires})
		}
		if len(slips) == 0 {
			return model.Errorf(model.Unknown, "没有要发码的户：这个小组没有人，或者每户都有人绑定了")
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	return slips, next, nil
}

// invited are the households, one more than SlipsMost, and the names of their heads.
func (s *Service) invited(ctx context.Context, in Slips) ([]model.Household, map[string]string, error) {
	db := s.store.DB(ctx).Where("village_id = ? AND id > ?", in.Unit, in.After).
		Where("EXISTS (SELECT 1 FROM villagers v WHERE v.village_id = households.village_id AND v.household_id = households.id AND v.state = ?)", model.VillagerLiving)
	if in.Group != "" {
		db = db.Where("group_name = ?", in.Group)
	}
	if in.Unbound {
		db = db.Where(`NOT EXISTS (SELECT 1 FROM villagers v JOIN bindings b ON b.village_id = v.village_id AND b.villager_id = v.id
			WHERE v.village_id = households.village_id AND v.household_id = households.id AND b.ended_at = 0)`)
	}
	var houses []model.Household
	if err := db.Order("id").Limit(SlipsMost + 1).Find(&houses).Error; err != nil {
		return nil, nil, err
	}
	ids := make([]string, 0, len(houses))
	for _, h := range houses {
		ids = append(ids, h.HeadID)
	}
	names, err := s.Names(ctx, in.Unit, ids...)
	return houses, names, err
}

// Names are people's names by their ids; who isn't on the unit's list is left out.
func (s *Service) Names(ctx context.Context, unit string, ids ...string) (map[string]string, error) {
	names := map[string]string{}
	if len(ids) == 0 {
		return names, nil
	}
	var rows []model.Villager
	err := s.store.DB(ctx).Select("id", "name").Where("village_id = ? AND id IN ?", unit, ids).Find(&rows).Error
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	return names, err
}
