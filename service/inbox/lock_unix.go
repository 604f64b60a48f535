//go:build unix

package inbox

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// lockDir keeps two servers out of one folder: each would delete what the other
// still has to handle. The lock goes with the process, however it ends.
func lockDir(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // our own folder
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil { //nolint:gosec // a file descriptor fits
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
