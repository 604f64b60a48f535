package main

import (
	"context"
)

// callback compares a villager's message, kept with all that follows, with one row kept by what a
// user of the SDK would write today.
func callback(ctx context.Context, b *bench) ([]line, error) {
	t, err := b.newTown(ctx, b.messages, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.stop() }()
	dsn, _, err := b.database(ctx, "user")
	if err != nil {
		return nil, err
	}
	base, err := b.startBaseline(ctx, baseUser, dsn)
	if err != nil {
		return nil, err
	}
	defer func() { _ = base.stop() }()
	platform, err := newPlatform()
	if err != nil {
		return nil, err
	}
	if _, err := t.speak(ctx, platform, "warm-up"); err != nil {
		return nil, err
	}
	p, err := inTurn(ctx, b.count,
		func(ctx context.Context) (sample, error) { return t.speak(ctx, platform, "callback") },
		func(ctx context.Context) (sample, error) {
			l := load{senders: t.senders, requests: platform.texts(t.openIDs, words), total: t.messages, check: sealed}
			s, _, err := l.against(ctx, t.bench, base)
			return s, err
		})
	const path, name = "durable callback, saturated", "gin + silenceper + gorm, one row"
	return []line{p.faster(path, name, 2), p.cheaper(path+", CPU a request", name, 0).free(), p.tail(path+", p99", name)}, err
}
