// Package disclosure is what a village must make public: the catalogue of what
// is due when, publications with whoever stands for them, their corrections and
// withdrawals, the accounts as data, and what villagers ask about them.
package disclosure

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/notice"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

// Rooms are the rooms that a disclosure calls.
type Rooms struct {
	People  *village.Service
	Cases   *casework.Service
	Notices *notice.Service
	Log     *publiclog.Service
	Audit   *audit.Service
	// Attach gives uploads of the actor to a subject, in the caller's transaction
	// (media.Attach).
	Attach func(ctx context.Context, actor model.Actor, villageID string, ids []string, subject string) error
	// Check has a text checked before others see it (above: by the township, for the
	// village's reviewers may not read the disclosure), Vouch says that whoever may
	// decide read what waits for a person, Uncheck that nobody wants it any more;
	// MayShow says which subjects passed. Nil: whatever is asked is shown.
	Check   func(ctx context.Context, actor model.Actor, villageID, subject, text string, above bool) error
	Vouch   func(ctx context.Context, actor model.Actor, villageID, subject string) error
	Uncheck func(ctx context.Context, villageID, subject string) error
	MayShow func(ctx context.Context, villageID string, subjects []string) (map[string]bool, error)
}

// Service is the disclosures of all villages.
type Service struct {
	store *model.Store
	Rooms
}

// New makes the service.
func New(store *model.Store, rooms Rooms) *Service { return &Service{store: store, Rooms: rooms} }

// Ref names a disclosure.
type Ref struct{ VillageID, ID string }

// subject is how the log, uploads and the audit name it.
func subject(d model.Disclosure) string { return "disclosure/" + d.ID }

// hand runs fn on the locked disclosure in a transaction and writes back the
// columns that fn names.
func (s *Service) hand(ctx context.Context, ref Ref, fn func(ctx context.Context, d *model.Disclosure) ([]string, error)) (model.Disclosure, error) {
	var d model.Disclosure
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		d = model.Disclosure{}
		err := s.store.Locked(ctx).Take(&d, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errNone()
		}
		if err != nil {
			return err
		}
		columns, err := fn(ctx, &d)
		if err != nil || len(columns) == 0 {
			return err
		}
		return s.store.DB(ctx).Model(&d).Select(columns).Updates(&d).Error
	})
	return d, err
}

// mine is hand for whoever prepares disclosures in the village.
func (s *Service) mine(ctx context.Context, actor model.Actor, ref Ref, fn func(ctx context.Context, d *model.Disclosure) ([]string, error)) (model.Disclosure, error) {
	return s.hand(ctx, ref, func(ctx context.Context, d *model.Disclosure) ([]string, error) {
		if err := s.reads(ctx, actor, *d); err != nil {
			return nil, err
		}
		if err := actor.Require(model.VerbDisclose, d.VillageID); err != nil {
			return nil, err
		}
		return fn(ctx, d)
	})
}

// version reads one version.
func (s *Service) version(ctx context.Context, d model.Disclosure, number int) (model.DisclosureVersion, error) {
	var v model.DisclosureVersion
	err := s.store.DB(ctx).Take(&v, "village_id = ? AND disclosure_id = ? AND version = ?", d.VillageID, d.ID, number).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return v, model.Errorf(model.Unknown, "没有这一版，请回到公开内容重新选择")
	}
	return v, err
}

// pendingVersion is the version in preparation.
func (s *Service) pendingVersion(ctx context.Context, d model.Disclosure) (model.DisclosureVersion, error) {
	if d.Pending == 0 {
		return model.DisclosureVersion{}, model.Errorf(model.Conflict, "“%s”没有待公开的稿子", d.Title)
	}
	return s.version(ctx, d, d.Pending)
}

func (s *Service) rule(ctx context.Context, name string) (int, error) {
	value, err := s.store.Rule(ctx, name, "", s.store.Now())
	return int(value), err
}

func (s *Service) now() model.Time { return model.At(s.store.Now()) }

func errNone() error {
	return model.Errorf(model.Unknown, "没有找到这份公开内容，请回到列表重新选择")
}
