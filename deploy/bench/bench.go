package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// rounds says how long to measure.
type rounds struct {
	count    int           // of each side, one after the other
	span     time.Duration // of a round that is bound by time
	messages int           // of a round in which each villager speaks once
	senders  int           // connections, each with one request under way
	rate     int           // deliveries a second, where they come at a pace of their own
	stream   time.Duration // how long they come
	rest     time.Duration // until a process counts as idle
	villages int           // of the county
	people   int           // of each of its villages
}

func plan(quick bool, rate int) rounds {
	if quick {
		return rounds{count: 1, span: time.Second, messages: 500, senders: 64, rate: rate, stream: 5 * time.Second, rest: 3 * time.Second}
	}
	return rounds{count: 3, span: 4 * time.Second, messages: 4000, senders: 64, rate: rate, stream: 20 * time.Second, rest: 10 * time.Second}
}

// bench is one run: the programs, a folder, databases; all go with it.
type bench struct {
	rounds
	self    string // this program, for the baselines
	server  string // cmd/server
	dir     string
	profile string
	mysql   string // DSN of a server, without a database
	redis   string
	made    int // databases
	mariadb int // its process, when this machine shows it; else 0
	closers []func() error
}

func newBench(ctx context.Context, r rounds, profile string) (*bench, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "cunwu-bench")
	if err != nil {
		return nil, err
	}
	b := &bench{rounds: r, self: self, dir: dir, server: filepath.Join(dir, "server"), profile: profile,
		mysql: os.Getenv("TEST_MYSQL_DSN"), redis: os.Getenv("TEST_REDIS_URL")}
	b.closers = append(b.closers, func() error { return os.RemoveAll(dir) })
	if err := b.build(ctx); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// build builds the server; with a profile wanted, with one file more.
func (b *bench) build(ctx context.Context) error {
	args := []string{"build", "-o", b.server}
	if b.profile != "" {
		overlay, err := profiled(ctx, b.dir)
		if err != nil {
			return err
		}
		args = append(args, "-overlay", overlay)
	}
	command := exec.CommandContext(ctx, "go", append(args, "cunwu/cmd/server")...) //nolint:gosec // our own arguments
	if text, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build cunwu/cmd/server: %w\n%s", err, text)
	}
	return nil
}

// database makes an empty database on the MariaDB.
func (b *bench) database(ctx context.Context, name string) (dsn string, db *sql.DB, err error) {
	if b.mysql == "" {
		return "", nil, errors.New("TEST_MYSQL_DSN names no database: run it by `make bench`")
	}
	b.made++
	name = fmt.Sprintf("bench_%s_%d_%d", name, os.Getpid(), b.made)
	cfg, err := mysql.ParseDSN(b.mysql + "/")
	if err != nil {
		return "", nil, errors.New("TEST_MYSQL_DSN can't be read")
	}
	cfg.Logger = &mysql.NopLogger{} // that a database was killed is no news
	admin, err := openMySQL(cfg)
	if err != nil {
		return "", nil, err
	}
	if _, err = admin.ExecContext(ctx, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return "", nil, errors.Join(err, admin.Close())
	}
	b.mariadb = pidOf(ctx, admin)
	dsn, cfg.DBName = strings.TrimSuffix(b.mysql, "/")+"/"+name, name
	db, err = openMySQL(cfg)
	b.closers = append(b.closers, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, err := admin.ExecContext(ctx, "DROP DATABASE "+name)
		return errors.Join(db.Close(), err, admin.Close())
	})
	return dsn, db, err
}

func openMySQL(cfg *mysql.Config) (*sql.DB, error) {
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// pidOf is the database's process, if it runs on this machine and we may see it.
func pidOf(ctx context.Context, db *sql.DB) int {
	var path string
	if err := db.QueryRowContext(ctx, "SELECT @@pid_file").Scan(&path); err != nil {
		return 0
	}
	text, err := os.ReadFile(path) //nolint:gosec // as our own database says
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// folder makes one that goes with the run.
func (b *bench) folder(name string) (string, error) {
	return os.MkdirTemp(b.dir, name)
}

func (b *bench) close() error {
	var all []error
	for i := len(b.closers) - 1; i >= 0; i-- {
		all = append(all, b.closers[i]())
	}
	b.closers = nil
	return errors.Join(all...)
}
