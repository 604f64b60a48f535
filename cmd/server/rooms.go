package main

import (
	"context"
	"errors"
	"log/slog"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/help"
	"cunwu/service/media"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/moderation"
	"cunwu/service/notice"
	"cunwu/service/paper"
	"cunwu/service/poll"
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
	checks   *moderation.Service
	polls    *poll.Service
}

// outside is what only the server has: files, and WeChat that checks content.
// The desk's commands need neither.
type outside struct {
	files   *media.Service
	weixin  moderation.Weixin
	checked func(token string) string // where WeChat fetches what it is to check
}

// attach gives uploads to what they belong to, in the caller's transaction; nil
// at the desk.
func (o outside) attach() func(ctx context.Context, actor model.Actor, villageID string, ids []string, subject string) error {
	if o.files == nil {
		return nil
	}
	return o.files.Attach
}

// discard has files removed, in the caller's transaction; nil at the desk.
func (o outside) discard() func(ctx context.Context, villageID string, ids ...string) error {
	if o.files == nil {
		return nil
	}
	return o.files.Discard
}

// picture is a kept picture, to be compared with earlier ones; never says that it
// will not become one.
func (o outside) picture(ctx context.Context, villageID, mediaID string) (body []byte, never bool, err error) {
	kept, err := o.files.Open(ctx, villageID, mediaID)
	if err != nil || kept == nil {
		return nil, false, err
	}
	return kept.Body, kept.Kind != model.InPicture, nil
}

// buildRooms builds what bootstrap commands need; notices wait in the outbox for
// the server.
func buildRooms(cfg *config.Config, store *model.Store, keys *model.Keyring, notices *notice.Service, o outside, logger *slog.Logger) *rooms {
	log, files, press := audit.New(store), o.attach(), paper.New(cfg.Font)
	r := &rooms{store: store, notices: notices, ledger: publiclog.New(store, keys)}
	r.people = village.New(store, keys, log, village.Hooks{
		RoleEnded: func(ctx context.Context, unit string, person model.Person) error {
			return errors.Join(r.cases.RoleEnded(ctx, unit, person), r.disputes.RoleEnded(ctx, unit, person),
				r.merit.RoleEnded(ctx, unit, person))
		},
		RoleGranted: func(ctx context.Context, unit string) error { return r.cases.RoleGranted(ctx, unit) },
		Gone:        func(ctx context.Context, person model.Person) error { return r.members.PersonGone(ctx, person) },
		BoundAgain: func(ctx context.Context, person model.Villager, others []model.Person) error {
			return r.members.BoundAgain(ctx, person, others)
		},
	})
	r.cases = casework.New(store, r.people, notices, log, kinds(store, r)...)
	r.help = help.New(store, r.cases, r.people)
	r.members = membership.New(store, keys, r.people, r.cases, notices, log, membership.Options{Mini: cfg.Mini.AppID})
	r.checks = moderation.New(store, r.people, notices, log, o.weixin, moderation.Options{Link: o.checked, Logger: logger})
	r.public = disclosure.New(store, disclosure.Rooms{People: r.people, Cases: r.cases, Notices: notices, Log: r.ledger, Audit: log, Attach: files,
		Check: r.checkQuestion, Vouch: r.checks.Vouch, Uncheck: r.checks.Drop, MayShow: r.checks.MayShowAll})
	r.disputes = mediation.New(store, mediation.Rooms{People: r.people, Cases: r.cases, Help: r.help, Notices: notices, Audit: log,
		Attach: files, Keys: keys, Press: press})
	r.merit = merit.New(store, merit.Rooms{People: r.people, Cases: r.cases, Notices: notices, Log: r.ledger, Audit: log, Press: press},
		merit.Options{Attach: files, Discard: o.discard(), Picture: o.picture, Check: r.checkPictures, Uncheck: r.checks.Drop, MayShow: r.checks.MayShowAll})
	r.polls = poll.New(store, keys, poll.Rooms{People: r.people, Notices: notices, Log: r.ledger, Audit: log, Press: press},
		poll.Options{BaseURL: cfg.BaseURL, Check: r.checkRemark, MayShow: r.checks.MayShowAll, Published: r.published, Owe: r.public.Owe, Attach: files})
	return r
}

// checkRemark has what is said under a topic checked before others see it.
func (r *rooms) checkRemark(ctx context.Context, actor model.Actor, villageID, subject, text string) error {
	return r.checks.Want(ctx, actor, moderation.Wanted{VillageID: villageID, Subject: subject, Text: text})
}

// checkQuestion has a question about a disclosure checked before others see it.
func (r *rooms) checkQuestion(ctx context.Context, actor model.Actor, villageID, subject, text string, above bool) error {
	return r.checks.Want(ctx, actor, moderation.Wanted{VillageID: villageID, Subject: subject, Text: text, Above: above})
}

// checkPictures has pictures checked before the public notice shows them.
func (r *rooms) checkPictures(ctx context.Context, actor model.Actor, villageID, subject string, mediaIDs ...string) error {
	wanted := make([]moderation.Wanted, 0, len(mediaIDs))
	for _, id := range mediaIDs {
		wanted = append(wanted, moderation.Wanted{VillageID: villageID, Subject: subject, MediaID: id})
	}
	return r.checks.Want(ctx, actor, wanted...)
}

// published says whether everybody may read a disclosure.
func (r *rooms) published(ctx context.Context, villageID, disclosureID string) (bool, error) {
	_, err := r.public.Get(ctx, model.Actor{}, disclosure.Ref{VillageID: villageID, ID: disclosureID}, 0)
	return model.Allowed(err)
}

// kinds are the sorts of case; what follows from their answers is done by rooms
// that are built after casework.
func kinds(store *model.Store, r *rooms) []casework.Kind {
	return []casework.Kind{
		help.Kind(),
		membership.CorrectionKind(func() *membership.Service { return r.members }),
		disclosure.Kind(func(ctx context.Context, actor model.Actor, c model.Case, said casework.Said) error {
			return r.public.Answered(ctx, actor, c, said)
		}),
		mediation.Kind(),
		mediation.LegalKind(store),
		merit.Kind(func() *merit.Service { return r.merit }),
	}
}
