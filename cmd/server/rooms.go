package main

import (
	"context"
	"errors"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/help"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/notice"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

// rooms are the services that work on the database alone: what the bootstrap
// commands need.
type rooms struct {
	store    *model.Store
	people   *village.Service
	cases    *casework.Service
	members  *membership.Service
	notices  *notice.Service
	help     *help.Service
	ledger   *publiclog.Service
	public   *disclosure.Service
	disputes *mediation.Service
	merit    *merit.Service
}

// attach gives uploads to what they belong to, in the caller's transaction.
type attach = func(ctx context.Context, actor model.Actor, villageID string, ids []string, subject string) error

// buildRooms builds what bootstrap commands need; notices wait in the outbox for
// the server. files is nil at the desk, whose commands attach none.
func buildRooms(cfg *config.Config, store *model.Store, keys *model.Keyring, notices *notice.Service, files attach, points merit.Options) rooms {
	log := audit.New(store)
	r := rooms{store: store, notices: notices, ledger: publiclog.New(store, keys)}
	r.people = village.New(store, keys, log, village.Hooks{
		RoleEnded: func(ctx context.Context, unit string, person model.Person) error {
			return errors.Join(r.cases.RoleEnded(ctx, unit, person), r.disputes.RoleEnded(ctx, unit, person),
				r.merit.RoleEnded(ctx, unit, person))
		},
		RoleGranted: func(ctx context.Context, unit string) error { return r.cases.RoleGranted(ctx, unit) },
		Gone:        func(ctx context.Context, person model.Person) error { return r.members.PersonGone(ctx, person) },
	})
	r.cases = casework.New(store, r.people, notices, log, kinds(store, &r)...)
	r.help = help.New(store, r.cases, r.people)
	r.members = membership.New(store, keys, r.people, r.cases, notices, log, membership.Options{Mini: cfg.Mini.AppID})
	r.public = disclosure.New(store, disclosure.Rooms{People: r.people, Cases: r.cases, Notices: notices, Log: r.ledger, Audit: log, Attach: files})
	r.disputes = mediation.New(store, mediation.Rooms{People: r.people, Cases: r.cases, Help: r.help, Notices: notices, Audit: log,
		Attach: files, Keys: keys, Font: cfg.Font})
	r.merit = merit.New(store, merit.Rooms{People: r.people, Cases: r.cases, Notices: notices, Log: r.ledger, Audit: log}, points)
	return r
}

// kinds are the sorts of case; what follows from their answers is done by rooms
// that are built after casework.
func kinds(store *model.Store, r *rooms) []casework.Kind {
	return []casework.Kind{
		help.Kind(),
		membership.CorrectionKind(func() *membership.Service { return r.members }),
		disclosure.Kind(func(ctx context.Context, c model.Case, said casework.Said) error {
			return r.public.Answered(ctx, c, said)
		}),
		mediation.Kind(),
		mediation.LegalKind(store),
		merit.Kind(func() *merit.Service { return r.merit }),
	}
}
