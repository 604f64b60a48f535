package audit

import (
	"context"
	"strings"

	"cunwu/model"
)

const listMax = 100 // entries of one page

// Sought says which entries of a village's log are looked for, the newest first.
type Sought struct {
	VillageID string
	ActorID   string // who did it; empty: everybody
	Verb      string // what was done, or with a dot at its end a part's verbs (poll.); empty: everything
	After     string
	Limit     int
}

// List is a page of a village's log: who did and who read what. Whoever may not read
// what is meant for the township alone learns nothing of cases, disputes and help:
// that somebody spoke may tell who it was. The reader stands in the log, too. The
// next page begins after next. Errors: Forbidden.
func (s *Service) List(ctx context.Context, actor model.Actor, q Sought) (entries []model.AuditEntry, next string, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		entries, next = nil, ""
		if err := actor.Require(model.VerbAudit, q.VillageID); err != nil {
			return err
		}
		if entries, next, err = s.page(ctx, actor, q); err != nil {
			return err
		}
		return s.Read(ctx, actor, q.VillageID, "audit")
	})
	return entries, next, err
}

func (s *Service) page(ctx context.Context, actor model.Actor, q Sought) (entries []model.AuditEntry, next string, err error) {
	db := s.store.DB(ctx).Where("village_id = ?", q.VillageID)
	if !actor.May(model.VerbConfidential, q.VillageID) {
		for _, part := range secret() {
			db = db.Where("NOT (verb >= ? AND verb < ?)", part+".", part+"/")
		}
		db = db.Where("NOT (verb = ? AND (subject >= 'case/' AND subject < 'case0' OR subject = 'cases'))", verbRead)
	}
	if q.ActorID != "" {
		db = db.Where("actor_id = ?", q.ActorID)
	}
	switch {
	case strings.HasSuffix(q.Verb, "."):
		db = db.Where("verb >= ? AND verb < ?", q.Verb, strings.TrimSuffix(q.Verb, ".")+"/") // / follows .
	case q.Verb != "":
		db = db.Where("verb = ?", q.Verb)
	}
	if q.After != "" {
		db = db.Where("id < ?", q.After)
	}
	limit := q.Limit
	if limit < 1 || limit > listMax {
		limit = listMax
	}
	if err := db.Order("id DESC").Limit(limit + 1).Find(&entries).Error; err != nil {
		return nil, "", err
	}
	if len(entries) > limit {
		entries = entries[:limit]
		next = entries[limit-1].ID
	}
	return entries, next, nil
}

// secret are the parts of the program whose verbs say that somebody confided in it.
func secret() []string { return []string{"case", "dispute", "help"} }

// VerifyFor is Verify for somebody who may read the log.
func (c *Chain) VerifyFor(ctx context.Context, actor model.Actor, villageID string, held Head) (Report, error) {
	if err := actor.Require(model.VerbAudit, villageID); err != nil {
		return Report{}, err
	}
	if held.VillageID != "" && held.VillageID != villageID {
		return Report{}, model.Errorf(model.Invalid, "这个链头是“%s”的，不是这里的，请核对", held.VillageID)
	}
	return c.Verify(ctx, villageID, held)
}
