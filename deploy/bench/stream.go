package main

import (
	"bytes"
	"context"
	"sync"
	"time"
)

// stream delivers messages at a fixed pace, whether or not the server keeps up with it. The time of an
// answer counts from when its message was due, so that a stall costs all that were due in it.
type stream struct {
	address string
	rate    int           // messages a second
	again   time.Duration // pause before a failed delivery is repeated; 0: it isn't
	most    time.Duration // how long it is repeated
}

// wiresMost bounds the connections that are kept for later.
const wiresMost = 4096

func (s stream) run(ctx context.Context, messages []*letter) spread {
	idle := make(chan *wire, wiresMost)
	var wait sync.WaitGroup
	began := time.Now()
	for i, m := range messages {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(s.rate))
		if sleep(ctx, time.Until(due)) != nil {
			break
		}
		wait.Go(func() { s.deliver(ctx, m, due, idle) })
	}
	wait.Wait()
	close(idle)
	for w := range idle {
		w.close()
	}
	return spreadOf(messages)
}

// deliver delivers until an answer counts, as WeChat does, but more patiently.
func (s stream) deliver(ctx context.Context, m *letter, due time.Time, idle chan *wire) {
	for {
		err := s.once(ctx, m, idle)
		if err == nil {
			m.took = time.Since(due)
			return
		}
		m.failures, m.last = m.failures+1, err
		if s.again == 0 || time.Since(due) > s.most || sleep(ctx, s.again) != nil {
			return
		}
	}
}

// once is one delivery, over a connection that is free or a new one.
func (s stream) once(ctx context.Context, m *letter, idle chan *wire) error {
	var w *wire
	select {
	case w = <-idle:
	default:
		var err error
		if w, err = dial(ctx, s.address); err != nil {
			return err
		}
	}
	a, err := w.exchange(m.request)
	if err != nil {
		w.close()
		return err
	}
	err = sealed(a)
	m.reply = bytes.Clone(a.body)
	select {
	case idle <- w:
	default:
		w.close()
	}
	return err
}

// sleep waits unless ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
