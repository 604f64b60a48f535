package main

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cunwu/wechat/simulator"
)

// town is our server with a village in it, as an operator sets it up, and WeChat's side: the
// simulator, in this process. It is asked for little: the secretary's five messages a window.
type town struct {
	*bench
	*process
	db      *sql.DB
	dsn     string
	env     []string
	sim     *simulator.Simulator
	api     *httptest.Server
	calls   *apiCalls // what comes in there
	pprof   string
	openIDs []string // of the villagers, in no order
	phones  []string // the last of them have one in the simulator: its keys
}

// newTown sets up the village and starts the server.
func (b *bench) newTown(ctx context.Context, villagers, phones int) (*town, error) {
	dsn, db, err := b.database(ctx, "town")
	if err != nil {
		return nil, err
	}
	t := &town{bench: b, db: db, dsn: dsn}
	t.sim = simulator.New(simulator.Options{Accounts: []simulator.Account{
		{AppID: appID, Secret: appSecret, Token: token, AESKey: aesKey, Kind: simulator.KindOfficial, Name: "云溪村"}}})
	t.sim.AddPerson(simulator.Person{Key: secretary, Name: secretary})
	if err := t.handOut(villagers, phones); err != nil {
		return nil, err
	}
	t.calls = &apiCalls{next: t.sim.API(), calls: calls{people: map[string]bool{}}}
	t.api = httptest.NewServer(t.calls)
	b.closers = append(b.closers, func() error { t.api.Close(); t.sim.Close(); return nil })
	if err := t.prepare(ctx); err != nil {
		return nil, err
	}
	return t, t.found(ctx, villagers)
}

// handOut gives phones to the last villagers, on which they follow the account already.
func (t *town) handOut(villagers, phones int) error {
	t.openIDs = openIDs(villagers)
	for i := range phones {
		key := fmt.Sprintf("phone%03d", i)
		t.sim.AddPerson(simulator.Person{Key: key, Name: key})
		if err := t.sim.SetFollowing(appID, key, true); err != nil {
			return err
		}
		t.phones = append(t.phones, key)
		t.openIDs[villagers-phones+i] = t.sim.OpenID(appID, key)
	}
	return nil
}

func (t *town) prepare(ctx context.Context) error {
	data, err := t.folder("data")
	if err != nil {
		return err
	}
	if t.pprof, err = freeAddress(ctx); err != nil {
		return err
	}
	t.env = append(settings("mysql://"+t.dsn, cmp.Or(t.redis, "embedded"), data, t.api.URL), "BENCH_PPROF="+t.pprof)
	return nil
}

// settings are the environment of a server.
func settings(database, redis, data, api string) []string {
	return []string{
		"CUNWU_ADDR=127.0.0.1:0", "CUNWU_TRUSTED_PROXIES=127.0.0.1", "CUNWU_BASE_URL=http://127.0.0.1", "CUNWU_DATABASE_URL=" + database, "CUNWU_REDIS_URL=" + redis,
		"CUNWU_SECRET_KEY=" + base64.StdEncoding.EncodeToString([]byte("the secret key of the bench, 32b")), "CUNWU_DATA_DIR=" + data,
		"CUNWU_WECHAT_API_URL=" + api, "CUNWU_OA_APP_ID=" + appID, "CUNWU_OA_APP_SECRET=" + appSecret, "CUNWU_OA_TOKEN=" + token, "CUNWU_OA_AES_KEY=" + aesKey,
	}
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// found founds the village the way the README does; the secretary follows by an invitation.
func (t *town) found(ctx context.Context, villagers int) error {
	roster := filepath.Join(t.dir, "roster.csv")
	if err := rosterFile(roster, villagers+1); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"migrate"},
		{"village", "create", "--code", villageCode, "--name", "云溪村", "--phone", "0571-12345678"},
		{"roster", "import", "--village", villageCode, roster},
		{"role", "grant", "--village", villageCode, "--name", secretary, "--role", "branch_secretary"},
	} {
		if _, err := t.command(ctx, args...); err != nil {
			return err
		}
	}
	if err := t.bind(ctx, villagers); err != nil {
		return err
	}
	code, err := t.command(ctx, "invite", "--village", villageCode, "--name", secretary)
	if err != nil {
		return err
	}
	if err := t.serve(ctx); err != nil {
		return err
	}
	t.closers = append(t.closers, func() error { return t.stop() })
	t.sim.SetCallback(appID, "http://"+t.address+callbackPath)
	ex, err := t.sim.Follow(ctx, appID, secretary, "bind_"+code)
	if err == nil && ex.Status != http.StatusOK {
		err = fmt.Errorf("the secretary can't follow: %d %s", ex.Status, ex.Reason)
	}
	return err
}

// serve starts the server; another time, where it was.
func (t *town) serve(ctx context.Context, more ...string) error {
	env := append(slices.Clone(t.env), more...)
	if t.process != nil {
		env = append(env, "CUNWU_ADDR="+t.address)
	}
	p, err := t.start(ctx, "server", t.server, []string{"serve"}, env)
	if err == nil {
		t.process = p
	}
	return err
}

// command runs a bootstrap command of the server and returns what it prints.
func (t *town) command(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, t.server, args...) //nolint:gosec // our own program
	command.Env = append(append(os.Environ(), t.env...), "BENCH_PPROF=")
	var said, wrong strings.Builder
	command.Stdout, command.Stderr = &said, &wrong
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("server %s: %w\n%s%s", strings.Join(args, " "), err, &said, &wrong)
	}
	return strings.TrimSpace(said.String()), nil
}

// bind joins a WeChat sender to each villager but the secretary. Thousands of invitations would
// take longer than what is measured, so the rows are written by hand.
func (t *town) bind(ctx context.Context, villagers int) error {
	rows, err := t.db.QueryContext(ctx, "SELECT id FROM villagers WHERE village_id = ? AND name <> ? ORDER BY id", villageCode, secretary)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	tx, err := t.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	now := time.Now().UnixMilli()
	for i := 0; rows.Next() && i < villagers; i++ {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO identities (account, openid, unionid, village_id, villager_id, followed, seen_at, union_checked_at, misses, misses_since) VALUES (?, ?, '', ?, ?, TRUE, ?, ?, 0, 0)", appID, t.openIDs[i], villageCode, id, now, now)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO bindings (village_id, villager_id, account, openid, strength, bound_at, bound_by, ended_at) VALUES (?, ?, ?, ?, 'in_person', ?, '', 0)", villageCode, id, appID, t.openIDs[i], now)
		if err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), tx.Commit())
}
