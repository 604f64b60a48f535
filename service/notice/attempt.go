package notice

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"cunwu/model"
)

const (
	retriesMax  = 30 // with back-off: about four hours
	faultsMax   = 20
	longestWait = 10 * time.Minute
	routesMax   = 12
	shortStop   = 2 * time.Minute // a stop that long is waited for, a longer one is walked around
	resendAfter = 20 * time.Second
	codeDay     = 45009 // the day's quota is used up
)

// job is one attempt at a claimed notice.
type job struct {
	n        *model.Notice
	orphan   bool  // the worker that had it died while sending
	rest     queue // what is listed for the recipient after it
	enclosed enclosed
	file     *File
	tried    map[string]bool
	beside   int       // open slots of the recipient's other identities
	stopped  time.Time // when the first stopped lane runs again
	code     int       // and the errcode that stopped it
}

// ending is what became of an attempt.
type ending struct {
	Sent
	stop   bool       // what comes later for this recipient must wait
	follow *claimable // to be sent next: the voice of the text just sent
}

// attempt tries one channel after the other and writes how it went. It goes on
// though the pass is told to end: a message under way is brought to its end.
func (s *Service) attempt(ctx context.Context, j *job) ending {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptTime)
	defer cancel()
	end, err := s.try(ctx, j)
	if err == nil {
		return *end
	}
	s.log.ErrorContext(ctx, "a notice could not be handled", "village", j.n.VillageID, "notice", j.n.ID, "error", err)
	if !errors.Is(err, errLost) {
		if _, err = s.later(ctx, j, pause{at: s.store.Now().Add(resendAfter)}); err != nil {
			s.log.ErrorContext(ctx, "a claimed notice could not be given back", "notice", j.n.ID, "error", err)
		}
	}
	return ending{stop: true}
}

func (s *Service) try(ctx context.Context, j *job) (*ending, error) {
	if j.orphan && j.n.Unknowns > 1 {
		return s.hold(ctx, j) // two workers died over it: a person had better look
	}
	if wait, err := s.enclose(ctx, j); err != nil || wait.forLater() {
		if err != nil {
			return nil, err
		}
		return s.later(ctx, j, wait)
	}
	for range routesMax {
		r, err := s.choose(ctx, j)
		if err != nil {
			return nil, err
		}
		if r == nil {
			break
		}
		if end, err := s.travel(ctx, j, r); end != nil || err != nil {
			return end, err
		}
	}
	if !j.stopped.IsZero() {
		return s.later(ctx, j, pause{at: j.stopped.Add(jitter(5 * time.Second)), code: j.code, others: true})
	}
	return s.hold(ctx, j)
}

// choose is the best way that is open and wasn't tried; nil: none, or the best
// one is stopped for a moment only.
func (s *Service) choose(ctx context.Context, j *job) (*route, error) {
	now := s.store.Now()
	routes, _, err := s.routes(ctx, j.n, now)
	if err != nil {
		return nil, err
	}
	j.stopped, j.beside = time.Time{}, 0
	routes = slices.DeleteFunc(routes, func(r route) bool { return j.tried[r.key()] })
	for _, r := range routes[min(1, len(routes)):] {
		if r.channel == model.ChannelChat {
			j.beside += r.to.openSlots(now)
		}
	}
	for i := range routes {
		r := &routes[i]
		until, code := s.stops.until(r.lane(), now)
		if until.IsZero() {
			return r, nil
		}
		if j.stopped.IsZero() || until.Before(j.stopped) {
			j.stopped, j.code = until, code
		}
		if until.Sub(now) <= shortStop {
			return nil, nil
		}
	}
	return nil, nil
}

// travel sends by this route. No ending: the route is closed, the next may do.
func (s *Service) travel(ctx context.Context, j *job, r *route) (*ending, error) {
	now := s.store.Now()
	l, err := s.compose(ctx, j, r, now)
	if err != nil {
		return nil, err
	}
	if taken, err := s.take(ctx, r, now); err != nil || !taken {
		return nil, err
	}
	j.tried[r.key()] = true
	failure := s.send(ctx, l.Outgoing)
	if failure == nil {
		s.stops.works(r.lane())
		return s.delivered(ctx, j, r, l)
	}
	return s.failed(ctx, j, r, l, failure)
}

func (s *Service) send(ctx context.Context, o Outgoing) *model.SendError {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	err := s.sender.Send(ctx, o)
	if err == nil {
		return nil
	}
	failure := &model.SendError{Class: model.SendUnknown, Cause: err}
	errors.As(err, &failure)
	s.o.Counter(string(failure.Class))
	return failure
}

