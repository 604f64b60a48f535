package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// statements lists what one villager's message asks of MariaDB, in order, and what it comes to for
// each message under load. It is no comparison and gives no lines; the lists stand in a file.
func statements(ctx context.Context, b *bench) ([]line, error) {
	if err := b.logEverySlow(ctx); err != nil {
		return nil, err
	}
	t, err := b.newTown(ctx, b.messages, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.stop() }()
	platform, err := newPlatform()
	if err != nil {
		return nil, err
	}
	if _, err := t.speak(ctx, platform, "warm-up"); err != nil {
		return nil, err
	}
	// The last one: the first live with the secretary, who may not act on what they ask.
	alone, err := t.logged(ctx, func() error {
		l := load{address: t.address, senders: 1, requests: platform.texts(t.openIDs[len(t.openIDs)-1:], words), total: 1, check: sealed}
		_, err := l.run(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	everybody := func() error {
		l := load{address: t.address, senders: t.senders, requests: platform.texts(t.openIDs, words), total: t.messages, check: sealed}
		_, err := l.run(ctx)
		return err
	}
	loaded, err := t.logged(ctx, everybody)
	if err != nil {
		return nil, err
	}
	costs, err := t.timed(ctx, everybody)
	if err != nil {
		return nil, err
	}
	return nil, writeStatements(alone, loaded, costs, t.messages)
}

// logEverySlow makes every statement of the connections to come count as slow, once that log is on.
func (b *bench) logEverySlow(ctx context.Context) error {
	_, db, err := b.database(ctx, "admin")
	if err == nil {
		_, err = db.ExecContext(ctx, "SET GLOBAL long_query_time = 0")
	}
	return err
}

// cost is what one kind of statement took of the database.
type cost struct {
	count    int
	took     time.Duration // also waiting for locks and for a processor
	examined int64         // rows
}

// timed turns the slow log on for the time of work and sums up by kind of statement.
func (t *town) timed(ctx context.Context, work func() error) (map[string]cost, error) {
	if err := t.quiet(ctx); err != nil {
		return nil, err
	}
	for _, text := range []string{"SET GLOBAL log_output = 'TABLE'", "TRUNCATE mysql.slow_log", "SET GLOBAL slow_query_log = ON"} {
		if _, err := t.db.ExecContext(ctx, text); err != nil {
			return nil, err
		}
	}
	err := work()
	if _, off := t.db.ExecContext(context.WithoutCancel(ctx), "SET GLOBAL slow_query_log = OFF"); off != nil || err != nil {
		return nil, errors.Join(err, off)
	}
	rows, err := t.db.QueryContext(ctx, "SELECT MICROSECOND(query_time) + 1000000 * TIME_TO_SEC(query_time), rows_examined, CONVERT(sql_text USING utf8mb4) FROM mysql.slow_log")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	costs := map[string]cost{}
	for rows.Next() {
		var micros, examined float64
		var text string
		if err := rows.Scan(&micros, &examined, &text); err != nil {
			return nil, err
		}
		c := costs[plain(text)]
		c.count, c.took, c.examined = c.count+1, c.took+time.Duration(micros)*time.Microsecond, c.examined+int64(examined)
		costs[plain(text)] = c
	}
	return costs, rows.Err()
}

// logged turns the general log on for the time of work and returns what stands in it.
func (t *town) logged(ctx context.Context, work func() error) (generalLog, error) {
	if err := t.quiet(ctx); err != nil {
		return nil, err
	}
	for _, text := range []string{"SET GLOBAL log_output = 'TABLE'", "TRUNCATE mysql.general_log", "SET GLOBAL general_log = ON"} {
		if _, err := t.db.ExecContext(ctx, text); err != nil {
			return nil, err
		}
	}
	err := work()
	if _, off := t.db.ExecContext(context.WithoutCancel(ctx), "SET GLOBAL general_log = OFF"); off != nil {
		return nil, errors.Join(err, off)
	}
	if err != nil {
		return nil, err
	}
	rows, err := t.db.QueryContext(ctx, "SELECT thread_id, event_time, command_type, CONVERT(argument USING utf8mb4) FROM mysql.general_log")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found generalLog
	for rows.Next() {
		var e logEntry
		var at string
		if err := rows.Scan(&e.thread, &at, &e.command, &e.text); err != nil {
			return nil, err
		}
		if e.at, err = time.Parse("2006-01-02 15:04:05.000000", at); err != nil {
			return nil, err
		}
		found = append(found, e)
	}
	return found, rows.Err()
}

func writeStatements(alone, loaded generalLog, costs map[string]cost, messages int) error {
	var out strings.Builder
	fmt.Fprintln(&out, "One message of a known villager, the connection that kept it:")
	for i, e := range alone.keeping() {
		fmt.Fprintf(&out, "%3d. +%5d µs  %-8s %s\n", i+1, e.at.Sub(alone[0].at).Microseconds(), e.command, short(e.text))
	}
	fmt.Fprintf(&out, "\n%d messages from 64 senders, statements a message (fg: connections that kept deliveries at the time):\n", messages)
	counts := map[string]int{}
	for _, e := range loaded {
		counts[e.command+" "+plain(e.text)]++
	}
	kinds := make([]string, 0, len(counts))
	for kind := range counts {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) })
	for _, kind := range kinds[:min(len(kinds), 80)] {
		fmt.Fprintf(&out, "%7.3f  %s\n", float64(counts[kind])/float64(messages), kind)
	}
	fmt.Fprintf(&out, "%7.3f  in all\n", float64(len(loaded))/float64(messages))
	writeCosts(&out, costs, messages)
	path := filepath.Join(os.TempDir(), "bench-statements.txt")
	fmt.Println("see", path)
	return os.WriteFile(path, []byte(out.String()), 0o600)
}

func writeCosts(out io.Writer, costs map[string]cost, messages int) {
	fmt.Fprintln(out, "\nthe same again, by time in the database: µs a message, count a message, rows examined each")
	kinds := make([]string, 0, len(costs))
	var all time.Duration
	for kind, c := range costs {
		kinds = append(kinds, kind)
		all += c.took
	}
	slices.SortFunc(kinds, func(a, b string) int { return cmp.Compare(costs[b].took, costs[a].took) })
	for _, kind := range kinds[:min(len(kinds), 60)] {
		c := costs[kind]
		fmt.Fprintf(out, "%7d  %7.3f  %7d  %s\n", c.took.Microseconds()/int64(messages), float64(c.count)/float64(messages), c.examined/int64(c.count), kind)
	}
	fmt.Fprintf(out, "%7d  in all\n", all.Microseconds()/int64(messages))
}
