package session_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/session"
	"cunwu/service/village"
)

// ask has a browser show a QR code.
func (h *house) ask(label string) (secret, scene string) {
	h.t.Helper()
	secret, scene, err := h.AskScan(h.ctx, oa, label)
	h.ok(err)
	return secret, scene
}

// scanned is what happens when somebody scans it.
func (h *house) scanned(openid, scene string) (label string, err error) {
	h.t.Helper()
	h.clock.Advance(time.Second)
	err = h.store.Tx(h.ctx, func(ctx context.Context) (err error) {
		label, err = h.Scanned(ctx, h.chatterIn(ctx, openid), scene)
		return err
	})
	return label, err
}

func (h *house) scan(openid, scene string) string {
	h.t.Helper()
	label, err := h.scanned(openid, scene)
	h.ok(err)
	return label
}

// finish is what the browser asks meanwhile.
func (h *house) finish(secret string) (session.Signed, bool) {
	h.t.Helper()
	signed, done, err := h.finished(secret)
	h.ok(err)
	return signed, done
}

func (h *house) finished(secret string) (signed session.Signed, done bool, err error) {
	h.clock.Advance(time.Second)
	err = patiently(func() (err error) {
		signed, done, err = h.FinishScan(h.ctx, secret)
		return err
	})
	return signed, done, err
}

func TestWhoeverScansTheCodeIsSignedInThere(t *testing.T) {
	each(t, func(h *house) {
		h.bind(oa, "zhang", "张明")
		secret, scene := h.ask("Windows 电脑\u202e \n Chrome")
		if !regexp.MustCompile(`^login_[A-Za-z0-9_-]{20,58}$`).MatchString(scene) || strings.Contains(scene, secret) || len(secret) < 32 {
			t.Fatalf("secret %q, scene %q", secret, scene)
		}
		if _, done := h.finish(secret); done {
			t.Fatal("done before anybody scanned")
		}
		if label := h.scan("zhang", scene); label != "Windows 电脑 Chrome" {
			t.Errorf("the telephone is told of %q", label)
		}
		signed, done := h.finish(secret)
		if !done || signed.Session.Door != session.DoorScan || signed.Session.Label != "Windows 电脑 Chrome" || signed.Sender.Actor.Name != "张明" {
			t.Errorf("signed in: %v %+v", done, signed)
		}
		if h.sender(signed.Token).Actor.Name != "张明" {
			t.Error("the token isn't 张明's")
		}
		_, done, err := h.finished(secret) // once
		wantCode(t, err, model.Invalid)
		if done {
			t.Error("signed in twice")
		}
		_, err = h.scanned("zhang", scene)
		wantCode(t, err, model.Invalid)
	})
}

func TestTheFirstToScanIsSignedIn(t *testing.T) {
	h := build(t, keepers()["sql"])
	secret, scene := h.ask("")
	h.scan("zhang", scene)
	_, err := h.scanned("li", scene)
	wantCode(t, err, model.Invalid)
	h.scan("zhang", scene) // once more, by accident
	if signed, done := h.finish(secret); !done || signed.Session.OpenID != "zhang" {
		t.Errorf("signed in: %+v", signed)
	}
}

