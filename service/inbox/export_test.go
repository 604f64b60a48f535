package inbox

// Queued is how many deliveries wait for a committer.
func (s *Service) Queued() int {
	n := 0
	for _, queue := range s.queues {
		n += len(queue)
	}
	return n
}
