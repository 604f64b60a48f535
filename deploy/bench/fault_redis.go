package main

import (
	"context"
	"time"
)

// redisAway takes Redis away in both ways, half the time each: chat needs none.
func redisAway(ctx context.Context, r *ruin, f *finding) error {
	span := r.redisAway / 2 / time.Duration(r.turns)
	restart := func() error { return r.services.start(ctx) }
	if _, err := r.inTurns(ctx, f, "Redis killed", span, func() error { return r.services.kill(redisDB) }, restart); err != nil {
		return err
	}
	_, err := r.inTurns(ctx, f, "Redis stopped", span, func() error { return r.services.halt(redisDB) }, func() error { return r.services.resume(redisDB) })
	return err
}
