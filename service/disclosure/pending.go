package disclosure

import (
	"context"

	"cunwu/model"
)

// Prepared is a disclosure with its version in preparation, without the words.
type Prepared struct {
	Disclosure model.Disclosure
	Version    model.DisclosureVersion
}

// Ready says whether it can be published: signed, or of the Party approved.
func (p Prepared) Ready() bool {
	if p.Disclosure.Kind == model.DiscloseParty {
		return !p.Version.ApprovedAt.IsZero()
	}
	return !p.Version.SignedAt.IsZero()
}

// Pending lists what is in preparation, first versions and corrections, the newest
// disclosure first, after the id of the last one seen, for whoever prepares, signs
// or approves it.
func (s *Service) Pending(ctx context.Context, actor model.Actor, villageID, after string, limit int) ([]Prepared, error) {
	if !insider(actor, villageID) && !actor.May(model.VerbApprove, villageID) {
		return nil, actor.Require(model.VerbDisclose, villageID)
	}
	query, err := s.readable(ctx, actor, villageID)
	if err != nil {
		return nil, err
	}
	query = query.Where("disclosures.state IN ? AND disclosures.pending > 0", []model.DisclosureState{model.DisclosureDraft, model.DisclosurePublished})
	if after != "" {
		query = query.Where("disclosures.id < ?", after)
	}
	var found []model.Disclosure
	if err := query.Order("disclosures.id DESC").Limit(bounded(limit)).Find(&found).Error; err != nil || len(found) == 0 {
		return nil, err
	}
	var pairs [][]any
	for _, d := range found {
		pairs = append(pairs, []any{d.ID, d.Pending})
	}
	var versions []model.DisclosureVersion
	err = s.store.DB(ctx).Omit("text").Where("village_id = ? AND (disclosure_id, version) IN ?", villageID, pairs).Find(&versions).Error
	if err != nil {
		return nil, err
	}
	var all []Prepared
	for _, d := range found {
		p := Prepared{Disclosure: d}
		for _, v := range versions {
			if v.DisclosureID == d.ID {
				p.Version = v
			}
		}
		all = append(all, p)
	}
	return all, nil
}
