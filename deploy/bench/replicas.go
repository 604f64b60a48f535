package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"cunwu/model"
	"cunwu/service/session"
)

// harmPlan says how much is done to the replicas.
type harmPlan struct {
	villagers, rate int
	span            time.Duration // of the load
	kills, pauses   int
	pause           time.Duration // longer than a lease's life, but in a quick run
	upgrade         bool
}

func harmPlanOf(quick bool) harmPlan {
	if quick {
		return harmPlan{villagers: 500, rate: 30, span: 14 * time.Second, kills: 1, pauses: 1, pause: 3 * time.Second}
	}
	return harmPlan{villagers: 3000, rate: 40, span: 70 * time.Second, kills: 4, pauses: 2, pause: 8 * time.Second, upgrade: true}
}

// breakReplicas kills, stops and replaces the replicas of a fleet while a village writes, votes, reads
// and is answered, and counts what became of it.
func breakReplicas(o options, out io.Writer) func(ctx context.Context, b *bench) error {
	return func(ctx context.Context, b *bench) error {
		p := harmPlanOf(o.quick)
		f, err := b.newFleet(ctx, p.villagers)
		if err != nil {
			return err
		}
		next, last := b.server, b.server
		if p.upgrade {
			if next, err = b.successor(ctx, "next", map[string]string{"0900_expand.sql": expand}); err != nil {
				return err
			}
			if last, err = b.successor(ctx, "last", map[string]string{"0900_expand.sql": expand, "1001_contract.sql": contract}); err != nil {
				return err
			}
		}
		m, err := newMixed(ctx, f, p.rate, p.span)
		if err != nil {
			return err
		}
		found := &finding{out: out}
		if m.tokens, err = f.signInSome(ctx, p.rate*int(p.span/time.Second)); err != nil {
			return err
		}
		f.calls.take()
		s, err := m.run(ctx, p.rate, func(ctx context.Context) error { return f.harmed(ctx, p, next, last, found) })
		if err == nil {
			err = m.whole(ctx, found, s)
		}
		if err == nil && p.upgrade {
			err = f.outdated(ctx, found)
		}
		if err == nil && found.failed {
			err = errors.New("not survived")
		}
		return err
	}
}

// signInSome gives the first villagers a session each.
func (f *fleet) signInSome(ctx context.Context, n int) ([]string, error) {
	some := *f.town
	some.openIDs = f.openIDs[:n]
	return some.signIn(ctx, func(*model.Store, *redis.Client, string, session.Signed) error { return nil })
}

// calmDown lies between one harm and the next.
const calmDown = 2 * time.Second

// harmed does it, one thing after the other, always leaving two replicas.
func (f *fleet) harmed(ctx context.Context, p harmPlan, next, last string, found *finding) error {
	turn := 0
	one := func() *replica { turn++; return f.replicas[turn%len(f.replicas)] }
	for range p.kills {
		if err := errors.Join(sleep(ctx, calmDown+rand.N(time.Second)), f.killed(ctx, one(), rand.N(time.Second))); err != nil {
			return err
		}
	}
	for range p.pauses {
		if err := errors.Join(sleep(ctx, calmDown+rand.N(time.Second)), f.paused(ctx, one(), p.pause)); err != nil {
			return err
		}
	}
	found.tell("%d replicas killed, %d stopped for %v", p.kills, p.pauses, p.pause)
	for _, r := range f.replicas {
		if err := errors.Join(sleep(ctx, calmDown), f.replaced(ctx, r, next)); err != nil {
			return err
		}
		if !p.upgrade {
			continue
		}
		// Beside the newer program and its schema the old one starts again, as after a crash.
		if old := f.replicas[len(f.replicas)-1]; old.program != next {
			if err := errors.Join(sleep(ctx, calmDown), f.killed(ctx, old, 0)); err != nil {
				return err
			}
		}
	}
	found.tell("all replicas replaced in turn")
	if !p.upgrade {
		return nil
	}
	for _, r := range f.replicas {
		if err := errors.Join(sleep(ctx, calmDown), f.replaced(ctx, r, last)); err != nil {
			return err
		}
	}
	var columns int
	err := f.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = 'bench_expanded'").Scan(&columns)
	found.must(columns == 0, "and upgraded twice: a column came and is gone again")
	return err
}

// outdated starts the first program on the last one's schema, which it doesn't know.
func (f *fleet) outdated(ctx context.Context, found *finding) error {
	_, err := f.command(ctx, "migrate")
	found.must(err != nil && strings.Contains(err.Error(), "a newer program has changed the database"), "the first program refuses the last one's schema")
	return nil
}

