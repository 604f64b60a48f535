package casework

import (
	"context"
	"slices"

	"cunwu/model"
)

const expectMax = 1000

func expectedCases(actor model.Actor) string {
	return "casework/unanswered/" + actor.Account + "/" + actor.OpenID + "/" + actor.VillagerID
}

// ExpectUnanswered reads at once, for many actors known to a village, what
// Unanswered will ask for in this transaction.
func (s *Service) ExpectUnanswered(ctx context.Context, actors []model.Actor) error {
	var people, senders [][]any
	for _, a := range actors {
		people = append(people, []any{a.VillageID, a.VillagerID})
		senders = append(senders, []any{a.Account, a.OpenID})
	}
	open := []model.CaseState{model.CaseSubmitted, model.CaseInProgress}
	var found []model.Case
	err := s.store.DB(ctx).Raw(`SELECT * FROM cases WHERE (village_id, asker_id) IN ? AND state IN ? AND confidential = ? AND kind NOT IN ?
		UNION ALL SELECT * FROM cases WHERE (asker_account, asker_openid) IN ? AND asker_id = '' AND state IN ? AND confidential = ? AND kind NOT IN ? LIMIT ?`,
		people, open, false, s.led(), senders, open, false, s.led(), expectMax).Scan(&found).Error
	if err != nil || len(found) == expectMax {
		return err // too many to be sure that none is missing: each turn asks for itself
	}
	slices.SortFunc(found, func(a, b model.Case) int { return b.OpenedAt.Compare(a.OpenedAt.Time) })
	for _, a := range actors {
		var theirs []model.Case
		for _, c := range found {
			if c.AskedBy(a) && len(theirs) < 3 {
				theirs = append(theirs, c)
			}
		}
		model.Expect(ctx, expectedCases(a), theirs, "cases")
	}
	return nil
}
