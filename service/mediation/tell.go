package mediation

import (
	"context"
	"fmt"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/notice"
)

// tell says to somebody that there is news, and no more (domain.md §4).
func (s *Service) tell(ctx context.Context, d *desk, to model.Person, role string, urgent bool) error {
	if to.ID == "" {
		return nil
	}
	label := fmt.Sprintf("#%d", d.Number)
	if to.VillageID != d.VillageID {
		unit, err := s.People.Get(ctx, d.VillageID)
		if err != nil {
			return err
		}
		label = casework.Label(unit, d.Number)
	}
	return s.Notices.Put(ctx, notice.Note{VillageID: d.VillageID, To: to, Event: "dispute/" + d.ID + "/" + model.NewID(), Role: role,
		CaseID: d.ID, Urgent: urgent, Private: true, Text: fmt.Sprintf(newsText, label)})
}

// tellParty tells a party, or who acts for it. While there is a danger nobody is
// asked to call: that somebody asked for mediation must not be heard by chance.
func (s *Service) tellParty(ctx context.Context, d *desk, p *model.DisputeParty) error {
	role := notice.RoleAsker
	if d.Flag != "" {
		role = notice.RoleOther
	}
	return s.tell(ctx, d, model.Person{VillageID: d.VillageID, ID: p.Acts()}, role, false)
}

// tellSides tells the parties of a side who take part; both: everybody's.
func (s *Service) tellSides(ctx context.Context, d *desk, side string) error {
	for _, p := range d.joined() {
		if p.Acts() == d.actor.VillagerID || side != model.PartBoth && side != p.Side {
			continue
		}
		if err := s.tellParty(ctx, d, p); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellMediator(ctx context.Context, d *desk) error {
	return s.tell(ctx, d, model.Person{VillageID: d.VillageID, ID: d.MediatorID}, notice.RoleHandler, d.Flagged())
}

func (s *Service) tellLawyer(ctx context.Context, d *desk) error {
	return s.tell(ctx, d, model.Person{VillageID: d.VillageID, ID: d.LawyerID}, notice.RoleHandler, false)
}

func (s *Service) tellOfficer(ctx context.Context, d *desk) error {
	return s.tell(ctx, d, model.Person{VillageID: d.OfficerVillage, ID: d.OfficerID}, notice.RoleHandler, d.Flagged())
}

// tellLeader tells whoever conducts the mediation now.
func (s *Service) tellLeader(ctx context.Context, d *desk) error {
	if d.Tier == model.TierTownship {
		return s.tellOfficer(ctx, d)
	}
	return s.tellMediator(ctx, d)
}

// tellAll tells everybody who has a part, but the actor.
func (s *Service) tellAll(ctx context.Context, d *desk) error {
	for _, part := range []struct{ person, unit string }{{d.MediatorID, d.VillageID}, {d.LawyerID, d.VillageID}, {d.OfficerID, d.OfficerVillage}} {
		if part.person == d.actor.VillagerID {
			continue
		}
		if err := s.tell(ctx, d, model.Person{VillageID: part.unit, ID: part.person}, notice.RoleHandler, false); err != nil {
			return err
		}
	}
	return s.tellSides(ctx, d, model.PartBoth)
}

// call puts a party onto the call list: a grid worker calls or goes there, and
// reads no more than that there is something private.
func (s *Service) call(ctx context.Context, d *desk, p *model.DisputeParty) error {
	if p.Acts() == "" {
		return nil
	}
	return s.Notices.ToCall(ctx, notice.Note{VillageID: d.VillageID, To: model.Person{VillageID: d.VillageID, ID: p.Acts()}, Event: "dispute/" + d.ID + "/" + model.NewID(),
		Role: notice.RoleAsker, CaseID: d.ID, Private: true, Text: fmt.Sprintf(newsText, fmt.Sprintf("#%d", d.Number))})
}
