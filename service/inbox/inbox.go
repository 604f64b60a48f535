// Package inbox handles each WeChat delivery exactly once, and keeps it on disk
// while the database is away.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"cunwu/model"
)

// Turn is what a delivery means: it runs inside the transaction that keeps the
// delivery, and may run again when that has to be repeated. A *model.Error is an
// answer like any other, with everything undone that the turn wrote.
type Turn func(ctx context.Context, in model.Incoming) (model.Reply, error)

// Options of the inbox. Only Dir is required.
type Options struct {
	Dir        string        // the spool's folder, of this server alone
	MaxBytes   int64         // the spool's bound; 0: 64 MiB
	Patience   time.Duration // how long an answer waits for its commit; 0: 1.5 s
	Batch      int           // deliveries in one commit at most; 0: 64
	Committers int           // commits at the same time; 0: 2, on SQLite 1
	Logger     *slog.Logger
	// Late hands over, inside the transaction, a reply whose sender was only
	// told that we have the message.
	Late func(ctx context.Context, in model.Incoming, reply model.Reply) error
	// Expect reads at once, inside the transaction, what the turns of a batch will
	// ask for.
	Expect func(ctx context.Context, all []model.Incoming) error
	// Waiting is that first answer, when it must say more than we do (numbers
	// for an emergency). It must be the same for every re-delivery.
	Waiting func(in model.Incoming) model.Reply
}

// queueLength is how many deliveries may wait for one committer; more could not
// be answered in time.
const queueLength = 2048

// Service is the inbox.
type Service struct {
	store *model.Store
	turn  Turn
	o     Options
	log   *slog.Logger
	spool *spool
	seed  maphash.Seed

	queues     []chan *job
	woken      chan struct{}
	gate       *semaphore.Weighted // committers hold one each, the drain holds all
	committers sync.WaitGroup
	answering  sync.WaitGroup
	draining   sync.Mutex

	mu       sync.Mutex
	flying   map[string]*job // not answered yet
	behind   bool            // something is on disk, or on its way there, that comes first
	catching bool            // the drain is at its last batch: what comes now may wait for it
	keeping  int             // on their way to disk
	away     bool            // the last drain found no database
	closed   bool
	moaned   time.Time

	counts counters
}

// Counts is what happened since the start.
type Counts struct {
	Handled  int64 // committed in time, new
	Repeated int64 // answered with what is stored
	Spooled  int64 // kept on disk first
	Drained  int64 // brought from there into the database
	Failed   int64 // kept for the operator: alert
	Refused  int64 // could be kept nowhere, WeChat must deliver again: alert
	Damaged  int64 // spool records that can't be read: alert
}

type counters struct{ handled, repeated, spooled, drained, failed, refused, damaged atomic.Int64 }

// New opens the spool, with what an earlier run left in it, and starts the
// committers.
func New(store *model.Store, turn Turn, o Options) (*Service, error) {
	o = o.complete(store.Dialect())
	spool, found, err := openSpool(o.Dir, o.MaxBytes)
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	s := &Service{store: store, turn: turn, o: o, log: o.Logger, spool: spool, seed: maphash.MakeSeed(), woken: make(chan struct{}, 1),
		gate: semaphore.NewWeighted(int64(o.Committers)), flying: map[string]*job{}, behind: found.records > 0}
	s.report(found)
	for range o.Committers {
		queue := make(chan *job, queueLength)
		s.queues = append(s.queues, queue)
		s.committers.Go(func() { s.commit(queue) })
	}
	return s, nil
}

func (o Options) complete(dialect string) Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 64 << 20
	}
	if o.Patience <= 0 {
		o.Patience = 1500 * time.Millisecond
	}
	if o.Batch <= 0 {
		o.Batch = 64
	}
	if o.Committers <= 0 {
		o.Committers = 2
	}
	if dialect == model.SQLite {
		o.Committers = 1
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if o.Late == nil {
		o.Late = func(context.Context, model.Incoming, model.Reply) error { return nil }
	}
	if o.Expect == nil {
		o.Expect = func(context.Context, []model.Incoming) error { return nil }
	}
	if o.Waiting == nil {
		o.Waiting = waitingReply
	}
	return o
}

func (s *Service) report(found recovered) {
	s.counts.damaged.Add(int64(min(found.damaged, 1)))
	if found.damaged > 0 {
		s.log.Error("the spool is damaged; the file is kept beside it", "bytes", found.damaged)
	}
	if found.records > 0 || found.torn > 0 {
		s.log.Info("the spool was read back", "records", found.records, "torn_bytes", found.torn)
	}
}

// Receive handles a delivery and returns what every delivery of its key gets.
// With an error nothing is kept, and WeChat must deliver again.
func (s *Service) Receive(ctx context.Context, in model.Incoming) (model.Reply, error) {
	if !fits(in) {
		return model.Reply{}, s.ReceiveRaw(ctx, cut(in.Account, 64), "a delivery that no column takes", fmt.Appendf(nil, "%+v", in))
	}
	if in.SentAt.IsZero() {
		in.SentAt = s.store.Now()
	}
	return s.accept(entry{In: &in})
}

// ReceiveRaw keeps an authentic push that could not be read, as it came.
func (s *Service) ReceiveRaw(_ context.Context, account, reason string, body []byte) error {
	_, err := s.accept(rawEntry(account, reason, body, s.store.Now()))
	return err
}

// Wait is told when there is something for DrainDue to do at once. While the
// database is away only the clock asks again.
func (s *Service) Wait() <-chan struct{} { return s.woken }

// Depth is how much the spool holds.
func (s *Service) Depth() (records int, bytes int64) { return s.spool.depth() }

// CanSpool tries whether the spool could keep a delivery now.
func (s *Service) CanSpool() error { return s.spool.check() }

// Counts is what happened since the start.
func (s *Service) Counts() Counts {
	c := &s.counts
	return Counts{Handled: c.handled.Load(), Repeated: c.repeated.Load(), Spooled: c.spooled.Load(), Drained: c.drained.Load(),
		Failed: c.failed.Load(), Refused: c.refused.Load(), Damaged: c.damaged.Load()}
}

// Close lets everything end that has begun, and leaves the spool for the next
// run.
func (s *Service) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errors.New("inbox: closed already")
	}
	s.closed = true
	s.mu.Unlock()
	s.answering.Wait()
	for _, queue := range s.queues {
		close(queue)
	}
	s.committers.Wait()
	s.draining.Lock()
	defer s.draining.Unlock()
	return s.spool.close()
}
