package session_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/service/session"
	"cunwu/service/village"
)

// each runs a story with either keeper.
func each(t *testing.T, story func(h *house)) {
	t.Helper()
	for name, keeper := range keepers() {
		t.Run(name, func(t *testing.T) { story(build(t, keeper)) })
	}
}

func TestWhoSignsInIsKnownWithPersonsAndRoles(t *testing.T) {
	each(t, func(h *house) {
		h.bind(mini, "oZhang", "张明")
		signed := h.signIn("oZhang", "")
		if signed.Sender.Actor.Name != "张明" || signed.Session.Label != "一部 手机" || signed.Session.Door != session.DoorMini {
			t.Errorf("signed in as %+v", signed)
		}
		sender := h.sender(signed.Token)
		if sender.Actor.Name != "张明" || sender.Actor.HasRole("yunxi", model.RoleCommittee) {
			t.Errorf("is %+v", sender.Actor)
		}
		_, err := h.people.Grant(h.ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: "张明", Role: model.RoleCommittee})
		h.ok(err)
		if !h.sender(signed.Token).Actor.HasRole("yunxi", model.RoleCommittee) {
			t.Error("a role given just now doesn't count")
		}
	})
}

func TestOneHumanOfTwoAccounts(t *testing.T) {
	each(t, func(h *house) {
		h.bind(oa, "chat", "张明")
		h.ok(h.people.LearnUnion(h.ctx, oa, "chat", "union"))
		if signed := h.signIn("mini", "union"); signed.Sender.Actor.Name != "张明" {
			t.Errorf("is %+v", signed.Sender.Actor)
		}
		// without a unionid nobody is taken for anybody, and what was known stays
		if stranger := h.signIn("other", ""); stranger.Sender.Actor.Known() {
			t.Error("a stranger is known")
		}
		if again := h.signIn("mini", ""); again.Sender.Identity.UnionID != "union" {
			t.Error("the unionid was forgotten")
		}
	})
}

func TestWhoCannotSignIn(t *testing.T) {
	h := build(t, keepers()["sql"])
	real := session.Identity{Account: mini, OpenID: "o"}
	for name, c := range map[string]struct {
		in   session.SignIn
		fail error
		code model.Code
	}{
		"a code twice":     {session.SignIn{Door: session.DoorMini, Code: "used"}, nil, model.Invalid},
		"an invented user": {session.SignIn{Door: session.DoorPage, Code: h.wechat.code(session.Identity{Account: oa, OpenID: "ghost", Snapshot: true})}, nil, model.Forbidden},
		"no openid":        {session.SignIn{Door: session.DoorMini, Code: h.wechat.code(session.Identity{Account: mini})}, nil, model.Invalid},
		"no such door":     {session.SignIn{Door: "window", Code: h.wechat.code(real)}, nil, model.Invalid},
		"risky user":       {session.SignIn{Door: session.DoorMini, Code: h.wechat.code(real)}, &model.SendError{Class: model.SendRecipient, Code: 40226}, model.Forbidden},
		"too often":        {session.SignIn{Door: session.DoorMini, Code: h.wechat.code(real)}, &model.SendError{Class: model.SendQuota, Code: 45011}, model.TooMany},
		"wrong secret":     {session.SignIn{Door: session.DoorMini, Code: h.wechat.code(real)}, &model.SendError{Class: model.SendFault, Code: 40125}, model.Away},
		"WeChat is away":   {session.SignIn{Door: session.DoorMini, Code: h.wechat.code(real)}, errors.New("dial tcp"), model.Away},
	} {
		t.Run(name, func(t *testing.T) {
			h.wechat.fail = c.fail
			_, err := h.SignIn(h.ctx, c.in)
			wantCode(t, err, c.code)
		})
	}
	var n int64
	h.ok(h.store.DB(h.ctx).Model(&model.Identity{}).Where("openid = 'ghost'").Count(&n).Error)
	if n != 0 {
		t.Error("a ghost was stored")
	}
	h.wechat.fail = errors.New("dial tcp")
	_, err := h.Phone(h.ctx, "code")
	wantCode(t, err, model.Away)
}

func TestTokensAreForgeryProof(t *testing.T) {
	each(t, func(h *house) {
		token := h.signIn("o", "").Token
		other := h.signIn("p", "").Token
		raw, err := base64.RawURLEncoding.DecodeString(token)
		h.ok(err)
		mixed, err := base64.RawURLEncoding.DecodeString(other)
		h.ok(err)
		for i := range raw {
			bad := append([]byte(nil), raw...)
			bad[i] ^= 1
			h.wantIn(base64.RawURLEncoding.EncodeToString(bad), false)
		}
		for _, bad := range []string{"", "x", token[1:], token + "A", token + "=", strings.Repeat("A", 1<<16), "%00", base64.RawURLEncoding.EncodeToString(append(raw[:12:12], mixed[12:]...))} {
			h.wantIn(bad, false)
		}
		h.wantIn(token, true)
	})
}

