// Package dialogue is one chat turn: what a person's message means, and the
// answer. Its state is a row of the database, locked for the turn.
package dialogue

import (
	"context"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/help"
	"cunwu/service/media"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/moderation"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/session"
	"cunwu/service/village"
)

// Service understands chat.
type Service struct {
	store     *model.Store
	people    *village.Service
	cases     *casework.Service
	help      *help.Service
	notices   *notice.Service
	media     *media.Service
	members   *membership.Service
	checks    *moderation.Service
	mediation *mediation.Service
	polls     *poll.Service
	public    *disclosure.Service
	merit     *merit.Service
	sessions  *session.Service
	home      func(account string) string // the account's default village
}

// Rooms are the rooms that a turn calls.
type Rooms struct {
	People    *village.Service
	Cases     *casework.Service
	Help      *help.Service
	Notices   *notice.Service
	Media     *media.Service
	Members   *membership.Service
	Mediation *mediation.Service  // nil: not open yet
	Checks    *moderation.Service // takes what WeChat found in files; nil: nothing is checked
	Polls     *poll.Service
	Public    *disclosure.Service // nil: not open yet
	Merit     *merit.Service      // nil: not open yet
	Sessions  *session.Service    // nil: browsers can't sign in
}

// New makes the service; home tells an account's default village, or "".
func New(store *model.Store, rooms Rooms, home func(account string) string) *Service {
	return &Service{store: store, people: rooms.People, cases: rooms.Cases, help: rooms.Help, notices: rooms.Notices, media: rooms.Media, members: rooms.Members, checks: rooms.Checks, polls: rooms.Polls, public: rooms.Public, merit: rooms.Merit, mediation: rooms.Mediation, sessions: rooms.Sessions, home: home}
}

// turn is one message on its way to an answer.
type turn struct {
	*Service
	in     model.Incoming
	text   string // normalised
	sender *village.Sender
	actor  model.Actor
	row    model.Dialogue
	stack  stack
	shown  map[string]string
}

// Turn answers one message. It runs inside the transaction of the delivery, with
// the sender's dialogue row locked, and leaves everything that follows (cases,
// notices, the state of the dialogue) in that transaction.
func (s *Service) Turn(ctx context.Context, in model.Incoming) (model.Reply, error) {
	var text string
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		t := &turn{Service: s, in: in, text: normalise(in.Text)}
		quiet, err := t.arrive(ctx)
		if err != nil || quiet {
			return err
		}
		if err := t.load(ctx); err != nil {
			return err
		}
		text, err = t.reply(ctx)
		return err
	})
	if in.Kind == model.InVoice && err == nil && !strings.Contains(text, "110") {
		text += "\n" + notPolice
	}
	return model.Reply{Text: text}, err
}

// reply answers and keeps the state. A refusal is an answer too: what the answer
// had begun is undone, and a question that can't be answered isn't asked again.
func (t *turn) reply(ctx context.Context) (string, error) {
	var text string
	err := t.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if text, err = t.answer(ctx); err != nil {
			return err
		}
		return t.save(ctx)
	})
	refused := model.AsError(err)
	if refused == nil {
		return text, err
	}
	if err := t.load(ctx); err != nil {
		return "", err
	}
	if top := t.stack.top(); top != nil && !top.carries() {
		t.drop(top.Kind)
	}
	return refused.Message, t.save(ctx)
}

// arrive does what any sign of life asks for; quiet ones need no answer.
func (t *turn) arrive(ctx context.Context) (quiet bool, err error) {
	in := t.in
	switch in.Kind {
	case model.InUnfollow:
		if err := t.people.Seen(ctx, in.Account, in.OpenID, false); err != nil {
			return true, err
		}
		return true, t.notices.Unfollowed(ctx, in.Account, in.OpenID)
	case model.InGrant:
		return true, t.notices.Granted(ctx, in.Account, in.OpenID, in.Grants)
	case model.InChecked:
		if t.checks == nil {
			return true, nil
		}
		return true, t.checks.Result(ctx, in)
	case model.InSendState, model.InOther:
		return true, nil
	}
	if t.sender, err = t.people.Sender(ctx, in.Account, in.OpenID, t.home(in.Account)); err != nil {
		return false, err
	}
	t.actor = t.sender.Actor
	if !t.sender.Identity.Followed { // who writes follows, since before this program perhaps
		if err := t.people.Seen(ctx, in.Account, in.OpenID, true); err != nil {
			return false, err
		}
	}
	return false, t.notices.Opened(ctx, in.Account, in.OpenID, t.lifeSign())
}

// lifeSign is what the message allows WeChat to let us send.
func (t *turn) lifeSign() notice.Sign {
	switch t.in.Kind {
	case model.InFollow, model.InScan, model.InClick:
		return notice.ByAction
	}
	return notice.ByMessage
}

// answer finds what the message means, in the order of api.md.
func (t *turn) answer(ctx context.Context) (string, error) {
	switch t.in.Kind {
	case model.InFollow, model.InScan:
		return t.scanned(ctx)
	case model.InClick:
		return t.clicked(ctx)
	case model.InText:
		return t.words(ctx)
	}
	return t.message(ctx, help.Heed{})
}

func (t *turn) words(ctx context.Context) (string, error) {
	heed := help.HeedOf(t.text)
	if n, ok := parseNumber(t.in.Text); ok && (t.serves() || heed.Danger == help.NoDanger) {
		return t.numbered(ctx, n)
	}
	if heed.Danger == help.NoDanger {
		if reply, done, err := t.command(ctx); done || err != nil {
			return reply, err
		}
	}
	if n, words, ok := t.digitOf(t.text); ok {
		reply, done, err := t.digit(ctx, n, words)
		if heed.Danger != help.NoDanger {
			reply = emergencyNumbers + "\n" + reply
		}
		if done || err != nil {
			return reply, err
		}
	}
	if heed.Danger != help.NoDanger {
		return t.danger(ctx, heed)
	}
	return t.message(ctx, heed)
}

// serves says whether the sender handles cases anywhere.
func (t *turn) serves() bool { return len(t.handlers()) > 0 }

// handlers are those of the sender's persons who handle cases.
func (t *turn) handlers() []model.Actor {
	var found []model.Actor
	for _, known := range t.sender.Persons {
		if len(known.Actor.Serves(model.VerbHandle)) > 0 {
			found = append(found, known.Actor)
		}
	}
	return found
}

// actors are the sender's persons, the one speaking now first.
func (t *turn) actors() []model.Actor {
	all := []model.Actor{t.actor}
	for _, known := range t.sender.Persons {
		if known.Actor.VillagerID != t.actor.VillagerID {
			all = append(all, known.Actor)
		}
	}
	return all
}

func (t *turn) now() time.Time { return t.store.Now() }

// said is the message as a case keeps it; a voice or picture is wanted from
// WeChat in the background.
func (t *turn) said(ctx context.Context, villageID string) (casework.Said, error) {
	in := t.in
	said := casework.Said{Text: strings.TrimSpace(in.Text)}
	switch in.Kind {
	case model.InVoice, model.InPicture, model.InVideo:
		id, err := t.media.Want(ctx, t.actor.Person(), villageID, in.Account, in.MediaID, in.Kind)
		said.MediaID, said.Voice, said.Text = id, in.Kind == model.InVoice, ""
		return said, err
	case model.InLocation:
		said.Text = locationText(in)
	}
	return said, nil
}
