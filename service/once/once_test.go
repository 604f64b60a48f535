package once_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/once"
)

// desk is a service with a use case that writes a row and answers with its name.
type desk struct {
	t     *testing.T
	ctx   context.Context
	clock *modeltest.Clock
	store *model.Store
	*once.Service
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, ctx: context.Background(), clock: modeltest.NewClock()}
	d.store = modeltest.NewStore(t, d.clock.Now)
	d.Service = once.New(d.store)
	return d
}

func asker(name string) model.Actor {
	return model.Actor{VillageID: "yunxi", VillagerID: name, Account: "wx1", OpenID: "o" + name}
}

func request(key, body string) once.Request {
	return once.Request{Route: "POST /cases", Key: key, Body: []byte(body)}
}

// write inserts a household, so that the test can count what was really done.
func (d *desk) write(ctx context.Context) ([]byte, error) {
	id := model.NewID()
	err := d.store.Tx(ctx, func(ctx context.Context) error {
		return d.store.DB(ctx).Create(&model.Household{VillageID: "yunxi", ID: id, Number: id}).Error
	})
	return []byte(`{"id":"` + id + `"}`), err
}

func (d *desk) rows(row any) int64 {
	d.t.Helper()
	var n int64
	if err := d.store.DB(d.ctx).Model(row).Count(&n).Error; err != nil {
		d.t.Fatal(err)
	}
	return n
}

func TestARepetitionGetsTheFirstAnswer(t *testing.T) {
	d := newDesk(t)
	first, err := d.Do(d.ctx, asker("a"), request("k1", "body"), d.write)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Do(d.ctx, asker("a"), request("k1", "body"), d.write)
	if err != nil || string(again) != string(first) {
		t.Errorf("%s, then %s (%v)", first, again, err)
	}
	if _, err = d.Do(d.ctx, asker("a"), request("k1", "other"), d.write); !model.IsCode(err, model.Invalid) {
		t.Errorf("another body under the same key: %v", err)
	}
	if n := d.rows(&model.Household{}); n != 1 {
		t.Errorf("done %d times", n)
	}
	other := request("k1", "body")
	other.Route = "POST /else"
	for i, do := range []func() ([]byte, error){
		func() ([]byte, error) { return d.Do(d.ctx, asker("b"), request("k1", "body"), d.write) },
		func() ([]byte, error) { return d.Do(d.ctx, asker("a"), other, d.write) },
		func() ([]byte, error) { return d.Do(d.ctx, asker("a"), request("k2", "body"), d.write) },
	} {
		if got, err := do(); err != nil || string(got) == string(first) {
			t.Errorf("%d: somebody else's key, another route or another key gave %s (%v)", i, got, err)
		}
	}
}

func TestWhatFailedRunsAnew(t *testing.T) {
	d := newDesk(t)
	for _, failure := range []error{model.Errorf(model.Conflict, "不行"), errors.New("broken")} {
		_, err := d.Do(d.ctx, asker("a"), request("k", "body"), func(ctx context.Context) ([]byte, error) {
			if _, err := d.write(ctx); err != nil {
				return nil, err
			}
			return nil, failure
		})
		if !errors.Is(err, failure) {
			t.Errorf("got %v", err)
		}
	}
	if n := d.rows(&model.Household{}) + d.rows(&model.KeptAnswer{}); n != 0 {
		t.Errorf("%d rows of what failed", n)
	}
	if _, err := d.Do(d.ctx, asker("a"), request("k", "body"), d.write); err != nil {
		t.Error(err)
	}
}

func TestManyAtOnceAreOne(t *testing.T) {
	d := newDesk(t)
	var all sync.WaitGroup
	var done atomic.Int64
	answers := make([]string, 60)
	for i := range answers {
		all.Go(func() {
			answer, err := d.Do(d.ctx, asker("a"), request("k", "body"), func(ctx context.Context) ([]byte, error) {
				done.Add(1)
				return d.write(ctx)
			})
			if err != nil {
				t.Error(err)
			}
			answers[i] = string(answer)
		})
	}
	all.Wait()
	for _, answer := range answers {
		if answer != answers[0] || answer == "" {
			t.Fatalf("answers differ: %q and %q", answers[0], answer)
		}
	}
	if n := d.rows(&model.Household{}); n != 1 || done.Load() < 1 {
		t.Errorf("done %d times", n)
	}
}

func TestKeys(t *testing.T) {
	d := newDesk(t)
	for key, good := range map[string]bool{"a": true, strings.Repeat("x", 128): true, "3f2c-:/": true, "": false, "a b": false, "键": false, strings.Repeat("x", 129): false, "a\n": false} {
		_, err := d.Do(d.ctx, asker("a"), request(key, "body"), d.write)
		if (err == nil) != good || err != nil && !model.IsCode(err, model.Invalid) {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestAnswersExpire(t *testing.T) {
	d := newDesk(t)
	const many = 1203 // more than two batches
	rows := make([]model.KeptAnswer, many)
	for i := range rows {
		rows[i] = model.KeptAnswer{Owner: "o", IdemKey: fmt.Sprint(i), ExpiresAt: model.At(d.clock.Now())}
	}
	if err := d.store.DB(d.ctx).CreateInBatches(rows, 200).Error; err != nil {
		t.Fatal(err)
	}
	first, err := d.Do(d.ctx, asker("a"), request("k", "body"), d.write)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := d.SweepDue(d.ctx); n != many || err != nil {
		t.Errorf("swept %d (%v)", n, err)
	}
	if n := d.rows(&model.KeptAnswer{}); n != 1 {
		t.Errorf("%d answers are left", n)
	}
	d.clock.Advance(24 * time.Hour)
	second, err := d.Do(d.ctx, asker("a"), request("k", "other"), d.write) // expired, not swept yet
	if err != nil || string(second) == string(first) {
		t.Errorf("after a day: %s (%v)", second, err)
	}
}

func TestRowsTellNothing(t *testing.T) {
	d := newDesk(t)
	if _, err := d.Do(d.ctx, asker("wang"), request("k", "邻居占了我家的地"), d.write); err != nil {
		t.Fatal(err)
	}
	var row model.KeptAnswer
	if err := d.store.DB(d.ctx).Take(&row).Error; err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"wang", "wx1", "邻居", "cases"} {
		if strings.Contains(fmt.Sprint(row), word) {
			t.Errorf("the row says %q: %+v", word, row)
		}
	}
}

func TestTheSweepGoesByItsIndex(t *testing.T) {
	d := newDesk(t)
	if d.store.Dialect() != model.SQLite {
		t.Skip("the plan is read in SQLite's words")
	}
	var plan []struct{ Detail string }
	err := d.store.DB(d.ctx).Raw("EXPLAIN QUERY PLAN SELECT owner FROM kept_answers WHERE expires_at <= 1 ORDER BY expires_at LIMIT 5").Scan(&plan).Error
	if err != nil || len(plan) != 1 || !strings.Contains(plan[0].Detail, "kept_answers_expired") {
		t.Errorf("%v %v", plan, err)
	}
}
