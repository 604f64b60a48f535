package desk

import (
	"context"

	"cunwu/model"
	"cunwu/service/mediation"
	"cunwu/service/membership"
)

// DisputesFor is a page of the disputes of the actor, or of an elder for whom they
// may read, as mediation.List lists them. Errors: Forbidden (nobody allowed it).
func (s *Service) DisputesFor(ctx context.Context, actor model.Actor, elder model.Person, after string, limit int) (found []mediation.Mine, next string, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		party, err := s.party(ctx, actor, elder, membership.ScopeReading)
		if err != nil {
			return err
		}
		found, next, err = s.Disputes.List(ctx, party, after, limit)
		return err
	})
	return found, next, err
}
