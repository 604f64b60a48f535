package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// load is a round: so many senders, each waiting for an answer before it sends the next request.
// It ends after so many requests, or after so long, whichever comes first.
type load struct {
	address  string
	senders  int
	requests [][]byte
	total    int           // 0: the requests again and again
	span     time.Duration // 0: until total
	check    func(a answer) error
}

const roundMost = 2 * time.Minute

// lane is one sender's share.
type lane struct {
	times []time.Duration
	last  answer
	err   error
}

// result of a round.
type result struct {
	times   []time.Duration // sorted
	elapsed time.Duration
	last    []answer // the last one of each sender
}

func (l load) run(ctx context.Context) (result, error) {
	wires := make([]*wire, l.senders)
	for i := range wires {
		w, err := dial(ctx, l.address)
		if err != nil {
			return result{}, err
		}
		defer w.close()
		wires[i] = w
	}
	var next atomic.Int64
	lanes := make([]lane, l.senders)
	var wait sync.WaitGroup
	began := time.Now()
	end := began.Add(roundMost)
	if l.span > 0 {
		end = began.Add(l.span)
	}
	for i := range lanes {
		wait.Go(func() { lanes[i].send(ctx, l, wires[i], &next, end) })
	}
	wait.Wait()
	return gather(lanes, time.Since(began))
}

// send is one sender's loop.
func (n *lane) send(ctx context.Context, l load, w *wire, next *atomic.Int64, end time.Time) {
	began := time.Now()
	for ctx.Err() == nil && began.Before(end) {
		i := int(next.Add(1)) - 1
		if l.total > 0 && i >= l.total {
			return
		}
		a, err := w.exchange(l.requests[i%len(l.requests)])
		if err == nil {
			err = l.check(a)
		}
		if err != nil {
			n.err = fmt.Errorf("request %d: %w", i, err)
			return
		}
		now := time.Now()
		n.times = append(n.times, now.Sub(began))
		began = now
		n.last = answer{status: a.status, body: a.body}
	}
}

func gather(lanes []lane, elapsed time.Duration) (result, error) {
	r := result{elapsed: elapsed}
	for _, n := range lanes {
		if n.err != nil {
			return r, n.err
		}
		r.times = append(r.times, n.times...)
		if n.last.status != 0 {
			r.last = append(r.last, n.last)
		}
	}
	slices.Sort(r.times)
	return r, nil
}

// against runs the round and counts the processor time of the process that answers, and of the
// database's.
func (l load) against(ctx context.Context, b *bench, p *process) (sample, result, error) {
	l.address = p.address
	used, err := cpu(p.command.Process.Pid)
	if err != nil {
		return sample{}, result{}, err
	}
	below, _ := cpu(b.mariadb) // there may be none
	r, err := l.run(ctx)
	if err != nil {
		return sample{}, r, err
	}
	usedThen, err := cpu(p.command.Process.Pid)
	belowThen, _ := cpu(b.mariadb)
	n := len(r.times)
	if n == 0 {
		return sample{}, r, fmt.Errorf("nothing was answered in %v", r.elapsed)
	}
	each := func(d time.Duration) time.Duration { return d / time.Duration(n) }
	return sample{perSecond: float64(n) / r.elapsed.Seconds(), cpu: each(usedThen - used), db: each(belowThen - below),
		p50: percentile(r.times, 0.5), p99: percentile(r.times, 0.99)}, r, err
}