func TestManyWhoScanAtOnce(t *testing.T) {
	h := build(t, keepers()["sql"])
	secret, scene := h.ask("")
	var winner atomic.Value
	var won, signed atomic.Int32
	var wait sync.WaitGroup
	for i := range 10 {
		sender := h.chatter(fmt.Sprint("o", i))
		wait.Go(func() {
			_, err := h.Scanned(h.ctx, sender, scene)
			if err == nil {
				won.Add(1)
				winner.Store(sender.Identity.OpenID)
			} else if !model.IsCode(err, model.Invalid) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	h.clock.Advance(time.Second)
	for range 10 {
		wait.Go(func() {
			got, done, err := h.FinishScan(h.ctx, secret)
			if err != nil && !model.IsCode(err, model.Invalid) {
				t.Error(err)
			}
			if done {
				signed.Add(1)
				if got.Session.OpenID != winner.Load() {
					t.Errorf("%s is signed in, %v scanned", got.Session.OpenID, winner.Load())
				}
			}
		})
	}
	wait.Wait()
	if won.Load() != 1 || signed.Load() != 1 {
		t.Errorf("%d scanned, %d were signed in", won.Load(), signed.Load())
	}
}

func TestScansThatSignNobodyIn(t *testing.T) {
	secret, scene := "", ""
	for name, spoil := range map[string]func(h *house) (scanned, finished model.Code){
		"somebody else's scene": func(*house) (model.Code, model.Code) { scene = "login_nobody"; return model.Invalid, "" },
		"an endless scene":      func(*house) (model.Code, model.Code) { scene = strings.Repeat("x", 1<<20); return model.Invalid, "" },
		"somebody else's secret": func(*house) (model.Code, model.Code) {
			secret = strings.Repeat("A", 43)
			return "", model.Invalid
		},
		"no secret":           func(*house) (model.Code, model.Code) { secret = ""; return "", model.Invalid },
		"the scene as secret": func(*house) (model.Code, model.Code) { secret = scene; return "", model.Invalid },
		"scanned after 5 min": func(h *house) (model.Code, model.Code) {
			h.clock.Advance(session.SignInLife)
			return model.Invalid, model.Invalid
		},
		"swept": func(h *house) (model.Code, model.Code) { h.sweep(time.Hour, 1); return model.Invalid, model.Invalid },
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, keepers()["sql"])
			secret, scene = h.ask("")
			scanned, finished := spoil(h)
			_, err := h.scanned("zhang", scene)
			if got := codeOf(err); got != scanned {
				t.Errorf("scanning gives %v", err)
			}
			_, done, err := h.finished(secret)
			if got := codeOf(err); got != finished || done {
				t.Errorf("finishing gives %v, %v", done, err)
			}
		})
	}
}

func codeOf(err error) model.Code {
	if known := model.AsError(err); known != nil {
		return known.Code
	}
	return ""
}

// Another account's follower can't have scanned this one's code.
func TestTheScanComesFromTheAccountOfTheCode(t *testing.T) {
	h := build(t, keepers()["sql"])
	_, scene := h.ask("")
	sender, err := h.people.Sender(h.ctx, "wxother", "zhang", "")
	h.ok(err)
	_, err = h.Scanned(h.ctx, sender, scene)
	wantCode(t, err, model.Invalid)
	_, _, err = h.AskScan(h.ctx, "", "")
	wantCode(t, err, model.Invalid)
}

// 全部退出 and whatever else signs out holds for a browser that was scanned and
// hasn't fetched its session yet, or fetches it at the same moment.
func TestSigningOutReachesABrowserThatIsJustSigningIn(t *testing.T) {
	out := map[string]func(h *house){
		"everything signed out": func(h *house) { h.ok(h.EndAll(h.ctx, h.chatter("zhang"))) },
		"a role that ends": func(h *house) {
			_, err := h.people.End(h.ctx, model.Console(), village.EndRole{Unit: "yunxi", Name: "张明", Role: model.RoleCommittee})
			h.ok(err)
		},
	}
	for name, does := range out {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprint(name, late), func(t *testing.T) {
				each(t, func(h *house) {
					h.bind(oa, "zhang", "张明")
					_, err := h.people.Grant(h.ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: "张明", Role: model.RoleCommittee})
					h.ok(err)
					h.clock.Advance(time.Second)
					secret, scene := h.ask("")
					h.scan("zhang", scene)
					if !late {
						h.clock.Advance(time.Second)
						does(h)
						_, done, err := h.finished(secret)
						wantCode(t, err, model.Invalid)
						if done {
							t.Error("signed in all the same")
						}
						return
					}
					// the word came before the browser asked, and is committed after
					h.clock.Advance(time.Second)
					said := h.clock.Now()
					signed, done := h.finish(secret)
					if !done {
						t.Fatal("not signed in")
					}
					h.clock.Set(said)
					does(h)
					h.clock.Advance(time.Minute)
					h.wantIn(signed.Token, false)
				})
			})
		}
	}
}

func TestEndingAllInTheChatsTransactionIsUndoneWithIt(t *testing.T) {
	each(t, func(h *house) {
		token := h.signInTo(oa, "zhang", "").Token
		h.clock.Advance(time.Second)
		undone := h.store.Tx(h.ctx, func(ctx context.Context) error {
			if err := h.EndAll(ctx, h.chatterIn(ctx, "zhang")); err != nil {
				return err
			}
			return model.Errorf(model.Conflict, "不办了")
		})
		wantCode(t, undone, model.Conflict)
		h.wantIn(token, true)
		h.ok(h.store.Tx(h.ctx, func(ctx context.Context) error { return h.EndAll(ctx, h.chatterIn(ctx, "zhang")) }))
		h.wantIn(token, false)
	})
}
