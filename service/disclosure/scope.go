package disclosure

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"cunwu/model"
)

// readable are the village's disclosures that the actor may know of. Every read
// path begins here: lists, search, calendar, versions, accounts, questions.
func (s *Service) readable(ctx context.Context, actor model.Actor, villageID string) (*gorm.DB, error) {
	query := s.store.DB(ctx).Where("disclosures.village_id = ?", villageID)
	approves, prepares := actor.May(model.VerbApprove, villageID), actor.May(model.VerbDisclose, villageID)
	scopes := []string{model.ScopePublic}
	if prepares {
		scopes = append(scopes, model.ScopeParty, model.ScopeOrganisation)
	} else {
		member, err := s.partyMember(ctx, actor, villageID)
		if err != nil {
			return nil, err
		}
		if member {
			scopes = append(scopes, model.ScopeParty)
		}
	}
	if !approves { // whoever approves reads all that is to be approved
		own := actor.VillagerID
		if actor.VillageID != villageID || own == "" {
			own = "-" // nobody
		}
		query = query.Where(`(disclosures.scope IN ? OR disclosures.created_by = ? OR EXISTS (SELECT 1 FROM disclosure_readers r
			WHERE r.village_id = disclosures.village_id AND r.disclosure_id = disclosures.id AND r.villager_id = ?))`, scopes, own, own)
	}
	if prepares || approves || actor.May(model.VerbSignOff, villageID) {
		return query, nil
	}
	return query.Where("disclosures.state <> ?", model.DisclosureDraft), nil
}

// partyMember says whether the village's list knows the actor as a member.
func (s *Service) partyMember(ctx context.Context, actor model.Actor, villageID string) (bool, error) {
	if !actor.Known() || actor.VillageID != villageID {
		return false, nil
	}
	var political []string
	err := s.store.DB(ctx).Model(&model.Villager{}).Where("village_id = ? AND id = ? AND state = ?", villageID, actor.VillagerID, model.VillagerLiving).Pluck("political", &political).Error
	return len(political) == 1 && slices.Contains(partyWords(), political[0]), err
}

// partyWords are what the list's column says of members.
func partyWords() []string {
	return []string{"中共党员", "党员", "中共预备党员", "预备党员"}
}

// reads says whether the actor may know of the disclosure.
func (s *Service) reads(ctx context.Context, actor model.Actor, d model.Disclosure) error {
	_, err := s.get(ctx, actor, Ref{VillageID: d.VillageID, ID: d.ID})
	return err
}

// MayRead says whether the actor may read the disclosure and what hangs on it:
// whoever serves its files asks.
func (s *Service) MayRead(ctx context.Context, actor model.Actor, ref Ref) error {
	d, err := s.get(ctx, actor, ref)
	if err != nil {
		return err
	}
	if d.State == model.DisclosureWithdrawn && !insider(actor, d.VillageID) {
		return errNone()
	}
	return nil
}

// get is the disclosure for whoever may know of it: to everyone else it doesn't
// exist.
func (s *Service) get(ctx context.Context, actor model.Actor, ref Ref) (model.Disclosure, error) {
	var found []model.Disclosure
	query, err := s.readable(ctx, actor, ref.VillageID)
	if err != nil {
		return model.Disclosure{}, err
	}
	err = query.Where("disclosures.id = ?", ref.ID).Limit(1).Find(&found).Error
	if err == nil && len(found) == 0 {
		err = errNone()
	}
	if err != nil {
		return model.Disclosure{}, err
	}
	return found[0], nil
}

// insider says whether the actor prepares, signs or supervises disclosures here:
// they read drafts and what was withdrawn.
func insider(actor model.Actor, villageID string) bool {
	return actor.May(model.VerbDisclose, villageID) || actor.May(model.VerbSignOff, villageID) || actor.May(model.VerbCatalogue, villageID)
}