// failed decides by the class of failure what becomes of the notice.
func (s *Service) failed(ctx context.Context, j *job, r *route, l letter, failure *model.SendError) (*ending, error) {
	now, n := s.store.Now(), j.n
	switch failure.Class {
	case model.SendRecipient:
		return nil, s.close(ctx, r)
	case model.SendUnknown:
		return s.unknown(ctx, j, r, l, failure)
	}
	if err := s.giveBack(ctx, r); err != nil {
		return nil, err
	}
	switch failure.Class {
	case model.SendRetry:
		if n.Attempts+1 >= retriesMax {
			return s.die(ctx, j, failure)
		}
		wait := max(backOff(n.Attempts), s.stops.trouble(r.lane(), n.ID, failure.Code, now))
		return s.later(ctx, j, pause{at: now.Add(wait), code: failure.Code, counted: true, others: true})
	case model.SendQuota:
		s.stops.pause(r.lane(), failure.Code, quotaEnd(now, failure.Code))
		delete(j.tried, r.key())
		return nil, nil
	}
	length := s.stops.fault(r.lane(), n.ID, failure.Code, now)
	s.log.ErrorContext(ctx, "WeChat refuses a notice: our settings or the message are wrong", "account", r.to.Account, "channel", r.channel,
		"errcode", failure.Code, "cause", failure.Cause, "notice", n.ID, "stopped_for", length)
	if n.Attempts+1 >= faultsMax {
		return s.die(ctx, j, failure)
	}
	wait := max(length, time.Duration(min(n.Attempts+1, 10))*time.Minute)
	return s.later(ctx, j, pause{at: now.Add(wait + jitter(wait/4)), code: failure.Code, counted: true})
}

// unknown sends once again what may have arrived. A second time it most likely
// did, unless WeChat is in trouble: then it stays in the inbox and on the call list.
func (s *Service) unknown(ctx context.Context, j *job, r *route, l letter, failure *model.SendError) (*ending, error) {
	now := s.store.Now()
	length := s.stops.trouble(r.lane(), j.n.ID, failure.Code, now)
	switch {
	case j.n.Unknowns == 0:
		wait := max(resendAfter, length)
		return s.later(ctx, j, pause{at: now.Add(wait + jitter(resendAfter)), code: failure.Code, unknown: true, others: length > 0})
	case length > 0:
		err := s.insist(ctx, func(ctx context.Context) error {
			return s.settle(ctx, j.n, map[string]any{"state": model.NoticeHeld, "unknowns": j.n.Unknowns + 1, "err_code": failure.Code})
		})
		return &ending{stop: true, Sent: Sent{Held: 1, Unknown: 1}}, err
	}
	l.unknown = true
	return s.delivered(ctx, j, r, l)
}

// take spends what the route costs. False: it was changed meanwhile.
func (s *Service) take(ctx context.Context, r *route, now time.Time) (bool, error) {
	switch r.channel {
	case model.ChannelChat:
		return s.takeSlot(ctx, r.to, now)
	case model.ChannelSubscribe:
		return s.takeGrant(ctx, r)
	}
	return true, nil
}

func (s *Service) giveBack(ctx context.Context, r *route) error {
	switch r.channel {
	case model.ChannelChat:
		return s.giveSlotBack(ctx, r.to)
	case model.ChannelSubscribe:
		return s.giveGrantBack(ctx, r)
	}
	return nil
}

// close believes WeChat that the route is closed for this person.
func (s *Service) close(ctx context.Context, r *route) error {
	switch r.channel {
	case model.ChannelChat:
		return s.closeWindow(ctx, r.to)
	case model.ChannelSubscribe:
		return s.closeGrant(ctx, r)
	}
	return nil
}

func backOff(attempts int) time.Duration {
	wait := min(5*time.Second<<min(attempts, 10), longestWait)
	return wait/2 + jitter(wait)
}

func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d)
}

// quotaEnd is when a quota begins anew: the next minute, or the next day.
func quotaEnd(now time.Time, code int) time.Time {
	if code != codeDay {
		return now.Truncate(time.Minute).Add(time.Minute)
	}
	y, m, d := now.In(model.Shanghai).Date()
	return time.Date(y, m, d+1, 0, 1, 0, 0, model.Shanghai)
}

// number is how people call the case, for the fields of a template.
func (s *Service) number(ctx context.Context, n *model.Notice) (string, error) {
	if n.CaseID == "" {
		return "", nil
	}
	var numbers []int64
	err := s.store.DB(ctx).Model(&model.Case{}).Where("village_id = ? AND id = ?", n.VillageID, n.CaseID).Limit(1).Pluck("number", &numbers).Error
	if err != nil || len(numbers) == 0 {
		return "", err
	}
	return "#" + strconv.FormatInt(numbers[0], 10), nil
}
