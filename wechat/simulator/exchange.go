package simulator

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

// Exchange is one callback with its answer, over all its deliveries.
type Exchange struct {
	// Status and Body are the HTTP answer that counted; zero when none came in time.
	Status int
	Body   []byte
	// Reply is the decrypted answer, XML or JSON; empty for an empty answer or `success`.
	Reply string
	// Text is the text that the phone shows for it.
	Text string
	// Deliveries is how often it was delivered before an answer came.
	Deliveries int
	Elapsed    time.Duration
	// Failed is true when the phone shows 「该公众号提供的服务出现故障」, and Reason says why, in Chinese since
	// the page shows it.
	Failed bool
	Reason string
	// Query and Sent are the last delivery, for tests that replay or damage it with PushRaw.
	Query url.Values
	Sent  []byte
}

// callback is one thing to push.
type callback struct {
	what, detail string // for the log
	nodes        []node
	answered     bool // the phone shows the answer
}

// push delivers a callback until it is answered, at most three times, and shows the answer.
func (s *Simulator) push(ctx context.Context, a *account, p *person, c callback) (Exchange, error) {
	address, err := s.callback(a.AppID)
	if err != nil {
		return Exchange{}, err
	}
	plain := writeXML(c.nodes)
	if a.JSON {
		plain = writeJSON(c.nodes)
	}
	start := time.Now()
	ex, d, err := s.deliver(ctx, a, address, openID(a.AppID, p.Key), plain)
	ex.Elapsed = time.Since(start)
	if err != nil {
		return ex, err
	}
	outcome := s.settle(a, p, c, &ex, d)
	s.notePush(Push{
		AppID: a.AppID, Person: p.Key, What: c.what, Detail: c.detail, Status: ex.Status,
		Deliveries: ex.Deliveries, Elapsed: ex.Elapsed, Outcome: outcome, Reason: ex.Reason,
	})
	return ex, nil
}

// settle reads the answer and shows it, and names the outcome.
func (s *Simulator) settle(a *account, p *person, c callback, ex *Exchange, d delivery) string {
	ex.Status, ex.Body = d.status, d.body
	bubble, reply, err := s.reading(a, p, d)
	if !c.answered { // nobody sees the answer to an event of this kind
		if err != nil {
			ex.Reason = err.Error()
			return "failed"
		}
		return "ignored"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		ex.Failed, ex.Reason = true, err.Error()
		s.show(a, p, Bubble{Kind: KindSystem, Text: Broken})
		return "failed"
	case bubble == nil:
		return "empty"
	}
	ex.Reply, ex.Text = reply, bubble.Text
	bubble.Channel = "reply"
	s.show(a, p, *bubble)
	return "reply"
}

// reading is what the phone makes of a delivery's end.
func (s *Simulator) reading(a *account, p *person, d delivery) (*Bubble, string, error) {
	switch {
	case d.err != nil:
		return nil, "", fmt.Errorf("没有应答：%w", d.err)
	case d.status != 200:
		return nil, "", fmt.Errorf("HTTP 状态是 %d", d.status)
	}
	return s.readReply(a, p, d.body)
}

// deliver sends a callback again and again until there is an answer. It hangs up on each delivery after
// the deadline, but the program may still be working on it: its deliveries overlap.
func (s *Simulator) deliver(ctx context.Context, a *account, address, openid string, plain []byte) (Exchange, delivery, error) {
	var ex Exchange
	ended := make(chan delivery, s.timing.Deliveries)
	retry := time.NewTimer(s.timing.Retry)
	defer retry.Stop()
	start := func() {
		if ex.Deliveries == 0 || !s.timing.SameNonce {
			ex.Query, ex.Sent = s.seal(a, openid, plain)
		}
		ex.Deliveries++
		retry.Reset(s.timing.Retry)
		query, body := ex.Query, ex.Sent
		s.track(func() {
			limited, cancel := context.WithTimeout(s.base, s.timing.Deadline)
			defer cancel()
			ended <- s.post(limited, address, query, body)
		})
	}
	start()
	for finished := 0; ; {
		select {
		case <-ctx.Done():
			return ex, delivery{}, ctx.Err()
		case <-s.base.Done():
			return ex, delivery{}, context.Cause(s.base)
		case <-retry.C:
			if ex.Deliveries < s.timing.Deliveries {
				start()
			}
		case d := <-ended:
			finished++
			if d.answered() || finished == s.timing.Deliveries {
				return ex, d, nil
			}
			if finished == ex.Deliveries { // none is under way any more
				start()
			}
		}
	}
}
