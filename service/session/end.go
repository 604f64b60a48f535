package session

import (
	"context"
	"slices"
	"strings"

	"cunwu/model"
	"cunwu/service/village"
)

// List is the sessions of the sender's human, on whatever account, the one used
// last first.
func (s *Service) List(ctx context.Context, sender *village.Sender) ([]model.Session, error) {
	own, err := s.people.SameHuman(ctx, sender.Identity)
	if err != nil {
		return nil, err
	}
	now := s.store.Now()
	factor, err := s.factorID(ctx, sender.Actor.Person())
	if err != nil {
		return nil, err
	}
	var all []model.Session
	for _, identity := range own {
		kept, err := s.keeper.List(ctx, ownerOf(identity.Account, identity.OpenID))
		if err != nil {
			return nil, away(err)
		}
		for _, one := range kept {
			if now.Before(one.ExpiresAt.Time) && alive(one, identity) {
				one.Strong = one.Factor != "" && one.Factor == factor
				all = append(all, one)
			}
		}
	}
	slices.SortFunc(all, func(a, b model.Session) int {
		if by := b.SeenAt.Compare(a.SeenAt.Time); by != 0 {
			return by
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all, nil
}

// End ends one of the human's own sessions; of others' it says that there is none.
func (s *Service) End(ctx context.Context, sender *village.Sender, id string) error {
	own, err := s.people.SameHuman(ctx, sender.Identity)
	if err != nil {
		return err
	}
	if id == "" {
		return model.Errorf(model.Unknown, "没有找到这次登录，请刷新再看")
	}
	for _, identity := range own {
		ended, err := s.keeper.Remove(ctx, ownerOf(identity.Account, identity.OpenID), id)
		if err != nil {
			return away(err)
		}
		if ended {
			return nil
		}
	}
	return model.Errorf(model.Unknown, "没有找到这次登录，请刷新再看")
}

// EndAll signs the human out everywhere, this phone included; codes that were told
// and QR codes that were scanned until now sign nobody in any more. It holds even
// when the keeper can't be reached, which is told after the caller's transaction,
// if there is one.
func (s *Service) EndAll(ctx context.Context, sender *village.Sender) error {
	own, err := s.people.SignOut(ctx, sender.Actor, sender.Identity)
	if err != nil {
		return err
	}
	s.store.AfterCommit(ctx, func() {
		ctx, cancel := context.WithTimeout(context.Background(), forgetting) // ctx may carry a transaction
		defer cancel()
		for _, identity := range own {
			if _, err := s.keeper.Remove(ctx, ownerOf(identity.Account, identity.OpenID), ""); err != nil {
				s.log.WarnContext(ctx, "sessions that are over were not removed", "error", err)
				return
			}
		}
	})
	return nil
}
