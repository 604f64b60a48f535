package inbox

import (
	"context"
	"fmt"
	"time"

	"cunwu/model"
)

// maxStrikes is how often a record may fail, while the database is there, before
// it is kept as failed: one that always takes too long must not stop the rest.
const maxStrikes = 3

// DrainDue brings what the spool holds into the database, in the order in which
// it was sent, and returns how many. Deliveries that come in meanwhile queue
// behind it. An error says that the database is still away.
func (s *Service) DrainDue(ctx context.Context) (int, error) {
	if !s.draining.TryLock() {
		return 0, nil
	}
	defer s.draining.Unlock()
	if !s.isBehind() {
		return 0, nil
	}
	if err := s.gate.Acquire(ctx, int64(s.o.Committers)); err != nil {
		return 0, err
	}
	defer s.gate.Release(int64(s.o.Committers))
	done, err := s.drainAll(ctx)
	s.rest(err != nil)
	return done, err
}

func (s *Service) drainAll(ctx context.Context) (done int, err error) {
	for ctx.Err() == nil {
		records := s.spool.first(s.o.Batch)
		s.setCatching(len(records) < s.o.Batch)
		if len(records) == 0 {
			return done, nil
		}
		n, err := s.drain(ctx, records)
		done += n
		s.counts.drained.Add(int64(n))
		if err != nil {
			return done, fmt.Errorf("inbox: the spool can't be drained: %w", err)
		}
	}
	return done, ctx.Err()
}

// drain handles records by one commit, or each alone.
func (s *Service) drain(ctx context.Context, records []*record) (int, error) {
	works, records := s.load(records)
	if len(works) == 0 {
		return 0, nil
	}
	err := s.handle(ctx, works)
	if err == nil {
		s.spool.done(records...)
		return len(records), nil
	}
	if model.Transient(err) && !s.answers(ctx) {
		return 0, err
	}
	if len(records) == 1 {
		return s.drainFailed(ctx, works[0], records[0], err)
	}
	done := 0
	for _, r := range records {
		n, err := s.drain(ctx, []*record{r})
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

func (s *Service) drainFailed(ctx context.Context, w *work, r *record, cause error) (int, error) {
	if model.Transient(cause) {
		if r.strikes++; r.strikes < maxStrikes {
			return 0, cause
		}
	}
	if err := s.keepFailed(ctx, w, cause); err != nil {
		return 0, err
	}
	s.spool.done(r)
	return 1, nil
}

// load reads records; one that can't be read is given up.
func (s *Service) load(records []*record) ([]*work, []*record) {
	var works []*work
	var readable []*record
	for _, r := range records {
		e, err := s.spool.read(r)
		if err != nil {
			s.counts.damaged.Add(1)
			s.log.Error("a spool record can't be read", "error", err)
			s.spool.damaged(r)
			continue
		}
		works = append(works, &work{entry: e, late: true})
		readable = append(readable, r)
	}
	return works, readable
}

// answers says whether the database takes a transaction now, without waiting.
func (s *Service) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err := s.store.Tx(ctx, func(context.Context) error { return nil })
	return err == nil && ctx.Err() == nil
}

func (s *Service) isBehind() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.behind
}

func (s *Service) setCatching(catching bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catching = catching
}

// rest ends a drain: when nothing is left on disk or on its way there, normal
// service goes on with what has queued meanwhile.
func (s *Service) rest(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catching, s.away = false, away
	if records, _ := s.spool.depth(); records == 0 && s.keeping == 0 {
		s.behind = false
		s.log.Info("the spool is empty, deliveries go to the database again")
	}
}
