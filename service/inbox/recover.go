package inbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	suffix    = ".spool"
	probeSize = 4096
)

// recovered is what opening the spool found.
type recovered struct {
	records, damaged, torn int
}

// openSpool reads back what an earlier run left. Its files are never appended
// to again, so a torn end stays harmless.
func openSpool(dir string, limit int64) (*spool, recovered, error) {
	var found recovered
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, found, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, found, fmt.Errorf("the spool folder %s is in use by another server: %w", dir, err)
	}
	s := &spool{dir: dir, max: limit, lock: lock, index: map[string]*record{}, open: map[*segment]bool{}}
	paths, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return nil, found, errors.Join(err, lock.Close())
	}
	slices.Sort(paths)
	for _, path := range paths {
		if err := s.load(path, &found); err != nil {
			return nil, found, errors.Join(err, s.close())
		}
	}
	found.records = len(s.index)
	return s, found, nil
}

func (s *spool) load(path string, found *recovered) error {
	var number uint64
	name := strings.TrimSuffix(filepath.Base(path), suffix)
	if _, err := fmt.Sscanf(name, "%x", &number); err != nil {
		return fmt.Errorf("%s is no spool file of ours", path)
	}
	s.next = max(s.next, number)
	data, err := os.ReadFile(path) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	file, err := os.Open(path) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	g := &segment{path: path, file: file, size: int64(len(data)), synced: int64(len(data)), left: 1}
	s.open[g] = true
	s.bytes += g.size
	frames, damaged, torn := decodeFrames(data)
	for _, place := range frames {
		damaged += s.adopt(g, place, data[place.start:place.end])
	}
	found.damaged, found.torn = found.damaged+damaged, found.torn+torn
	g.kept = damaged > 0
	s.release(g)
	return nil
}

// adopt takes a record into the index; the answer counts bytes that nobody can
// read.
func (s *spool) adopt(g *segment, place frame, payload []byte) (damaged int) {
	e, ok := decodeEntry(payload)
	if !ok {
		return len(payload)
	}
	if s.index[e.id()] != nil {
		return 0
	}
	s.seq++
	g.left++
	s.insert(&record{id: e.id(), at: e.at().UnixMilli(), seq: s.seq, segment: g, place: place})
	return 0
}

// check tries whether a record could be kept now.
func (s *spool) check() error {
	if _, bytes := s.depth(); bytes+probeSize > s.max {
		return errFull
	}
	s.probing.Lock()
	defer s.probing.Unlock()
	file, err := os.Create(filepath.Join(s.dir, "probe"))
	if err != nil {
		return err
	}
	_, err = file.Write(make([]byte, probeSize))
	return errors.Join(err, file.Sync(), file.Close(), os.Remove(file.Name()))
}

// close leaves everything on disk for the next run.
func (s *spool) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for g := range s.open {
		errs = append(errs, g.file.Close())
	}
	clear(s.open)
	s.current = nil
	return errors.Join(append(errs, s.lock.Close())...)
}

// syncDir makes a new file's name durable.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
