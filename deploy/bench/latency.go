package main

import (
	"context"
	"fmt"
	"time"

	"cunwu/wechat/simulator"
)

// phonesOf a town whose secretary answers: five messages to each may follow one of theirs.
const phonesOf = 64

// weather is how WeChat's API is for a while.
type weather struct {
	name  string
	most  float64 // ms that the slowest hundredth of answers may take
	spoil func(sim *simulator.Simulator)
}

func weathers() []weather {
	slow := func(d time.Duration) func(*simulator.Simulator) {
		return func(sim *simulator.Simulator) { sim.Fail("*", simulator.Fault{Latency: d}) }
	}
	return []weather{
		{"normal", 1000, func(*simulator.Simulator) {}},
		{"answering in 3 s", 5000, slow(3 * time.Second)},
		{"not answering", 5000, slow(time.Hour)},
	}
}

// latency measures how long a villager waits for the answer when messages come at a pace: every
// delivery that is due, also while the server can't keep up.
func latency(ctx context.Context, b *bench) ([]line, error) {
	n := b.rate * int(b.stream/time.Second)
	t, err := b.newTown(ctx, n+phonesOf, phonesOf)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.stop() }()
	platform, err := newPlatform()
	if err != nil {
		return nil, err
	}
	if _, err := t.under(ctx, platform, n/4, func() error { return nil }); err != nil { // dialogues and windows are made
		return nil, err
	}
	var lines []line
	var calm float64
	for i, w := range weathers() {
		p, err := t.under(ctx, platform, n, func() error { w.spoil(t.sim); return nil })
		t.sim.Clear()
		if err != nil {
			return lines, err
		}
		fmt.Printf("#   WeChat's API %s: %v\n", w.name, p)
		path := fmt.Sprintf("villager's answer at %d/s, WeChat's API %s", b.rate, w.name)
		l := within(path+": p99", millis(p.p99()), w.most)
		l.baseline = "WeChat's deadline"
		if i == 0 {
			calm, l.baseline = millis(p.p99()), "what people bear"
		}
		lines = append(lines, l)
		if i > 0 {
			lines = append(lines, line{path: path + ": p99", baseline: "with the API normal", ours: l.ours, theirs: fmt.Sprintf("%.0f ms", calm), ratio: millis(p.p99()) / calm})
		}
		if p.answered < p.asked {
			return lines, fmt.Errorf("%s: %v", path, p.spread)
		}
	}
	return lines, nil
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
