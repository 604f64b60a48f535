package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// copies is how often WeChat delivers what it thinks wasn't heard.
const copies = 3

// delivery is one of a message's.
type delivery struct {
	of     int // the message
	answer string
	err    error
}

// thrice delivers each message three times, mostly at once.
func thrice(ctx context.Context, r *ruin, f *finding) error {
	messages, err := r.letters(r.platform, r.thrice)
	if err != nil {
		return err
	}
	deliveries := shuffled(len(messages), r.senders)
	began := time.Now()
	r.deliverAll(ctx, messages, deliveries)
	f.tell("%d deliveries from %d senders in %v", len(deliveries), r.senders, round(time.Since(began)))
	answers := map[int]string{}
	failed, different := 0, 0
	var last error
	for _, d := range deliveries {
		if d.err != nil {
			failed, last = failed+1, d.err
			continue
		}
		if said, known := answers[d.of]; known && said != d.answer {
			different++
			last = fmt.Errorf("answered %q and %q", said, d.answer)
		}
		answers[d.of] = d.answer
		messages[d.of].took = time.Since(began)
	}
	f.must(failed == 0 && different == 0, "%d deliveries failed, %d keys had another answer", failed, different)
	if last != nil {
		f.tell("the last of these: %v", last)
	}
	return f.whole(ctx, r.town, messages)
}

// shuffled is the order of the deliveries: two of a message within a few hundred, so that they often
// overlap, the third anywhere.
func shuffled(messages, senders int) []*delivery {
	type place struct {
		*delivery
		at float64
	}
	places := make([]place, 0, messages*copies)
	for i := range messages {
		for range copies - 1 {
			places = append(places, place{&delivery{of: i}, float64(i) + rand.Float64()*float64(senders)})
		}
		places = append(places, place{&delivery{of: i}, rand.Float64() * float64(messages)})
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	all := make([]*delivery, len(places))
	for i, p := range places {
		all[i] = p.delivery
	}
	return all
}

// deliverAll delivers in the order, as fast as the senders get answers.
func (r *ruin) deliverAll(ctx context.Context, messages []*letter, deliveries []*delivery) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range r.senders {
		wait.Go(func() {
			w, err := dial(ctx, r.address)
			for i := next.Add(1) - 1; i < int64(len(deliveries)); i = next.Add(1) - 1 {
				d := deliveries[i]
				if d.err = err; err != nil {
					continue
				}
				d.answer, d.err = r.say(w, messages[d.of])
			}
			if err == nil {
				w.close()
			}
		})
	}
	wait.Wait()
}

// say delivers a message and reads the answer.
func (r *ruin) say(w *wire, m *letter) (string, error) {
	a, err := w.exchange(m.request)
	if err != nil {
		return "", err
	}
	return r.platform.read(a)
}
