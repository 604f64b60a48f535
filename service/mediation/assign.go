package mediation

import (
	"context"
	"slices"

	"cunwu/model"
	"cunwu/service/casework"
)

// eligible are the mediators of the village who may take the dispute: no party's
// kin, none who declined; who is good at the kind and has least to do comes first.
func (s *Service) eligible(ctx context.Context, d *desk, role model.Role) ([]model.Villager, error) {
	holders, err := s.People.Holders(ctx, d.VillageID, role)
	if err != nil {
		return nil, err
	}
	kin, err := s.kin(ctx, d.Dispute, d.parties)
	if err != nil {
		return nil, err
	}
	holders = slices.DeleteFunc(holders, func(v model.Villager) bool { return kin[v.ID] || d.Declined(v.ID) })
	if len(holders) == 0 {
		return nil, nil
	}
	ids := make([]string, len(holders))
	for i, v := range holders {
		ids[i] = v.ID
	}
	load, err := s.load(ctx, d.VillageID, role, ids)
	if err != nil {
		return nil, err
	}
	good, err := s.goodAt(ctx, d, ids)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(holders, func(a, b model.Villager) int {
		if good[a.ID] != good[b.ID] {
			return good[b.ID] - good[a.ID]
		}
		return load[a.ID] - load[b.ID]
	})
	return holders, nil
}

// load counts the open disputes of each.
func (s *Service) load(ctx context.Context, villageID string, role model.Role, ids []string) (map[string]int, error) {
	column := "mediator_id"
	if role == model.RoleLawyer {
		column = "lawyer_id"
	}
	var rows []struct {
		Person string
		N      int
	}
	err := s.store.DB(ctx).Model(&model.Dispute{}).Select(column+" AS person, COUNT(*) AS n").
		Where("village_id = ? AND "+column+" IN ? AND state IN ?", villageID, ids, open()).Group(column).Scan(&rows).Error
	load := map[string]int{}
	for _, row := range rows {
		load[row.Person] = row.N
	}
	return load, err
}

func (s *Service) goodAt(ctx context.Context, d *desk, ids []string) (map[string]int, error) {
	var good []string
	err := s.store.DB(ctx).Model(&model.MediatorKind{}).Where("village_id = ? AND person_id IN ? AND kind = ?", d.VillageID, ids, d.Kind).Pluck("person_id", &good).Error
	found := map[string]int{}
	for _, id := range good {
		found[id] = 1
	}
	return found, err
}

func open() []model.DisputeState {
	return []model.DisputeState{model.DisputeAccepting, model.DisputeConsent, model.DisputeMediating}
}

// wished is the mediator whom the applicant chose, or the first eligible one;
// nobody when there is none.
func (s *Service) wished(ctx context.Context, d *desk, name string) (model.Villager, error) {
	able, err := s.eligible(ctx, d, model.RoleMediator)
	if err != nil {
		return model.Villager{}, err
	}
	if name == "" {
		if len(able) == 0 {
			return model.Villager{}, nil
		}
		return able[0], nil
	}
	i := slices.IndexFunc(able, func(v model.Villager) bool { return v.Name == name })
	if i < 0 {
		return model.Villager{}, model.Errorf(model.Unknown, "“%s”不是能接这件事的调解员（没有这个人，或者是当事人的亲属要回避），请另选或不选", name)
	}
	return able[i], nil
}

// Mediators are those whom the applicant may choose among.
func (s *Service) Mediators(ctx context.Context, villageID string) ([]model.Villager, error) {
	return s.People.Holders(ctx, villageID, model.RoleMediator)
}

