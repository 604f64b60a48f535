package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// replicasOf a fleet, as an installation that may lose one has them.
const replicasOf = 3

// fleet is a town whose server runs several times, behind a balancer.
type fleet struct {
	*town
	services *services
	replicas []*replica
	front    string // the balancer's address
}

// replica is one of the servers. Each has a spool of its own; the media are shared.
type replica struct {
	*process
	name    string
	program string
	env     []string
}

func (b *bench) newFleet(ctx context.Context, villagers int) (*fleet, error) {
	services, err := b.ownServices(ctx)
	if err != nil {
		return nil, err
	}
	t, err := b.newTown(ctx, villagers+phonesOf, phonesOf)
	if err != nil {
		return nil, err
	}
	if err := t.stop(); err != nil { // it has founded the town
		return nil, err
	}
	f := &fleet{town: t, services: services}
	media, err := b.folder("media")
	if err != nil {
		return nil, err
	}
	var addresses []string
	for i := range replicasOf {
		address, err := freeAddress(ctx)
		if err != nil {
			return nil, err
		}
		data, err := b.folder("data")
		if err != nil {
			return nil, err
		}
		r := &replica{name: fmt.Sprintf("replica%d", i+1), program: b.server,
			env: append(slices.Clone(t.env), "CUNWU_ADDR="+address, "CUNWU_DATA_DIR="+data, "CUNWU_MEDIA_DIR="+media, "CUNWU_NOTICE_INTERVAL=500ms")}
		f.replicas = append(f.replicas, r)
		addresses = append(addresses, address)
		if err := f.begin(ctx, r); err != nil {
			return nil, err
		}
	}
	b.closers = append(b.closers, f.end)
	f.process = f.replicas[0].process
	if f.front, err = b.balance(ctx, addresses); err != nil {
		return nil, err
	}
	f.sim.SetCallback(appID, "http://"+f.front+callbackPath)
	return f, nil
}

// begin starts a replica where it was.
func (f *fleet) begin(ctx context.Context, r *replica) error {
	p, err := f.start(ctx, r.name, r.program, []string{"serve"}, r.env)
	if err != nil {
		return err
	}
	r.process = p
	return nil
}

func (f *fleet) end() error {
	var all []error
	for _, r := range f.replicas {
		_ = resume(r.command.Process) // it may never have been stopped, or be gone
		all = append(all, r.stop())
	}
	return errors.Join(all...)
}

// killed is kill -9, and a start after a while.
func (f *fleet) killed(ctx context.Context, r *replica, away time.Duration) error {
	if err := r.kill(); err != nil {
		return err
	}
	if err := sleep(ctx, away); err != nil {
		return err
	}
	return f.begin(ctx, r)
}

// paused is a machine that hangs for a while: connections stand, and nobody answers.
func (f *fleet) paused(ctx context.Context, r *replica, while time.Duration) error {
	if err := halt(r.command.Process); err != nil {
		return err
	}
	return errors.Join(sleep(ctx, while), resume(r.command.Process))
}

// replaced is an ordinary stop, and a start of this program in its place.
func (f *fleet) replaced(ctx context.Context, r *replica, program string) error {
	if err := r.stop(); err != nil {
		return fmt.Errorf("%s: %w\n%s", r.name, err, r.tail())
	}
	r.program = program
	return f.begin(ctx, r)
}

// drained waits until no replica has anything on disk, and says what each still has.
func (f *fleet) drained(ctx context.Context, most time.Duration) (left []float64, err error) {
	err = until(ctx, most, func() (bool, error) {
		left = nil
		for _, r := range f.replicas {
			n, err := r.metric(ctx, "cunwu_spool_records")
			if err != nil {
				return false, err
			}
			left = append(left, n)
		}
		return slices.Max(left) == 0, nil
	})
	return left, err
}

// versions of the program that come after this one: the next adds a table and a column, the last takes
// the column away again.
const (
	expand = `-- +goose Up
CREATE TABLE bench_expanded (village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, PRIMARY KEY (village_id, id));
ALTER TABLE cases ADD COLUMN bench_expanded VARCHAR(32) NOT NULL DEFAULT '';
CREATE INDEX cases_bench_expanded ON cases (village_id, bench_expanded, opened_at);

-- +goose Down
DROP TABLE bench_expanded;
`
	contract = `-- +goose Up
DROP INDEX cases_bench_expanded ON cases;
ALTER TABLE cases DROP COLUMN bench_expanded;

-- +goose Down
DROP TABLE bench_expanded;
`
)

// successor builds the program with more migrations than this one has.
func (b *bench) successor(ctx context.Context, name string, migrations map[string]string) (string, error) {
	here, err := sourceDir(ctx)
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for file, text := range migrations {
		path := filepath.Join(b.dir, name+"_"+file)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(here, "..", "..", "model", "migrations", file)] = path
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(b.dir, name+".json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return "", err
	}
	program := filepath.Join(b.dir, name)
	command := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", program, "cunwu/cmd/server") //nolint:gosec // our own arguments
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build of the %s program: %w\n%s", name, err, strings.TrimSpace(string(said)))
	}
	return program, nil
}
