package session_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"cunwu/model"
	"cunwu/service/session"
	"cunwu/service/village"
)

// chatter is somebody who writes to the official account.
func (h *house) chatter(openid string) *village.Sender {
	h.t.Helper()
	return h.chatterIn(h.ctx, openid)
}

func (h *house) chatterIn(ctx context.Context, openid string) *village.Sender {
	h.t.Helper()
	sender, err := h.people.Sender(ctx, oa, openid, "yunxi")
	h.ok(err)
	return sender
}

// told is the code that the chat tells.
func (h *house) told(openid string) string {
	h.t.Helper()
	h.clock.Advance(time.Second)
	var code string
	h.ok(h.store.Tx(h.ctx, func(ctx context.Context) (err error) {
		code, err = h.ChatCode(ctx, h.chatterIn(ctx, openid))
		return err
	}))
	return code
}

// typeCode types a code in a browser.
func (h *house) typeCode(code string) (session.Signed, error) {
	h.clock.Advance(time.Second)
	var signed session.Signed
	err := patiently(func() (err error) {
		signed, err = h.SignInByCode(h.ctx, code, "Windows 电脑")
		return err
	})
	return signed, err
}

func TestACodeToldInChatSignsABrowserInOnce(t *testing.T) {
	each(t, func(h *house) {
		h.bind(oa, "zhang", "张明")
		code := h.told("zhang")
		if len(code) != 8 || strings.Trim(code, "0123456789") != "" {
			t.Fatalf("the code is %q", code)
		}
		signed, err := h.typeCode(" " + code[:4] + " " + code[4:] + "　")
		h.ok(err)
		if signed.Session.Door != session.DoorCode || signed.Session.Label != "Windows 电脑" || signed.Sender.Actor.Name != "张明" || signed.Session.Strong {
			t.Errorf("signed in as %+v", signed)
		}
		if h.sender(signed.Token).Actor.Name != "张明" {
			t.Error("the token isn't 张明's")
		}
		_, err = h.typeCode(code)
		wantCode(t, err, model.Invalid)
	})
}

// Whoever is on no list may sign in too, as the stranger that they are.
func TestAFollowerWhoIsNotBoundSignsIn(t *testing.T) {
	h := build(t, keepers()["sql"])
	signed, err := h.typeCode(h.told("stranger"))
	h.ok(err)
	if signed.Sender.Actor.Known() || h.sender(signed.Token).Identity.OpenID != "stranger" {
		t.Errorf("signed in as %+v", signed.Sender)
	}
}

func TestCodesThatSignNobodyIn(t *testing.T) {
	for name, spoilt := range map[string]func(h *house, code string) string{
		"wrong":          func(_ *house, code string) string { return fmt.Sprintf("%c%s", '0'+(code[0]-'0'+1)%10, code[1:]) },
		"empty":          func(*house, string) string { return "" },
		"too short":      func(_ *house, code string) string { return code[1:] },
		"too long":       func(_ *house, code string) string { return code + "0" },
		"no digits":      func(*house, string) string { return "登录码登录码登录" },
		"a book":         func(*house, string) string { return strings.Repeat("1", 1<<20) },
		"a newer one":    func(h *house, code string) string { h.told("zhang"); return code },
		"after 5 min":    func(h *house, code string) string { h.clock.Advance(session.SignInLife); return code },
		"swept":          func(h *house, code string) string { h.sweep(6*time.Minute, 1); return code },
		"all signed out": func(h *house, code string) string { h.ok(h.EndAll(h.ctx, h.chatter("zhang"))); return code },
		"forgotten":      func(h *house, code string) string { h.ok(h.Forget(h.ctx, oa, "zhang")); return code },
		"unbound": func(h *house, code string) string {
			h.bind(oa, "zhang", "张明")
			_, err := h.people.Unbind(h.ctx, model.Console(), "yunxi", village.Named{Name: "张明"})
			h.ok(err)
			return code
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, keepers()["sql"])
			_, err := h.typeCode(spoilt(h, h.told("zhang")))
			wantCode(t, err, model.Invalid)
			_, err = h.typeCode(h.told("zhang")) // a new one is good
			h.ok(err)
		})
	}
}

func (h *house) sweep(after time.Duration, want int) {
	h.t.Helper()
	h.clock.Advance(after)
	n, err := h.SweepDue(h.ctx)
	h.ok(err)
	if n != want {
		h.t.Errorf("swept %d, want %d", n, want)
	}
}

// Two people with the same telephone number of digits: each code is its own.
func TestEverybodyHasACodeOfTheirOwn(t *testing.T) {
	h := build(t, keepers()["sql"])
	codes := map[string]string{}
	for i := range 20 {
		openid := fmt.Sprint("o", i)
		codes[openid] = h.told(openid)
	}
	for openid, code := range codes {
		signed, err := h.typeCode(code)
		h.ok(err)
		if signed.Session.OpenID != openid {
			t.Errorf("%s's code signs %s in", openid, signed.Session.OpenID)
		}
	}
	h.sweep(time.Hour, 0) // what was used is gone
}

