package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// mixed is all that a village does at once: people write, vote and read, and the secretary answers.
type mixed struct {
	*fleet
	platform *platform
	hall     *hall
	tokens   []string // of those who vote and read
	letters  []*letter

	votes, voted   atomic.Int64 // asked and acknowledged
	votesRepeated  atomic.Int64 // asked again after an answer that wasn't one
	reads, refused atomic.Int64 // of these, those that weren't answered with 200
	busy           atomic.Int64 // answered with 503, as when Redis is away: ask again
	signedOut      atomic.Int64
	last           atomic.Value // of what went wrong
	said           []string     // by the secretary, acknowledged
	otherwise      string       // what she was told else
}

const mixedReaders = 4

// newMixed prepares a load of messages at the rate for so long, with as many votes.
func newMixed(ctx context.Context, f *fleet, rate int, span time.Duration) (*mixed, error) {
	platform, err := newPlatform()
	if err != nil {
		return nil, err
	}
	m := &mixed{fleet: f, platform: platform}
	if err := f.quiet(ctx); err != nil {
		return nil, err
	}
	if m.letters, err = f.town.letters(platform, rate*int(span/time.Second)); err != nil {
		return nil, err
	}
	if m.hall, err = f.openHall(f.dsn, f.db); err != nil {
		return nil, err
	}
	return m, m.hall.open(ctx)
}

// run has everybody at it until the messages are out and harm is done.
func (m *mixed) run(ctx context.Context, rate int, harm func(ctx context.Context) error) (spread, error) {
	numbers, err := m.phoneCases(ctx)
	if err != nil {
		return spread{}, err
	}
	// Of a case that she hasn't read today, she would be asked whether she means it.
	for _, number := range numbers {
		if _, err := m.sim.Say(ctx, appID, secretary, number); err != nil {
			return spread{}, err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reading, stop := context.WithCancel(ctx)
	defer stop()
	var beside, voting sync.WaitGroup
	for range mixedReaders {
		beside.Go(func() { m.read(reading) })
	}
	beside.Go(func() { m.answer(reading, numbers) })
	voting.Go(func() { m.vote(ctx, rate) })
	done := make(chan spread, 1)
	go func() {
		done <- stream{address: m.front, rate: rate, again: againAfter, most: againMost}.run(ctx, m.letters)
	}()
	if err = harm(ctx); err != nil {
		cancel()
	}
	s := <-done
	voting.Wait()
	stop()
	beside.Wait()
	return s, err
}

// vote has each voter cast one ballot, again until it is acknowledged.
func (m *mixed) vote(ctx context.Context, rate int) {
	var wait sync.WaitGroup
	began := time.Now()
	for i, request := range ballots(m.hall.ref, m.tokens) {
		if sleep(ctx, time.Until(began.Add(time.Duration(i)*time.Second/time.Duration(rate)))) != nil {
			break
		}
		m.votes.Add(1)
		wait.Go(func() {
			for sleep(ctx, 0) == nil {
				a, err := m.ask(ctx, request)
				if err == nil && a.status == http.StatusUnauthorized {
					m.signedOut.Add(1)
				}
				if err == nil && a.status == http.StatusServiceUnavailable {
					m.busy.Add(1)
					_ = sleep(ctx, againAfter)
					continue
				}
				if err == nil {
					err = castOnce(a)
				}
				if err == nil {
					m.voted.Add(1)
					return
				}
				m.votesRepeated.Add(1)
				m.last.Store("a vote: " + err.Error())
				_ = sleep(ctx, againAfter)
			}
		})
	}
	wait.Wait()
}

// read has somebody read what is theirs, again and again.
func (m *mixed) read(ctx context.Context) {
	requests := reading(m.tokens, "/me")
	for sleep(ctx, 20*time.Millisecond) == nil {
		a, err := m.ask(ctx, requests[rand.N(len(requests))])
		if ctx.Err() != nil {
			return
		}
		m.reads.Add(1)
		if err == nil && a.status == http.StatusUnauthorized {
			m.signedOut.Add(1)
		}
		if err == nil && a.status == http.StatusServiceUnavailable {
			m.busy.Add(1)
			continue
		}
		if err == nil {
			err = found(a)
		}
		if err != nil {
			m.refused.Add(1)
			m.last.Store("reading: " + err.Error())
		}
	}
}

// ask is a request on a connection of its own.
func (m *mixed) ask(ctx context.Context, request []byte) (answer, error) {
	w, err := dial(ctx, m.front)
	if err != nil {
		return answer{}, err
	}
	defer w.close()
	a, err := w.exchange(request)
	a.body = bytes.Clone(a.body)
	return a, err
}

var sayingForm = regexp.MustCompile(`第\d+号答复`)

// answer has the secretary answer the people with phones, in turn, as often as WeChat lets her reach
// each.
func (m *mixed) answer(ctx context.Context, numbers []string) {
	const each = 4 // of the five messages that may follow one of theirs
	for i := range each * len(numbers) {
		if sleep(ctx, answersPause) != nil {
			return
		}
		saying := fmt.Sprintf("第%d号答复", i+1)
		ex, err := m.sim.Say(ctx, appID, secretary, numbers[i%len(numbers)]+" 明天上午派人来看，"+saying)
		// Kept on disk first is as good a promise as sent.
		if err == nil && (strings.Contains(ex.Text, "已发给") || strings.Contains(ex.Text, "已收到")) {
			m.said = append(m.said, saying)
			continue
		}
		if ctx.Err() != nil {
			return
		}
		m.otherwise = fmt.Sprintf("%d %q %s %v", ex.Status, ex.Text, ex.Reason, err)
	}
}

// heard is how often each of the secretary's answers came to a phone.
func (m *mixed) heard() map[string]int {
	all := map[string]int{}
	for _, phone := range m.phones {
		for _, bubble := range m.sim.Phone(appID, phone) {
			if saying := sayingForm.FindString(bubble.Text); saying != "" {
				all[saying]++
			}
		}
	}
	return all
}
