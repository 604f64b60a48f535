package poll

import (
	"context"
	"strings"

	"cunwu/model"
)

// papers is what files belong to that name voters: slips, sheets, recordings of
// consent.
func (r Ref) papers() string { return "poll-paper/" + r.ID }

// attach gives an upload, if one is named, to what it belongs to.
func (s *Service) attach(ctx context.Context, actor model.Actor, villageID, uploadID, subject string) error {
	if uploadID == "" || s.o.Attach == nil {
		return nil
	}
	return s.o.Attach(ctx, actor, villageID, []string{uploadID}, subject)
}

// MayOpen says whether the actor may see a file of a poll or a matter: what names
// voters is for the desk and for who checks it, the rest for the village.
func (s *Service) MayOpen(ctx context.Context, actor model.Actor, villageID, subject string) (bool, error) {
	kind, id, _ := strings.Cut(subject, "/")
	var err error
	switch kind {
	case "poll":
		err = s.maySee(ctx, actor, Ref{villageID, id})
	case "matter":
		err = s.mayRead(actor, model.Poll{VillageID: villageID, State: model.PollNoticed})
	case "poll-paper":
		return actor.May(model.VerbPollDesk, villageID) || actor.May(model.VerbPollWatch, villageID), nil
	default:
		return false, nil
	}
	return model.Allowed(err)
}
