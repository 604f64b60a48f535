// Package audit keeps who did and who read what. The entries are rows of the
// use case's own transaction; a sealer chains and signs them afterwards, so that
// no village waits for the head of its chain.
package audit

import (
	"context"

	"cunwu/model"
)

// console is the actor id of the operator at the server, who is nobody's villager.
const console = "console"

// Service writes the audit log.
type Service struct{ store *model.Store }

// New makes the service.
func New(store *model.Store) *Service { return &Service{store: store} }

// Note appends an entry to the village's log, inside the caller's transaction:
// what is undone was not done. Detail holds no personal data.
func (s *Service) Note(ctx context.Context, actor model.Actor, villageID string, verb, subject, detail string) error {
	return s.store.Later(ctx, model.AuditEntry{
		VillageID: villageID,
		ID:        model.NewID(),
		At:        model.At(s.store.Now()),
		ActorID:   ActorID(actor),
		ActorName: actor.Name,
		Verb:      verb,
		Subject:   subject,
		Detail:    detail,
	})
}

// ActorID names an actor in a column: the villager, the operator at the server,
// or the WeChat sender whom no village knows.
func ActorID(actor model.Actor) string {
	switch {
	case actor.VillagerID != "":
		return actor.VillagerID
	case actor.Operator:
		return console
	default:
		return actor.OpenID
	}
}
