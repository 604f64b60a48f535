package desk

import (
	"context"

	"cunwu/model"
	"cunwu/service/casework"
)

// Reply answers the asker.
func (s *Service) Reply(ctx context.Context, actor model.Actor, ref casework.Ref, w Words) (model.Case, error) {
	return s.say(ctx, actor, ref, w, s.Cases.Reply)
}

// Ask asks the asker something back.
func (s *Service) Ask(ctx context.Context, actor model.Actor, ref casework.Ref, w Words) (model.Case, error) {
	return s.say(ctx, actor, ref, w, s.Cases.AskBack)
}

type saying func(ctx context.Context, actor model.Actor, ref casework.Ref, said casework.Said) (model.Case, error)

// say is one line of a handler, with one file at most.
func (s *Service) say(ctx context.Context, actor model.Actor, ref casework.Ref, w Words, do saying) (model.Case, error) {
	if len(w.Uploads) > 1 {
		return model.Case{}, model.Errorf(model.Invalid, "一次答复只能带一个附件，请分几次发")
	}
	var c model.Case
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		view, err := s.Cases.Get(ctx, actor, ref)
		if err != nil {
			return err
		}
		said, err := s.said(ctx, view.Case.VillageID, w)
		if err != nil {
			return err
		}
		if c, err = do(ctx, actor, ref, said[0]); err != nil {
			return err
		}
		return s.attach(ctx, actor, c, w)
	})
	return c, err
}

// Verdict is the asker's own word, with stars (1 to 5) if they gave any.
func (s *Service) Verdict(ctx context.Context, actor model.Actor, ref casework.Ref, solved bool, stars int, text string) (model.Case, error) {
	var c model.Case
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if c, err = s.Cases.Verdict(ctx, actor, ref, solved, text); err != nil || !solved || stars == 0 {
			return err
		}
		c, err = s.Cases.Stars(ctx, actor, ref, stars, text)
		return err
	})
	return c, err
}