// SetKinds says what kinds of dispute a mediator is good at; each list replaces
// the one before.
func (s *Service) SetKinds(ctx context.Context, actor model.Actor, villageID, personID string, kinds []string) error {
	if !actor.May(model.VerbMediate, villageID) || actor.VillagerID != personID {
		if err := actor.Require(model.VerbSupervise, villageID); err != nil {
			return err
		}
	}
	rows := make([]model.MediatorKind, 0, len(kinds))
	for _, kind := range kinds {
		if _, err := matterOf(kind); err != nil {
			return err
		}
		rows = append(rows, model.MediatorKind{VillageID: villageID, PersonID: personID, Kind: kind})
	}
	slices.SortFunc(rows, func(a, b model.MediatorKind) int { return cmpText(a.Kind, b.Kind) })
	rows = slices.Compact(rows)
	return s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.store.DB(ctx).Where("village_id = ? AND person_id = ?", villageID, personID).Delete(&model.MediatorKind{}).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		return s.store.DB(ctx).Create(&rows).Error
	})
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Accept takes a dispute: the mediator it was given to, or, once that one has
// kept silent too long, whoever of the eligible ones is first.
func (s *Service) Accept(ctx context.Context, actor model.Actor, ref Ref) (model.Dispute, error) {
	return s.locked(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if !actor.May(model.VerbMediate, d.VillageID) || actor.VillageID != d.VillageID || d.Declined(actor.VillagerID) || d.party() {
			return errNoDispute()
		}
		switch {
		case d.State != model.DisputeAccepting:
			return model.Errorf(model.Conflict, "#%d 已经由%s接手", d.Number, d.MediatorName)
		case d.MediatorID != "" && d.MediatorID != actor.VillagerID:
			return model.Errorf(model.Conflict, "#%d 已经分给%s，请等他（她）答复", d.Number, d.MediatorName)
		}
		if err := s.notKin(ctx, d); err != nil {
			return err
		}
		if d.MediatorID == "" {
			if err := s.give(ctx, d, model.Villager{VillageID: actor.VillageID, ID: actor.VillagerID, Name: actor.Name}, "接手"); err != nil {
				return err
			}
		}
		d.AcceptedAt, d.State = s.now(), model.DisputeConsent
		d.part = model.PartMediator
		if err := s.tellSides(ctx, d, model.PartApplicant); err != nil {
			return err
		}
		return s.askConsent(ctx, d)
	})
}

// give makes somebody the mediator; the turn's end stays.
func (s *Service) give(ctx context.Context, d *desk, to model.Villager, text string) error {
	if err := s.unseat(ctx, d.Dispute, s.now(), model.PartMediator); err != nil {
		return err
	}
	d.MediatorID, d.MediatorName = to.ID, to.Name
	if err := s.seat(ctx, d.Dispute, to.Person(), model.PartMediator); err != nil {
		return err
	}
	return s.Cases.Lead(ctx, d.actor, RefOf(*d.Dispute), casework.Step{Tier: d.Tier, Handler: to.Person(), Name: to.Name, DueAt: d.DueAt.Time, How: "transferred", Text: text + "：" + to.Name})
}

// Decline gives the dispute to another mediator: this one must recuse themselves,
// or can't.
func (s *Service) Decline(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if d.part != model.PartMediator || d.Tier == model.TierTownship || !isOpen(d.State) {
			return model.Errorf(model.Forbidden, "#%d 现在不由您调解", d.Number)
		}
		if err := s.Audit.Note(ctx, actor, d.VillageID, "dispute.decline", d.ID, ""); err != nil {
			return err
		}
		return s.another(ctx, d, actor.VillagerID, "回避或不能接")
	})
}

// Replace gives the dispute to another mediator at a party's wish (人民调解法 第二十三条).
func (s *Service) Replace(ctx context.Context, actor model.Actor, ref Ref) (model.Dispute, error) {
	return s.own(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		switch {
		case !d.party():
			return model.Errorf(model.Forbidden, "只有当事人可以要求换调解员")
		case !isOpen(d.State) || d.Tier == model.TierTownship || d.MediatorID == "":
			return model.Errorf(model.Conflict, "#%d 现在没有可以换的调解员", d.Number)
		}
		before := d.MediatorID
		able, err := s.eligible(ctx, d, model.RoleMediator)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(able, func(v model.Villager) bool { return v.ID != before }) {
			return model.Errorf(model.Conflict, "村里没有别的调解员能接。您可以退出（#%d 撤回），也可以请镇司法所调解", d.Number)
		}
		return s.another(ctx, d, before, "当事人要求换人")
	})
}

// another finds the next mediator in place of one who is out; nobody: the township.
func (s *Service) another(ctx context.Context, d *desk, out, why string) error {
	if d.DeclinedIDs != "" {
		d.DeclinedIDs += ","
	}
	d.DeclinedIDs += out
	able, err := s.eligible(ctx, d, model.RoleMediator)
	if err != nil {
		return err
	}
	if len(able) == 0 {
		return s.toTownship(ctx, d, why+"，村里没有别的调解员")
	}
	if err := s.give(ctx, d, able[0], why+"，改由"); err != nil {
		return err
	}
	return s.tellMediator(ctx, d)
}

func isOpen(state model.DisputeState) bool { return slices.Contains(open(), state) }
