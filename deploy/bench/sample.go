package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// sample is one round of one side.
type sample struct {
	perSecond float64
	cpu       time.Duration // of the server's process, a request
	db        time.Duration // of the database's
	p50, p99  time.Duration
	spooled   int // answered from the disk, since the database took too long
	memory    memory
}

func (s sample) String() string {
	text := fmt.Sprintf("%.0f/s, %.0f + %.0f µs CPU, p50 %v, p99 %v", s.perSecond, micros(s), microsDB(s), s.p50.Round(time.Microsecond), s.p99.Round(time.Microsecond))
	if s.spooled > 0 {
		text += fmt.Sprintf(", %d spooled", s.spooled)
	}
	return text
}

// side measures one round.
type side func(ctx context.Context) (sample, error)

// pair is what two sides measured in turn.
type pair struct{ ours, theirs []sample }

// inTurn measures two sides, a round each in turn, so that what else this machine does hits both.
func inTurn(ctx context.Context, count int, ours, theirs side) (pair, error) {
	var p pair
	for round := range count {
		for _, one := range []struct {
			name    string
			measure side
			into    *[]sample
		}{{"ours", ours, &p.ours}, {"baseline", theirs, &p.theirs}} {
			s, err := one.measure(ctx)
			if err != nil {
				return p, err
			}
			fmt.Printf("#   round %d, %s: %v\n", round+1, one.name, s)
			*one.into = append(*one.into, s)
		}
	}
	return p, nil
}

// median of a figure over the rounds.
func median(samples []sample, figure func(sample) float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	all := make([]float64, 0, len(samples))
	for _, s := range samples {
		all = append(all, figure(s))
	}
	slices.Sort(all)
	if n := len(all); n%2 == 0 {
		return (all[n/2-1] + all[n/2]) / 2
	}
	return all[len(all)/2]
}

func rate(s sample) float64      { return s.perSecond }
func micros(s sample) float64    { return float64(s.cpu) / float64(time.Microsecond) }
func microsDB(s sample) float64  { return float64(s.db) / float64(time.Microsecond) }
func microsAll(s sample) float64 { return micros(s) + microsDB(s) }
func p50(s sample) float64       { return float64(s.p50) / float64(time.Millisecond) }
func p99(s sample) float64       { return float64(s.p99) / float64(time.Millisecond) }

// percentile of sorted times.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}

// faster is a line that compares requests a second.
func (p pair) faster(path, baseline string, atLeast float64) line {
	ours, theirs := median(p.ours, rate), median(p.theirs, rate)
	return line{path: path, baseline: baseline, ours: perSecond(ours), theirs: perSecond(theirs),
		ratio: ours / theirs, goal: goal{sign: "≥", value: atLeast}}
}

// cheaper is a line that compares the processor time of a request, the database's with it: what
// else this machine does changes it little.
func (p pair) cheaper(path, baseline string, atMost float64) line {
	ours, theirs := median(p.ours, microsAll), median(p.theirs, microsAll)
	return line{path: path, baseline: baseline, ours: fmt.Sprintf("%.1f µs", ours), theirs: fmt.Sprintf("%.1f µs", theirs),
		ratio: ours / theirs, goal: goal{sign: "≤", value: atMost}}
}

// tail is a line that shows the slowest hundredth; it has no goal.
func (p pair) tail(path, baseline string) line {
	ours, theirs := median(p.ours, p99), median(p.theirs, p99)
	return line{path: path, baseline: baseline, ours: fmt.Sprintf("%.1f ms", ours), theirs: fmt.Sprintf("%.1f ms", theirs), ratio: ours / theirs}
}

func perSecond(v float64) string { return fmt.Sprintf("%.0f/s", v) }
