package main

import (
	"context"
	"time"
)

// kept is what the database holds of messages that were sent.
type kept struct {
	stored int // deliveries of these
	lost   int // acknowledged and not stored
	failed int // kept for the operator instead of being done
	cases  int // open
	askers int // whose these are: each villager speaks once
	said   int // what is said in them
}

// kept reads what became of messages. The first and the last bound the keys of all.
func (t *town) kept(ctx context.Context, messages []*letter) (kept, error) {
	var k kept
	states, err := t.deliveries(ctx, messages)
	if err != nil {
		return k, err
	}
	for _, m := range messages {
		state, stored := states[m.key]
		if stored {
			k.stored++
		}
		if state == "failed" {
			k.failed++
		}
		if m.answered() && !stored {
			k.lost++
		}
	}
	const ours = " AND c.asker_openid LIKE 'oBench%'"
	if err := t.db.QueryRowContext(ctx, "SELECT COUNT(*), COUNT(DISTINCT asker_id) FROM cases c WHERE state <> 'closed'"+ours).Scan(&k.cases, &k.askers); err != nil {
		return k, err
	}
	return k, t.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM case_events e JOIN cases c ON c.village_id = e.village_id AND c.id = e.case_id "+
		"WHERE e.kind = 'said' AND c.state <> 'closed'"+ours).Scan(&k.said)
}

// deliveries are the states of those that are stored, by key.
func (t *town) deliveries(ctx context.Context, messages []*letter) (map[string]string, error) {
	rows, err := t.db.QueryContext(ctx, "SELECT delivery_key, state FROM deliveries WHERE account = ? AND delivery_key BETWEEN ? AND ?",
		appID, messages[0].key, messages[len(messages)-1].key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	states := map[string]string{}
	for rows.Next() {
		var key, state string
		if err := rows.Scan(&key, &state); err != nil {
			return nil, err
		}
		states[key] = state
	}
	return states, rows.Err()
}

// drained waits until nothing waits on disk.
func (t *town) drained(ctx context.Context, most time.Duration) (time.Duration, error) {
	began := time.Now()
	err := until(ctx, most, func() (bool, error) {
		n, err := t.metric(ctx, "cunwu_spool_records")
		return n == 0, err
	})
	return time.Since(began), err
}

// whole checks that each message was acknowledged, and none is lost, doubled or left undone.
func (f *finding) whole(ctx context.Context, t *town, messages []*letter) error {
	s := spreadOf(messages)
	if took, err := t.drained(ctx, time.Minute); err != nil {
		f.must(false, "the spool isn't empty after %v: %v", round(took), err)
	}
	k, err := t.kept(ctx, messages)
	if err != nil {
		return err
	}
	f.must(s.answered == s.asked, "%d messages, %d acknowledged, %d of them by a repeated delivery (%d failed)", s.asked, s.answered, s.repeated, s.failures)
	f.must(k.lost == 0, "%d stored, %d acknowledged and lost", k.stored, k.lost)
	f.must(k.cases == k.stored && k.askers == k.stored && k.said == k.stored && k.failed == 0,
		"%d cases by %d villagers with %d utterances, %d kept as failed", k.cases, k.askers, k.said, k.failed)
	if s.failures > 0 {
		f.tell("the last failed delivery: %v", s.last)
	}
	return nil
}
