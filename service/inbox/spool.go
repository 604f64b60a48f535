package inbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// errFull: the spool has no room left by its own bound.
var errFull = errors.New("the spool is full")

// spool keeps on disk what the database can't take now. The index is in memory,
// the records themselves are read when they are drained.
type spool struct {
	dir string
	max int64

	mu      sync.Mutex
	lock    *os.File
	index   map[string]*record
	order   []*record // by time, then arrival; handled ones at the front go first
	current *segment
	open    map[*segment]bool
	bytes   int64
	next    uint64 // names segments
	seq     uint64 // numbers arrivals
	probing sync.Mutex
}

// record is where one entry lies.
type record struct {
	id      string
	at      int64
	seq     uint64
	segment *segment
	place   frame
	done    bool
	strikes int // how often it failed while the database was there
}

// append makes an entry durable; when it returns nil, kill -9 doesn't lose it.
func (s *spool) append(e entry) error {
	payload, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if len(payload) > maxFrame {
		return fmt.Errorf("a record of %d bytes", len(payload))
	}
	r, end, err := s.write(e, encodeFrame(payload))
	if err != nil {
		return err
	}
	err = r.segment.sync(end, func() int64 {
		s.mu.Lock()
		defer s.mu.Unlock()
		return r.segment.size
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		if s.current == r.segment {
			s.current = nil
		}
		s.release(r.segment)
		return err
	}
	s.insert(r)
	return nil
}

func (s *spool) write(e entry, b []byte) (*record, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes+int64(len(b)) > s.max {
		return nil, 0, errFull
	}
	g, err := s.segment(int64(len(b)))
	if err != nil {
		return nil, 0, err
	}
	if err := g.write(b); err != nil {
		s.current = nil
		g.left++
		s.release(g)
		return nil, 0, err
	}
	s.bytes += int64(len(b))
	g.left++
	s.seq++
	place := frame{int(g.size) - len(b) + headSize, int(g.size)}
	return &record{id: e.id(), at: e.at().UnixMilli(), seq: s.seq, segment: g, place: place}, g.size, nil
}

// segment is the file to append to; a new one when the current is long enough,
// so that what is handled can be deleted while more comes in.
func (s *spool) segment(room int64) (*segment, error) {
	if g := s.current; g != nil && g.size+room <= s.segmentSize() {
		return g, nil
	}
	s.next++
	path := filepath.Join(s.dir, fmt.Sprintf("%016x%s", s.next, suffix))
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // our own folder
	if err != nil {
		return nil, err
	}
	if err := syncDir(s.dir); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(path))
	}
	s.current = &segment{path: path, file: file}
	s.open[s.current] = true
	return s.current, nil
}

func (s *spool) segmentSize() int64 { return min(max(s.max/16, 64<<10), 4<<20) }

// insert puts a durable record where its time says.
func (s *spool) insert(r *record) {
	s.index[r.id] = r
	at, _ := slices.BinarySearchFunc(s.order, r, func(a, b *record) int {
		if a.at != b.at {
			return int(min(max(a.at-b.at, -1), 1))
		}
		return int(min(max(int64(a.seq)-int64(b.seq), -1), 1)) //nolint:gosec // counts from 1
	})
	s.order = slices.Insert(s.order, at, r)
}

// has says whether the entry is kept here and not handled yet.
func (s *spool) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.index[id] != nil
}

// first returns up to n records that must be handled next.
func (s *spool) first(n int) []*record {
	s.mu.Lock()
	defer s.mu.Unlock()
	var records []*record
	for _, r := range s.order {
		if !r.done {
			records = append(records, r)
		}
		if len(records) == n {
			break
		}
	}
	return records
}

// read returns what a record holds.
func (s *spool) read(r *record) (entry, error) {
	payload, err := r.segment.read(r.place)
	if err != nil {
		return entry{}, err
	}
	e, ok := decodeEntry(payload)
	if !ok {
		return entry{}, errors.New("the record isn't one of ours")
	}
	return e, nil
}

// done forgets records that are handled. That isn't written: after a crash they
// are handled again, and the database knows them.
func (s *spool) done(records ...*record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range records {
		r.done = true
		delete(s.index, r.id)
		s.release(r.segment)
	}
	for len(s.order) > 0 && s.order[0].done {
		s.order = s.order[1:]
	}
	if len(s.order) == 0 {
		s.order = nil
	}
}

// damaged gives up a record that can't be read; its file stays for the operator.
func (s *spool) damaged(r *record) {
	s.mu.Lock()
	r.segment.kept = true
	s.mu.Unlock()
	s.done(r)
}

// release says that one record of the segment needs it no longer.
func (s *spool) release(g *segment) {
	if g.left--; g.left > 0 {
		return
	}
	if s.current == g {
		s.current = nil
	}
	s.remove(g)
}

func (s *spool) remove(g *segment) {
	if !s.open[g] {
		return
	}
	delete(s.open, g)
	s.bytes -= g.size
	_ = g.file.Close()
	if g.kept {
		_ = os.Rename(g.path, g.path+".damaged")
		return
	}
	_ = os.Remove(g.path) // if it stays it is handled again, without effect
}

// depth is how much waits.
func (s *spool) depth() (records int, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.index), s.bytes
}
