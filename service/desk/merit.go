package desk

import (
	"context"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/merit"
)

// ClaimPoints files a claim as the actor, or for an elder whom they help (代办);
// the helper's files go with it.
func (s *Service) ClaimPoints(ctx context.Context, actor model.Actor, elder model.Person, in merit.NewClaim) (model.MeritClaim, error) {
	return withPoints(ctx, s, actor, elder, func(ctx context.Context, party model.Actor) (model.MeritClaim, error) {
		in.VillageID, in.By = party.VillageID, helperOf(actor, party)
		return s.Merit.Claim(ctx, party, in)
	})
}

// Redeem sets goods aside for the actor's household, or for that of an elder whom
// they help, who is told.
func (s *Service) Redeem(ctx context.Context, actor model.Actor, elder model.Person, in merit.NewRedemption) (model.MeritRedemption, error) {
	return withPoints(ctx, s, actor, elder, func(ctx context.Context, party model.Actor) (model.MeritRedemption, error) {
		in.VillageID, in.By = party.VillageID, helperOf(actor, party)
		return s.Merit.Redeem(ctx, party, in)
	})
}

// ConfirmRedemption is the word of the actor's side, or of an elder's whom they
// help. A helper's own binding must be as strong as the elder's would have to be.
func (s *Service) ConfirmRedemption(ctx context.Context, actor model.Actor, elder model.Person, ref merit.Ref) (model.MeritRedemption, error) {
	return withPoints(ctx, s, actor, elder, func(ctx context.Context, party model.Actor) (model.MeritRedemption, error) {
		if party.HelpedBy != "" {
			if err := s.Merit.MaySpend(ctx, actor); err != nil {
				return model.MeritRedemption{}, err
			}
		}
		return s.Merit.Confirm(ctx, party, ref)
	})
}

// CancelRedemption gives points and goods back.
func (s *Service) CancelRedemption(ctx context.Context, actor model.Actor, elder model.Person, ref merit.Ref) (model.MeritRedemption, error) {
	return withPoints(ctx, s, actor, elder, func(ctx context.Context, party model.Actor) (model.MeritRedemption, error) {
		return s.Merit.Cancel(ctx, party, ref)
	})
}

// Points is the account of the actor's household, or of an elder's.
func (s *Service) Points(ctx context.Context, actor model.Actor, elder model.Person) (merit.Account, error) {
	return withPoints(ctx, s, actor, elder, s.Merit.Account)
}

// PointEntries are the entries of that account, as merit.Entries lists them.
func (s *Service) PointEntries(ctx context.Context, actor model.Actor, elder model.Person, before int64, limit int) ([]merit.Line, error) {
	return withPoints(ctx, s, actor, elder, func(ctx context.Context, party model.Actor) ([]merit.Line, error) {
		return s.Merit.Entries(ctx, party, before, limit)
	})
}

// Redemptions are those of that household, as merit.Redemptions lists them.
func (s *Service) Redemptions(ctx context.Context, actor model.Actor, elder model.Person, before string, limit int) ([]model.MeritRedemption, error) {
	return withPoints(ctx, s, actor, elder, func(ctx context.Context, party model.Actor) ([]model.MeritRedemption, error) {
		return s.Merit.Redemptions(ctx, party, before, limit)
	})
}

// withPoints does something as the actor, or as an elder whom they help with
// points, in one transaction with the note of that help.
func withPoints[T any](ctx context.Context, s *Service, actor model.Actor, elder model.Person, do func(ctx context.Context, party model.Actor) (T, error)) (T, error) {
	if elder.ID == "" || elder.Is(actor.Person()) {
		return do(ctx, actor)
	}
	var out T
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		party, err := s.party(ctx, actor, elder, membership.ScopeMerit)
		if err != nil {
			return err
		}
		out, err = do(ctx, party)
		return err
	})
	return out, err
}

// helperOf is the actor, if it is a helper who acts as somebody else.
func helperOf(actor, party model.Actor) model.Actor {
	if party.HelpedBy == "" {
		return model.Actor{}
	}
	return actor
}
