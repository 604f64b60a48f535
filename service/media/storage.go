package media

import (
	"context"
	"io"
)

// Storage is where files are kept: a folder, or a bucket of an S3-compatible
// store. Paths are ours, such as yunxi/2026-03/ID.jpg.
type Storage interface {
	// Put keeps a file: whole and for good, or not at all. One that is there
	// already is replaced.
	Put(ctx context.Context, path, contentType string, body []byte) error
	// Open opens a file, which is read as long as ctx lasts. fs.ErrNotExist: there
	// is none.
	Open(ctx context.Context, path string) (io.ReadSeekCloser, error)
	// Remove removes a file; one that isn't there is no error.
	Remove(ctx context.Context, path string) error
}
