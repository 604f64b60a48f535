package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/publiclog"
	"cunwu/service/session"
	"cunwu/service/village"
)

// vote compares a vote by the API, over HTTP and signed in, with the bare transaction that it can't
// do without, in this process and over nothing; and itself with a table that is full already.
func vote(ctx context.Context, b *bench) ([]line, error) {
	voters := min(b.messages, 2000)
	t, err := b.newTown(ctx, voters, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.stop() }()
	tokens, err := t.signIn(ctx, func(*model.Store, *redis.Client, string, session.Signed) error { return nil })
	if err != nil {
		return nil, err
	}
	hall, err := b.openHall(t.dsn, t.db)
	if err != nil {
		return nil, err
	}
	bare, err := newBareVote(ctx, t.db)
	if err != nil {
		return nil, err
	}
	p, err := inTurn(ctx, b.count,
		func(ctx context.Context) (sample, error) {
			if err := hall.open(ctx); err != nil {
				return sample{}, err
			}
			stop := t.record(ctx, t.pprof, "vote")
			l := load{senders: b.senders, requests: ballots(hall.ref, tokens), total: voters, check: castOnce}
			s, _, err := l.against(ctx, b, t.process)
			return s, errors.Join(err, stop(), hall.whole(ctx, voters))
		},
		func(ctx context.Context) (sample, error) {
			return b.here(voters, func() (sample, error) { return bare.round(ctx, b.senders, voters) })
		})
	if err != nil {
		return nil, err
	}
	const base = "bare database/sql: tx of check + insert, counted on read"
	lines := []line{p.faster("vote by API, 64 voters, one hot poll", base, 0.7), p.cheaper("its processor time, the database's with it", base, 0).free(), p.tail("vote by API, p99", base)}
	flat, err := voteFlat(ctx, b)
	return append(lines, flat...), err
}

// ballots are the requests of all voters, each from an address of its own.
func ballots(ref poll.Ref, tokens []string) [][]byte {
	requests := make([][]byte, len(tokens))
	for i, token := range tokens {
		body := fmt.Sprintf(`{"choices":[%d],"receipt":%q}`, 1+i%2, receipt())
		requests[i] = fmt.Appendf(nil, "POST /api/v1/polls/%s/ballots HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nX-Forwarded-For: 10.1.%d.%d\r\n"+
			"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", model.PublicID(ref.VillageID, ref.ID), token, i/250, i%250, len(body), body)
	}
	return requests
}

func receipt() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func castOnce(a answer) error {
	if a.status != 201 {
		return fmt.Errorf("answered %d %.200q", a.status, a.body)
	}
	return nil
}

// hall is where the village votes: the poll room on a database.
type hall struct {
	polls *poll.Service
	store *model.Store
	db    *sql.DB
	ref   poll.Ref // the poll that is open
}

func (b *bench) openHall(dsn string, db *sql.DB) (*hall, error) {
	store, err := model.Open(model.OpenOptions{Dialect: model.MySQL, DSN: dsn, Pool: 64})
	if err != nil {
		return nil, err
	}
	b.closers = append(b.closers, store.Close)
	keys, err := model.NewKeyring([]byte("the secret key of the bench, 32b"))
	if err != nil {
		return nil, err
	}
	log := audit.New(store)
	return &hall{store: store, db: db, polls: poll.New(store, keys, poll.Rooms{People: village.New(store, keys, log, village.Hooks{}),
		Notices: notice.New(store, nil, notice.Options{}), Log: publiclog.New(store, keys), Audit: log}, poll.Options{})}, nil
}

// boss is the secretary.
func boss() model.Actor {
	return model.Actor{VillageID: villageCode, Name: secretary, Holds: []model.Held{{VillageID: villageCode, Role: model.RoleBranchSecretary}}}
}

// open opens a poll of everybody; its notices are told already, so that only votes are measured.
func (h *hall) open(ctx context.Context) error {
	return h.store.TxWithin(ctx, time.Minute, func(ctx context.Context) error {
		now := h.store.Now()
		p, err := h.polls.Create(ctx, boss(), poll.NewPoll{VillageID: villageCode, Title: "路灯装在哪里", Organ: model.OrganConsultation, Secret: true,
			Options: []string{"村口", "桥头"}, OpensAt: now, ClosesAt: now.Add(time.Hour)})
		if err != nil {
			return err
		}
		h.ref = poll.RefOf(p)
		if _, err := h.polls.Notice(ctx, boss(), h.ref); err != nil {
			return err
		}
		if err := h.polls.Open(ctx, boss(), h.ref); err != nil {
			return err
		}
		return h.store.DB(ctx).Model(&model.PollRound{}).Where("village_id = ? AND poll_id = ?", h.ref.VillageID, h.ref.ID).UpdateColumn("done", true).Error
	})
}

