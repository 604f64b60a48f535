package moderation

import (
	"context"
	"fmt"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

// tellReviewers tells those who decide that something waits, once a day: the
// secretaries, or whoever else may decide where there is none but the author.
func (s *Service) tellReviewers(ctx context.Context, c model.ContentCheck) error {
	roles := []model.Role{model.RoleBranchSecretary, model.RoleFirstSecretary, model.RoleCommittee, model.RoleSupervisor, model.RoleTownship}
	event := "checks/" + s.store.Now().Format(time.DateOnly)
	if c.Above {
		roles, event = []model.Role{model.RoleTownship}, "checks-above/"+s.store.Now().Format(time.DateOnly)
	}
	for _, role := range roles {
		holders, err := s.people.HoldersFor(ctx, c.VillageID, role)
		if err != nil {
			return err
		}
		var notes []notice.Note
		for _, h := range holders {
			if to := h.Person(); to.Recipient() != c.Author {
				notes = append(notes, notice.Note{VillageID: c.VillageID, To: to, Event: event, Role: notice.RoleOther, Text: wordsQueue})
			}
		}
		if len(notes) > 0 {
			return s.notices.Put(ctx, notes...)
		}
	}
	s.log.ErrorContext(ctx, "a content waits for a decision, and nobody is there to make it", "village", c.VillageID, "check", c.ID)
	return nil
}

// tellAuthor tells whoever wrote it that it isn't published, and why.
func (s *Service) tellAuthor(ctx context.Context, c model.ContentCheck, reason string) error {
	return s.notices.Put(ctx, notice.Note{VillageID: c.VillageID, To: model.ParseRecipient(c.Author), Event: "check/" + c.ID,
		Role: notice.RoleOther, Private: c.Above, Text: fmt.Sprintf(wordsRefused, reason)})
}
