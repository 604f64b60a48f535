//go:build !race

package merit_test

const (
	crowd = 500
	steps = 12
)
