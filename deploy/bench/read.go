package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/session"
	"cunwu/service/village"
)

const (
	readers  = 1000 // people who read; each stays below the limits of one person
	casesOf  = 2    // cases of each
	bareKeys = "bare:session:"
)

// read compares an authenticated GET /me and GET /cases with a bare handler of gin, go-redis and gorm
// that does the same reads. Ours counts each request by person and by address besides.
func read(ctx context.Context, b *bench) ([]line, error) {
	t, err := b.newTown(ctx, readers, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.stop() }()
	tokens, err := t.signAllIn(ctx)
	if err != nil {
		return nil, err
	}
	base, err := b.startBaseline(ctx, baseBareAPI, t.dsn)
	if err != nil {
		return nil, err
	}
	defer func() { _ = base.stop() }()
	var lines []line
	for _, path := range []string{"/me", "/cases"} {
		l := load{senders: b.senders, requests: reading(tokens, path), span: b.span, check: found}
		p, err := inTurn(ctx, b.count,
			func(ctx context.Context) (sample, error) {
				stop := t.record(ctx, t.pprof, "read"+strings.ReplaceAll(path, "/", "-"))
				s, _, err := l.against(ctx, b, t.process)
				return s, errors.Join(err, stop())
			},
			func(ctx context.Context) (sample, error) { s, _, err := l.against(ctx, b, base); return s, err })
		if err != nil {
			return lines, err
		}
		name := "GET " + path + ", signed in"
		const bare = "bare gin + go-redis + gorm, the same reads"
		lines = append(lines, p.faster(name, bare, 0.8), p.cheaper(name+", CPU a request", bare, 0).free(), p.tail(name+", p99", bare))
	}
	return lines, nil
}

func found(a answer) error {
	if a.status != 200 || !bytes.Contains(a.body, []byte(`"name"`)) && !bytes.Contains(a.body, []byte(`"items":[{`)) {
		return fmt.Errorf("answered %d %.200q", a.status, a.body)
	}
	return nil
}

// reading are the requests of all readers, each from an address of its own, as behind a proxy.
func reading(tokens []string, path string) [][]byte {
	requests := make([][]byte, len(tokens))
	for i, token := range tokens {
		requests[i] = fmt.Appendf(nil, "GET /api/v1%s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nX-Forwarded-For: 10.1.%d.%d\r\n\r\n", path, token, i/250, i%250)
	}
	return requests
}

// known says that the code of a sign-in is the sender.
type known struct{}

func (known) MiniLogin(_ context.Context, code string) (session.Identity, error) {
	return session.Identity{Account: appID, OpenID: code}, nil
}

func (k known) PageLogin(ctx context.Context, _, code string) (session.Identity, error) {
	return k.MiniLogin(ctx, code)
}
func (known) Phone(context.Context, string) (string, error) { return "", nil }

// signAllIn gives each villager some cases and a session, in the baseline's Redis keys too.
func (t *town) signAllIn(ctx context.Context) ([]string, error) {
	return t.signIn(ctx, func(store *model.Store, client *redis.Client, openid string, signed session.Signed) error {
		if err := t.giveCases(ctx, store, signed.Sender.Actor); err != nil {
			return err
		}
		return client.Set(ctx, bareKeys+signed.Token, openid, time.Hour).Err()
	})
}

// signIn gives each villager a session and does something more with it.
func (t *town) signIn(ctx context.Context, more func(store *model.Store, client *redis.Client, openid string, signed session.Signed) error) ([]string, error) {
	options, err := redis.ParseURL(t.redis)
	if err != nil {
		return nil, fmt.Errorf("TEST_REDIS_URL: %w", err)
	}
	client := redis.NewClient(options)
	defer func() { _ = client.Close() }()
	store, err := model.Open(model.OpenOptions{Dialect: model.MySQL, DSN: t.dsn})
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	keys, err := model.NewKeyring([]byte("the secret key of the bench, 32b"))
	if err != nil {
		return nil, err
	}
	sessions := session.New(store, session.NewRedis(client), known{}, village.New(store, keys, audit.New(store), village.Hooks{}), session.Options{})
	var tokens []string
	for _, openid := range t.openIDs {
		signed, err := sessions.SignIn(ctx, session.SignIn{Door: session.DoorMini, Code: openid, Label: "bench"})
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, signed.Token)
		if err := more(store, client, openid, signed); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

func (t *town) giveCases(ctx context.Context, store *model.Store, of model.Actor) error {
	rows := make([]model.Case, casesOf)
	for i := range rows {
		number, err := store.NextNumber(ctx, of.VillageID, "case")
		if err != nil {
			return err
		}
		now := model.At(time.Now())
		rows[i] = model.Case{VillageID: of.VillageID, ID: model.NewID(), Number: number, Kind: "help", Topic: model.TopicHelp, State: model.CaseSubmitted,
			AskerVillage: of.VillageID, AskerID: of.VillagerID, AskerName: of.Name, Summary: "路灯坏了三天", OpenedAt: now, SaidAt: now, ContactDue: now, DueAt: now}
	}
	return store.DB(ctx).Create(&rows).Error
}
