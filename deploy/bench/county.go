package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"cunwu/model"
	"cunwu/service/session"
)

// countyYears of history lie in each village.
const countyYears = 3

// county compares a village of a county with the same village alone in a database: the same people and
// the same three years, so that all that differs is what the others have.
func county(ctx context.Context, b *bench) ([]line, error) {
	alone, err := b.newParish(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = alone.stop() }()
	among, err := b.newParish(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = among.stop() }()
	began := time.Now()
	rows, err := among.multiply(ctx, b.villages)
	if err != nil {
		return nil, err
	}
	fmt.Printf("#   %d villages of %d people with %d years, made by %d rows in %v\n", b.villages, b.people, countyYears, rows, time.Since(began).Round(time.Second))
	for _, p := range []*parish{alone, among} {
		if err := p.settle(ctx); err != nil {
			return nil, err
		}
	}
	var lines []line
	base := "the same village alone"
	for _, path := range parishPaths() {
		p, err := inTurn(ctx, b.count, path.of(among), path.of(alone))
		if err != nil {
			return lines, fmt.Errorf("%s: %w", path.name, err)
		}
		name := fmt.Sprintf("%s, in a county of %d villages", path.name, b.villages)
		lines = append(lines, p.faster(name, base, 0.8), p.tail(name+", p99", base))
	}
	return lines, nil
}

// parish is a town with a history.
type parish struct {
	*town
	platform *platform
	hall     *hall
	tokens   []string
}

func (b *bench) newParish(ctx context.Context) (*parish, error) {
	t, err := b.newTown(ctx, b.people, 0)
	if err != nil {
		return nil, err
	}
	p := &parish{town: t}
	if p.platform, err = newPlatform(); err != nil {
		return nil, err
	}
	if p.hall, err = b.openHall(t.dsn, t.db); err != nil {
		return nil, err
	}
	return p, p.remember(ctx)
}

// settle lets the database know what it holds, and signs some people in.
func (p *parish) settle(ctx context.Context) error {
	for _, table := range append([]string{"villages"}, historyTables()...) {
		if _, err := p.db.ExecContext(ctx, "ANALYZE TABLE "+table); err != nil {
			return err
		}
	}
	some := *p.town
	some.openIDs = p.openIDs[:min(len(p.openIDs), readers)]
	var err error
	p.tokens, err = some.signIn(ctx, func(*model.Store, *redis.Client, string, session.Signed) error { return nil })
	return err
}

// parishPath is something that people do.
type parishPath struct {
	name string
	of   func(p *parish) side
}

func parishPaths() []parishPath {
	ask := func(requests func(p *parish) [][]byte, check func(a answer) error) func(*parish) side {
		return func(p *parish) side {
			return func(ctx context.Context) (sample, error) {
				l := load{senders: p.senders, requests: requests(p), span: p.span, check: check}
				s, _, err := l.against(ctx, p.bench, p.process)
				return s, err
			}
		}
	}
	return []parishPath{
		{"help text", func(p *parish) side {
			return func(ctx context.Context) (sample, error) { return p.speakAmong(ctx) }
		}},
		{"vote by API", func(p *parish) side {
			return func(ctx context.Context) (sample, error) {
				if err := p.hall.open(ctx); err != nil {
					return sample{}, err
				}
				l := load{senders: p.senders, requests: ballots(p.hall.ref, p.tokens), total: len(p.tokens), check: castOnce}
				s, _, err := l.against(ctx, p.bench, p.process)
				return s, err
			}
		}},
		{"public disclosures", ask(func(*parish) [][]byte { return publicPages() }, found)},
		{"my cases", ask(func(p *parish) [][]byte { return reading(p.tokens, "/cases") }, found)},
	}
}

// publicPages ask for what the village has made public, from many addresses.
func publicPages() [][]byte {
	requests := make([][]byte, readers)
	for i := range requests {
		requests[i] = fmt.Appendf(nil, "GET /api/v1/disclosures?village=%s HTTP/1.1\r\nHost: bench\r\nX-Forwarded-For: 10.2.%d.%d\r\n\r\n", villageCode, i/250, i%250)
	}
	return requests
}

// speakAmong is speak where other villages have cases, too: only ours are closed before and counted
// after it.
func (p *parish) speakAmong(ctx context.Context) (sample, error) {
	for _, text := range []string{
		"UPDATE cases SET state = 'closed', act_at = 0 WHERE village_id = ? AND state <> 'closed'",
		"UPDATE notices SET state = 'told', call_after = 0 WHERE village_id = ? AND state <> 'told'",
	} {
		if _, err := p.db.ExecContext(ctx, text, villageCode); err != nil {
			return sample{}, err
		}
	}
	if err := sleep(ctx, time.Second); err != nil {
		return sample{}, err
	}
	l := load{senders: p.senders, requests: p.platform.texts(p.openIDs, words), total: len(p.openIDs), check: sealed}
	s, _, err := l.against(ctx, p.bench, p.process)
	if err != nil {
		return s, err
	}
	var open int
	return s, until(ctx, time.Minute, func() (bool, error) {
		err := p.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM cases WHERE village_id = ? AND state <> 'closed'", villageCode).Scan(&open)
		return open == len(p.openIDs), err
	})
}

// multiply copies the village with all it has, under other codes and to other senders.
func (p *parish) multiply(ctx context.Context, villages int) (rows int64, err error) {
	copies := map[string]string{}
	for _, table := range historyTables() {
		if copies[table], err = p.copying(ctx, table); err != nil {
			return rows, err
		}
	}
	for n := 1; n < villages; n++ {
		code := fmt.Sprintf("cun%05d", n)
		if _, err := p.db.ExecContext(ctx, "INSERT INTO villages (id, kind, name, township_id, account, phone, created_at) SELECT ?, kind, ?, township_id, account, phone, created_at FROM villages WHERE id = ?",
			code, fmt.Sprintf("第%d村", n), villageCode); err != nil {
			return rows, err
		}
		for _, table := range historyTables() {
			done, err := p.db.ExecContext(ctx, strings.ReplaceAll(copies[table], "@", code))
			if err != nil {
				return rows, fmt.Errorf("%s: %w", table, err)
			}
			more, err := done.RowsAffected()
			if rows += more; err != nil {
				return rows, err
			}
		}
	}
	return rows, nil
}

// copying is the statement that copies a table's rows to the village @.
func (p *parish) copying(ctx context.Context, table string) (string, error) {
	found, err := p.db.QueryContext(ctx, "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position", table)
	if err != nil {
		return "", err
	}
	defer func() { _ = found.Close() }()
	var columns, values []string
	for found.Next() {
		var name string
		if err := found.Scan(&name); err != nil {
			return "", err
		}
		columns = append(columns, "`"+name+"`")
		switch {
		case name == "village_id":
			values = append(values, "'@'")
		case strings.HasSuffix(name, "_village"):
			values = append(values, fmt.Sprintf("IF(`%s` = '%s', '@', `%[1]s`)", name, villageCode))
		case strings.HasSuffix(name, "openid"):
			values = append(values, fmt.Sprintf("IF(`%s` = '', '', CONCAT(`%[1]s`, '-@'))", name))
		default:
			values = append(values, "`"+name+"`")
		}
	}
	return fmt.Sprintf("INSERT INTO `%s` (%s) SELECT %s FROM `%[1]s` WHERE village_id = '%[4]s'", table, strings.Join(columns, ","), strings.Join(values, ","), villageCode), found.Err()
}
