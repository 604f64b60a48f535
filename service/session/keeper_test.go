package session_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"cunwu/model"
	"cunwu/service/session"
)

func TestOnlyTheHashIsKept(t *testing.T) {
	server := miniredis.RunT(t)
	h := build(t, func(testing.TB, *model.Store) session.Keeper {
		return session.NewRedis(redis.NewClient(&redis.Options{Addr: server.Addr()}))
	})
	token := h.signIn("o", "").Token
	if dump := server.Dump(); strings.Contains(dump, token) || !strings.Contains(dump, "cunwu:sessions:{") {
		t.Errorf("Redis holds %s", dump)
	}
	h = build(t, keepers()["sql"])
	token = h.signIn("o", "").Token
	var rows []model.Session
	h.ok(h.store.DB(h.ctx).Find(&rows).Error)
	if len(rows) != 1 || strings.Contains(fmt.Sprintf("%+v", rows), token) {
		t.Errorf("SQL holds %+v", rows)
	}
}

func TestTheOldestSessionGivesWay(t *testing.T) {
	each(t, func(h *house) {
		var all []session.Signed
		for range 22 {
			h.clock.Advance(time.Second)
			all = append(all, h.signIn("o", ""))
		}
		for i, signed := range all {
			h.wantIn(signed.Token, i >= 2)
		}
	})
}

func TestAnEndedSessionStaysEnded(t *testing.T) {
	each(t, func(h *house) {
		signed := h.signIn("o", "")
		h.clock.Advance(2 * time.Hour) // each call wants to renew it
		var wait sync.WaitGroup
		for i := range 30 {
			wait.Go(func() {
				if i == 15 {
					h.ok(h.end(signed.Sender, signed.Session.ID))
					return
				}
				h.in(signed.Token)
			})
		}
		wait.Wait()
		h.wantIn(signed.Token, false)
		if list := h.list(signed.Sender); len(list) != 0 {
			t.Errorf("came back: %+v", list)
		}
	})
}

func TestRedisAwayLetsNobodyIn(t *testing.T) {
	server := miniredis.RunT(t)
	h := build(t, func(testing.TB, *model.Store) session.Keeper {
		return session.NewRedis(redis.NewClient(&redis.Options{Addr: server.Addr(), DialTimeout: 100 * time.Millisecond, MaxRetries: -1}))
	})
	signed := h.signIn("o", "")
	server.Close()
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			_, err := h.who(signed.Token)
			wantCode(t, err, model.Away)
		})
	}
	wait.Wait()
	_, err := h.SignIn(h.ctx, session.SignIn{Door: session.DoorMini, Code: h.wechat.code(session.Identity{Account: mini, OpenID: "o"})})
	wantCode(t, err, model.Away)
	_, err = h.List(h.ctx, signed.Sender)
	wantCode(t, err, model.Away)
	wantCode(t, h.End(h.ctx, signed.Sender, signed.Session.ID), model.Away)
	h.ok(server.Restart())
	h.wantIn(signed.Token, true)

	server.Close()
	h.ok(h.EndAll(h.ctx, signed.Sender)) // holds, although Redis doesn't know
	h.ok(server.Restart())
	h.wantIn(signed.Token, false)
}

// A Redis that takes connections and never answers costs a call 300 ms, however
// long its client would wait: here for ever.
func TestAHangingRedisHoldsNobodyUp(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test's own
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: listener.Addr().String(), ReadTimeout: -1, WriteTimeout: -1, MaxRetries: -1})
	t.Cleanup(func() { _ = errors.Join(client.Close(), listener.Close()) })
	h := build(t, func(testing.TB, *model.Store) session.Keeper { return session.NewRedis(client) })
	token := build(t, keepers()["sql"]).signIn("o", "").Token
	for range 3 {
		_, err = h.who(token)
		wantCode(t, err, model.Away)
	}
}

func TestExpiredSessionsAreSwept(t *testing.T) {
	h := build(t, keepers()["sql"])
	h.signIn("o", "")
	h.clock.Advance(20 * 24 * time.Hour)
	h.signIn("p", "")
	h.clock.Advance(10 * 24 * time.Hour)
	sql, _ := h.keeper.(*session.SQL)
	if n, err := sql.SweepDue(h.ctx); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if n, err := sql.SweepDue(h.ctx); n != 0 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
}
