package poll

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"

	"cunwu/model"
)

// boxBatch is how many waiting votes one commit takes.
const boxBatch = 128

// box are the votes that wait in this process, by poll. Those that come while a
// commit is under way share the next one: a commit costs the same for one vote
// and for many, and within it nothing tells which voter brought which ballot.
type box struct {
	mu      sync.Mutex
	waiting map[Ref][]*handed
	busy    map[Ref]bool
}

// handed is a vote that waits for its commit.
type handed struct {
	e      entry
	v      vote
	holder string // of the proxy by which it is cast
	err    error
	done   chan struct{}
}

func newBox() *box { return &box{waiting: map[Ref][]*handed{}, busy: map[Ref]bool{}} }

// handIn takes a vote together with others that wait, or in the caller's own
// transaction if there is one.
func (s *Service) handIn(ctx context.Context, w *handed) error {
	if model.InTx(ctx) {
		return s.alone(ctx, w)
	}
	ref := RefOf(w.e.Poll)
	w.done = make(chan struct{})
	s.box.mu.Lock()
	s.box.waiting[ref] = append(s.box.waiting[ref], w)
	idle := !s.box.busy[ref]
	s.box.busy[ref] = true
	s.box.mu.Unlock()
	if idle {
		go s.empty(context.WithoutCancel(ctx), ref)
	}
	<-w.done // as long as transactions may last
	return w.err
}

// empty takes what waits for a poll until nothing does.
func (s *Service) empty(ctx context.Context, ref Ref) {
	for {
		s.box.mu.Lock()
		all := s.box.waiting[ref]
		some := all[:min(len(all), boxBatch)]
		s.box.waiting[ref] = all[len(some):]
		if len(some) == 0 {
			delete(s.box.waiting, ref)
			delete(s.box.busy, ref)
			s.box.mu.Unlock()
			return
		}
		s.box.mu.Unlock()
		s.take(ctx, some)
		for _, w := range some {
			close(w.done)
		}
	}
}

// take commits votes together; when one of them clashes, each by itself.
func (s *Service) take(ctx context.Context, some []*handed) {
	err := s.store.Tx(ctx, func(ctx context.Context) error { return s.keepAll(ctx, some) })
	if err == nil {
		return
	}
	for _, w := range some {
		w.err = err
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			w.err = s.alone(ctx, w)
		}
	}
}

func (s *Service) alone(ctx context.Context, w *handed) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		if err := s.proxied(ctx, w); err != nil {
			return err
		}
		return s.put(ctx, w.e, w.v)
	})
}

func (s *Service) proxied(ctx context.Context, w *handed) error {
	if w.holder == "" {
		return nil
	}
	return s.holdsProxy(ctx, w.e, w.holder)
}

// keepAll is keep for several votes of one poll.
func (s *Service) keepAll(ctx context.Context, some []*handed) error {
	p := some[0].e.Poll
	var ids []string
	for _, w := range some {
		w.err = nil // the transaction may be run again
		ids = append(ids, w.e.VoterID)
	}
	if err := s.throughGate(ctx, p, ids...); err != nil {
		return err
	}
	var voted []string
	err := s.of(ctx, RefOf(p)).Model(&model.PollTurnout{}).Where("voter_id IN ?", ids).Limit(len(ids)).Pluck("voter_id", &voted).Error
	if err != nil {
		return err
	}
	var taken []*handed
	for _, w := range some {
		if slices.Contains(voted, w.e.VoterID) {
			w.err = errVoted
			continue
		}
		if err := s.proxied(ctx, w); err != nil {
			if model.AsError(err) == nil {
				return err
			}
			w.err = err
			continue
		}
		voted = append(voted, w.e.VoterID)
		taken = append(taken, w)
	}
	if len(taken) == 0 {
		return nil
	}
	if err := s.writeVotes(ctx, taken); err != nil {
		return err
	}
	for _, w := range taken {
		if err := s.tellOthers(ctx, w.e, w.v); err != nil {
			return err
		}
	}
	return nil
}

// writeVotes writes turnout and ballots, each in an order of its own.
func (s *Service) writeVotes(ctx context.Context, taken []*handed) error {
	turnout, ballots := make([]model.PollTurnout, len(taken)), make([]model.PollBallot, len(taken))
	for i, w := range taken {
		turnout[i], ballots[i] = w.e.turnout(w.v), w.e.ballot(w.v)
	}
	slices.SortFunc(turnout, func(a, b model.PollTurnout) int { return strings.Compare(a.VoterID, b.VoterID) })
	slices.SortFunc(ballots, func(a, b model.PollBallot) int { return strings.Compare(a.Receipt, b.Receipt) })
	if err := s.store.DB(ctx).Create(&turnout).Error; err != nil {
		return err
	}
	return s.drop(ctx, ballots...)
}
