package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/merit"
	"cunwu/service/notice"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

const (
	meritHouses = 200
	meritYoung  = 10_000    // entries of a ledger that has just begun
	meritOld    = 1_000_000 // and of one that has run for many years
	meritRows   = 2_000     // a statement that fills
)

// ledger is a village's ledger with its entries, in a database of its own.
type ledger struct {
	points *merit.Service
	actors []model.Actor
	goods  string
}

// meritFlat compares the ledger with a hundred times its entries with itself when it was young: what
// it costs to post and to read must not grow.
func meritFlat(ctx context.Context, b *bench) ([]line, error) {
	entries := meritOld
	if b.count == 1 { // -quick
		entries = meritOld / 10
	}
	old, err := b.newLedger(ctx, entries)
	if err != nil {
		return nil, err
	}
	young, err := b.newLedger(ctx, meritYoung)
	if err != nil {
		return nil, err
	}
	base := fmt.Sprintf("the same with %d entries", meritYoung)
	var lines []line
	for _, m := range []struct {
		name string
		once func(ctx context.Context, l *ledger, actor model.Actor) error
	}{
		{"points reserved and given back (two postings)", reserveAndCancel},
		{"balance and the last 20 entries", readAccount},
	} {
		measured := func(l *ledger) side {
			return func(ctx context.Context) (sample, error) {
				return b.hammer(ctx, func(ctx context.Context, i int) error { return m.once(ctx, l, l.actors[i%len(l.actors)]) })
			}
		}
		p, err := inTurn(ctx, b.count, measured(old), measured(young))
		if err != nil {
			return lines, err
		}
		lines = append(lines, p.faster(fmt.Sprintf("%s, %d entries", m.name, entries), base, 0.9))
	}
	return lines, old.sound(ctx)
}

func reserveAndCancel(ctx context.Context, l *ledger, actor model.Actor) error {
	r, err := l.points.Redeem(ctx, actor, merit.NewRedemption{VillageID: actor.VillageID, GoodsID: l.goods, Quantity: 1})
	if err != nil {
		return err
	}
	_, err = l.points.Cancel(ctx, actor, merit.Ref{VillageID: r.VillageID, ID: r.ID})
	return err
}

func readAccount(ctx context.Context, l *ledger, actor model.Actor) error {
	if _, err := l.points.Account(ctx, actor); err != nil {
		return err
	}
	lines, err := l.points.Entries(ctx, actor, 0, 20)
	if err == nil && len(lines) == 0 {
		return errors.New("no entries are read")
	}
	return err
}

// sound audits the ledger that was hammered.
func (l *ledger) sound(ctx context.Context) error {
	report, err := l.points.Check(ctx, l.actors[0].VillageID)
	if err == nil && !report.OK() {
		return fmt.Errorf("the ledger isn't sound: %s", strings.Join(report.Problems, "; "))
	}
	return err
}

// hammer does one thing over and over from several goroutines for the span of a round.
func (b *bench) hammer(ctx context.Context, once func(ctx context.Context, i int) error) (sample, error) {
	const workers = 16
	var all sync.WaitGroup
	took, errs := make([][]time.Duration, workers), make([]error, workers)
	began := time.Now()
	for w := range workers {
		all.Go(func() {
			for i := w; time.Since(began) < b.span && errs[w] == nil; i += workers {
				at := time.Now()
				errs[w] = once(ctx, i)
				took[w] = append(took[w], time.Since(at))
			}
		})
	}
	all.Wait()
	times := slices.Sorted(slices.Values(slices.Concat(took...)))
	if err := errors.Join(errs...); err != nil || len(times) == 0 {
		return sample{}, err
	}
	return sample{perSecond: float64(len(times)) / time.Since(began).Seconds(), p50: times[len(times)/2], p99: times[len(times)*99/100]}, nil
}

