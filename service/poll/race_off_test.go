//go:build !race

package poll_test

const (
	retries = 1000
	rounds  = 5
	plans   = true
	checks  = "30"
)
