package poll

import (
	"context"

	"cunwu/model"
	"cunwu/service/village"
)

const membersMax = 5000

// Enrol puts villagers on the standing roll of an organ: representatives, or
// members of the collective. Those who are on it already stay. It is all or
// nothing, and doesn't move rolls that are written already.
func (s *Service) Enrol(ctx context.Context, actor model.Actor, villageID string, organ model.Organ, people []village.Named) (int, error) {
	if !standing(organ) || len(people) == 0 || len(people) > membersMax {
		return 0, model.Errorf(model.Invalid, "请写明是村民代表（representatives）还是集体成员（collective），一次不超过%d人", membersMax)
	}
	if err := actor.Require(model.VerbPoll, villageID); err != nil {
		return 0, err
	}
	n := 0
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		n = 0
		for _, who := range people {
			person, err := s.villager(ctx, villageID, who)
			if err != nil {
				return err
			}
			added, err := s.enrol(ctx, actor, villageID, organ, person.ID)
			if err != nil {
				return err
			}
			if added {
				n++
			}
		}
		return s.Audit.Note(ctx, actor, villageID, "organ.enrol", "organ/"+string(organ), "")
	})
	return n, err
}

func (s *Service) enrol(ctx context.Context, actor model.Actor, villageID string, organ model.Organ, personID string) (bool, error) {
	var row model.OrganMember
	err := s.store.Locked(ctx).Where("village_id = ? AND organ = ? AND villager_id = ?", villageID, organ, personID).Limit(1).Find(&row).Error
	switch {
	case err != nil:
		return false, err
	case row.VillagerID == "":
		return true, s.store.DB(ctx).Create(&model.OrganMember{VillageID: villageID, Organ: organ, VillagerID: personID, Since: s.now(), ByID: actor.VillagerID}).Error
	case row.EndedAt.IsZero():
		return false, nil
	}
	return true, s.store.DB(ctx).Model(&model.OrganMember{}).Where("village_id = ? AND organ = ? AND villager_id = ?", villageID, organ, personID).
		UpdateColumns(map[string]any{"since": s.now(), "ended_at": 0, "by_id": actor.VillagerID}).Error
}

// Dismiss takes somebody off an organ's standing roll.
func (s *Service) Dismiss(ctx context.Context, actor model.Actor, villageID string, organ model.Organ, who village.Named) error {
	if err := actor.Require(model.VerbPoll, villageID); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		person, err := s.villager(ctx, villageID, who)
		if err != nil {
			return err
		}
		return s.dismiss(ctx, actor, villageID, organ, person.ID, person.Name)
	})
}

// DismissMember is Dismiss of somebody whom the list itself names by id.
func (s *Service) DismissMember(ctx context.Context, actor model.Actor, villageID string, organ model.Organ, personID string) error {
	if err := actor.Require(model.VerbPoll, villageID); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error { return s.dismiss(ctx, actor, villageID, organ, personID, "这个人") })
}

func (s *Service) dismiss(ctx context.Context, actor model.Actor, villageID string, organ model.Organ, personID, name string) error {
	done := s.store.DB(ctx).Model(&model.OrganMember{}).Where("village_id = ? AND organ = ? AND villager_id = ? AND ended_at = 0", villageID, organ, personID).
		UpdateColumns(map[string]any{"ended_at": s.now(), "by_id": actor.VillagerID})
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected == 0 {
		return model.Errorf(model.Unknown, "%s不在这个名册上", name)
	}
	return s.Audit.Note(ctx, actor, villageID, "organ.dismiss", "organ/"+string(organ), "villager/"+personID)
}

// Member is a line of a standing roll.
type Member struct{ ID, Name string }

// Members lists an organ's standing roll; the next page begins
// after next.
func (s *Service) Members(ctx context.Context, actor model.Actor, villageID string, organ model.Organ, after string, limit int) (all []Member, next string, err error) {
	if err := s.mayRead(actor, model.Poll{VillageID: villageID, State: model.PollNoticed}); err != nil {
		return nil, "", err
	}
	if limit < 1 || limit > pageMax {
		limit = pageMax
	}
	err = s.store.DB(ctx).Table("organ_members m").Select("m.villager_id AS id, v.name").
		Joins("JOIN villagers v ON v.village_id = m.village_id AND v.id = m.villager_id").
		Where("m.village_id = ? AND m.organ = ? AND m.villager_id > ? AND m.ended_at = 0", villageID, organ, after).
		Order("m.villager_id").Limit(limit + 1).Scan(&all).Error
	if len(all) > limit {
		all = all[:limit]
		next = all[limit-1].ID
	}
	return all, next, err
}
