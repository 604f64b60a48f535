package throttle

import "time"

// Patient waits for Redis however slow the test's machine is.
func (s *Service) Patient() *Service {
	s.patience = time.Minute
	return s
}
