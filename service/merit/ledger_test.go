package merit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/service/merit"
)

// books is the naive model of a ledger.
type books struct {
	balance map[string]int64 // by name
	stock   map[string]int64 // by goods
	open    []model.MeritRedemption
	awards  []award
}

type award struct {
	name   string
	points int64
	id     string
}

// Whatever people do, in whatever order, with the database closed and opened in
// between: the balances are those of a naive model, nothing is below zero, and
// everything sums to zero.
func TestTheLedgerEqualsANaiveModel(t *testing.T) {
	w := newWorld(t)
	goods := []model.MeritGoods{w.goods("盐", 3, 20), w.goods("米", 17, 4)}
	names := []string{"王大山", "李华", "陈勇"}
	b := &books{balance: map[string]int64{}, stock: map[string]int64{"盐": 20, "米": 4}}
	count, ops := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		if count++; count%25 == 0 {
			w.reopen()
			w.sound()
		}
		for range rapid.IntRange(1, steps).Draw(rt, "how many") {
			ops++
			b.step(rt, w, rapid.SampledFrom(names).Draw(rt, "who"), rapid.SampledFrom(goods).Draw(rt, "goods"), ops)
		}
		for _, name := range names {
			if got := w.balance(name); got != b.balance[name] {
				rt.Fatalf("%s has %d, not %d", name, got, b.balance[name])
			}
		}
		for _, g := range goods {
			if got, _ := w.stock(g); got != b.stock[g.Name] || got < 0 {
				rt.Fatalf("%d %s are left, not %d", got, g.Name, b.stock[g.Name])
			}
		}
	})
	w.sound()
}

func (b *books) step(rt *rapid.T, w *world, name string, g model.MeritGoods, op int) {
	v := w.villager(name)
	points := rapid.Int64Range(1, 40).Draw(rt, "points")
	switch rapid.SampledFrom([]string{"award", "award", "award", "twice", "deduct", "redeem", "redeem", "serve", "cancel", "lapse", "reverse", "restock"}).Draw(rt, "what") {
	case "award":
		row, err := w.Award(w.ctx, yunxi, v.HouseholdID, v.ID, points, fmt.Sprint("op/", op))
		must(rt, err == nil, "award: %v", err)
		b.balance[name] += points
		b.awards = append(b.awards, award{name, points, row.ID})
	case "twice":
		if len(b.awards) == 0 {
			return
		}
		_, err := w.Award(w.ctx, yunxi, v.HouseholdID, v.ID, points, "again")
		if err == nil {
			b.balance[name] += points
		}
		_, err = w.Award(w.ctx, yunxi, v.HouseholdID, v.ID, points, "again")
		must(rt, model.IsCode(err, model.Conflict), "the same key twice: %v", err)
	case "deduct":
		_, err := w.Award(w.ctx, yunxi, v.HouseholdID, v.ID, -points, fmt.Sprint("op/", op))
		must(rt, (err == nil) == (b.balance[name] >= points), "%d from %d: %v", points, b.balance[name], err)
		if err == nil {
			b.balance[name] -= points
		}
	case "redeem":
		n := rapid.Int64Range(1, 4).Draw(rt, "pieces")
		r, err := w.Redeem(w.ctx, w.actor(name), merit.NewRedemption{VillageID: yunxi, GoodsID: g.ID, Quantity: n})
		must(rt, (err == nil) == (b.balance[name] >= n*g.Price && b.stock[g.Name] >= n), "%d × %d of %d, stock %d: %v", n, g.Price, b.balance[name], b.stock[g.Name], err)
		if err == nil {
			b.balance[name] -= r.Points
			b.stock[g.Name] -= n
			b.open = append(b.open, r)
		}
	case "serve", "cancel":
		b.finish(rt, w, points%2 == 0)
	case "lapse":
		w.clock.Advance(4 * 24 * time.Hour)
		n, err := w.LapseDue(w.ctx)
		must(rt, err == nil && n == len(b.open), "%d of %d lapsed, %v", n, len(b.open), err)
		for _, r := range b.open {
			b.giveBack(r)
		}
		b.open = nil
	case "reverse":
		b.reverse(rt, w)
	case "restock":
		n := rapid.Int64Range(-3, 6).Draw(rt, "more")
		_, err := w.UpdateGoods(w.ctx, w.actor("郑开"), merit.Ref{VillageID: yunxi, ID: g.ID}, merit.ChangeGoods{Stock: n, Active: true})
		must(rt, (err == nil) == (b.stock[g.Name]+n >= 0), "%d on %d: %v", n, b.stock[g.Name], err)
		if err == nil {
			b.stock[g.Name] += n
		}
	}
}

