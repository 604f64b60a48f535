//go:build race

package poll_test

// The race detector makes a database in Go five times slower.
const (
	retries = 100
	rounds  = 2
	plans   = false
	checks  = "5"
)
