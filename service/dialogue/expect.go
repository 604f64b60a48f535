package dialogue

import (
	"context"

	"cunwu/model"
)

// Expect reads at once what the turns of one commit will each ask for first: who
// the senders are, what waits for them, what they asked. What a turn changes, the
// later ones read afresh.
func (s *Service) Expect(ctx context.Context, all []model.Incoming) error {
	senders := map[string][]string{}
	for _, in := range all {
		senders[in.Account] = append(senders[in.Account], in.OpenID)
	}
	for account, openids := range senders {
		known, err := s.people.ExpectSenders(ctx, account, openids)
		if err != nil {
			return err
		}
		if err := s.notices.ExpectOpened(ctx, account, openids); err != nil {
			return err
		}
		var actors []model.Actor
		for _, sender := range known {
			if len(sender.Actor.Holds) == 0 {
				actors = append(actors, sender.Actor)
			}
		}
		if len(actors) == 0 {
			continue
		}
		if s.mediation != nil {
			if err := s.mediation.ExpectOpen(ctx, actors); err != nil {
				return err
			}
		}
		if err := s.cases.ExpectUnanswered(ctx, actors); err != nil {
			return err
		}
	}
	return nil
}
