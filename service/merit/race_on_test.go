//go:build race

package merit_test

import (
	"flag"
	"os"
	"testing"
)

// crowd is how many at once a test lets loose: the race detector is slow.
const (
	crowd = 60
	steps = 2
)

// TestMain lets property tests draw less: what the detector looks for shows in the
// first few, and the whole run is made without it.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("30")
	}
	os.Exit(m.Run())
}
