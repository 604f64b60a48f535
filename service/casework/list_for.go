package casework

import (
	"context"
	"slices"

	"cunwu/model"
)

// AskedFor is a page of what an elder asked, the newest first, as far as their
// helper may know of it: nothing hidden, nothing that another room leads, and of
// accusations those that accuse neither the helper nor the helper's kin. A page may
// be shorter than it could be. That the helper may read at all is the caller's to see.
func (s *Service) AskedFor(ctx context.Context, helper model.Actor, elder model.Person, p Page) (cases []model.Case, next string, err error) {
	l := listing{page: p, key: "opened_at", newest: true}
	l.add("village_id = ? AND asker_id = ? AND confidential = ? AND neutral = ? AND kind NOT IN ?", elder.VillageID, elder.ID, false, false, s.led())
	found, next, err := s.list(ctx, l, func(c model.Case) model.Time { return c.OpenedAt })
	if err != nil {
		return nil, "", err
	}
	for _, c := range found {
		if c.AccusedIDs != "" {
			helps, err := s.helps(ctx, helper, &c, toRead)
			if err != nil {
				return nil, "", err
			}
			if !helps {
				continue
			}
		}
		cases = append(cases, c)
	}
	return cases, next, nil
}

// stillHeld leaves out what the actor handled in an office that they hold no more.
func (s *Service) stillHeld(actor model.Actor, cases []model.Case) []model.Case {
	return slices.DeleteFunc(cases, func(c model.Case) bool {
		kind := s.kinds[c.Kind]
		switch {
		case kind.Led:
			return s.leads(actor, &c) != nil
		case c.Confidential:
			return !actor.May(model.VerbConfidential, c.VillageID)
		}
		return !actor.May(kind.verb(), c.VillageID)
	})
}