// whole checks that nothing is lost or doubled, and nobody was signed out.
func (m *mixed) whole(ctx context.Context, found *finding, s spread) error {
	if left, err := m.fleet.drained(ctx, time.Minute); err != nil {
		found.must(false, "the replicas' spools hold %v: %v", left, err)
		for _, r := range m.replicas {
			found.tell("%s said at last: %s", r.name, r.tail())
		}
	}
	m.process = m.replicas[0].process
	found.tell("messages: %v", s)
	if err := found.whole(ctx, m.town, m.letters); err != nil {
		return err
	}
	if err := m.closed(ctx, found); err != nil {
		return err
	}
	found.must(m.reads.Load() > 0 && m.signedOut.Load() == 0, "%d reads by people who are signed in, %d signed out", m.reads.Load(), m.signedOut.Load())
	found.must(m.refused.Load() == 0 && m.votesRepeated.Load() == 0, "%d reads and %d votes weren't answered at the first time", m.refused.Load(), m.votesRepeated.Load())
	if busy := m.busy.Load(); busy > 0 {
		found.tell("%d times the answer was 503, to ask again", busy)
	}
	if last := m.last.Load(); last != nil {
		found.tell("the last of these: %v", last)
	}
	return m.sent(ctx, found)
}

// closed lets the poll's time run out: one of the replicas closes and counts it.
func (m *mixed) closed(ctx context.Context, found *finding) error {
	votes := int(m.votes.Load())
	err := m.hall.whole(ctx, votes)
	found.must(err == nil && int(m.voted.Load()) == votes, "%d votes, %d acknowledged, each one ballot (%v)", votes, m.voted.Load(), err)
	ref := m.hall.ref
	if _, err := m.db.ExecContext(ctx, "UPDATE polls SET closes_at = ?, look_at = closes_at WHERE village_id = ? AND id = ?", time.Now().UnixMilli(), ref.VillageID, ref.ID); err != nil {
		return err
	}
	state := ""
	err = until(ctx, 20*time.Second, func() (bool, error) {
		err := m.db.QueryRowContext(ctx, "SELECT state FROM polls WHERE village_id = ? AND id = ?", ref.VillageID, ref.ID).Scan(&state)
		return state == "counted", err
	})
	found.must(err == nil, "the poll is %s after its end", state)
	return nil
}

// sent checks the secretary's answers: each came to its phone once, but for calls whose end nobody
// knows, which are made once more and counted.
func (m *mixed) sent(ctx context.Context, found *finding) error {
	var waiting, unknown int
	err := until(ctx, 45*time.Second, func() (bool, error) {
		const answers = " FROM notices n JOIN cases c ON c.village_id = n.village_id AND c.id = n.case_id WHERE n.role = 'asker' AND c.asker_openid NOT LIKE 'oBench%'"
		if err := m.db.QueryRowContext(ctx, "SELECT COALESCE(SUM(n.state IN ('pending','sending')),0), COALESCE(SUM(n.unknowns),0)"+answers).Scan(&waiting, &unknown); err != nil {
			return false, err
		}
		return waiting == 0, nil
	})
	if err != nil {
		found.must(false, "%d notices still wait", waiting)
	}
	heard, lost, kept, doubled := m.heard(), 0, 0, 0
	for _, saying := range m.said {
		switch n := heard[saying]; {
		case n == 0:
			var state string
			err := m.db.QueryRowContext(ctx, "SELECT state FROM notices WHERE village_id = ? AND role = 'asker' AND text LIKE ?", villageCode, "%"+saying+"%").Scan(&state)
			if kept++; err != nil || state == string(model.NoticeSent) {
				kept, lost = kept-1, lost+1
			}
			found.tell("%s is %q: %v", saying, state, err)
		case n > 1:
			doubled += n - 1
		}
	}
	if m.otherwise != "" {
		found.tell("the secretary was last answered otherwise: %s", m.otherwise)
	}
	found.must(len(m.said) > 0 && lost == 0 && doubled <= unknown, "%d answers by the secretary, %d came to nobody, %d wait for a channel, %d came twice; of %d calls the end was unknown", len(m.said), lost, kept, doubled, unknown)
	found.tell("%d more access tokens asked for, by %d replicas", m.calls.take().tokens, len(m.replicas))
	return nil
}

// stay starts a fleet for people to look at, until they stop it.
func stay(out io.Writer) func(ctx context.Context, b *bench) error {
	return func(ctx context.Context, b *bench) error {
		f, err := b.newFleet(ctx, 200)
		if err != nil {
			return err
		}
		address, err := freeAddress(ctx)
		if err != nil {
			return err
		}
		pages := http.NewServeMux()
		pages.Handle("/simulator/", f.sim.Pages())
		server := &http.Server{Addr: address, Handler: pages, ReadHeaderTimeout: 5 * time.Second}
		go func() { _ = server.ListenAndServe() }()
		defer func() { _ = server.Close() }()
		fmt.Fprintf(out, "三台服务在 nginx 后面，共用一个数据库和一个 Redis：\n\n    村务    http://%s/\n    微信模拟器 http://%s/simulator/\n", f.front, address)
		for _, r := range f.replicas {
			fmt.Fprintf(out, "    %s http://%s/ 进程 %d，日志 %s\n", r.name, r.address, r.command.Process.Pid, r.log)
		}
		fmt.Fprintln(out, "\n可以 kill -9、kill -STOP、kill -CONT 其中的进程再在手机上说话。按 Ctrl+C 全部停止。")
		<-ctx.Done()
		return nil
	}
}
