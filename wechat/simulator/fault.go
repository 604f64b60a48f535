package simulator

import (
	"strings"
	"time"
)

// Fault is how one API path misbehaves.
type Fault struct {
	// ErrCode is answered in place of the path's work.
	ErrCode int
	// HTTPStatus is answered, with a page that isn't JSON, in place of the path's work.
	HTTPStatus int
	// Latency passes before anything else.
	Latency time.Duration
	// Drop cuts the connection after the work is done: the caller can't know whether it was.
	Drop bool
	// Times is how many calls it hits; all until Clear when zero.
	Times int
}

type fault struct {
	Fault
	path string
	hits int
}

// Fail makes an API path misbehave; "*" stands for every path. Faults of one path follow each other:
// the second begins when the first has been hit Times times.
func (s *Simulator) Fail(path string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{Fault: f, path: cleanPath(path)})
}

// Clear ends all faults.
func (s *Simulator) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// faultOf is the fault that hits a call of the path now.
func (s *Simulator) faultOf(path string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.path != "*" && f.path != path {
			continue
		}
		if f.Times > 0 && f.hits >= f.Times {
			continue
		}
		f.hits++
		return f.Fault
	}
	return Fault{}
}

func cleanPath(path string) string { return strings.Trim(path, "/") }
