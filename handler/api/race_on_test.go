//go:build race

package api_test

// raced is true under the race detector, which slows SQLite down twentyfold.
const raced = true