func TestSessionsSlide(t *testing.T) {
	each(t, func(h *house) {
		used, idle := h.signIn("o", ""), h.signIn("o", "")
		at := used.Session.SeenAt
		h.clock.Advance(59 * time.Minute)
		h.wantIn(used.Token, true)
		for _, kept := range h.list(used.Sender) {
			if !kept.SeenAt.Equal(at.Time) {
				t.Errorf("written within the hour: %v", kept.SeenAt)
			}
		}
		for range 5 {
			h.clock.Advance(29 * 24 * time.Hour)
			h.wantIn(used.Token, true)
		}
		h.wantIn(idle.Token, false)
		h.clock.Advance(30 * 24 * time.Hour)
		h.wantIn(used.Token, false)
	})
}

func TestPeopleEndTheirOwnSessions(t *testing.T) {
	each(t, func(h *house) {
		first := h.signIn("o", "union")
		h.clock.Advance(time.Second)
		second := h.signInTo(oa, "chat", "union")
		stranger := h.signIn("stranger", "")
		list := h.list(first.Sender)
		if len(list) != 2 || list[0].ID != second.Session.ID || list[1].ID != first.Session.ID {
			t.Errorf("the list is %+v", list)
		}
		wantCode(t, h.end(first.Sender, stranger.Session.ID), model.Unknown)
		wantCode(t, h.end(first.Sender, ""), model.Unknown)
		h.ok(h.end(first.Sender, second.Session.ID))
		wantCode(t, h.end(first.Sender, second.Session.ID), model.Unknown)
		h.wantIn(second.Token, false)
		h.wantIn(first.Token, true)
		h.ok(h.EndAll(h.ctx, first.Sender))
		h.wantIn(first.Token, false)
		h.wantIn(stranger.Token, true)
		h.clock.Advance(time.Millisecond)
		h.wantIn(h.signIn("o", "union").Token, true)
	})
}

func TestWhatSignsOut(t *testing.T) {
	role := village.GrantRole{Unit: "yunxi", Name: "张明", Role: model.RoleCommittee}
	for name, does := range map[string]func(h *house) error{
		"a role that ends": func(h *house) error {
			_, err := h.people.End(h.ctx, model.Console(), village.EndRole{Unit: role.Unit, Name: role.Name, Role: role.Role})
			return err
		},
		"being unbound": func(h *house) error {
			_, err := h.people.Unbind(h.ctx, model.Console(), "yunxi", village.Named{Name: "张明"})
			return err
		},
		"death": func(h *house) error {
			_, err := h.people.MarkState(h.ctx, model.Console(), "yunxi", village.Named{Name: "张明"}, model.VillagerDead)
			return err
		},
		"moving away": func(h *house) error {
			_, err := h.people.MarkState(h.ctx, model.Console(), "yunxi", village.Named{Name: "张明"}, model.VillagerMoved)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h *house) {
				h.bind(mini, "oZhang", "张明")
				_, err := h.people.Grant(h.ctx, model.Console(), role)
				h.ok(err)
				zhang, li := h.signIn("oZhang", ""), h.signIn("oLi", "")
				h.wantIn(zhang.Token, true)
				// what is undone signs nobody out
				undone := h.store.Tx(h.ctx, func(ctx context.Context) error {
					inside := *h
					inside.ctx = ctx
					return errors.Join(does(&inside), model.Errorf(model.Conflict, "不办了"))
				})
				wantCode(t, undone, model.Conflict)
				h.wantIn(zhang.Token, true)
				h.ok(does(h))
				h.wantIn(zhang.Token, false)
				h.wantIn(li.Token, true)
				h.clock.Advance(time.Millisecond)
				h.wantIn(h.signIn("oZhang", "").Token, true)
			})
		})
	}
}

// Whatever people do, a token is good exactly as long as a plain model says.
func TestSessionsAgreeWithAModel(t *testing.T) {
	each(t, func(h *house) {
		rapid.Check(t, func(r *rapid.T) {
			h.clock.Advance(100 * 24 * time.Hour)
			type one struct {
				signed  session.Signed
				expires time.Time
				ended   bool
			}
			var all []*one
			openid := "o" + model.NewID()
			pick := func() *one { return all[rapid.IntRange(0, len(all)-1).Draw(r, "which")] }
			for range rapid.IntRange(1, 12).Draw(r, "steps") {
				h.clock.Advance(time.Duration(rapid.IntRange(1, 15*24).Draw(r, "hours")) * time.Hour)
				what := rapid.IntRange(0, 4).Draw(r, "what")
				switch {
				case what == 0 || len(all) == 0:
					all = append(all, &one{signed: h.signIn(openid, ""), expires: h.clock.Now().Add(30 * 24 * time.Hour)})
				case what == 1:
					o := pick()
					err := h.end(o.signed.Sender, o.signed.Session.ID)
					if err != nil && !model.IsCode(err, model.Unknown) {
						r.Fatal(err)
					}
					o.ended = true
				case what == 2:
					h.ok(h.EndAll(h.ctx, all[0].signed.Sender))
					for _, o := range all {
						o.ended = true
					}
				default:
					o := pick()
					want := !o.ended && h.clock.Now().Before(o.expires)
					if got := h.in(o.signed.Token); got != want {
						r.Fatalf("signed in: %v, want %v", got, want)
					}
					if want {
						o.expires = h.clock.Now().Add(30 * 24 * time.Hour)
					}
				}
			}
		})
	})
}
