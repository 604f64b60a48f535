package session_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"cunwu/config"
	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/session"
	"cunwu/service/village"
)

const (
	oa   = "wx1234567890abcdef" // the official account
	mini = "wxfedcba0987654321"
)

// wechat is the platform: a code is good once, and names who it was given to.
type wechat struct {
	mu    sync.Mutex
	count int
	codes map[string]session.Identity
	fail  error
}

func (w *wechat) code(who session.Identity) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count++
	code := fmt.Sprint("code", w.count)
	w.codes[code] = who
	return code
}

func (w *wechat) MiniLogin(_ context.Context, code string) (session.Identity, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	who, ok := w.codes[code]
	delete(w.codes, code)
	if w.fail != nil {
		return session.Identity{}, w.fail
	}
	if !ok {
		return session.Identity{}, model.Errorf(model.Invalid, "登录码已用过，请重新打开小程序")
	}
	return who, nil
}

func (w *wechat) PageLogin(ctx context.Context, _, code string) (session.Identity, error) {
	return w.MiniLogin(ctx, code)
}

func (w *wechat) Phone(context.Context, string) (string, error) {
	return "13800000001", w.fail
}

// house is a session room on a database of its own, with two people in yunxi.
type house struct {
	*session.Service
	t      testing.TB
	ctx    context.Context
	clock  *modeltest.Clock
	store  *model.Store
	people *village.Service
	wechat *wechat
	keeper session.Keeper
}

// keepers are the two that exist.
func keepers() map[string]func(testing.TB, *model.Store) session.Keeper {
	return map[string]func(testing.TB, *model.Store) session.Keeper{
		"redis": func(t testing.TB, _ *model.Store) session.Keeper {
			return session.NewRedis(redisClient(t)).Patient()
		},
		"sql": func(_ testing.TB, store *model.Store) session.Keeper { return session.NewSQL(store) },
	}
}

func redisClient(t testing.TB) redis.UniversalClient {
	t.Helper()
	where := config.Redis{Options: &redis.UniversalOptions{}}
	if url := os.Getenv("TEST_REDIS_URL"); url != "" { // a cluster's, perhaps
		var err error
		if where, err = (&config.Config{RedisURL: url}).Redis(); err != nil {
			t.Fatal(err)
		}
		if len(where.Options.Addrs) == 1 {
			where.Options.DB = 9 // which it empties: other packages' tests count in 0
		}
	} else {
		where.Options.Addrs = []string{miniredis.RunT(t).Addr()}
	}
	client := redis.NewUniversalClient(where.Options)
	t.Cleanup(func() { _ = client.Close() })
	empty := func(ctx context.Context, one *redis.Client) error { return one.FlushDB(ctx).Err() }
	var err error
	if cluster, ok := client.(*redis.ClusterClient); ok {
		err = cluster.ForEachMaster(t.Context(), empty)
	} else {
		err = client.FlushDB(t.Context()).Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func build(t testing.TB, keeper func(testing.TB, *model.Store) session.Keeper) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), clock: modeltest.NewClock(), wechat: &wechat{codes: map[string]session.Identity{}}}
	h.store = modeltest.NewStore(t, h.clock.Now)
	keys, err := model.NewKeyring(bytes.Repeat([]byte{7}, 32))
	h.ok(err)
	h.people = village.New(h.store, keys, audit.New(h.store), village.Hooks{})
	h.keeper = keeper(t, h.store)
	h.Service = session.New(h.store, h.keeper, h.wechat, h.people, session.Options{Keys: keys})
	_, err = h.people.Create(h.ctx, model.Console(), village.NewUnit{Code: "yunxi", Name: "云溪村", Kind: model.UnitVillage})
	h.ok(err)
	roster := "姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌\n" +
		"张明,男," + idNumber(t, 1) + ",13800000001,1,户主,一组,本村,本村,群众\n李华,男," + idNumber(t, 3) + ",13800000002,2,户主,一组,本村,本村,群众"
	_, err = h.people.Import(h.ctx, model.Console(), "yunxi", "roster.csv", strings.NewReader(roster))
	h.ok(err)
	return h
}

func idNumber(t testing.TB, n int) string {
	t.Helper()
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(fmt.Sprintf("99000019800101%03d%c", n, check)); err == nil {
			return string(id)
		}
	}
	t.Fatal("no check digit fits")
	return ""
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) signIn(openid, unionid string) session.Signed {
	h.t.Helper()
	return h.signInTo(mini, openid, unionid)
}

func (h *house) signInTo(account, openid, unionid string) session.Signed {
	h.t.Helper()
	door := session.DoorMini
	if account == oa {
		door = session.DoorPage
	}
	var signed session.Signed
	h.ok(patiently(func() (err error) {
		signed, err = h.SignIn(h.ctx, session.SignIn{Door: door, Account: account, Label: "一部 手机",
			Code: h.wechat.code(session.Identity{Account: account, OpenID: openid, UnionID: unionid})})
		return err
	}))
	return signed
}

// patiently does again what Redis didn't answer.
func patiently(do func() error) error {
	var err error
	for range 100 {
		if err = do(); !model.IsCode(err, model.Away) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// bind binds a sender by an invitation code.
func (h *house) bind(account, openid, name string) {
	h.t.Helper()
	code, _, err := h.people.Invite(h.ctx, model.Console(), village.NewInvitation{Unit: "yunxi", Name: name})
	h.ok(err)
	done, err := h.people.Redeem(h.ctx, account, openid, code)
	h.ok(errors.Join(err, done.Err()))
}

func (h *house) who(token string) (*village.Sender, error) {
	_, sender, err := h.Who(h.ctx, token)
	return sender, err
}

// sender is who bears the token.
func (h *house) sender(token string) *village.Sender {
	h.t.Helper()
	var sender *village.Sender
	h.ok(patiently(func() (err error) {
		sender, err = h.who(token)
		return err
	}))
	return sender
}

// in says whether the token is good; anything but SignedOut besides is a failure.
func (h *house) in(token string) bool {
	h.t.Helper()
	err := patiently(func() error {
		_, err := h.who(token)
		return err
	})
	if err != nil && !model.IsCode(err, model.SignedOut) {
		h.t.Fatal(err)
	}
	return err == nil
}

func (h *house) end(sender *village.Sender, id string) error {
	return patiently(func() error { return h.End(h.ctx, sender, id) })
}

func (h *house) list(sender *village.Sender) []model.Session {
	h.t.Helper()
	var all []model.Session
	h.ok(patiently(func() (err error) {
		all, err = h.List(h.ctx, sender)
		return err
	}))
	return all
}

func (h *house) wantIn(token string, want bool) {
	h.t.Helper()
	if got := h.in(token); got != want {
		h.t.Errorf("signed in: %v, want %v", got, want)
	}
}

func wantCode(t testing.TB, err error, code model.Code) {
	t.Helper()
	if !model.IsCode(err, code) {
		t.Errorf("got %v, want an error of code %s", err, code)
	}
}
