package privacy_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/dialogue"
	"cunwu/service/help"
	"cunwu/service/inbox"
	"cunwu/service/media"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/privacy"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

const (
	oa    = "wx1234567890abcdef"
	unit  = "yunxi"
	phone = "13812345678"
	voice = "#!AMR\n voice of somebody"
)

// house is a village whose people have data, and its privacy room.
type house struct {
	*privacy.Service
	t       *testing.T
	ctx     context.Context
	clock   *modeltest.Clock
	store   *model.Store
	people  *village.Service
	cases   *casework.Service
	notices *notice.Service
	media   *media.Service
	chain   *audit.Chain
	log     *audit.Service
	inbox   *inbox.Service

	disputes *mediation.Service
	merit    *merit.Service
	polls    *poll.Service
	members  *membership.Service
	told     []village.Forgotten
}

// Fetch is WeChat: every voice is the same.
func (h *house) Fetch(context.Context, string, string, int64) (string, []byte, error) {
	return "audio/amr", []byte(voice), nil
}

// Send is WeChat: it takes everything.
func (h *house) Send(context.Context, notice.Outgoing) error { return nil }

func build(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, ctx: t.Context(), clock: modeltest.NewClock()}
	h.store = modeltest.NewStore(t, h.clock.Now)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	h.must(err)
	quiet := slog.New(slog.DiscardHandler)
	h.log, h.chain = audit.New(h.store), audit.NewChain(h.store, keys)
	h.notices = notice.New(h.store, h, notice.Options{})
	h.media = media.New(h.store, h, media.NewFolder(t.TempDir()), quiet)
	h.people = village.New(h.store, keys, h.log, village.Hooks{
		RoleEnded: func(ctx context.Context, unit string, who model.Person) error {
			return h.cases.RoleEnded(ctx, unit, who)
		}})
	h.cases = casework.New(h.store, h.people, h.notices, h.log, help.Kind(), mediation.Kind(),
		membership.CorrectionKind(func() *membership.Service { return h.members }))
	h.disputes = mediation.New(h.store, mediation.Rooms{People: h.people, Cases: h.cases, Help: help.New(h.store, h.cases, h.people), Notices: h.notices, Audit: h.log, Attach: h.media.Attach})
	h.members = membership.New(h.store, keys, h.people, h.cases, h.notices, h.log, membership.Options{})
	h.polls = poll.New(h.store, keys, poll.Rooms{People: h.people, Notices: h.notices, Log: publiclog.New(h.store, keys), Audit: h.log}, poll.Options{})
	h.merit = merit.New(h.store, merit.Rooms{People: h.people, Cases: h.cases, Notices: h.notices, Log: publiclog.New(h.store, keys), Audit: h.log}, merit.Options{Attach: h.media.Attach, Discard: h.media.Discard})
	chat := dialogue.New(h.store, dialogue.Rooms{People: h.people, Cases: h.cases, Notices: h.notices, Media: h.media}, func(string) string { return unit })
	h.inbox, err = inbox.New(h.store, chat.Turn, inbox.Options{Dir: t.TempDir()})
	h.must(err)
	t.Cleanup(func() { _ = h.inbox.Close() })
	h.Service = privacy.New(h.store, privacy.Rooms{People: h.people, Cases: h.cases, Notices: h.notices, Media: h.media, Audit: h.log, Chain: h.chain, Disputes: h.disputes, Members: h.members, Merit: h.merit, Polls: h.polls,
		Forget: []func(context.Context, village.Forgotten) error{func(ctx context.Context, f village.Forgotten) error {
			h.told = append(h.told, f)
			for _, sender := range f.Senders {
				if err := chat.Forget(ctx, sender.Account, sender.OpenID); err != nil {
					return err
				}
			}
			return nil
		}},
		Retain: []privacy.Retainer{{Name: "deliveries", Run: h.inbox.RetainDue}, {Name: "dialogues", Run: chat.RetainDue}}})
	h.settle()
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// settle founds the village: 王小草 and her husband share a telephone, 张明 is the
// secretary.
func (h *house) settle() {
	_, err := h.people.Create(h.ctx, model.Console(), village.NewUnit{Code: unit, Name: "云溪村", Kind: model.UnitVillage})
	h.must(err)
	lines := []string{strings.Join(village.RosterHeader(), ",")}
	for i, name := range []string{"王小草", "李大山", "张明"} {
		lines = append(lines, fmt.Sprintf("%s,女,%s,1381234567%d,%d,户主,一组,本村,本村,群众", name, idNumber(i), 8-i, i+1))
	}
	_, err = h.people.Import(h.ctx, model.Console(), unit, "r.csv", strings.NewReader(strings.Join(lines, "\n")))
	h.must(err)
	_, err = h.people.Grant(h.ctx, model.Console(), village.GrantRole{Unit: unit, Name: "张明", Role: model.RoleBranchSecretary})
	h.must(err)
	h.bind("o1", "王小草")
	h.bind("o1", "李大山")
	h.bind("o2", "张明")
}