// newLedger makes a village of households whose accounts hold so many entries together.
func (b *bench) newLedger(ctx context.Context, entries int) (*ledger, error) {
	dsn, db, err := b.database(ctx, "merit")
	if err != nil {
		return nil, err
	}
	store, err := model.Open(model.OpenOptions{Dialect: model.MySQL, DSN: dsn, Pool: 32})
	if err != nil {
		return nil, err
	}
	b.closers = append(b.closers, store.Close)
	if _, err := store.Migrate(ctx); err != nil {
		return nil, err
	}
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		return nil, err
	}
	log := audit.New(store)
	people := village.New(store, keys, log, village.Hooks{})
	notices := notice.New(store, nil, notice.Options{})
	l := &ledger{}
	cases := casework.New(store, people, notices, log, merit.Kind(func() *merit.Service { return l.points }))
	l.points = merit.New(store, merit.Rooms{People: people, Cases: cases, Notices: notices, Log: publiclog.New(store, keys), Audit: log}, merit.Options{})
	if err := l.settle(ctx, store); err != nil {
		return nil, err
	}
	return l, fillLedger(ctx, db, l.actors, entries)
}

// settle makes the households, each with one person who may redeem, and the goods.
func (l *ledger) settle(ctx context.Context, store *model.Store) error {
	now := model.At(store.Now())
	const here = "yunxi"
	if err := store.DB(ctx).Create(&model.Village{ID: here, Kind: model.UnitVillage, Name: "云溪村", CreatedAt: now}).Error; err != nil {
		return err
	}
	for i := range meritHouses {
		id, house := model.NewID(), model.NewID()
		openid := fmt.Sprint("o", i)
		for _, row := range []any{
			&model.Household{VillageID: here, ID: house, Number: fmt.Sprint(i), HeadID: id, CreatedAt: now},
			&model.Villager{VillageID: here, ID: id, HouseholdID: house, Name: fmt.Sprint("户主", i), IDIndex: id, State: model.VillagerLiving, CreatedAt: now},
			&model.Binding{VillageID: here, VillagerID: id, Account: appID, OpenID: openid, Strength: model.BoundInPerson, BoundAt: now},
			&model.MeritAccount{VillageID: here, ID: "house/" + house, Kind: model.MeritHouse, HouseholdID: house, CreatedAt: now},
		} {
			if err := store.DB(ctx).Create(row).Error; err != nil {
				return err
			}
		}
		l.actors = append(l.actors, model.Actor{VillageID: here, VillagerID: id, Name: house, Account: appID, OpenID: openid})
	}
	goods := model.MeritGoods{VillageID: here, ID: model.NewID(), Name: "盐", Price: 1, Stock: 1_000_000, Active: true, UpdatedAt: now}
	l.goods = goods.ID
	return errors.Join(store.DB(ctx).Create(&model.MeritAccount{VillageID: here, ID: "pool/99", Kind: model.MeritPool, CreatedAt: now}).Error, store.DB(ctx).Create(&goods).Error)
}

// fillLedger writes awards of one point from the pool to the households in turn, and then the partial
// sums.
func fillLedger(ctx context.Context, db *sql.DB, actors []model.Actor, entries int) error {
	at, seq := time.Now().Add(-24*time.Hour).UnixMilli(), make([]int, len(actors))
	for done := 0; done < entries/2; {
		var posted, written []string
		for range min(meritRows, entries/2-done) {
			i := done % len(actors)
			done++
			seq[i]++
			id := model.NewID()
			posted = append(posted, fmt.Sprintf("('yunxi','%s','award','','%s','',%d,'','','')", id, id, at))
			written = append(written, fmt.Sprintf("('yunxi','house/%s',%d,'%s','',1,%d,%d)", actors[i].Name, seq[i], id, seq[i], at),
				fmt.Sprintf("('yunxi','pool/99',%d,'%s','',-1,%d,%d)", done, id, -done, at))
		}
		for into, rows := range map[string][]string{
			"merit_postings (village_id, id, cause, ref, once_key, reverses, at, by_id, by_name, text)": posted,
			"merit_entries (village_id, account_id, seq, posting_id, person_id, amount, balance, at)":   written,
		} {
			if _, err := db.ExecContext(ctx, "INSERT INTO "+into+" VALUES "+strings.Join(rows, ",")); err != nil {
				return err
			}
		}
	}
	_, err := db.ExecContext(ctx, `UPDATE merit_accounts a JOIN (SELECT village_id, account_id, SUM(amount) AS total, COUNT(*) AS n FROM merit_entries GROUP BY village_id, account_id) e
		ON e.village_id = a.village_id AND e.account_id = a.id SET a.balance = e.total, a.entries = e.n`)
	return err
}
