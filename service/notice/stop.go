package notice

import (
	"sync"
	"time"
)

const (
	faultsToStop = 3
	longestStop  = 10 * time.Minute // for a fault that a person must mend
	longestPause = time.Minute      // for trouble of WeChat's own, which ends by itself
)

// stops are the lanes (an account's channels) that WeChat refuses as a whole:
// over quota, by trouble of its own, or by a fault in our settings. One notice that is faulty by itself
// stops nobody else: three in a row must fail, of which no two are the same.
type stops struct {
	mu    sync.Mutex
	lanes map[string]*stop
}

type stop struct {
	until  time.Time
	code   int
	quota  bool // stopped by a quota: only time ends it
	faults int
	last   string // the notice that failed last
}

func newStops() *stops { return &stops{lanes: map[string]*stop{}} }

// until tells how long the lane is stopped, and by which errcode; zero: it runs.
func (s *stops) until(lane string, now time.Time) (time.Time, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.lanes[lane]
	if st == nil || !now.Before(st.until) {
		return time.Time{}, 0
	}
	return st.until, st.code
}

// pause stops the lane for a time that WeChat's quota says.
func (s *stops) pause(lane string, code int, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.lane(lane)
	st.until, st.code, st.quota = until, code, true
}

// fault counts a refusal by a fault of ours and says for how long the lane is
// stopped now, 0 when it isn't.
func (s *stops) fault(lane, noticeID string, code int, now time.Time) time.Duration {
	return s.refused(lane, noticeID, code, now, time.Minute, longestStop)
}

// trouble counts a refusal that WeChat's own trouble explains, and says the same.
func (s *stops) trouble(lane, noticeID string, code int, now time.Time) time.Duration {
	return s.refused(lane, noticeID, code, now, time.Second, longestPause)
}

// refused stops a lane at the third refusal, for first, and for twice as long
// each time after.
func (s *stops) refused(lane, noticeID string, code int, now time.Time, first, longest time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.lane(lane)
	if st.last != noticeID {
		st.faults++
	}
	st.last = noticeID
	if st.faults < faultsToStop {
		return 0
	}
	length := min(first<<min(st.faults-faultsToStop, 8), longest)
	st.until, st.code, st.quota = now.Add(length), code, false
	return length
}

// works notes that the lane took a message: its faults are over. A message under
// way when a quota ran out says nothing about the quota.
func (s *stops) works(lane string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.lanes[lane]; st != nil && st.quota {
		st.faults, st.last = 0, ""
		return
	}
	delete(s.lanes, lane)
}

func (s *stops) lane(name string) *stop {
	st := s.lanes[name]
	if st == nil {
		st = &stop{}
		s.lanes[name] = st
	}
	return st
}
