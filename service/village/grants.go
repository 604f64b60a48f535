package village

import (
	"context"

	"cunwu/model"
)

// Grant is a role that somebody holds or held.
type Grant struct {
	model.RoleGrant

	Name        string
	HouseholdNo string
	GrantedName string // who gave it; empty: the operator at the server
	EndedName   string
}

// Live says whether the role is held.
func (g Grant) Live() bool { return g.RoleGrant.Live == live }

// Grants lists who holds what in a village or township; with all, who held it, too,
// the newest first. The next page begins after next. Errors: Forbidden.
func (s *Service) Grants(ctx context.Context, actor model.Actor, unit string, all bool, after string, limit int) (grants []Grant, next string, err error) {
	if err := s.mayReadRoll(ctx, actor, unit); err != nil {
		return nil, "", err
	}
	db := s.store.DB(ctx).Where("village_id = ?", unit)
	if !all {
		db = db.Where("live = ?", live)
	}
	if after != "" {
		db = db.Where("id < ?", after)
	}
	if limit < 1 || limit > rollMax {
		limit = rollMax
	}
	var rows []model.RoleGrant
	if err := db.Order("id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	grants, err = s.namedGrants(ctx, unit, rows)
	return grants, next, err
}

func (s *Service) namedGrants(ctx context.Context, unit string, rows []model.RoleGrant) ([]Grant, error) {
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.VillagerID, row.GrantedBy, row.EndedBy)
	}
	names, err := s.Names(ctx, unit, ids...)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var houses []struct{ ID, Number string }
	err = s.store.DB(ctx).Table("villagers p").Select("p.id, h.number").Joins("JOIN households h ON h.village_id = p.village_id AND h.id = p.household_id").
		Where("p.village_id = ? AND p.id IN ?", unit, ids).Scan(&houses).Error
	numbers := map[string]string{}
	for _, h := range houses {
		numbers[h.ID] = h.Number
	}
	var grants []Grant
	for _, row := range rows {
		grants = append(grants, Grant{RoleGrant: row, Name: names[row.VillagerID], HouseholdNo: numbers[row.VillagerID],
			GrantedName: names[row.GrantedBy], EndedName: names[row.EndedBy]})
	}
	return grants, err
}

// RolesAt are the roles that can be given in a unit of this kind.
func RolesAt(kind string) []model.Role {
	var roles []model.Role
	for _, role := range model.Roles() {
		if fits(role, model.Village{Kind: kind}) == nil {
			roles = append(roles, role)
		}
	}
	return roles
}
