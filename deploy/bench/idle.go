package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"time"

	"cunwu/wechat/simulator"
)

// idle compares what the smallest installation (SQLite, the embedded Redis, one process) takes while
// nobody speaks with what its imports alone take, and tells how soon it is there.
func idle(ctx context.Context, b *bench) ([]line, error) {
	bare, err := b.buildBare(ctx)
	if err != nil {
		return nil, err
	}
	sim := simulator.New(simulator.Options{})
	api := httptest.NewServer(sim.API())
	defer func() { api.Close(); sim.Close() }()
	var ours, theirs, skeletons []sample
	for round := range b.count {
		o, err := b.alone(ctx, api.URL)
		if err != nil {
			return nil, err
		}
		t, err := b.resting(ctx, func() (*process, error) { return b.start(ctx, "bare", bare, nil, nil) })
		if err != nil {
			return nil, err
		}
		s, err := b.resting(ctx, func() (*process, error) {
			return b.startBaseline(ctx, baseSkeleton, filepath.Join(b.dir, "skeleton.db"))
		})
		if err != nil {
			return nil, err
		}
		fmt.Printf("#   round %d: ours %v, first answer %v after the start; bare %v; skeleton %v\n", round+1, o.memory, o.p99.Round(time.Millisecond), t.memory, s.memory)
		ours, theirs, skeletons = append(ours, o), append(theirs, t), append(skeletons, s)
	}
	const path, bareName, skeleton = "idle, SQLite and embedded Redis: ", "the bare binary with the same imports", "gin, gorm on SQLite, miniredis, used once"
	listening, answering := median(ours, p50), median(ours, p99)
	return []line{
		larger(path+"RSS", bareName, ours, theirs, resident, 1.5), larger(path+"pages of no file", bareName, ours, theirs, own, 0).free(),
		larger(path+"RSS", skeleton, ours, skeletons, resident, 0).free(), larger(path+"pages of no file", skeleton, ours, skeletons, own, 0).free(),
		within("ready: listening, on SQLite", listening, 1000), within("ready: the first message answered", answering, 1000),
	}, nil
}

// larger is a line that compares memory.
func larger(path, baseline string, ours, theirs []sample, figure func(sample) float64, most float64) line {
	o, t := median(ours, figure), median(theirs, figure)
	return line{path: path, baseline: baseline, ours: mebibytes(o), theirs: mebibytes(t), ratio: o / t, goal: goal{"≤", most}}
}

// alone starts the smallest server on a database that is migrated and sees it answer and rest.
func (b *bench) alone(ctx context.Context, api string) (sample, error) {
	data, err := b.folder("small")
	if err != nil {
		return sample{}, err
	}
	t := &town{bench: b, env: settings("sqlite://"+filepath.Join(data, "cunwu.db"), "embedded", data, api)}
	if _, err := t.command(ctx, "migrate"); err != nil {
		return sample{}, err
	}
	began := time.Now()
	if err := t.serve(ctx); err != nil {
		return sample{}, err
	}
	platform, err := newPlatform()
	if err != nil {
		return sample{}, errors.Join(err, t.stop())
	}
	l := load{address: t.address, senders: 1, requests: platform.texts(openIDs(1), words), total: 1, check: sealed}
	if _, err := l.run(ctx); err != nil {
		return sample{}, errors.Join(fmt.Errorf("%w\n%s", err, t.tail()), t.stop())
	}
	answered := time.Since(began)
	s, err := b.resting(ctx, func() (*process, error) { return t.process, nil })
	s.p50, s.p99 = t.ready, answered
	return s, err
}

// resting waits until a process has settled, tells its memory, and ends it.
func (b *bench) resting(ctx context.Context, start func() (*process, error)) (sample, error) {
	p, err := start()
	if err != nil {
		return sample{}, err
	}
	err = sleep(ctx, b.rest)
	m, unread := memoryOf(p.command.Process.Pid)
	return sample{memory: m}, errors.Join(err, unread, p.kill())
}

// within is a line about a time in milliseconds and the most that it may be.
func within(path string, got, most float64) line {
	return line{path: path, baseline: "the most it may be", ours: fmt.Sprintf("%.0f ms", got), theirs: fmt.Sprintf("%.0f ms", most),
		ratio: got / most, goal: goal{"≤", 1}}
}

func resident(s sample) float64  { return float64(s.memory.resident) }
func own(s sample) float64       { return float64(s.memory.own) }
func mebibytes(v float64) string { return fmt.Sprintf("%.1f MiB", v/(1<<20)) }
