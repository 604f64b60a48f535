package mediation

import (
	"context"
	"slices"

	"cunwu/model"
	"cunwu/service/village"
)

// SetGuardian says who acts for a party under 18: a grown-up near relative
// (民法典 第二十七条), who is no kin of the other party's side.
func (s *Service) SetGuardian(ctx context.Context, actor model.Actor, ref Ref, name, householdNo string) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := s.mustLead(ctx, d); err != nil {
			return err
		}
		i := slices.IndexFunc(d.parties, func(p model.DisputeParty) bool { return p.Minor })
		if i < 0 {
			return model.Errorf(model.Conflict, "#%d 没有未满18岁的当事人", d.Number)
		}
		p := &d.parties[i]
		v, err := s.guardianOf(ctx, d, p, name, householdNo)
		if err != nil {
			return err
		}
		if p.GuardianID != "" {
			if err := s.leave(ctx, d, p.GuardianID, p.Side); err != nil {
				return err
			}
		}
		p.GuardianID, p.GuardianName = v.ID, v.Name
		if err := s.saveParty(ctx, p); err != nil {
			return err
		}
		if err := s.seat(ctx, d.Dispute, v.Person(), p.Side); err != nil {
			return err
		}
		if d.State == model.DisputeConsent {
			return s.askConsent(ctx, d)
		}
		return nil
	})
}

func (s *Service) guardianOf(ctx context.Context, d *desk, p *model.DisputeParty, name, householdNo string) (model.Villager, error) {
	v, err := s.one(ctx, d.VillageID, village.Named{Name: name, HouseholdNo: householdNo})
	if err != nil {
		return v, err
	}
	if err := s.ofAge(ctx, v); err != nil {
		return v, err
	}
	kin, err := s.People.Kin(ctx, d.VillageID, p.PersonID)
	switch {
	case err != nil:
		return v, err
	case v.ID == p.PersonID || !kin[v.ID]:
		return v, model.Errorf(model.Invalid, "%s不是%s登记在册的近亲属，不能作监护人；名册不全的，请先在名册里补上亲属关系", v.Name, p.Name)
	}
	for _, other := range d.parties {
		if other.Side != p.Side && other.Acts() == v.ID || v.ID == d.MediatorID {
			return v, model.Errorf(model.Conflict, "%s是对方或调解员，不能作监护人", v.Name)
		}
	}
	return v, nil
}

// leave takes one person's seat of a part away.
func (s *Service) leave(ctx context.Context, d *desk, personID, part string) error {
	return s.store.DB(ctx).Model(&model.DisputeSeat{}).
		Where("village_id = ? AND dispute_id = ? AND person_village = ? AND person_id = ? AND part = ?", d.VillageID, d.ID, d.VillageID, personID, part).
		Updates(map[string]any{"live": false, "until": s.now()}).Error
}