func (b *books) finish(rt *rapid.T, w *world, serve bool) {
	if len(b.open) == 0 {
		return
	}
	r := b.open[0]
	b.open = b.open[1:]
	if serve {
		_, err := w.ServeByCode(w.ctx, w.actor("冯守"), yunxi, r.Code)
		must(rt, err == nil, "serve: %v", err)
		return
	}
	_, err := w.Cancel(w.ctx, w.actor(r.PersonName), refOf(r))
	must(rt, err == nil, "cancel: %v", err)
	b.giveBack(r)
}

func (b *books) giveBack(r model.MeritRedemption) {
	b.balance[r.PersonName] += r.Points
	b.stock[r.GoodsName] += r.Quantity
}

func (b *books) reverse(rt *rapid.T, w *world) {
	if len(b.awards) == 0 {
		return
	}
	a := b.awards[len(b.awards)-1]
	err := w.ReversePosting(w.ctx, yunxi, a.id)
	must(rt, (err == nil) == (b.balance[a.name] >= a.points), "reverse %d of %d: %v", a.points, b.balance[a.name], err)
	if err != nil {
		return
	}
	b.balance[a.name] -= a.points
	b.awards = b.awards[:len(b.awards)-1]
	must(rt, model.IsCode(w.ReversePosting(w.ctx, yunxi, a.id), model.Conflict), "reversed twice")
}

func must(rt *rapid.T, ok bool, format string, args ...any) {
	if !ok {
		rt.Fatalf(format, args...)
	}
}

func TestWhatNoLedgerHolds(t *testing.T) {
	w := newWorld(t)
	house := w.villager("李华").HouseholdID
	if err := w.PostUnbalanced(w.ctx, yunxi, house); err == nil || model.AsError(err) != nil {
		t.Errorf("an unbalanced posting: %v", err)
	}
	w.sound()
	_, err := w.Award(w.ctx, yunxi, house, w.villager("李华").ID, 10, "a")
	w.ok(err)
	for name, change := range map[string]string{
		"a balance":            "UPDATE merit_accounts SET balance = balance + 1 WHERE kind = 'house'",
		"an entry's amount":    "UPDATE merit_entries SET amount = amount + 1 WHERE account_id LIKE 'house%'",
		"an entry's balance":   "UPDATE merit_entries SET balance = balance + 1",
		"an entry's number":    "UPDATE merit_entries SET seq = seq + 1",
		"a missing entry":      "DELETE FROM merit_entries WHERE account_id LIKE 'pool%'",
		"a missing posting":    "DELETE FROM merit_postings",
		"missing entries":      "DELETE FROM merit_entries",
		"a missing account":    "DELETE FROM merit_accounts",
		"a member's points":    "UPDATE merit_members SET points = points + 1",
		"an overdrawn house":   "UPDATE merit_accounts SET kind = 'store' WHERE kind = 'pool'",
		"a reserve for naught": "UPDATE merit_accounts SET kind = 'reserve' WHERE kind = 'house'",
	} {
		err := w.store.Tx(w.ctx, func(ctx context.Context) error {
			if err := w.store.DB(ctx).Exec(change).Error; err != nil {
				return err
			}
			report, err := w.Check(ctx, yunxi)
			if err == nil && report.OK() {
				t.Errorf("%s isn't noticed", name)
			}
			return model.Errorf(model.Conflict, "undo").Because(err)
		})
		w.refused(err, model.Conflict, "undo")
	}
	w.sound()
}

// Many postings to many households at once: nothing is lost on the way.
func TestPostingsAtOnce(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	people := []model.Villager{w.villager("王大山"), w.villager("王小草"), w.villager("李华"), w.villager("陈勇"), w.villager("张明")}
	for i := range crowd / 2 {
		all.Go(func() {
			v := people[i%len(people)]
			points := int64(7)
			if i%3 == 2 {
				points = -4
			}
			if _, err := w.Award(w.ctx, yunxi, v.HouseholdID, v.ID, points, fmt.Sprint(i)); err != nil && !model.IsCode(err, model.Conflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.sound()
	lines, err := w.Entries(w.ctx, w.actor("王小草"), 0, 100)
	w.ok(err)
	for i, l := range lines { // the newest first, without gaps, each page after the other
		if l.Seq != int64(len(lines)-i) {
			t.Fatalf("line %d bears number %d", i, l.Seq)
		}
	}
	page, err := w.Entries(w.ctx, w.actor("王小草"), lines[4].Seq, 3)
	w.ok(err)
	if len(page) != 3 || page[0].Seq != lines[5].Seq {
		t.Errorf("%+v", page)
	}
	if strings.TrimSpace(lines[0].Person) == "" {
		t.Error("an entry without its person")
	}
}
