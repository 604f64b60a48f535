//go:build !unix

package inbox

import (
	"os"
	"path/filepath"
)

// lockDir: without flock, running one server a folder is up to the operator.
func lockDir(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // our own folder
}
