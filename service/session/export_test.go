package session

import "time"

// Patient waits for Redis as long as a slow machine needs: for the tests that
// aren't about that.
func (r *Redis) Patient() *Redis {
	r.patience = time.Minute
	return r
}
