package inbox

import (
	"fmt"
	"os"
	"sync"
)

// segment is one file of the spool. It is deleted once everything in it is
// handled.
type segment struct {
	path string
	file *os.File
	size int64 // under the spool's lock
	left int   // under the spool's lock: records that are written and not handled
	kept bool  // damaged inside: for the operator to look at, not deleted

	mu     sync.Mutex
	synced int64
	broken error // a failed fsync says nothing about what is on disk: never trusted again
}

// write appends at the end, or leaves the file as it was. Call it under the
// spool's lock.
func (g *segment) write(b []byte) error {
	if _, err := g.file.WriteAt(b, g.size); err != nil {
		if undo := g.file.Truncate(g.size); undo != nil {
			return fmt.Errorf("%w, and half a record stays: %w", err, undo)
		}
		return err
	}
	g.size += int64(len(b))
	return nil
}

// sync makes the first end bytes durable. Whoever waits meanwhile finds that
// one fsync did it for all. size reads how much is written.
func (g *segment) sync(end int64, size func() int64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.synced >= end {
		return nil
	}
	if g.broken != nil {
		return g.broken
	}
	written := size()
	if err := g.file.Sync(); err != nil {
		g.broken = err
		return err
	}
	g.synced = written
	return nil
}

// read returns a payload, checked again.
func (g *segment) read(at frame) ([]byte, error) {
	b := make([]byte, headSize+at.end-at.start)
	if _, err := g.file.ReadAt(b, int64(at.start-headSize)); err != nil {
		return nil, err
	}
	payload, ok := decodeFrame(b)
	if !ok {
		return nil, fmt.Errorf("the record at %d is damaged", at.start)
	}
	return payload, nil
}
