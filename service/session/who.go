package session

import (
	"context"

	"cunwu/model"
	"cunwu/service/village"
)

// Who is whoever bears the token, with the persons they speak for and the roles
// that these hold now. Errors: SignedOut (unknown, expired or ended), Away (the
// keeper can't be reached: within 300 ms, and never let through).
func (s *Service) Who(ctx context.Context, token string) (model.Session, *village.Sender, error) {
	owner, ok := ownerIn(token)
	if !ok {
		return model.Session{}, nil, signedOut()
	}
	kept, found, err := s.keeper.Get(ctx, owner, idOf(token))
	if err != nil {
		return model.Session{}, nil, away(err)
	}
	now := s.store.Now()
	if !found || !now.Before(kept.ExpiresAt.Time) || ownerOf(kept.Account, kept.OpenID) != owner {
		return model.Session{}, nil, signedOut()
	}
	sender, err := s.people.Sender(ctx, kept.Account, kept.OpenID, s.home(kept.Account))
	if err != nil {
		return model.Session{}, nil, err
	}
	if !alive(kept, sender.Identity) {
		return model.Session{}, nil, signedOut()
	}
	if now.Sub(kept.SeenAt.Time) >= renewal {
		kept.SeenAt, kept.ExpiresAt = model.At(now), model.At(now.Add(life))
		if err := s.keeper.Renew(ctx, kept); err != nil { // the next call renews it
			s.log.WarnContext(ctx, "a session wasn't renewed", "error", err)
		}
	}
	if kept.Factor == "" {
		return kept, sender, nil
	}
	factor, err := s.factorID(ctx, sender.Actor.Person())
	kept.Strong = factor == kept.Factor
	return kept, sender, err
}

// alive says whether nothing has signed the identity out since the session began:
// a role that ended, an unbinding, 全部退出.
func alive(kept model.Session, of model.Identity) bool {
	return kept.CreatedAt.After(of.SignedOutAt.Time)
}
