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

func errNoFile() error { return model.Errorf(model.Unknown, "没有找到这个文件") }
