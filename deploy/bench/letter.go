package main

import (
	"fmt"
	"slices"
	"time"
)

// letter is one that a villager sends, and what became of it.
type letter struct {
	key      string // as the server names its deliveries
	openID   string
	request  []byte
	took     time.Duration // from when it was due to the answer that counted; 0: none came
	failures int           // deliveries that were not answered as WeChat wants
	last     error         // of them
	reply    []byte        // the sealed answer
}

func (m *letter) answered() bool { return m.took > 0 }

// letters are one from each of the first n villagers who have no phone in the simulator.
func (t *town) letters(p *platform, n int) ([]*letter, error) {
	senders := t.openIDs[:len(t.openIDs)-len(t.phones)]
	if n > len(senders) {
		return nil, fmt.Errorf("%d messages and only %d villagers: a lower -rate fits", n, len(senders))
	}
	all := make([]*letter, n)
	for i, openID := range senders[:n] {
		text := p.text(openID, words)
		all[i] = &letter{key: p.key(), openID: openID, request: p.request(openID, text)}
	}
	return all, nil
}

// spread is how a stream's messages were answered.
type spread struct {
	asked, answered int
	repeated        int // answered after a delivery that wasn't
	failures        int
	times           []time.Duration // sorted, of the answered
	last            error
}

func spreadOf(messages []*letter) spread {
	s := spread{asked: len(messages)}
	for _, m := range messages {
		s.failures += m.failures
		if m.last != nil {
			s.last = m.last
		}
		if !m.answered() {
			continue
		}
		s.answered++
		s.times = append(s.times, m.took)
		if m.failures > 0 {
			s.repeated++
		}
	}
	slices.Sort(s.times)
	return s
}

func (s spread) p50() time.Duration { return percentile(s.times, 0.5) }
func (s spread) p99() time.Duration { return percentile(s.times, 0.99) }

func (s spread) slowest() time.Duration {
	if len(s.times) == 0 {
		return 0
	}
	return s.times[len(s.times)-1]
}

func (s spread) String() string {
	text := fmt.Sprintf("%d of %d answered, p50 %v, p99 %v, slowest %v", s.answered, s.asked, round(s.p50()), round(s.p99()), round(s.slowest()))
	if s.failures > 0 {
		text += fmt.Sprintf(", %d deliveries failed (%v)", s.failures, s.last)
	}
	return text
}

func round(d time.Duration) time.Duration {
	if d > 100*time.Millisecond {
		return d.Round(time.Millisecond)
	}
	return d.Round(10 * time.Microsecond)
}
