package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a Storage: one folder, which replicas must share.
type Folder struct{ dir string }

// NewFolder keeps files below dir, which is made when the first one comes.
func NewFolder(dir string) Folder { return Folder{dir: dir} }

// Put implements Storage. The file and its name are on disk when it returns.
func (f Folder) Put(_ context.Context, path, _ string, body []byte) error {
	if !filepath.IsLocal(path) {
		return outside(path)
	}
	full := filepath.Join(f.dir, path)
	if err := f.makeDir(filepath.Dir(full)); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(full), "incoming-*")
	if err != nil {
		return err
	}
	_, err = file.Write(body)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), full)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return syncDir(filepath.Dir(full))
}

// makeDir makes a folder and those above it, and makes their names last.
func (f Folder) makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for at := filepath.Dir(dir); len(at) >= len(f.dir); at = filepath.Dir(at) {
		if err := syncDir(at); err != nil || at == filepath.Dir(at) {
			return err
		}
	}
	return nil
}

// Open implements Storage. What a row says can't lead out of the folder.
func (f Folder) Open(_ context.Context, path string) (io.ReadSeekCloser, error) {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	return root.Open(path)
}

// Remove implements Storage.
func (f Folder) Remove(_ context.Context, path string) error {
	if !filepath.IsLocal(path) {
		return outside(path)
	}
	root, err := os.OpenRoot(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := root.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncDir makes the new name last.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func outside(path string) error { return fmt.Errorf("the path %q leads out of the storage", path) }