func TestACodeIsUsedOnceHoweverManyTryAtOnce(t *testing.T) {
	each(t, func(h *house) {
		code := h.told("zhang")
		var won atomic.Int32
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				_, err := h.typeCode(code)
				if err == nil {
					won.Add(1)
				} else if !model.IsCode(err, model.Invalid) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 || len(h.list(h.chatter("zhang"))) != 1 {
			t.Errorf("%d signed in, %d sessions", won.Load(), len(h.list(h.chatter("zhang"))))
		}
	})
}

// Whoever asks on one telephone twice at once has one code.
func TestOneOpenCodeForEachSender(t *testing.T) {
	h := build(t, keepers()["sql"])
	sender := h.chatter("zhang")
	var codes sync.Map
	var wait sync.WaitGroup
	for i := range 10 {
		wait.Go(func() {
			code, err := h.ChatCode(h.ctx, sender)
			h.ok(err)
			codes.Store(i, code)
		})
	}
	wait.Wait()
	h.clock.Advance(time.Second)
	good := 0
	codes.Range(func(_, code any) bool {
		if _, err := h.SignInByCode(h.ctx, code.(string), ""); err == nil { //nolint:errcheck // it is a string
			good++
		}
		return true
	})
	if good != 1 {
		t.Errorf("%d of 10 codes are good", good)
	}
}

// While Redis is away nobody is signed in, and nothing is lost by trying.
func TestACodeStaysGoodWhileRedisIsAway(t *testing.T) {
	server := miniredis.RunT(t)
	h := build(t, func(testing.TB, *model.Store) session.Keeper {
		return session.NewRedis(redis.NewClient(&redis.Options{Addr: server.Addr(), DialTimeout: 100 * time.Millisecond, MaxRetries: -1}))
	})
	code := h.told("zhang")
	secret, scene, err := h.AskScan(h.ctx, oa, "")
	h.ok(err)
	h.scan("zhang", scene)
	server.Close()
	_, err = h.SignInByCode(h.ctx, code, "")
	wantCode(t, err, model.Away)
	_, done, err := h.FinishScan(h.ctx, secret)
	wantCode(t, err, model.Away)
	h.ok(h.EndAll(h.ctx, h.chatter("nobody")))
	h.ok(server.Restart())
	if done {
		t.Error("done without a session")
	}
	_, err = h.typeCode(code)
	h.ok(err)
	_, done = h.finish(secret)
	if !done {
		t.Error("the scan is lost")
	}
}

// A code told before the server changed its key is good after it.
func TestSignInsOutliveAChangeOfTheKey(t *testing.T) {
	h := build(t, keepers()["sql"])
	code := h.told("zhang")
	secret, scene, err := h.AskScan(h.ctx, oa, "")
	h.ok(err)
	keys, err := model.NewKeyring([]byte("another secret key of 32 bytes!!"), []byte(strings.Repeat("\x07", 32)))
	h.ok(err)
	h.Service = session.New(h.store, h.keeper, h.wechat, h.people, session.Options{Keys: keys})
	_, err = h.typeCode(code)
	h.ok(err)
	h.scan("zhang", scene)
	if _, done := h.finish(secret); !done {
		t.Error("the scan is lost")
	}
}

func TestOnlyHashesOfSignInsAreKept(t *testing.T) {
	h := build(t, keepers()["sql"])
	code := h.told("zhang")
	secret, scene, err := h.AskScan(h.ctx, oa, "")
	h.ok(err)
	for _, table := range []string{"sign_in_codes", "sign_in_scans"} {
		var rows []map[string]any
		h.ok(h.store.DB(h.ctx).Table(table).Find(&rows).Error)
		if len(rows) != 1 {
			t.Errorf("%s has %d rows", table, len(rows))
		}
		for _, plain := range []string{code, secret, scene, strings.TrimPrefix(scene, session.ScenePrefix)} {
			if strings.Contains(fmt.Sprint(rows), plain) {
				t.Errorf("%s keeps %s", table, plain)
			}
		}
	}
}

func TestWithoutKeysNobodySignsInByBrowser(t *testing.T) {
	h := build(t, keepers()["sql"])
	bare := session.New(h.store, h.keeper, h.wechat, h.people, session.Options{})
	token := h.signIn("o", "").Token
	_, err := bare.ChatCode(h.ctx, h.chatter("zhang"))
	wantCode(t, err, model.Forbidden)
	_, err = bare.SignInByCode(h.ctx, "12345678", "")
	wantCode(t, err, model.Forbidden)
	_, _, err = bare.AskScan(h.ctx, oa, "")
	wantCode(t, err, model.Forbidden)
	_, err = bare.Scanned(h.ctx, h.chatter("zhang"), "login_x")
	wantCode(t, err, model.Forbidden)
	_, _, err = bare.FinishScan(h.ctx, "x")
	wantCode(t, err, model.Forbidden)
	_, err = bare.Enrol(h.ctx, h.chatter("zhang"))
	wantCode(t, err, model.Forbidden)
	wantCode(t, bare.Prove(h.ctx, token, "123456"), model.Forbidden)
}
