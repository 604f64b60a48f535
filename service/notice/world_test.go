package notice_test

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
	"cunwu/service/notice"
)

const (
	account = "wx1"
	village = "yunxi"
)

// wechat is the platform: it opens windows at signs of life, closes them by its
// own clock and counts, and remembers what each phone showed.
type wechat struct {
	mu       sync.Mutex
	now      func() time.Time
	message  map[string]*slots // by openid
	action   map[string]*slots
	quota    map[string]int
	phones   map[string][]notice.Outgoing
	calls    int
	closed   int // sends refused because no window was open
	fail     func(o notice.Outgoing) error
	arriving func(o notice.Outgoing) // called before anything is decided, unlocked
}

type slots struct {
	until time.Time
	left  int
}

func newWeChat(now func() time.Time) *wechat {
	return &wechat{now: now, message: map[string]*slots{}, action: map[string]*slots{}, quota: map[string]int{}, phones: map[string][]notice.Outgoing{}}
}

func (w *wechat) Send(_ context.Context, o notice.Outgoing) error {
	if w.arriving != nil {
		w.arriving(o)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	if w.fail != nil {
		if err := w.fail(o); err != nil {
			return err
		}
	}
	if err := w.accept(o); err != nil {
		w.closed++
		return err
	}
	w.phones[o.OpenID] = append(w.phones[o.OpenID], o)
	return nil
}

func (w *wechat) accept(o notice.Outgoing) error {
	switch o.Channel {
	case model.ChannelTemplate:
		return nil
	case model.ChannelSubscribe:
		if w.quota[o.OpenID] == 0 {
			return refusal(43101)
		}
		w.quota[o.OpenID]--
		return nil
	}
	open := false
	for _, windows := range []map[string]*slots{w.action, w.message} {
		s := windows[o.OpenID]
		if s == nil || !w.now().Before(s.until) {
			continue
		}
		open = true
		if s.left > 0 {
			s.left--
			return nil
		}
	}
	if open {
		return refusal(45047)
	}
	return refusal(45015)
}

func (w *wechat) said(openid string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.message[openid] = &slots{until: w.now().Add(48 * time.Hour), left: 5}
}

func (w *wechat) acted(openid string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.action[openid] = &slots{until: w.now().Add(time.Minute), left: 3}
}

func (w *wechat) texts(openid string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, o := range w.phones[openid] {
		text := o.Text
		if o.Media != nil {
			text = "<" + o.Media.Filename + ">"
		}
		all = append(all, text)
	}
	return all
}

func refusal(code int) error {
	return &model.SendError{Class: model.SendRecipient, Code: code}
}

// world is a village with its outbox.
type world struct {
	t       testing.TB
	ctx     context.Context
	clock   *modeltest.Clock
	store   *model.Store
	wechat  *wechat
	options notice.Options
	*notice.Service
}

func newWorld(t testing.TB, options notice.Options) *world {
	t.Helper()
	clock := modeltest.NewClock()
	w := &world{t: t, ctx: context.Background(), clock: clock, store: modeltest.NewStore(t, clock.Now), wechat: newWeChat(clock.Now)}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	w.options = options
	w.Service = notice.New(w.store, w.wechat, options)
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// person is a villager with WeChat identities of their own.
func (w *world) person(id string, openids ...string) model.Person {
	w.t.Helper()
	v := model.Villager{VillageID: village, ID: id, Name: "名" + id, IDIndex: id, State: model.VillagerLiving}
	w.ok(w.store.DB(w.ctx).Create(&v).Error)
	for _, openid := range openids {
		w.bind(id, openid)
	}
	return v.Person()
}

func (w *world) bind(id, openid string) {
	w.t.Helper()
	db := w.store.DB(w.ctx)
	var known int64
	w.ok(db.Model(&model.Identity{}).Where("account = ? AND openid = ?", account, openid).Count(&known).Error)
	if known == 0 {
		w.ok(db.Create(&model.Identity{Account: account, OpenID: openid, VillageID: village, VillagerID: id, Followed: true,
			SeenAt: model.At(w.clock.Now())}).Error)
	}
	w.ok(db.Create(&model.Binding{VillageID: village, VillagerID: id, Account: account, OpenID: openid, BoundAt: model.At(w.clock.Now())}).Error)
}

func (w *world) says(openid string) {
	w.t.Helper()
	w.wechat.said(openid)
	w.ok(w.Opened(w.ctx, account, openid, notice.ByMessage))
}

func (w *world) clicks(openid string) {
	w.t.Helper()
	w.wechat.acted(openid)
	w.ok(w.Opened(w.ctx, account, openid, notice.ByAction))
}

func (w *world) put(notes ...notice.Note) {
	w.t.Helper()
	for i := range notes {
		if notes[i].VillageID == "" {
			notes[i].VillageID = village
		}
	}
	w.ok(w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Put(ctx, notes...) }))
}

// note is the handler's notice of an event whose text is its name.
func note(to model.Person, event string) notice.Note {
	return notice.Note{VillageID: village, To: to, Event: event, Role: notice.RoleHandler, Text: event}
}

func (w *world) send() notice.Sent {
	w.t.Helper()
	sent, err := w.SendDue(w.ctx)
	w.ok(err)
	return sent
}

// row is the one notice of the event.
func (w *world) row(event string) model.Notice {
	w.t.Helper()
	var n model.Notice
	w.ok(w.store.DB(w.ctx).Take(&n, "village_id = ? AND event = ?", village, event).Error)
	return n
}

func (w *world) states() string {
	w.t.Helper()
	var rows []model.Notice
	w.ok(w.store.DB(w.ctx).Order("event, recipient").Find(&rows).Error)
	var all []string
	for _, n := range rows {
		all = append(all, n.Event+":"+string(n.State))
	}
	return strings.Join(all, " ")
}

func (w *world) expect(openid string, want ...string) {
	w.t.Helper()
	if got := w.wechat.texts(openid); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		w.t.Errorf("%s got %q, want %q", openid, got, want)
	}
}

func (w *world) expectStates(want string) {
	w.t.Helper()
	if got := w.states(); got != want {
		w.t.Errorf("states are %s, want %s", got, want)
	}
}
