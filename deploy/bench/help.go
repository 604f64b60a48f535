package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// help compares a villager's message with the bare transaction that makes the same rows durable.
func help(ctx context.Context, b *bench) ([]line, error) {
	t, err := b.newTown(ctx, b.messages, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.stop() }()
	base, err := t.startFloor(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = base.stop() }()
	platform, err := newPlatform()
	if err != nil {
		return nil, err
	}
	if _, err := t.speak(ctx, platform, "warm-up"); err != nil { // dialogues and windows are made
		return nil, err
	}
	ours := func(ctx context.Context) (sample, error) { return t.speak(ctx, platform, "help") }
	served := func(ctx context.Context) (sample, error) {
		l := load{senders: t.senders, requests: platform.texts(t.openIDs, words), total: t.messages, check: func(a answer) error {
			if a.status != http.StatusOK {
				return fmt.Errorf("status %d: %s", a.status, a.body)
			}
			return nil
		}}
		s, _, err := l.against(ctx, t.bench, base)
		return s, err
	}
	if _, err := served(ctx); err != nil { // its connections and statements, too
		return nil, err
	}
	p, err := inTurn(ctx, b.count, ours, served)
	if err != nil {
		return nil, err
	}
	alone := func(ctx context.Context) (sample, error) { return aloneRound(ctx, base, t.messages, t.senders) }
	q, err := inTurn(ctx, b.count, ours, alone)
	if err != nil {
		return nil, err
	}
	const path, over, bare = "help text, whole use case, 64 senders", "the same rows, database/sql behind net/http", "the same rows, database/sql in a loop"
	return []line{p.faster(path, over, 0.6), p.faster(path+" (batched)", over, 1.5), p.cheaper(path+", CPU a request", over, 0).free(), p.tail(path+", p99", over),
		q.faster(path, bare, 0.6), q.faster(path+" (batched)", bare, 1.5)}, nil
}

// startFloor starts the bare transaction on a database with our schema.
func (t *town) startFloor(ctx context.Context) (*process, error) {
	dsn, _, err := t.database(ctx, "floor")
	if err != nil {
		return nil, err
	}
	other := *t
	other.env = append(append([]string{}, t.env...), "CUNWU_DATABASE_URL=mysql://"+dsn)
	if _, err := other.command(ctx, "migrate"); err != nil {
		return nil, err
	}
	return t.startBaseline(ctx, baseFloor, dsn)
}

// speak is a round in which each villager says something once, and a case is opened for each.
func (t *town) speak(ctx context.Context, platform *platform, name string) (sample, error) {
	if err := t.quiet(ctx); err != nil {
		return sample{}, err
	}
	before, err := t.metric(ctx, "cunwu_inbox_spooled_total")
	if err != nil {
		return sample{}, err
	}
	stop := t.record(ctx, t.pprof, name)
	l := load{senders: t.senders, requests: platform.texts(t.openIDs, words), total: len(t.openIDs), check: sealed}
	s, r, err := l.against(ctx, t.bench, t.process)
	if err := errors.Join(err, stop()); err != nil {
		return s, err
	}
	after, err := t.metric(ctx, "cunwu_inbox_spooled_total")
	if err != nil {
		return s, err
	}
	s.spooled = int(after - before)
	for _, a := range r.last {
		if text, err := platform.read(a); err != nil || s.spooled == 0 && !strings.Contains(text, "#") {
			return s, errors.Join(fmt.Errorf("no case was opened: %q", text), err)
		}
	}
	return s, t.opened(ctx, len(t.openIDs))
}

// opened checks that each message has become an open case, in the end.
func (t *town) opened(ctx context.Context, want int) error {
	var got int
	err := until(ctx, time.Minute, func() (bool, error) {
		err := t.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM cases WHERE state <> 'closed'").Scan(&got)
		return got == want, err
	})
	if err != nil {
		return fmt.Errorf("%d cases are open, not %d: %w", got, want, err)
	}
	return nil
}

// quiet closes all cases and settles all notices, so that the next round begins as the first did and
// nothing of the last goes on in it.
func (t *town) quiet(ctx context.Context) error {
	for _, text := range []string{
		"UPDATE cases SET state = 'closed', act_at = 0 WHERE state <> 'closed'",
		"UPDATE notices SET state = 'told', call_after = 0 WHERE state <> 'told'",
	} {
		if _, err := t.db.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	select {
	case <-time.After(time.Second): // a notice under way finds that it is settled
	case <-ctx.Done():
	}
	return ctx.Err()
}

// aloneRound has the floor run its transactions by itself.
func aloneRound(ctx context.Context, p *process, n, callers int) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, roundMost)
	defer cancel()
	url := fmt.Sprintf("http://%s/alone?n=%d&callers=%d", p.address, n, callers)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return sample{}, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return sample{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return sample{}, err
	}
	took, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return sample{}, fmt.Errorf("the floor: %.200s", text)
	}
	return sample{perSecond: float64(n) / time.Duration(took).Seconds()}, nil
}
