package mediation

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/village"
)

// newParties are the applicant, those who were named with them, and the other
// party last.
func (s *Service) newParties(ctx context.Context, actor model.Actor, in NewDispute) ([]model.DisputeParty, error) {
	me, err := s.villager(ctx, actor.Person())
	if err != nil {
		return nil, err
	}
	if err := s.ofAge(ctx, me); err != nil {
		return nil, err
	}
	now := s.now()
	all := []model.DisputeParty{{Side: model.PartApplicant, PersonID: me.ID, Name: me.Name, Speaker: true, State: model.PartyJoined, AnsweredAt: now, AnsweredHow: "filed"}}
	taken := map[string]bool{me.ID: true}
	for _, named := range in.Together {
		v, err := s.one(ctx, actor.VillageID, named)
		if err != nil {
			return nil, err
		}
		if err := s.ofAge(ctx, v); err != nil {
			return nil, err
		}
		if taken[v.ID] {
			return nil, model.Errorf(model.Invalid, "%s写了两次，请核对一起申请的人", v.Name)
		}
		taken[v.ID] = true
		all = append(all, model.DisputeParty{Side: model.PartApplicant, PersonID: v.ID, Name: v.Name, State: model.PartyAsked})
	}
	other, err := s.otherParty(ctx, actor.VillageID, in)
	if err != nil {
		return nil, err
	}
	if other.PersonID != "" && taken[other.PersonID] {
		return nil, model.Errorf(model.Invalid, "对方不能是您自己或和您一起申请的人，请写准对方的姓名")
	}
	all = append(all, other)
	for i := range all {
		all[i].VillageID, all[i].Seq = actor.VillageID, i+1
	}
	return all, nil
}

func (s *Service) otherParty(ctx context.Context, villageID string, in NewDispute) (model.DisputeParty, error) {
	p := model.DisputeParty{Side: model.PartRespondent, Speaker: true, State: model.PartyAsked}
	if in.Outside {
		name, err := words(in.Other.Name, 20, "对方的姓名")
		p.Name = name
		return p, err
	}
	v, err := s.one(ctx, villageID, in.Other)
	if err != nil {
		return p, err
	}
	p.PersonID, p.Name = v.ID, v.Name
	p.Minor, err = s.minor(ctx, v)
	return p, err
}

// one finds the one person on the roll whom people mean.
func (s *Service) one(ctx context.Context, villageID string, who village.Named) (model.Villager, error) {
	found, err := s.People.Find(ctx, villageID, who.Name, who.HouseholdNo)
	switch {
	case err != nil:
		return model.Villager{}, err
	case len(found) == 0:
		return model.Villager{}, model.Errorf(model.Unknown, "名册里没有“%s”，请核对姓名。对方不是本村人，请写：外 姓名", who.Name)
	case len(found) > 1:
		return model.Villager{}, model.Errorf(model.Conflict, "叫“%s”的有%d人，请在姓名后面写上户号，例如：%s 302", who.Name, len(found), who.Name)
	}
	return found[0], nil
}

func (s *Service) villager(ctx context.Context, p model.Person) (model.Villager, error) {
	var v model.Villager
	err := s.store.DB(ctx).Take(&v, "village_id = ? AND id = ?", p.VillageID, p.ID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return v, model.Errorf(model.Unknown, "名册里没有这个人，请核对")
	}
	return v, err
}

// ofAge refuses persons under 18: their guardian acts (民法典 第十七条、第二十七条).
func (s *Service) ofAge(ctx context.Context, v model.Villager) error {
	minor, err := s.minor(ctx, v)
	if err != nil || !minor {
		return err
	}
	years, err := s.store.Rule(ctx, "mediation.adult", "", s.store.Now())
	if err != nil {
		return err
	}
	return model.Errorf(model.Forbidden, doorMinor, v.Name, years)
}

func (s *Service) minor(ctx context.Context, v model.Villager) (bool, error) {
	born, err := time.ParseInLocation(time.DateOnly, v.BornOn, model.Shanghai)
	if err != nil {
		return false, nil //nolint:nilerr // staff: no birth date, grown up
	}
	years, err := s.store.Rule(ctx, "mediation.adult", "", s.store.Now())
	return s.store.Now().Before(born.AddDate(int(years), 0, 0)), err
}
