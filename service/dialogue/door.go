package dialogue

import (
	"context"
	"slices"

	"cunwu/model"
	"cunwu/service/casework"
)

// AskDanger has the case's danger counted as real unless its asker denies it soon
// (AnswerDanger), for words that came by another door than chat.
func (s *Service) AskDanger(ctx context.Context, actor model.Actor, c model.Case) error {
	return s.atDoor(ctx, actor, func(t *turn) {
		t.ask(frame{Kind: askDanger, Speaker: c.Asker(), Case: casework.RefOf(c), Number: c.Number, Prompt: dangerPrompt}, dangerSilence)
	})
}

// AnswerDanger is the word on it of whoever was asked: others are woken, or nobody
// is.
func (s *Service) AnswerDanger(ctx context.Context, actor model.Actor, ref casework.Ref, real bool) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		asker := actor
		err := s.atDoor(ctx, actor, func(t *turn) {
			t.stack = slices.DeleteFunc(t.stack, func(f frame) bool {
				asked := f.Kind == askDanger && f.Case == ref
				if asked {
					asker = model.Actor{VillageID: f.Speaker.VillageID, VillagerID: f.Speaker.ID, Account: f.Speaker.Account, OpenID: f.Speaker.OpenID}
				}
				return asked
			})
		})
		if err != nil || !real {
			return err
		}
		_, err = s.cases.Wake(ctx, asker, ref)
		return err
	})
}

// atDoor changes what is asked in the actor's dialogue.
func (s *Service) atDoor(ctx context.Context, actor model.Actor, change func(*turn)) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		t := &turn{Service: s, in: model.Incoming{Account: actor.Account, OpenID: actor.OpenID}, actor: actor}
		if err := t.load(ctx); err != nil {
			return err
		}
		change(t)
		return t.save(ctx)
	})
}