func idNumber(i int) string {
	body := fmt.Sprintf("53010219800101%03d", 2*i+100)
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(body + string(check)); err == nil {
			return string(id)
		}
	}
	return ""
}

func (h *house) bind(openid, name string) {
	h.t.Helper()
	code, _, err := h.people.Invite(h.ctx, model.Console(), village.NewInvitation{Unit: unit, Name: name})
	h.must(err)
	done, err := h.people.Redeem(h.ctx, oa, openid, code)
	if err != nil || done.Refused != "" {
		h.t.Fatalf("%s isn't bound: %v, %v", name, done, err)
	}
}

// actor is the person on the telephone.
func (h *house) actor(openid, name string) model.Actor {
	h.t.Helper()
	sender, err := h.people.Sender(h.ctx, oa, openid, unit)
	h.must(err)
	for _, known := range sender.Persons {
		if known.Villager.Name == name {
			return known.Actor
		}
	}
	return sender.Actor
}

// proven is the person whom a cadre has seen.
func (h *house) proven(openid, name string) model.Actor {
	h.t.Helper()
	_, err := h.people.ConfirmInPerson(h.ctx, model.Console(), unit, village.Named{Name: name})
	h.must(err)
	return h.actor(openid, name)
}

// ask files a case with a voice and has it answered and closed, unless open.
func (h *house) ask(actor model.Actor, text string, closed bool) model.Case {
	h.t.Helper()
	h.clock.Advance(time.Minute)
	var c model.Case
	h.must(h.store.Tx(h.ctx, func(ctx context.Context) error {
		id, err := h.media.Want(ctx, actor.Person(), unit, oa, "wx"+text, model.InVoice)
		if err != nil {
			return err
		}
		c, err = h.cases.Open(ctx, actor, casework.NewCase{VillageID: unit, Kind: help.KindName, Said: casework.Said{Text: text, MediaID: id, Voice: true}})
		return err
	}))
	_, err := h.media.FetchDue(h.ctx)
	h.must(err)
	if !closed {
		return c
	}
	_, err = h.cases.Reply(h.ctx, h.actor("o2", "张明"), casework.RefOf(c), casework.Said{Text: text + "修好了"})
	h.must(err)
	_, err = h.cases.Verdict(h.ctx, actor, casework.RefOf(c), true, "")
	h.must(err)
	_, err = h.notices.SendDue(h.ctx)
	h.must(err)
	return c
}

func (h *house) count(row any, where string, args ...any) int64 {
	h.t.Helper()
	var n int64
	h.must(h.store.DB(h.ctx).Model(row).Where(where, args...).Count(&n).Error)
	return n
}

func (h *house) retain() privacy.Counts {
	h.t.Helper()
	counts, err := h.RetainDue(h.ctx)
	h.must(err)
	return counts
}

func refused(t *testing.T, err error, code model.Code) {
	t.Helper()
	if !model.IsCode(err, code) {
		t.Errorf("got %v, want a refusal: %s", err, code)
	}
}

func audit0() audit.Head { return audit.Head{} }

func noteTo(a model.Actor, text string) notice.Note {
	return notice.Note{VillageID: unit, To: a.Person(), Event: "x/" + text, Role: notice.RoleOther, Text: text}
}

func noteAbout(a model.Actor, c model.Case) notice.Note {
	n := noteTo(a, "正在办")
	n.CaseID = c.ID
	return n
}
