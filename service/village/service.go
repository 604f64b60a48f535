// Package village knows the villages, their households and people: the roster,
// who holds which role, who is kin, and which WeChat sender is which villager.
package village

import (
	"context"

	"cunwu/model"
	"cunwu/service/audit"
)

// Hooks are told, inside the transaction, what changed; nil ones are left out.
type Hooks struct {
	// RoleEnded is told that a person holds a role of the unit no longer.
	RoleEnded func(ctx context.Context, unit string, person model.Person) error
	// RoleGranted is told that somebody of the unit holds a role now.
	RoleGranted func(ctx context.Context, unit string) error
	// Gone is told that a person died or moved away.
	Gone func(ctx context.Context, person model.Person) error
	// BoundAgain is told that one more sender speaks for a person; others are the
	// senders of other people's telephones that did so before.
	BoundAgain func(ctx context.Context, person model.Villager, others []model.Person) error
}

// Service is the village room.
type Service struct {
	store *model.Store
	keys  *model.Keyring
	audit *audit.Service
	hooks Hooks
}

// New makes the service.
func New(store *model.Store, keys *model.Keyring, audit *audit.Service, hooks Hooks) *Service {
	return &Service{store: store, keys: keys, audit: audit, hooks: hooks}
}

func (s *Service) now() model.Time { return model.At(s.store.Now()) }
