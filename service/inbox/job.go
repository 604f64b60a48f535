package inbox

import (
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"cunwu/model"
)

// errClosed: the server is stopping. WeChat delivers again, to another or the
// next one.
var errClosed = errors.New("inbox: closed")

// job is a delivery that waits for its answer.
type job struct {
	entry
	out     chan outcome // from the committer, once
	decided bool         // under Service.mu: committed or spooled, nobody else may choose

	done  chan struct{} // closed when reply and err stand
	reply model.Reply
	err   error
}

// outcome is how a committer left a job: answered, or to be spooled.
type outcome struct {
	reply model.Reply
	spool bool
}

// way is how a delivery goes on from the entrance.
type way int

const (
	wayLive     way = iota // a committer has it
	waySpool               // to disk at once
	wayAttached            // an overlapping delivery of the same key is on its way
	wayWaits               // its key is on disk
	wayClosed
)

// accept answers a delivery. It returns within the patience and one fsync.
func (s *Service) accept(e entry) (model.Reply, error) {
	j, how := s.enter(e)
	switch how {
	case wayClosed:
		return model.Reply{}, errClosed
	case wayWaits:
		defer s.answering.Done()
		s.counts.repeated.Add(1)
		return s.waiting(e), nil
	case wayAttached:
		defer s.answering.Done()
		return s.attend(j)
	}
	defer s.answering.Done()
	reply, err := s.answer(j, how)
	s.land(j, reply, err)
	return reply, err
}

// enter decides the way, and keeps its place in the row.
func (s *Service) enter(e entry) (*job, way) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, wayClosed
	}
	s.answering.Add(1)
	id := e.id()
	if j := s.flying[id]; j != nil {
		return j, wayAttached
	}
	if s.spool.has(id) {
		return nil, wayWaits
	}
	j := &job{entry: e, out: make(chan outcome, 1), done: make(chan struct{})}
	s.flying[id] = j
	if !s.behind || s.catching {
		select {
		case s.queues[s.lane(e)] <- j:
			return j, wayLive
		default: // more than we could ever answer in time
		}
	}
	s.toSpool(j)
	return j, waySpool
}

// lane gives one sender's deliveries to one committer, in order of arrival.
func (s *Service) lane(e entry) int {
	if e.In == nil {
		return 0
	}
	hash := maphash.String(s.seed, e.In.Account+"\x00"+e.In.OpenID)
	return int(hash % uint64(len(s.queues))) //nolint:gosec // smaller than the number of queues
}

// attend waits for the answer that an overlapping delivery gets.
func (s *Service) attend(j *job) (model.Reply, error) {
	timer := time.NewTimer(s.o.Patience + time.Second)
	defer timer.Stop()
	select {
	case <-j.done:
		s.counts.repeated.Add(1)
		return j.reply, j.err
	case <-timer.C:
		return model.Reply{}, errors.New("inbox: the disk doesn't answer")
	}
}

// answer waits for the commit as long as the patience lasts; then the disk must
// do. A commit that comes later is met by the drain.
func (s *Service) answer(j *job, how way) (model.Reply, error) {
	if how == waySpool {
		return s.keep(j)
	}
	timer := time.NewTimer(s.o.Patience)
	defer timer.Stop()
	select {
	case out := <-j.out:
		if !out.spool {
			return out.reply, nil
		}
	case <-timer.C:
		if !s.decide(j, true) {
			if out := <-j.out; !out.spool { // decided this moment
				return out.reply, nil
			}
		}
	}
	return s.keep(j)
}

// keep puts a delivery on disk.
func (s *Service) keep(j *job) (model.Reply, error) {
	err := s.spool.append(j.entry)
	s.mu.Lock()
	s.keeping--
	away := s.away
	s.mu.Unlock()
	if err != nil {
		s.counts.refused.Add(1)
		s.moan("a delivery can be kept neither in the database nor on disk; WeChat must deliver again", err)
		return model.Reply{}, fmt.Errorf("inbox: %w", err)
	}
	s.counts.spooled.Add(1)
	if !away {
		select {
		case s.woken <- struct{}{}:
		default:
		}
	}
	return s.waiting(j.entry), nil
}

// land gives the answer to everybody who waits for it.
func (s *Service) land(j *job, reply model.Reply, err error) {
	s.mu.Lock()
	delete(s.flying, j.id())
	s.mu.Unlock()
	j.reply, j.err = reply, err
	close(j.done)
}

// decide settles once what becomes of a job; false: somebody else has.
func (s *Service) decide(j *job, spool bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if j.decided {
		return false
	}
	j.decided = true
	if spool {
		s.toSpool(j)
	}
	return true
}

// toSpool sends a job to disk, and with it all that come after. Call it under
// the lock.
func (s *Service) toSpool(j *job) {
	j.decided = true
	s.keeping++
	if !s.behind {
		s.behind = true
		s.log.Warn("the database is away or slow: deliveries are kept on disk")
	}
}

func (s *Service) waiting(e entry) model.Reply {
	if e.In == nil {
		return model.Reply{}
	}
	return s.o.Waiting(*e.In)
}

// moan logs an alert that may come hundreds of times a second, every 10 s.
func (s *Service) moan(what string, err error) {
	now := s.store.Now()
	s.mu.Lock()
	silent := now.Sub(s.moaned).Abs() < 10*time.Second
	if !silent {
		s.moaned = now
	}
	s.mu.Unlock()
	if !silent {
		s.log.Error(what, "error", err)
	}
}
