package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// fault is one thing that breaks, or that WeChat does, while villagers write.
type fault struct {
	name, about string
	run         func(ctx context.Context, r *ruin, f *finding) error
}

func faults() []fault {
	return []fault{
		{"clock", "WeChat's clock 6 and 11 minutes from ours", clock},
		{"thrice", "each message three times, shuffled, at once", thrice},
		{"server-killed", "kill -9 of the server under load, again and again", serverKilled},
		{"database-killed", "kill -9 of the database under load, again and again", databaseKilled},
		{"database-away", "the database killed, and back after a while", func(ctx context.Context, r *ruin, f *finding) error { return away(ctx, r, f, r.services.kill, nil) }},
		{"database-hanging", "the database stopped by SIGSTOP, and going on after a while", func(ctx context.Context, r *ruin, f *finding) error {
			return away(ctx, r, f, r.services.halt, r.services.resume)
		}},
		{"redis-away", "Redis killed, then stopped by SIGSTOP", redisAway},
		{"disk-full", "the spool's disk full while the database is away", diskFull},
		{"wechat", "WeChat's API slow, broken, refusing the token and out of quota", weixinFails},
	}
}

// scale says how much of everything.
type scale struct {
	villagers     int
	serverKills   int
	databaseKills int
	away          time.Duration
	redisAway     time.Duration
	weather       time.Duration // of each trouble that WeChat's API makes
	turns         int           // rounds of what may not be noticed
	thrice        int           // messages
}

func scaleOf(quick bool) scale {
	if quick {
		return scale{villagers: 3000, serverKills: 4, databaseKills: 2, away: 6 * time.Second, redisAway: 10 * time.Second, weather: 4 * time.Second, turns: 1, thrice: 1000}
	}
	return scale{villagers: 10000, serverKills: 20, databaseKills: 5, away: 30 * time.Second, redisAway: time.Minute, weather: 5 * time.Second, turns: 3, thrice: 10000}
}

// ruin is a town on services of its own that all faults are done to, one after the other.
type ruin struct {
	*town
	scale
	services *services
	platform *platform
}

// finding is what a fault came to.
type finding struct {
	out    io.Writer
	counts []string
	failed bool
}

// tell notes a count.
func (f *finding) tell(format string, values ...any) {
	f.counts = append(f.counts, fmt.Sprintf(format, values...))
	fmt.Fprintln(f.out, "#   "+f.counts[len(f.counts)-1])
}

// must notes a count that decides.
func (f *finding) must(ok bool, format string, values ...any) {
	mark := " ✓"
	if !ok {
		mark, f.failed = " ✗", true
	}
	f.tell("%s%s", fmt.Sprintf(format, values...), mark)
}

// verdict of a fault, for the table.
type verdict struct {
	name, text string
	took       time.Duration
	failed     bool
}

// breakAll is the run of the faults that are asked for.
func breakAll(o options, out io.Writer) (func(ctx context.Context, b *bench) error, error) {
	all := faults()
	chosen := slices.DeleteFunc(faults(), func(f fault) bool { return len(o.names) > 0 && !slices.Contains(o.names, f.name) })
	for _, name := range o.names {
		if !slices.ContainsFunc(all, func(f fault) bool { return f.name == name }) {
			return nil, fmt.Errorf("no fault is called %q; see -h", name)
		}
	}
	return func(ctx context.Context, b *bench) error {
		r, err := b.newRuin(ctx, scaleOf(o.quick))
		if err != nil {
			return err
		}
		verdicts := make([]verdict, 0, len(chosen))
		for _, f := range chosen {
			if ctx.Err() == nil {
				verdicts = append(verdicts, r.suffer(ctx, f, out))
			}
		}
		return conclude(out, verdicts)
	}, nil
}

func (b *bench) newRuin(ctx context.Context, s scale) (*ruin, error) {
	services, err := b.ownServices(ctx)
	if err != nil {
		return nil, err
	}
	t, err := b.newTown(ctx, s.villagers+phonesOf, phonesOf)
	if err != nil {
		return nil, err
	}
	platform, err := newPlatform()
	return &ruin{town: t, scale: s, services: services, platform: platform}, err
}

// suffer does one fault to the town and mends what it left behind.
func (r *ruin) suffer(ctx context.Context, one fault, out io.Writer) verdict {
	fmt.Fprintf(out, "# %s: %s\n", one.name, one.about)
	f, began := &finding{out: out}, time.Now()
	err := r.quiet(ctx)
	if err == nil {
		err = one.run(ctx, r, f)
	}
	v := verdict{name: one.name, text: strings.Join(f.counts, "; "), took: time.Since(began).Round(100 * time.Millisecond), failed: f.failed || err != nil}
	r.sim.Clear()
	if err = errors.Join(err, r.mend(ctx)); err != nil {
		f.must(false, "it could not be done: %v", err)
		v.failed = true
	}
	return v
}

// mend has everything run again.
func (r *ruin) mend(ctx context.Context) error {
	_ = r.services.resume(mariaDB) // it may never have been stopped, or be gone
	_ = r.services.resume(redisDB)
	if err := errors.Join(r.services.start(ctx), r.lookUp()); err != nil {
		return err
	}
	if _, err := r.metric(ctx, "cunwu_spool_records"); err == nil {
		return nil
	}
	_ = r.process.kill()
	return r.serve(ctx)
}

// lookUp finds the database's process anew, for the time that it spends.
func (r *ruin) lookUp() error {
	p, err := r.services.process(mariaDB)
	if err == nil {
		r.mariadb = p.Pid
	}
	return err
}

func conclude(out io.Writer, verdicts []verdict) error {
	var failed []string
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "fault\t\ttook")
	for _, v := range verdicts {
		mark := "pass"
		if v.failed {
			mark, failed = "FAIL", append(failed, v.name)
		}
		fmt.Fprintf(w, "%s\t%s\t%v\n", v.name, mark, v.took)
	}
	_ = w.Flush()
	if len(failed) > 0 {
		return fmt.Errorf("not survived: %s", strings.Join(failed, ", "))
	}
	return nil
}
