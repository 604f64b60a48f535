package main

import (
	"context"
	"errors"
	"time"
)

const (
	answerWithin = 2 * time.Second
	drainWithin  = 30 * time.Second
	before       = 3 * time.Second // that all is well
	after        = 3 * time.Second // that messages still come while the spool is drained
)

// away takes the database away for a while under load. resume gives it back, if it isn't to be started.
func away(ctx context.Context, r *ruin, f *finding, take, resume func(name string) error) error {
	messages, err := r.letters(r.platform, r.rate*int((before+r.away+after)/time.Second))
	if err != nil {
		return err
	}
	done := make(chan spread, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { done <- stream{address: r.address, rate: r.rate}.run(ctx, messages) }()
	back := func(string) error { return r.services.start(ctx) }
	if resume != nil {
		back = resume
	}
	records, err := r.takeAway(ctx, take, back)
	if err != nil {
		cancel()
		<-done
		return err
	}
	backAt, used := time.Now(), r.spent()
	s := <-done
	if _, err := r.drained(ctx, 2*time.Minute); err != nil {
		return err
	}
	drain := time.Since(backAt)
	f.tell("%v without the database, %.0f messages on disk at its end", r.away, records)
	f.must(s.answered == s.asked && s.slowest() < answerWithin, "at %d/s %v", r.rate, s)
	f.must(drain <= drainWithin, "drained %v after it was back; %s", round(drain), r.spent().since(used).over(drain))
	return f.whole(ctx, r.town, messages)
}

// takeAway returns how many messages waited when the database came back.
func (r *ruin) takeAway(ctx context.Context, take, back func(name string) error) (records float64, err error) {
	if err := sleep(ctx, before); err != nil {
		return 0, err
	}
	if err := take(mariaDB); err != nil {
		return 0, err
	}
	if err := sleep(ctx, r.away); err != nil {
		return 0, err
	}
	if records, err = r.metric(ctx, "cunwu_spool_records"); err != nil {
		return 0, err
	}
	return records, errors.Join(back(mariaDB), r.lookUp())
}
