package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// patience of a WeChat that delivers until it is heard: what an outage must not cost is the message.
const (
	againAfter = 300 * time.Millisecond
	againMost  = time.Minute
)

// serverKilled kills the server at moments that nobody chose, and starts it again.
func serverKilled(ctx context.Context, r *ruin, f *finding) error {
	const between = 2 * time.Second
	return r.repeatedly(ctx, f, r.serverKills, between, func(ctx context.Context) error {
		if err := sleep(ctx, rand.N(between)); err != nil {
			return err
		}
		if err := r.process.kill(); err != nil {
			return err
		}
		return r.serve(ctx)
	})
}

// databaseKilled kills the database likewise.
func databaseKilled(ctx context.Context, r *ruin, f *finding) error {
	const (
		between = 4 * time.Second
		most    = 8 * time.Second // with the start
	)
	return r.repeatedly(ctx, f, r.databaseKills, most, func(ctx context.Context) error {
		if err := sleep(ctx, between+rand.N(time.Second)); err != nil {
			return err
		}
		if err := r.services.kill(mariaDB); err != nil {
			return err
		}
		return r.services.start(ctx)
	})
}

// repeatedly does harm so many times to a town that is written to, for so long each, and checks what
// is kept.
func (r *ruin) repeatedly(ctx context.Context, f *finding, times int, each time.Duration, harm func(ctx context.Context) error) error {
	messages, err := r.letters(r.platform, min(r.rate*times*int(each/time.Second), r.villagers))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan spread, 1)
	go func() {
		done <- stream{address: r.address, rate: r.rate, again: againAfter, most: againMost}.run(ctx, messages)
	}()
	under := 0
	for range times {
		select {
		case s := <-done:
			done <- s
		default:
			under++
		}
		if err := harm(ctx); err != nil {
			cancel()
			<-done
			return fmt.Errorf("after %d times: %w", under, err)
		}
	}
	s := <-done
	f.must(under == times, "killed %d times, %d of them while messages came", times, under)
	f.tell("slowest answer %v", round(s.slowest()))
	return f.whole(ctx, r.town, messages)
}
