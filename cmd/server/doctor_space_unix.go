//go:build linux || darwin

package main

import "syscall"

// freeSpace is how many bytes a file there may still grow.
func freeSpace(dir string) (int64, bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true //nolint:unconvert // the fields' types differ by system
}
