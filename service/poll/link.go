package poll

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"cunwu/model"
)

// Link makes a one-time link by which the actor casts one ballot of the poll, in
// a browser, without the chat ever holding the choice. It lives for minutes; a
// newer one ends it. The address is below Options.BaseURL.
func (s *Service) Link(ctx context.Context, actor model.Actor, ref Ref) (address string, expires time.Time, err error) {
	token, err := random()
	if err != nil {
		return "", expires, err
	}
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		e, err := s.entryFor(ctx, ref, actor.VillagerID, actor)
		if err != nil {
			return err
		}
		if err := e.mayCast(actor, Ballot{}); err != nil {
			return err
		}
		if e.VotedBy != "" {
			return errVoted
		}
		if err := s.throughGate(ctx, e.Poll, e.VoterID); err != nil {
			return err
		}
		life, err := s.rule(ctx, "poll.link_life", e.NoticedAt)
		if err != nil {
			return err
		}
		expires = s.store.Now().Add(time.Duration(life) * time.Minute)
		if err := s.of(ctx, ref).Where("person_id = ?", actor.VillagerID).Delete(&model.PollLink{}).Error; err != nil {
			return err
		}
		row := model.PollLink{VillageID: ref.VillageID, TokenHash: hashToken(token), PollID: ref.ID, PersonID: actor.VillagerID,
			Account: actor.Account, OpenID: actor.OpenID, ExpiresAt: model.At(expires)}
		return s.store.DB(ctx).Create(&row).Error
	})
	return s.o.BaseURL + "/v/" + ref.VillageID + "/ballot/" + token, expires, err
}

// OpenLink is what the link's page shows: the poll as its voter sees it.
func (s *Service) OpenLink(ctx context.Context, villageID, token string) (View, error) {
	link, actor, err := s.linked(ctx, villageID, token)
	if err != nil {
		return View{}, err
	}
	return s.Get(ctx, actor, Ref{link.VillageID, link.PollID})
}

// CastByLink casts the link's ballot; Poll, OnBehalfOf and Channel of in are the
// link's own. Asked again with the same receipt it answers as the first time.
func (s *Service) CastByLink(ctx context.Context, villageID, token string, in Ballot) error {
	link, actor, err := s.linked(ctx, villageID, token)
	if err != nil {
		return err
	}
	in.Poll, in.OnBehalfOf, in.Channel = Ref{link.VillageID, link.PollID}, "", model.ByChat
	return s.Cast(ctx, actor, in)
}

// linked finds who a link is for.
func (s *Service) linked(ctx context.Context, villageID, token string) (model.PollLink, model.Actor, error) {
	var link model.PollLink
	err := s.store.DB(ctx).Where("village_id = ? AND token_hash = ?", villageID, hashToken(token)).Limit(1).Find(&link).Error
	if err != nil {
		return link, model.Actor{}, err
	}
	if link.PollID == "" || !link.ExpiresAt.After(s.store.Now()) {
		return link, model.Actor{}, model.Errorf(model.Gone, "这个链接已经失效。请在公众号回“投票”再取一个，也能看到投上了没有")
	}
	actor, err := s.People.ActorOf(ctx, model.Person{VillageID: link.VillageID, ID: link.PersonID, Account: link.Account, OpenID: link.OpenID})
	return link, actor, err
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
