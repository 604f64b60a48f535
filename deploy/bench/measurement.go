package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// measurement is one thing to measure; it gives lines of the table.
type measurement struct {
	name  string
	about string
	asked bool // runs only when it is named
	run   func(ctx context.Context, b *bench) ([]line, error)
}

func measurements() []measurement {
	return []measurement{
		{name: "codec", about: "a callback verified, decrypted, read and answered, without a database", run: codec},
		{name: "help", about: "a villager's message kept with all that follows from it", run: help},
		{name: "callback", about: "the same, against what a user of the SDK would write today", run: callback},
		{name: "read", about: "who am I and what did I ask, signed in", run: read},
		{name: "vote", about: "64 voters in one hot poll, by the API; and with a thousand times its ballots", run: vote},
		{name: "races", about: "votes that come at once in every way, each counted once", run: races},
		{name: "merit", about: "the points' ledger with a hundred times its entries", run: meritFlat},
		{name: "idle", about: "memory while nobody speaks, and the time to start, on SQLite", run: idle},
		{name: "latency", about: "the villager's answer at a pace, with WeChat's API there, slow and hanging", run: latency},
		{name: "county", about: "a village among many with three years of history, and alone", asked: true, run: county},
		{name: "statements", about: "what a delivery asks of MariaDB, in order (SET GLOBAL general_log)", asked: true, run: statements},
	}
}

// choose finds the measurements of these names; none: all that needn't be named.
func choose(names []string) ([]measurement, error) {
	var chosen []measurement
	for _, m := range measurements() {
		if slices.Contains(names, m.name) || len(names) == 0 && !m.asked {
			chosen = append(chosen, m)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(chosen, func(m measurement) bool { return m.name == name }) {
			return nil, fmt.Errorf("nothing is called %q; see -h", name)
		}
	}
	return chosen, nil
}

// measureAll is the run of the measurements that are asked for.
func measureAll(o options, out io.Writer) (func(ctx context.Context, b *bench) error, error) {
	chosen, err := choose(o.names)
	return func(ctx context.Context, b *bench) error { return b.measure(ctx, chosen, out, o.markdown) }, err
}

// measure runs the chosen one after the other and prints what there is, even when one fails.
func (b *bench) measure(ctx context.Context, chosen []measurement, out io.Writer, markdown bool) error {
	var lines []line
	var failed error
	for _, m := range chosen {
		fmt.Fprintf(out, "# %s: %s\n", m.name, m.about)
		found, err := m.run(ctx, b)
		lines = append(lines, found...)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", m.name, err))
		}
	}
	if markdown {
		printMarkdown(out, lines)
	} else {
		printTable(out, lines)
	}
	return failed
}