// whole checks that each voter has one ballot.
func (h *hall) whole(ctx context.Context, want int) error {
	for _, table := range []string{"poll_ballots", "poll_turnouts"} {
		var n int
		err := h.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table+" WHERE village_id = ? AND poll_id = ?", h.ref.VillageID, h.ref.ID).Scan(&n)
		if err == nil && n != want {
			err = fmt.Errorf("%d rows in %s of %d votes", n, table, want)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bareVote is the least that a vote costs: is the poll open, and one row whose key admits a voter once.
type bareVote struct {
	db            *sql.DB
	check, insert *sql.Stmt
	polls         int
}

func newBareVote(ctx context.Context, db *sql.DB) (*bareVote, error) {
	for _, statement := range []string{
		"CREATE TABLE bare_polls (id INT NOT NULL PRIMARY KEY, state VARCHAR(16) NOT NULL, closes_at BIGINT NOT NULL)",
		"CREATE TABLE bare_votes (poll_id INT NOT NULL, voter_id VARCHAR(32) NOT NULL, choice INT NOT NULL, PRIMARY KEY (poll_id, voter_id))",
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	b := &bareVote{db: db}
	var err, failed error
	b.check, err = db.PrepareContext(ctx, "SELECT state, closes_at FROM bare_polls WHERE id = ?")
	b.insert, failed = db.PrepareContext(ctx, "INSERT INTO bare_votes VALUES (?, ?, ?)")
	return b, errors.Join(err, failed)
}

func (b *bareVote) round(ctx context.Context, senders, voters int) (sample, error) {
	b.polls++
	if _, err := b.db.ExecContext(ctx, "INSERT INTO bare_polls VALUES (?, 'open', ?)", b.polls, time.Now().Add(time.Hour).UnixMilli()); err != nil {
		return sample{}, err
	}
	return together(senders, voters, func(i int) error { return b.cast(ctx, i) })
}

func (b *bareVote) cast(ctx context.Context, i int) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	check, insert := tx.StmtContext(ctx, b.check), tx.StmtContext(ctx, b.insert)
	defer func() { _, _ = check.Close(), insert.Close() }()
	var state string
	var closes int64
	if err := check.QueryRowContext(ctx, b.polls).Scan(&state, &closes); err != nil {
		return err
	}
	if state != "open" || closes < time.Now().UnixMilli() {
		return errors.New("closed")
	}
	if _, err := insert.ExecContext(ctx, b.polls, fmt.Sprintf("%032x", i), 1+i%2); err != nil {
		return err
	}
	return tx.Commit()
}

// here runs a round of n things in this process and counts its processor time and the database's.
func (b *bench) here(n int, round func() (sample, error)) (sample, error) {
	used, err := cpu(os.Getpid())
	if err != nil {
		return sample{}, err
	}
	below, _ := cpu(b.mariadb) // there may be none
	s, err := round()
	if err != nil {
		return s, err
	}
	usedThen, err := cpu(os.Getpid())
	belowThen, _ := cpu(b.mariadb)
	s.cpu, s.db = (usedThen-used)/time.Duration(n), (belowThen-below)/time.Duration(n)
	return s, err
}

// together does n things, so many at a time, each once.
func together(senders, n int, once func(i int) error) (sample, error) {
	lanes := make([]lane, senders)
	var next atomic.Int64
	var wait sync.WaitGroup
	began := time.Now()
	for w := range lanes {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && lanes[w].err == nil; i = int(next.Add(1)) - 1 {
				at := time.Now()
				lanes[w].err = once(i)
				lanes[w].times = append(lanes[w].times, time.Since(at))
			}
		})
	}
	wait.Wait()
	r, err := gather(lanes, time.Since(began))
	if err != nil || len(r.times) == 0 {
		return sample{}, err
	}
	return sample{perSecond: float64(len(r.times)) / r.elapsed.Seconds(), p50: percentile(r.times, 0.5), p99: percentile(r.times, 0.99)}, nil
}
