package main

import (
	"context"
	"errors"
	"math"
	"time"
)

const (
	unchangedMost = 1.5  // times that the slowest hundredth may be slower than undisturbed
	likeMost      = 0.25 // cores that others may keep busy more in one round than in the other
	turnsMost     = 3    // times as many turns, where others don't leave the machine alone
)

// turn is a round undisturbed and one with something spoilt.
type turn struct{ calm, spoilt pace }

// like says whether what else this machine did lets the two be compared.
func (t turn) like() bool {
	return math.Abs(t.calm.cores(t.calm.took)-t.spoilt.cores(t.spoilt.took)) <= likeMost
}

// inTurns has villagers write while nothing is spoilt and while something is, a round each in turn, and
// checks that they notice nothing. mend undoes what spoil did.
func (r *ruin) inTurns(ctx context.Context, f *finding, name string, span time.Duration, spoil, mend func() error) ([]turn, error) {
	var all, like []turn
	for len(like) < r.turns && len(all) < turnsMost*r.turns {
		t, err := r.turn(ctx, r.rate*int(span/time.Second), spoil, mend)
		if err != nil {
			return all, err
		}
		f.tell("undisturbed: %v", t.calm)
		f.must(t.spoilt.answered == t.spoilt.asked, "%s: %v", name, t.spoilt)
		if all = append(all, t); t.like() {
			like = append(like, t)
		}
	}
	if len(like) == 0 {
		f.tell("others never left this machine alone: the next figure compares what isn't alike")
		like = all
	}
	was := median(samplesOf(like, func(t turn) pace { return t.calm }), p99)
	is := median(samplesOf(like, func(t turn) pace { return t.spoilt }), p99)
	f.must(is <= unchangedMost*was, "%s: p99 %.0f ms, undisturbed %.0f ms, %.2f times, by %d turns of %d", name, is, was, is/was, len(like), len(all))
	return all, nil
}

func (r *ruin) turn(ctx context.Context, n int, spoil, mend func() error) (turn, error) {
	calm, err := r.under(ctx, r.platform, n, func() error { return nil })
	if err != nil {
		return turn{}, err
	}
	spoilt, err := r.under(ctx, r.platform, n, spoil)
	return turn{calm, spoilt}, errors.Join(err, mend())
}

func samplesOf(turns []turn, of func(turn) pace) []sample {
	samples := make([]sample, len(turns))
	for i, t := range turns {
		samples[i].p99 = of(t).p99()
	}
	return samples
}
