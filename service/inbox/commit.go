package inbox

import (
	"context"

	"cunwu/model"
)

// commit is one committer: it makes durable whatever waits, many deliveries by
// one commit, and never waits for more.
func (s *Service) commit(queue chan *job) {
	ctx := context.Background()
	for first := range queue {
		// The drain holds the gate only while it works, and each job gives up by
		// itself when its patience ends.
		_ = s.gate.Acquire(ctx, 1)
		s.run(ctx, gather(first, queue, s.o.Batch))
		s.gate.Release(1)
	}
}

// gather takes what waits already.
func gather(first *job, queue <-chan *job, limit int) []*job {
	batch := []*job{first}
	for len(batch) < limit {
		select {
		case j, ok := <-queue:
			if !ok {
				return batch
			}
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// run handles a batch; when that fails by one of them, each alone.
func (s *Service) run(ctx context.Context, batch []*job) {
	if batch = s.wanted(batch); len(batch) == 0 {
		return
	}
	works := make([]*work, len(batch))
	for i, j := range batch {
		works[i] = &work{entry: j.entry}
	}
	err := s.handle(ctx, works)
	switch {
	case err == nil:
		for i, j := range batch {
			s.deliver(j, works[i])
		}
	case model.Transient(err):
		s.log.Warn("the database didn't take deliveries", "deliveries", len(batch), "error", err)
		s.giveUp(batch)
	case len(batch) > 1:
		for _, j := range batch {
			s.run(ctx, []*job{j})
		}
	default:
		s.fail(ctx, batch[0], works[0], err)
	}
}

// wanted leaves out the jobs that have lost their patience, and all of them when
// something on disk comes first.
func (s *Service) wanted(batch []*job) []*job {
	s.mu.Lock()
	defer s.mu.Unlock()
	var wanted []*job
	for _, j := range batch {
		switch {
		case j.decided:
		case s.behind:
			s.toSpool(j)
			j.out <- outcome{spool: true}
		default:
			wanted = append(wanted, j)
		}
	}
	return wanted
}

// deliver answers with what is committed. A job that is spooled by now is
// answered; its record meets the row.
func (s *Service) deliver(j *job, w *work) {
	if !s.decide(j, false) {
		return
	}
	j.out <- outcome{reply: w.reply}
	if w.known {
		s.counts.repeated.Add(1)
	} else {
		s.counts.handled.Add(1)
	}
}

func (s *Service) giveUp(batch []*job) {
	for _, j := range batch {
		if s.decide(j, true) {
			j.out <- outcome{spool: true}
		}
	}
}

// fail keeps a delivery whose turn can't be done for the operator.
func (s *Service) fail(ctx context.Context, j *job, w *work, cause error) {
	if err := s.keepFailed(ctx, w, cause); err != nil {
		s.log.Error("a failed delivery could not be kept in the database", "error", err)
		s.giveUp([]*job{j})
		return
	}
	s.deliver(j, w)
}
