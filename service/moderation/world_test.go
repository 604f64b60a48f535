package moderation_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/moderation"
	"cunwu/service/notice"
	"cunwu/service/village"
)

const (
	mini = "wxmini"
	home = "yunxi"
)

// wechat is the platform: some words are risky, some it isn't sure of; what it
// finds in files comes later.
type wechat struct {
	mu    sync.Mutex
	texts []string
	files map[string]string // trace → address
	fail  error
	slow  func()
}

func (*wechat) CanCheck(account string) bool { return account == mini }

func (w *wechat) CheckText(_ context.Context, account, openid string, scene moderation.Scene, text string) (moderation.Advice, error) {
	if w.slow != nil {
		w.slow()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.texts = append(w.texts, text)
	switch {
	case w.fail != nil:
		return moderation.Advice{}, w.fail
	case account != mini || openid == "" || scene == 0:
		return moderation.Advice{}, &model.SendError{Class: model.SendFault, Code: 40003}
	case strings.Contains(text, "赌"):
		return moderation.Advice{Suggest: moderation.Risky, Label: "20006"}, nil
	case strings.Contains(text, "拆"):
		return moderation.Advice{Suggest: moderation.Review, Label: "20001"}, nil
	}
	return moderation.Advice{Suggest: moderation.Pass, Label: "100"}, nil
}

func (w *wechat) CheckFile(_ context.Context, _, _ string, _ moderation.Scene, _ moderation.FileKind, address string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		return "", w.fail
	}
	trace := fmt.Sprint("trace-", len(w.files)+1)
	w.files[trace] = address
	return trace, nil
}

func (*wechat) Send(context.Context, notice.Outgoing) error { return nil }

type world struct {
	*moderation.Service
	t       *testing.T
	ctx     context.Context
	clock   *modeltest.Clock
	store   *model.Store
	wechat  *wechat
	people  *village.Service
	notices *notice.Service
	actors  map[model.Role]model.Actor
}

// newWorld is a village with a secretary, a committee member, a supervisor and
// its township.
func newWorld(t *testing.T) *world {
	w := &world{t: t, ctx: t.Context(), clock: modeltest.NewClock(), wechat: &wechat{files: map[string]string{}}, actors: map[model.Role]model.Actor{}}
	w.store = modeltest.NewStore(t, w.clock.Now)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	w.must(err)
	log := audit.New(w.store)
	w.people = village.New(w.store, keys, log, village.Hooks{})
	w.notices = notice.New(w.store, w.wechat, notice.Options{})
	w.Service = moderation.New(w.store, w.people, w.notices, log, w.wechat, moderation.Options{
		Link: func(token string) string { return "https://cun/checks/" + token }, Logger: slog.New(slog.DiscardHandler)})
	for _, unit := range []village.NewUnit{{Code: "xishan", Name: "西山镇", Kind: model.UnitTownship}, {Code: home, Name: "云溪村", Kind: model.UnitVillage, Township: "xishan"}} {
		_, err := w.people.Create(w.ctx, model.Console(), unit)
		w.must(err)
	}
	for role, unit := range map[model.Role]string{model.RoleBranchSecretary: home, model.RoleCommittee: home, model.RoleSupervisor: home, model.RoleTownship: "xishan"} {
		who, err := w.people.Grant(w.ctx, model.Console(), village.GrantRole{Unit: unit, Name: "甲" + role.Title(), Role: role, Outsider: true})
		w.must(err)
		w.actors[role] = model.Actor{VillageID: unit, VillagerID: who.ID, Name: who.Name, Holds: []model.Held{{VillageID: home, Role: role}}}
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// wang writes in the mini-program.
func wang() model.Actor {
	return model.Actor{VillageID: home, VillagerID: "wang", Name: "王建国", Account: mini, OpenID: "oWang"}
}

func (w *world) want(actor model.Actor, all ...moderation.Wanted) {
	w.t.Helper()
	w.must(w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Want(ctx, actor, all...) }))
}

func text(subject, words string) moderation.Wanted {
	return moderation.Wanted{VillageID: home, Subject: subject, Text: words}
}

// file is a file of the village of this kind.
func (w *world) file(subject, contentType, state string) moderation.Wanted {
	w.t.Helper()
	m := model.Media{VillageID: home, ID: model.NewID(), State: state, ContentType: contentType, CreatedAt: model.At(w.clock.Now())}
	w.must(w.store.DB(w.ctx).Create(&m).Error)
	return moderation.Wanted{VillageID: home, Subject: subject, MediaID: m.ID}
}

func (w *world) check() moderation.Checked {
	w.t.Helper()
	n, err := w.CheckDue(w.ctx)
	w.must(err)
	return n
}

// says is the event that brings what WeChat found in a file.
func (w *world) says(trace string, found model.CheckResult) {
	w.t.Helper()
	found.TraceID = trace
	w.must(w.store.Tx(w.ctx, func(ctx context.Context) error {
		return w.Result(ctx, model.Incoming{Account: mini, Kind: model.InChecked, Checked: &found})
	}))
}

func (w *world) shown(subject string, want bool) {
	w.t.Helper()
	if may, err := w.MayShow(w.ctx, home, subject); err != nil || may != want {
		w.t.Errorf("%s may be shown: %v, %v", subject, may, err)
	}
}

func (w *world) queue(role model.Role) []moderation.Item {
	w.t.Helper()
	items, _, err := w.Queue(w.ctx, w.actors[role], home, "", 0)
	w.must(err)
	return items
}

func (w *world) row(subject string) model.ContentCheck {
	w.t.Helper()
	var c model.ContentCheck
	w.must(w.store.DB(w.ctx).Take(&c, "village_id = ? AND subject = ?", home, subject).Error)
	return c
}

// told are the texts that a person is to get.
func (w *world) told(p model.Person) []string {
	w.t.Helper()
	var texts []string
	w.must(w.store.DB(w.ctx).Model(&model.Notice{}).Where("recipient = ?", p.Recipient()).Order("id").Pluck("text", &texts).Error)
	return texts
}

func (w *world) later(d time.Duration) { w.clock.Advance(d) }
