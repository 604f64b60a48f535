package mediation

import (
	"context"
	"slices"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
)

// LegalKindName is the kind of case that a question to the lawyer is: legal
// consultation without a dispute.
const LegalKindName = "legal"

// LegalKind says who answers questions of law: the lawyer on duty, else whoever
// serves longest; on silence the township. The branch doesn't read them.
func LegalKind(store *model.Store) casework.Kind {
	return casework.Kind{Name: LegalKindName, Title: "法律咨询", Verb: model.VerbCounsel, Tiers: []casework.Tier{
		{Title: "公益律师", Roles: []model.Role{model.RoleLawyer}},
		{Title: "镇司法所", Roles: []model.Role{model.RoleTownship}},
	}, First: func(ctx context.Context, villageID string) (string, error) {
		duty, err := onDuty(ctx, store, villageID, store.Now())
		return duty.LawyerID, err
	}}
}

// Consult asks the lawyer on duty.
func (s *Service) Consult(ctx context.Context, actor model.Actor, said casework.Said) (model.Case, error) {
	if said.MediaID == "" {
		var err error
		if said.Text, err = words(said.Text, maxFacts, "想问什么"); err != nil {
			return model.Case{}, err
		}
	}
	return s.Cases.Open(ctx, actor, casework.NewCase{VillageID: actor.VillageID, Kind: LegalKindName, Said: said})
}

// SetDuty says which lawyer answers in the village on a day (2006-01-02).
func (s *Service) SetDuty(ctx context.Context, actor model.Actor, villageID, day, lawyerID string) error {
	if !actor.May(model.VerbSupervise, villageID) {
		if err := actor.Require(model.VerbCounsel, villageID); err != nil {
			return err
		}
	}
	if _, err := time.ParseInLocation(time.DateOnly, day, model.Shanghai); err != nil {
		return model.Errorf(model.Invalid, "日期请写成 2026-09-03 这样")
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		lawyers, err := s.People.Holders(ctx, villageID, model.RoleLawyer)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(lawyers, func(v model.Villager) bool { return v.ID == lawyerID })
		if i < 0 {
			return model.Errorf(model.Unknown, "这个人不是本村的公益律师")
		}
		row := model.LawyerDuty{VillageID: villageID, Day: day, LawyerID: lawyerID, LawyerName: lawyers[i].Name}
		if err := s.store.DB(ctx).Where("village_id = ? AND day = ?", villageID, day).Delete(&model.LawyerDuty{}).Error; err != nil {
			return err
		}
		return s.store.DB(ctx).Create(&row).Error
	})
}

// OnDuty is the lawyer who answers today; nobody: whoever serves longest does.
func (s *Service) OnDuty(ctx context.Context, villageID string) (model.LawyerDuty, error) {
	return onDuty(ctx, s.store, villageID, s.store.Now())
}

func onDuty(ctx context.Context, store *model.Store, villageID string, at time.Time) (model.LawyerDuty, error) {
	var rows []model.LawyerDuty
	err := store.DB(ctx).Where("village_id = ? AND day = ?", villageID, at.Format(time.DateOnly)).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return model.LawyerDuty{}, err
	}
	return rows[0], nil
}

// onDutyAmong is the lawyer on duty if that one is among the able, else the first.
func (s *Service) onDutyAmong(ctx context.Context, villageID string, able []model.Villager) (model.Villager, error) {
	duty, err := s.OnDuty(ctx, villageID)
	if err != nil {
		return model.Villager{}, err
	}
	if i := slices.IndexFunc(able, func(v model.Villager) bool { return v.ID == duty.LawyerID }); i >= 0 {
		return able[i], nil
	}
	return able[0], nil
}
