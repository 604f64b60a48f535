package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"cunwu/model"
)

// job is background work: a plain method that returns when nothing is due.
type job struct {
	name  string
	every time.Duration
	woken <-chan struct{} // runs it at once; nil: only the clock does
	run   func(ctx context.Context) error
}

// runner drives the jobs. Each runs alone in this process; that replicas run
// the same job at once is each job's own business.
type runner struct {
	log  *slog.Logger
	wait sync.WaitGroup
	stop context.CancelFunc
}

// start starts the jobs; they end with stopped.
func start(jobs []job, log *slog.Logger) *runner {
	ctx, cancel := context.WithCancel(context.Background())
	r := &runner{log: log, stop: cancel}
	for _, j := range jobs {
		r.wait.Go(func() { r.drive(ctx, j) })
	}
	return r
}

// stopped stops the jobs: each ends what it has begun.
func (r *runner) stopped() {
	r.stop()
	r.wait.Wait()
}

func (r *runner) drive(ctx context.Context, j job) {
	timer := time.NewTimer(rand.N(min(j.every, time.Minute)))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-j.woken:
		}
		r.once(ctx, j)
		timer.Reset(j.every)
	}
}

func (r *runner) once(ctx context.Context, j job) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("a background job panicked", "job", j.name, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	if err := j.run(ctx); err != nil && ctx.Err() == nil {
		r.log.Error("a background job failed", "job", j.name, "error", err)
	}
}

// jobs is all background work of the server.
func (h *house) jobs() []job {
	return []job{
		{name: "drain the spool", every: time.Second, woken: h.inbox.Wait(), run: counted(h.inbox.DrainDue)},
		{name: "send notices", every: h.cfg.NoticeInterval, woken: h.notices.Wait(), run: counted(h.notices.SendDue)},
		{name: "fetch media", every: 5 * time.Second, woken: h.media.Wait(), run: counted(h.media.FetchDue)},
		{name: "settle silences", every: 5 * time.Second, run: counted(h.dialogue.SettleDue)},
		{name: "remind and escalate", every: h.cfg.SweepInterval, run: counted(h.cases.EscalateDue)},
		{name: "learn unionids", every: 10 * time.Second, run: func(ctx context.Context) error {
			_, err := h.people.LearnDue(ctx, h.weixin.union)
			return err
		}},
		{name: "lapse requests", every: time.Hour, run: counted(h.members.LapseDue)},
		{name: "look for heaps of bindings", every: 10 * time.Minute, run: counted(h.members.ClustersDue)},
		{name: "sweep sessions", every: time.Hour, run: h.sweepSessions},
		{name: "sweep sign-ins", every: 10 * time.Minute, run: counted(h.sessions.SweepDue)},
		{name: "check contents", every: 5 * time.Second, woken: h.checks.Wait(), run: counted(h.checks.CheckDue)},
		{name: "sweep uploads", every: time.Hour, run: counted(h.media.SweepDue)},
		{name: "seal the audit log", every: 10 * time.Second, run: counted(h.chain.SealDue)},
		{name: "retention", every: 6 * time.Hour, run: counted(h.privacy.RetainDue)},
		{name: "seal the public log", every: 5 * time.Second, run: counted(h.ledger.SealDue)},
		{name: "tell of disclosures", every: 10 * time.Second, run: counted(h.public.TellDue)},
		{name: "remind of disclosures", every: time.Hour, run: counted(h.public.RemindDue)},
		{name: "digest", every: time.Hour, run: counted(h.public.DigestDue)},
		{name: "move disputes on", every: time.Minute, run: counted(h.disputes.AdvanceDue)},
		{name: "assign reviewers", every: time.Minute, run: counted(h.merit.ReviewDue)},
		{name: "post points", every: time.Minute, run: counted(h.merit.PostDue)},
		{name: "lapse reservations", every: time.Minute, run: counted(h.merit.LapseDue)},
		{name: "compare pictures", every: time.Minute, run: counted(h.merit.CompareDue)},
		{name: "close the points' year", every: 10 * time.Minute, run: counted(h.merit.CloseDue)},
		{name: "look for odd points", every: time.Hour, run: counted(h.merit.ExceptionsDue)},
		{name: "open polls", every: time.Second, run: counted(h.polls.OpenDue)},
		{name: "close polls", every: time.Second, run: counted(h.polls.CloseDue)},
		{name: "tell of polls", every: 10 * time.Second, run: counted(h.polls.TellDue)},
		{name: "lapse proposals", every: time.Hour, run: counted(h.polls.ProposalsDue)},
		{name: "look at the calendar", every: 24 * time.Hour, run: h.checkCalendar},
		{name: "measure the clock", every: time.Minute, run: counted(h.store.MeasureOffset)},
	}
}

// sweepSessions removes what expired; Redis does so itself.
func (h *house) sweepSessions(ctx context.Context) error {
	if h.signedIn == nil {
		return nil
	}
	_, err := h.signedIn.SweepDue(ctx)
	return err
}

// checkCalendar warns in time when working days can't be told apart any more.
func (h *house) checkCalendar(context.Context) error {
	if year := h.store.Now().AddDate(0, 0, 40).Year(); !model.CalendarKnown(year) {
		h.log.Error("the table of holidays lacks a year that is near: deadlines will count Monday to Friday; install a newer version", "year", year)
	}
	return nil
}

// counted drops a job's counts, which metrics show.
func counted[T any](run func(context.Context) (T, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := run(ctx)
		return err
	}
}
