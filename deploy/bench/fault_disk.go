package main

import (
	"context"
	"fmt"
	"time"
)

// diskSize is that of the disk that fills: a few hundred messages.
const diskSize = 256 << 10

// diskFull has the database away and the spool's disk fill up. What isn't kept must not be
// acknowledged, and WeChat delivers it again.
func diskFull(ctx context.Context, r *ruin, f *finding) error {
	data, err := r.folder("disk")
	if err != nil {
		return err
	}
	n, more := 2000, []string{"CUNWU_DATA_DIR=" + data}
	unmount, err := mountSmall(data, diskSize)
	if err == nil {
		f.tell("a disk of %d KiB", diskSize>>10)
		r.closers = append(r.closers, func() error { _ = unmount(); return nil }) // it may be done
	} else {
		f.tell("a bound of 1 MiB instead of a small disk (%v)", err)
		n, more, unmount = 5000, append(more, "CUNWU_SPOOL_LIMIT=1MB"), func() error { return nil }
	}
	if err := r.stop(); err != nil {
		return err
	}
	if err := r.serve(ctx, more...); err != nil {
		return err
	}
	messages, err := r.letters(r.platform, min(n, r.villagers))
	if err != nil {
		return err
	}
	if err := r.fill(ctx, f, messages); err != nil {
		return err
	}
	if err := f.whole(ctx, r.town, messages); err != nil {
		return err
	}
	if err := r.stop(); err != nil {
		return err
	}
	if err := unmount(); err != nil {
		return err
	}
	return r.serve(ctx)
}

// fill sends the messages while the database is away, and what wasn't acknowledged again when it is back.
func (r *ruin) fill(ctx context.Context, f *finding, messages []*letter) error {
	if err := r.services.kill(mariaDB); err != nil {
		return err
	}
	s := stream{address: r.address, rate: max(r.rate, 200)}.run(ctx, messages)
	refused, err := r.metric(ctx, "cunwu_inbox_refused_total")
	if err != nil {
		return err
	}
	f.must(s.failures > 0 && s.answered > 0 && s.answered+s.failures == s.asked, "without the database %d of %d acknowledged, %d refused (%v)", s.answered, s.asked, s.failures, s.last)
	f.must(int(refused) == s.failures, "cunwu_inbox_refused_total rose by %.0f", refused)
	if err := r.services.start(ctx); err != nil {
		return err
	}
	if took, err := r.drained(ctx, time.Minute); err != nil {
		return fmt.Errorf("not drained after %v: %w", took, err)
	}
	k, err := r.kept(ctx, messages)
	if err != nil {
		return err
	}
	f.must(k.lost == 0, "with the database back %d are stored, %d acknowledged and lost", k.stored, k.lost)
	var rest []*letter
	for _, m := range messages {
		if !m.answered() {
			rest = append(rest, m)
		}
	}
	stream{address: r.address, rate: r.rate, again: againAfter, most: againMost}.run(ctx, rest)
	return nil
}
