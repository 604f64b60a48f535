package village

import (
	"context"

	"cunwu/model"
)

// SameHuman returns the identity and all others with its unionid.
func (s *Service) SameHuman(ctx context.Context, identity model.Identity) ([]model.Identity, error) {
	if identity.UnionID == "" {
		return []model.Identity{identity}, nil
	}
	var all []model.Identity
	err := s.store.DB(ctx).Where("unionid = ?", identity.UnionID).Order("account, openid").Limit(unionMax).Find(&all).Error
	return all, err
}

// SignOut ends all sessions of the human to whom the identity belongs, as of now,
// and returns the identities.
func (s *Service) SignOut(ctx context.Context, actor model.Actor, identity model.Identity) ([]model.Identity, error) {
	var own []model.Identity
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if own, err = s.SameHuman(ctx, identity); err != nil {
			return err
		}
		for _, one := range own {
			if err := s.signOut(ctx, one.Account, one.OpenID); err != nil {
				return err
			}
		}
		if actor.VillageID == "" {
			return nil // nobody's log
		}
		return s.audit.Note(ctx, actor, actor.VillageID, "session.end", "sessions", "")
	})
	return own, err
}

// signOut ends the sessions of an identity that began until now.
func (s *Service) signOut(ctx context.Context, account, openid string) error {
	return identityOf(s.store.DB(ctx), account, openid).UpdateColumn("signed_out_at", s.now()).Error
}

// signOutAll ends the sessions of everybody who speaks as this person.
func (s *Service) signOutAll(ctx context.Context, person model.Villager) error {
	bound, err := s.bindingsOf(ctx, person)
	if err != nil {
		return err
	}
	for _, b := range bound {
		if err := s.signOut(ctx, b.Account, b.OpenID); err != nil {
			return err
		}
	}
	return nil
}
