package membership

import (
	"context"
	"slices"

	"cunwu/model"
	"cunwu/service/village"
)

// Profile is a person as they themselves see who they are.
type Profile struct {
	ID          string // public, with the village in it
	Person      model.Person
	Name        string
	Village     model.Village
	Group       string
	HouseholdNo string
	Residence   string
	Roles       []model.Role // in the order of the table; without villager
	Strong      bool         // may vote, use points, export
	Speaking    bool         // the person who speaks now
}

// Me is whoever is signed in: the person who speaks now and all persons of the
// telephone, in the order in which they were bound; none for a stranger.
func (s *Service) Me(ctx context.Context, sender *village.Sender) ([]Profile, error) {
	houses, err := s.households(ctx, sender.Persons)
	if err != nil {
		return nil, err
	}
	all := make([]Profile, 0, len(sender.Persons))
	for _, known := range sender.Persons {
		v := known.Villager
		house := houses[v.HouseholdID]
		all = append(all, Profile{ID: model.PublicID(v.VillageID, v.ID), Person: v.Person(), Name: v.Name, Village: known.Village,
			Group: house.GroupName, HouseholdNo: house.Number, Residence: v.Residence, Roles: rolesOf(known.Actor),
			Strong: model.Binding{Strength: known.Strength}.Strong(), Speaking: sender.Actor.Known() && sender.Actor.Person().Is(v.Person())})
	}
	return all, nil
}

// Speaking is the profile of the person who speaks now.
func Speaking(all []Profile) (Profile, bool) {
	i := slices.IndexFunc(all, func(p Profile) bool { return p.Speaking })
	if i < 0 {
		return Profile{}, false
	}
	return all[i], true
}

func (s *Service) households(ctx context.Context, persons []village.Known) (map[string]model.Household, error) {
	byID := map[string]model.Household{}
	keys := make([][]any, 0, len(persons))
	for _, known := range persons {
		if known.Villager.HouseholdID != "" {
			keys = append(keys, []any{known.Villager.VillageID, known.Villager.HouseholdID})
		}
	}
	if len(keys) == 0 {
		return byID, nil
	}
	var rows []model.Household
	err := s.store.DB(ctx).Where("(village_id, id) IN ?", keys).Find(&rows).Error
	for _, row := range rows {
		byID[row.ID] = row
	}
	return byID, err
}

func rolesOf(actor model.Actor) []model.Role {
	var roles []model.Role
	for _, role := range model.Roles() {
		if slices.ContainsFunc(actor.Holds, func(h model.Held) bool { return h.Role == role }) {
			roles = append(roles, role)
		}
	}
	return roles
}
