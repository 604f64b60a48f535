package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cunwu/model"
)

// holder is somebody who holds a role.
type holder struct {
	VillageID  string
	VillagerID string
	Name       string
	Role       model.Role
}

func (h holder) person() model.Person { return model.Person{VillageID: h.VillageID, ID: h.VillagerID} }

// holders finds who holds these roles for the village, in it or in its township,
// the longest-serving first, one line a person and role.
func (s *Service) holders(ctx context.Context, villageID string, roles []model.Role) ([]holder, error) {
	key := fmt.Sprint("casework/holders/", villageID, roles)
	return model.Once(ctx, key, []string{"role_grants", "villagers", "villages"}, func() ([]holder, error) {
		var found []holder
		err := s.store.DB(ctx).Raw(`SELECT g.village_id, g.villager_id, v.name, g.role FROM role_grants g
		JOIN villagers v ON v.village_id = g.village_id AND v.id = g.villager_id
		WHERE g.village_id IN (?, (SELECT township_id FROM villages WHERE id = ?)) AND g.live = 'live' AND v.state = 'living' AND g.role IN ?
		ORDER BY g.granted_at, g.id LIMIT 200`, villageID, villageID, roles).Scan(&found).Error
		return found, err
	})
}

// assign finds who must act from this tier on and sets the clocks of the tier.
// Kin of the asker and whoever the case accuses are skipped, and so are those in
// except. Nobody found: the case stays without a handler and is looked at again.
func (s *Service) assign(ctx context.Context, kind Kind, c *model.Case, tier int, except []string) error {
	all, err := s.holders(ctx, c.VillageID, kind.roles())
	if err != nil {
		return err
	}
	barred, err := s.barredAmong(ctx, c, all)
	if err != nil {
		return err
	}
	if all, err = s.inOrder(ctx, kind, c.VillageID, all); err != nil {
		return err
	}
	for at := tier; at <= kind.last(); at++ {
		for _, role := range kind.Tiers[at].Roles {
			i := slices.IndexFunc(all, func(h holder) bool {
				return h.Role == role && !barred[h.VillagerID] && !slices.Contains(except, h.VillagerID)
			})
			if i >= 0 {
				c.HandlerVillage, c.HandlerID, c.HandlerName = all[i].VillageID, all[i].VillagerID, all[i].Name
				return s.setClock(ctx, c, at)
			}
		}
	}
	c.HandlerVillage, c.HandlerID, c.HandlerName = "", "", ""
	if !c.DueAt.IsZero() { // the clock runs on although nobody acts
		return s.setAct(ctx, c)
	}
	return s.setClock(ctx, c, tier)
}

// barredAmong are those of the holders who may not act: kin of the asker, the
// accused and their kin. It asks for the holders' kin, which are few and the same
// for every case of the village.
func (s *Service) barredAmong(ctx context.Context, c *model.Case, all []holder) (map[string]bool, error) {
	ids := make([]string, 0, len(all))
	for _, h := range all {
		if h.VillageID == c.VillageID {
			ids = append(ids, h.VillagerID)
		}
	}
	kin, err := model.Once(ctx, fmt.Sprint("casework/kin/", c.VillageID, ids), []string{"villagers", "kinships"}, func() (map[string]map[string]bool, error) {
		return s.people.KinOf(ctx, c.VillageID, ids...)
	})
	barred := map[string]bool{}
	for _, person := range append(accused(c), c.AskerID, c.HelperID) {
		barred[person] = true
		for _, id := range ids {
			barred[id] = barred[id] || kin[id][person]
		}
	}
	return barred, err
}

// accused are the villager ids of the office holders that the case accuses.
func accused(c *model.Case) []string {
	if c.AccusedIDs == "" {
		return nil
	}
	return strings.Split(c.AccusedIDs, ",")
}

// handlerColumns are what assign and setClock change.
func handlerColumns() []string {
	return []string{"tier", "handler_village", "handler_id", "handler_name", "contact_due", "contacted_at", "due_at", "act_at", "reminded_at", "state"}
}
