package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	startMost = 30 * time.Second
	stopMost  = 25 * time.Second
)

// process is a server that runs beside us: ours or a baseline.
type process struct {
	command *exec.Cmd
	address string
	log     string // file of what it prints
	ready   time.Duration
	ended   chan error
}

// start runs a program that prints, as JSON, a line "listening" with its address.
func (b *bench) start(ctx context.Context, name, program string, args, env []string) (*process, error) {
	p := &process{log: filepath.Join(b.dir, name+".log"), ended: make(chan error, 1)}
	file, err := os.OpenFile(p.log, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	p.command = exec.Command(program, args...) //nolint:gosec,noctx // it is told to stop, not killed
	p.command.Env = append(os.Environ(), env...)
	p.command.Stdout, p.command.Stderr = file, file
	tie(p.command)
	began := time.Now()
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() { p.ended <- p.command.Wait() }()
	if p.address, err = p.listening(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w\n%s", name, err, p.tail()), p.kill())
	}
	p.ready = time.Since(began)
	return p, nil
}

// listening waits for the line with the address.
func (p *process) listening(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startMost)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		text, err := os.ReadFile(p.log)
		if err != nil {
			return "", err
		}
		for said := range bytes.Lines(text) {
			var entry struct{ Msg, Address string }
			if json.Unmarshal(said, &entry) == nil && entry.Msg == "listening" {
				return entry.Address, nil
			}
		}
		select {
		case <-tick.C:
		case err := <-p.ended:
			p.ended <- err
			return "", fmt.Errorf("it ended: %w", err)
		case <-ctx.Done():
			return "", errors.New("it doesn't say that it listens")
		}
	}
}

// tail is the end of what it printed.
func (p *process) tail() string {
	text, _ := os.ReadFile(p.log)
	return string(text[max(0, len(text)-2000):])
}

// stop tells it to end, and waits.
func (p *process) stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return nil //nolint:nilerr // it has ended
	}
	select {
	case err := <-p.ended:
		p.ended <- err
		return err
	case <-time.After(stopMost):
		return errors.Join(errors.New("it doesn't stop when told to"), p.kill())
	}
}

// kill is kill -9.
func (p *process) kill() error {
	if err := p.command.Process.Kill(); err != nil {
		return nil //nolint:nilerr // it has ended
	}
	err := <-p.ended
	p.ended <- err
	return nil
}
