package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// answering is the secretary at work beside a load: what makes the server call WeChat. Each answer
// goes to a villager as a notice, and opens a window for her own.
type answering struct {
	stop context.CancelFunc
	done chan struct{}
	said int // answers that the server took; after done
}

// answersPause lies between two answers.
const answersPause = 100 * time.Millisecond

// converse has everybody with a phone open a case, and the secretary answer them in turn until stop.
func (t *town) converse(ctx context.Context) (*answering, error) {
	numbers, err := t.phoneCases(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	a := &answering{stop: cancel, done: make(chan struct{})}
	go func() {
		defer close(a.done)
		for i := 0; sleep(ctx, answersPause) == nil; i++ {
			ex, err := t.sim.Say(ctx, appID, secretary, fmt.Sprintf("%s 明天上午派人来看，第%d次答复", numbers[i%len(numbers)], i/len(numbers)+1))
			if err == nil && ex.Status == http.StatusOK {
				a.said++
			}
		}
	}()
	return a, nil
}

// ended stops the secretary and tells how many answers were taken.
func (a *answering) ended() int {
	a.stop()
	<-a.done
	return a.said
}

// phoneCases opens a case for each phone and returns the numbers.
func (t *town) phoneCases(ctx context.Context) ([]string, error) {
	number := regexp.MustCompile(`#\d+`)
	numbers := make([]string, len(t.phones))
	failed := make([]error, len(t.phones))
	var wait sync.WaitGroup
	for i, phone := range t.phones {
		wait.Go(func() {
			ex, err := t.sim.Say(ctx, appID, phone, words)
			if numbers[i] = number.FindString(ex.Text); err == nil && numbers[i] == "" {
				err = fmt.Errorf("%s got no number: %d %q %s", phone, ex.Status, ex.Text, ex.Reason)
			}
			failed[i] = err
		})
	}
	wait.Wait()
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return numbers, nil
}
