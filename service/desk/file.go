package desk

import (
	"context"
	"slices"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/membership"
)

// Filing is a new message to the branch. Township: nil while the asker hasn't
// chosen who may see it, which words that accuse an office holder make necessary.
// For: whom it is filed for (代办); nobody: the actor.
type Filing struct {
	Words
	Township *bool
	For      model.Person
}

// Filed is the case that came of it, and what it says of danger: the numbers must
// be shown; of PossibleDanger it is asked whether it is real (dialogue.AnswerDanger),
// and silence wakes others as it does in chat.
type Filed struct {
	Case   model.Case
	Danger help.Danger
}

// File opens a case. Errors: Unclear (the words accuse somebody, and it must be
// chosen who may see them), Forbidden (no leave to file for that person), Invalid
// (nothing but thanks or a greeting, which opens nothing in chat either).
func (s *Service) File(ctx context.Context, actor model.Actor, f Filing) (Filed, error) {
	var filed Filed
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		asker, by, err := s.asker(ctx, actor, f.For)
		if err != nil {
			return err
		}
		said, err := s.said(ctx, asker.VillageID, f.Words)
		if err != nil {
			return err
		}
		if len(f.Uploads) == 0 && help.Courtesy(f.Text) {
			return model.Errorf(model.Invalid, "谢谢您！问候和感谢不用提交，村里心领了。有事请写明什么事、在哪里，再提交")
		}
		heed := help.HeedOf(f.Text)
		accused, err := s.accused(ctx, asker.VillageID, f, heed)
		if err != nil {
			return err
		}
		out, err := s.Help.Open(ctx, asker, help.Message{Said: said[0], More: said[1:], Heed: heed, Accused: accused,
			Private: f.Township != nil && *f.Township, By: by})
		if err != nil {
			return err
		}
		filed = Filed{Case: out.Case, Danger: heed.Danger}
		if err := s.attach(ctx, actor, out.Case, f.Words); err != nil {
			return err
		}
		return s.alarm(ctx, actor, asker, out.Case, heed)
	})
	return filed, err
}

// asker is whose case it will be, and who files it for them, if somebody does.
func (s *Service) asker(ctx context.Context, actor model.Actor, other model.Person) (asker, by model.Actor, err error) {
	switch {
	case other.ID != "" && !other.Is(actor.Person()):
		asker, err = s.Members.MayHelp(ctx, actor, other, membership.ScopeCases)
		return asker, actor, err
	case actor.VillageID == "":
		return asker, by, model.Errorf(model.Conflict, "请先选您是哪个村的")
	}
	return actor, model.Actor{}, nil
}

// accused are the office holders whom the words accuse. Danger to somebody's life
// waits for no choice.
func (s *Service) accused(ctx context.Context, villageID string, f Filing, heed help.Heed) ([]string, error) {
	found, err := s.Help.Accused(ctx, villageID, f.Text)
	switch {
	case err != nil:
		return nil, err
	case found.Any && f.Township == nil && heed.Danger == help.ExplicitDanger:
		return found.Named, nil
	case found.Any && f.Township == nil:
		return nil, model.Errorf(model.Unclear, "您的话提到了村里办事的人，现在还没有发给任何人。请选：只给镇里看，还是交给村里办（被提到的人和他的亲属不经手）")
	}
	return found.All, nil
}

// alarm wakes others, or asks the actor first.
func (s *Service) alarm(ctx context.Context, actor, asker model.Actor, c model.Case, heed help.Heed) error {
	switch heed.Danger {
	case help.ExplicitDanger:
		return s.Help.Wake(ctx, asker, c)
	case help.PossibleDanger:
		return s.Dialogue.AskDanger(ctx, actor, c)
	}
	return nil
}

// Add adds the asker's further words to a case. Words that accuse somebody begin
// a case of their own, for which it is chosen who may see it.
func (s *Service) Add(ctx context.Context, actor model.Actor, ref casework.Ref, w Words) (Filed, error) {
	var filed Filed
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		view, err := s.Cases.Get(ctx, actor, ref)
		if err != nil {
			return err
		}
		found, err := s.Help.Accused(ctx, ref.VillageID, w.Text)
		if err != nil {
			return err
		}
		if found.Any && !view.Case.Confidential && !accusesAlready(view.Case, found.All) {
			return model.Errorf(model.Unclear, "您的话提到了村里办事的人。请另外提一件新的留言，可以选只给镇里看")
		}
		said, err := s.said(ctx, ref.VillageID, w)
		if err != nil {
			return err
		}
		for _, line := range said {
			if filed.Case, err = s.Cases.Add(ctx, actor, ref, line, ""); err != nil {
				return err
			}
		}
		heed := help.HeedOf(w.Text)
		filed.Danger = heed.Danger
		if err := s.attach(ctx, actor, filed.Case, w); err != nil {
			return err
		}
		return s.alarm(ctx, actor, askerOf(view.Case, actor), filed.Case, heed)
	})
	return filed, err
}

// accusesAlready says whether these office holders don't act on the case anyway.
func accusesAlready(c model.Case, accused []string) bool {
	barred := strings.Split(c.AccusedIDs, ",")
	return len(accused) > 0 && !slices.ContainsFunc(accused, func(id string) bool { return !slices.Contains(barred, id) })
}

// askerOf is the case's asker, for whom a helper may be adding words.
func askerOf(c model.Case, actor model.Actor) model.Actor {
	if c.AskedBy(actor) {
		return actor
	}
	return model.Actor{VillageID: c.AskerVillage, VillagerID: c.AskerID, Name: c.AskerName}
}
