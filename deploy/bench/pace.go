package main

import (
	"context"
	"fmt"
	"time"
)

// pace is what a stream of messages met.
type pace struct {
	spread
	calls
	took    time.Duration
	spooled int // answered from the disk
	said    int // the secretary's answers meanwhile
	spent
}

func (p pace) String() string {
	text := fmt.Sprintf("%v, %.0f/s", p.spread, float64(p.answered)/p.took.Seconds())
	if p.spooled > 0 {
		text += fmt.Sprintf(", %d kept on disk first", p.spooled)
	}
	return text + fmt.Sprintf("; beside it %d answers by the secretary, %d sends to %d people; %v", p.said, p.sends, len(p.people), p.spent.over(p.took))
}

// under sends n messages at the pace while the secretary answers; spoil comes when she has begun.
func (t *town) under(ctx context.Context, platform *platform, n int, spoil func() error) (pace, error) {
	if err := t.quiet(ctx); err != nil {
		return pace{}, err
	}
	letters, err := t.letters(platform, n)
	if err != nil {
		return pace{}, err
	}
	talk, err := t.converse(ctx)
	if err != nil {
		return pace{}, err
	}
	defer talk.ended()
	before, err := t.metric(ctx, "cunwu_inbox_spooled_total")
	if err != nil {
		return pace{}, err
	}
	t.calls.take()
	if err := spoil(); err != nil {
		return pace{}, err
	}
	began, spent := time.Now(), t.spent()
	p := pace{spread: stream{address: t.address, rate: t.rate}.run(ctx, letters), took: time.Since(began)}
	p.spent, p.said, p.calls = t.spent().since(spent), talk.ended(), t.calls.take()
	after, err := t.metric(ctx, "cunwu_inbox_spooled_total")
	p.spooled = int(after - before)
	return p, err
}
