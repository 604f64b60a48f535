//go:build race

package merit_test

// crowd is how many at once a test lets loose: the race detector is slow.
const (
	crowd = 100
	steps = 2
)
