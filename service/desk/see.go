package desk

import (
	"context"
	"slices"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/media"
)

// See opens a file for whoever may see it: its owner until it belongs to
// something, then whoever sees the line of the case that it stands in, or may read
// the disclosure that shows it, and whoever
// must decide whether it may be published. To others it doesn't exist. small is a picture of at most 480 pixels.
func (s *Service) See(ctx context.Context, actor model.Actor, villageID, id string, small bool) (*media.Stream, error) {
	m, err := s.Media.Of(ctx, villageID, id)
	if err != nil {
		return nil, err
	}
	if err := s.maySee(ctx, actor, m); err != nil {
		return nil, err
	}
	return s.Media.Stream(ctx, m, small)
}

func (s *Service) maySee(ctx context.Context, actor model.Actor, m model.Media) error {
	kind, id, _ := strings.Cut(m.Subject, "/")
	switch kind {
	case "":
		if media.Owned(actor, m) {
			return nil
		}
		if may, err := s.ofClaim(ctx, actor, m); may || err != nil { // sent in chat
			return err
		}
	case "merit":
		if may, err := s.ofClaim(ctx, actor, m); may || err != nil {
			return err
		}
	case "goods", "merit-book":
		if actor.Known() && actor.VillageID == m.VillageID || actor.May(model.VerbMeritJudge, m.VillageID) {
			return nil
		}
		return errNoFile()
	case "case":
		view, err := s.Cases.Get(ctx, actor, casework.Ref{VillageID: m.VillageID, ID: id})
		if err != nil && !model.IsCode(err, model.Unknown) {
			return err
		}
		if err == nil && slices.ContainsFunc(view.Events, func(e model.CaseEvent) bool { return e.MediaID == m.ID }) {
			return nil
		}
	case "disclosure":
		may, err := s.Public.MayOpen(ctx, actor, disclosure.Ref{VillageID: m.VillageID, ID: id}, m.ID)
		if may || err != nil {
			return err
		}
		return errNoFile() // a draft's attachments are nobody else's business
	case "poll", "matter", "poll-paper":
		may, err := s.Polls.MayOpen(ctx, actor, m.VillageID, m.Subject)
		if may || err != nil {
			return err
		}
		return errNoFile()
	case "dispute":
		// Nobody decides whether it may be published: it never is.
		may, err := s.Disputes.MayOpen(ctx, actor, casework.Ref{VillageID: m.VillageID, ID: id}, m.ID)
		if may || err != nil {
			return err
		}
		return errNoFile()
	}
	if may, err := s.Checks.MaySee(ctx, actor, m.VillageID, m.ID); may || err != nil {
		return err
	}
	return errNoFile()
}

// ofClaim says whether it is the picture or voice of a claim that the actor may
// read with its text.
func (s *Service) ofClaim(ctx context.Context, actor model.Actor, m model.Media) (bool, error) {
	err := s.Merit.MaySeeFile(ctx, actor, m.VillageID, m.ID)
	if model.IsCode(err, model.Unknown) {
		return false, nil
	}
	return err == nil, err
}

func errNoFile() error { return model.Errorf(model.Unknown, "没有找到这个文件") }
