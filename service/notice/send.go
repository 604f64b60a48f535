package notice

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"cunwu/model"
)

const (
	passMax   = 10_000 // notices that one pass takes at most
	lookAgain = time.Second
	shortPass = 8                     // looks; a longer pass means that there is much to send:
	breath    = 20 * time.Millisecond // so that each look then finds many
)

// Sent counts what a pass did.
type Sent struct {
	Sent    int // taken by WeChat
	Held    int // no channel is open
	Dead    int // given up: an operator must look
	Retried int // to be tried later
	Unknown int // outcomes that could not be known
}

func (t *Sent) add(u Sent) {
	t.Sent += u.Sent
	t.Held += u.Held
	t.Dead += u.Dead
	t.Retried += u.Retried
	t.Unknown += u.Unknown
}

// served is what came of one recipient's queue.
type served struct {
	recipient string
	sent      Sent
}

// SendDue sends what is due until nothing is left. Recipients are served side by
// side, each one's notices one after the other; a slow one keeps nobody else
// waiting. It may run many times at once, here and on other replicas. When ctx
// ends, what is under way is finished and nothing new begun.
func (s *Service) SendDue(ctx context.Context) (Sent, error) {
	var total Sent
	finished := make(chan served, s.o.Parallel)
	serving := map[string]bool{}
	finish := func(f served) {
		delete(serving, f.recipient)
		total.add(f.sent)
	}
	var failed error
	for begun, looks := 0, 0; begun < passMax && ctx.Err() == nil; looks++ {
		if looks > shortPass {
			time.Sleep(breath)
		}
		queues, err := s.due(ctx)
		if err != nil {
			if ctx.Err() == nil { // else it is only told to end
				failed = err
			}
			break
		}
		started := 0
		for _, q := range queues {
			recipient := q[0].Recipient
			if serving[recipient] {
				continue
			}
			for len(serving) == s.o.Parallel {
				finish(<-finished)
			}
			serving[recipient] = true
			begun, started = begun+len(q), started+1
			go func() { finished <- served{recipient: recipient, sent: s.serve(ctx, q)} }()
		}
		if started == 0 && len(serving) == 0 {
			break
		}
		if started == 0 {
			select {
			case f := <-finished:
				finish(f)
			case <-s.woken:
			case <-time.After(lookAgain):
			}
		}
	}
	for len(serving) > 0 {
		finish(<-finished)
	}
	return total, failed
}

// serve sends one recipient's queue in its order and stops where one must wait.
func (s *Service) serve(ctx context.Context, q queue) (t Sent) {
	defer func() {
		if r := recover(); r != nil { // the claim runs out and the outcome is unknown
			s.log.ErrorContext(ctx, "sending a notice panicked", "cause", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
	}()
	for len(q) > 0 && ctx.Err() == nil {
		next := q[0]
		q = q[1:]
		n, err := s.claim(ctx, next)
		if err != nil {
			s.log.ErrorContext(ctx, "a notice can't be claimed", "error", err)
			return t
		}
		if n == nil {
			return t
		}
		end := s.attempt(ctx, &job{n: n, orphan: next.State == model.NoticeSending, rest: q, tried: map[string]bool{}})
		t.add(end.Sent)
		if end.stop {
			return t
		}
		if end.follow != nil { // the voice stands right under its text
			q = append(queue{*end.follow}, q...)
		}
	}
	return t
}
