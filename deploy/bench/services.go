package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// services are a MariaDB and a Redis of this run's own, which may be killed and stopped.
type services struct{ script, dir string }

// The two, as their files of process ids are called.
const (
	mariaDB = "mysql"
	redisDB = "redis"
)

// ownServices starts them in a folder that their user can reach, and has the run use them.
func (b *bench) ownServices(ctx context.Context) (*services, error) {
	here, err := sourceDir(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "cunwu-bench-db")
	if err != nil {
		return nil, err
	}
	s := &services{script: filepath.Join(here, "..", "services.sh"), dir: dir}
	b.closers = append(b.closers, s.drop)
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "env"))
	if err != nil {
		return nil, err
	}
	if b.mysql, b.redis = variable(string(text), "TEST_MYSQL_DSN"), variable(string(text), "TEST_REDIS_URL"); b.mysql == "" || b.redis == "" {
		return nil, errors.New("services.sh names no services")
	}
	return s, nil
}

// variable is the value of an export in a file for the shell.
func variable(text, name string) string {
	for said := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(said), "export "+name+"="); ok {
			return strings.Trim(value, "'")
		}
	}
	return ""
}

// start starts what isn't running, on the ports and with the data that it had.
func (s *services) start(ctx context.Context) error { return s.run(ctx, "start", s.dir, "--durable") }

func (s *services) drop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return errors.Join(s.run(ctx, "drop", s.dir), os.RemoveAll(s.dir))
}

func (s *services) run(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, s.script, args...) //nolint:gosec // our own script
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("services.sh %s: %w\n%s", args[0], err, said)
	}
	return nil
}

// process is the running one, by the file that services.sh wrote.
func (s *services) process(name string) (*os.Process, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, name+".pid"))
	if err != nil {
		return nil, err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("%s.pid: %w", name, err)
	}
	return os.FindProcess(pid)
}

// kill is kill -9.
func (s *services) kill(name string) error {
	p, err := s.process(name)
	if err != nil {
		return err
	}
	return p.Kill()
}

// halt stops it as a machine that hangs does: connections stand, and nobody answers.
func (s *services) halt(name string) error {
	p, err := s.process(name)
	if err != nil {
		return err
	}
	return halt(p)
}

func (s *services) resume(name string) error {
	p, err := s.process(name)
	if err != nil {
		return err
	}
	return resume(p)
}
