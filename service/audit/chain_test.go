package audit_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
)

// ledger is an audit log with its chain.
type ledger struct {
	*audit.Chain
	t     *testing.T
	ctx   context.Context
	clock *modeltest.Clock
	store *model.Store
	log   *audit.Service
}

func newLedger(t *testing.T) *ledger {
	t.Helper()
	l := &ledger{t: t, ctx: context.Background(), clock: modeltest.NewClock()}
	l.store = modeltest.NewStore(t, l.clock.Now)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	l.must(err)
	l.Chain, l.log = audit.NewChain(l.store, keys), audit.New(l.store)
	return l
}

func (l *ledger) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *ledger) note(village string, n int) {
	l.t.Helper()
	for i := range n {
		l.clock.Advance(time.Second)
		l.must(l.log.Note(l.ctx, model.Actor{VillageID: village, VillagerID: "p1", Name: "张明"}, village, "role.grant", fmt.Sprint("villager/", i), "细节"))
	}
}

func (l *ledger) seal() int {
	l.t.Helper()
	n, err := l.SealDue(l.ctx)
	l.must(err)
	return n
}

func (l *ledger) verify(village string, held ...audit.Head) audit.Report {
	l.t.Helper()
	report, err := l.Verify(l.ctx, village, append(held, audit.Head{})[0])
	l.must(err)
	return report
}

func (l *ledger) exec(sql string, args ...any) {
	l.t.Helper()
	l.must(l.store.DB(l.ctx).Exec(sql, args...).Error)
}

func TestAChainHoldsAndGrows(t *testing.T) {
	l := newLedger(t)
	l.note("yunxi", 450) // more than a batch
	l.note("heping", 2)
	if n := l.seal(); n != 452 {
		t.Fatalf("sealed %d entries", n)
	}
	l.note("yunxi", 3)
	if r := l.verify("yunxi"); r.Broken != "" || r.Sealed != 450 || r.Waiting != 3 {
		t.Errorf("%+v", r)
	}
	if n := l.seal(); n != 3 {
		t.Errorf("sealed %d more", n)
	}
	if n := l.seal(); n != 0 {
		t.Errorf("sealed %d again", n)
	}
	r := l.verify("yunxi")
	head, err := audit.ParseHead(r.Head)
	l.must(err)
	if r.Broken != "" || r.Sealed != 453 || r.Waiting != 0 || head.VillageID != "yunxi" || head.Seq != 453 {
		t.Errorf("%+v", r)
	}
	l.note("yunxi", 1)
	l.seal()
	if r := l.verify("yunxi", head); r.Broken != "" || r.Sealed != 454 {
		t.Errorf("a head of yesterday: %+v", r)
	}
	for _, bad := range []string{"", "yunxi", "yunxi:0:" + head.Hash, "yunxi:1:x", "yunxi:x:" + head.Hash, head.String() + ":1"} {
		if _, err := audit.ParseHead(bad); !model.IsCode(err, model.Invalid) {
			t.Errorf("%q is read as a head", bad)
		}
	}
}

// Every stored field of every entry and link is changed, one at a time: each time
// the chain says so. What isn't covered would be a field that can be forged.
func TestEveryChangeIsFound(t *testing.T) {
	l := newLedger(t)
	l.note("yunxi", 2)
	l.seal()
	for _, table := range []string{"audit_entries", "audit_seals"} {
		rows := l.rows(table)
		for i, row := range rows {
			for column, value := range row {
				changed := change(value)
				key := map[string]any{"village_id": row["village_id"], "id": row["id"]}
				if table == "audit_seals" {
					key = map[string]any{"village_id": row["village_id"], "seq": row["seq"]}
				}
				l.must(l.store.DB(l.ctx).Table(table).Where(key).UpdateColumn(column, changed).Error)
				if r := l.verify("yunxi"); r.Broken == "" {
					t.Errorf("%s.%s of row %d was changed from %v to %v, and nobody noticed", table, column, i, value, changed)
				}
				l.seal() // a sealer that runs meanwhile doesn't heal it
				if r := l.verify("yunxi"); r.Broken == "" {
					t.Errorf("%s.%s of row %d: sealing healed the change", table, column, i)
				}
				l.restore(table, rows)
			}
		}
	}
	if r := l.verify("yunxi"); r.Broken != "" || r.Sealed != 2 {
		t.Errorf("restored: %+v", r)
	}
}

func (l *ledger) rows(table string) []map[string]any {
	l.t.Helper()
	var rows []map[string]any
	l.must(l.store.DB(l.ctx).Table(table).Find(&rows).Error)
	if len(rows) == 0 {
		l.t.Fatal(table, " is empty")
	}
	return rows
}

func (l *ledger) restore(table string, rows []map[string]any) {
	l.t.Helper()
	l.exec("DELETE FROM audit_entries WHERE village_id <> 'yunxi'")
	l.exec("DELETE FROM audit_seals WHERE village_id <> 'yunxi'")
	l.exec("DELETE FROM " + table)
	for _, row := range rows {
		l.must(l.store.DB(l.ctx).Table(table).Create(maps.Clone(row)).Error)
	}
}

// change makes another value of the same kind.
func change(value any) any {
	switch v := value.(type) {
	case int8: // a boolean of MySQL
		return 1 - v
	case int64:
		if v == 0 || v == 1 {
			return 1 - v
		}
		return v + 1000
	case bool:
		return !v
	case string:
		if v == "" {
			return "x"
		}
		if strings.HasPrefix(v, "a") {
			return "b" + v[1:]
		}
		_, size := utf8.DecodeRuneInString(v)
		return "a" + v[size:]
	}
	panic(fmt.Sprintf("a column of type %T", value))
}

func TestRemovedMovedAddedAndCutEntriesAreFound(t *testing.T) {
	second := "(SELECT entry_id FROM (SELECT * FROM audit_seals) s WHERE seq = 2)"
	frauds := map[string][]string{
		"an entry removed":                      {"DELETE FROM audit_entries WHERE id = " + second},
		"a link removed":                        {"DELETE FROM audit_seals WHERE seq = 2"},
		"an entry removed with its link":        {"DELETE FROM audit_entries WHERE id = " + second, "DELETE FROM audit_seals WHERE seq = 2"},
		"and the rest moved up":                 {"DELETE FROM audit_entries WHERE id = " + second, "DELETE FROM audit_seals WHERE seq = 2", "UPDATE audit_seals SET seq = 2 WHERE seq = 3", "UPDATE audit_seals SET seq = 3 WHERE seq = 4"},
		"two links swapped":                     {"UPDATE audit_seals SET seq = 9 WHERE seq = 2", "UPDATE audit_seals SET seq = 2 WHERE seq = 3", "UPDATE audit_seals SET seq = 3 WHERE seq = 9"},
		"the first link removed":                {"DELETE FROM audit_seals WHERE seq = 1"},
		"an entry added":                        {"INSERT INTO audit_entries (village_id, id, at, actor_id, actor_name, verb, subject, detail, sealed) VALUES ('yunxi', 'x', 1, 'p1', '张明', 'x', 'y', '', TRUE)"},
		"the last link removed":                 {"DELETE FROM audit_seals WHERE seq = 4"},
		"the last entry made to look unchained": {"UPDATE audit_entries SET sealed = FALSE WHERE id = (SELECT entry_id FROM audit_seals WHERE seq = 4)"},
		"the key removed":                       {"DELETE FROM lasting_keys"},
	}
	for name, statements := range frauds {
		t.Run(name, func(t *testing.T) {
			l := newLedger(t)
			l.note("yunxi", 4)
			l.seal()
			for _, sql := range statements {
				l.exec(sql)
			}
			if r := l.verify("yunxi"); r.Broken == "" {
				t.Error("nobody noticed")
			}
		})
	}
}

// Who cuts off the newest entries with their links leaves a chain that holds; the
// head that somebody printed before tells.
func TestACutTailIsFoundByTheHead(t *testing.T) {
	l := newLedger(t)
	l.note("yunxi", 4)
	l.seal()
	head, err := audit.ParseHead(l.verify("yunxi").Head)
	l.must(err)
	l.exec("DELETE FROM audit_entries WHERE id = (SELECT entry_id FROM audit_seals WHERE seq = 4)")
	l.exec("DELETE FROM audit_seals WHERE seq = 4")
	if r := l.verify("yunxi", head); !strings.Contains(r.Broken, "截断") {
		t.Errorf("%+v", r)
	}
	l.note("yunxi", 1) // and somebody goes on
	l.seal()
	if r := l.verify("yunxi", head); !strings.Contains(r.Broken, "链头") {
		t.Errorf("%+v", r)
	}
}

// An entry gets its id before its transaction ends: one that ends late has an
// older id than what is chained already, and is chained all the same. Two
// replicas seal at once.
func TestLateEntriesAreSealedByWhoeverSeals(t *testing.T) {
	l := newLedger(t)
	late := model.AuditEntry{VillageID: "yunxi", ID: model.NewID(), At: model.At(l.clock.Now()), ActorID: "p1", Verb: "x", Subject: "y"}
	l.note("yunxi", 5)
	l.seal()
	l.must(l.store.DB(l.ctx).Create(&late).Error)
	l.note("yunxi", 300)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			for range 4 {
				if _, err := l.SealDue(l.ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	l.seal()
	if r := l.verify("yunxi"); r.Broken != "" || r.Sealed != 306 || r.Waiting != 0 {
		t.Errorf("%+v", r)
	}
}

// What is past its period goes, and the chain still holds; before that it may not.
func TestEntriesPastTheirPeriodLeaveTheirLinks(t *testing.T) {
	l := newLedger(t)
	l.note("yunxi", 3)
	l.seal()
	l.clock.Advance(400 * 24 * time.Hour)
	if n, err := l.PruneDue(l.ctx, "yunxi", 100); err != nil || n != 0 {
		t.Errorf("removed %d within the period, %v", n, err)
	}
	l.clock.Set(l.clock.Now().AddDate(2, 0, 0))
	l.note("yunxi", 2)
	l.seal()
	if n, err := l.PruneDue(l.ctx, "yunxi", 100); err != nil || n != 3 {
		t.Errorf("removed %d, %v", n, err)
	}
	if r := l.verify("yunxi"); r.Broken != "" || r.Sealed != 5 || r.Removed != 3 {
		t.Errorf("%+v", r)
	}
}

func TestAReadIsNotedOnceATransaction(t *testing.T) {
	l := newLedger(t)
	reader := model.Actor{VillageID: "yunxi", VillagerID: "p1", Name: "张明"}
	l.must(l.store.Tx(l.ctx, func(ctx context.Context) error {
		for range 3 {
			if err := l.log.Read(ctx, reader, "yunxi", "case/1"); err != nil {
				return err
			}
		}
		return l.log.Read(ctx, reader, "yunxi", "case/2")
	}))
	if rows := l.rows("audit_entries"); len(rows) != 2 {
		t.Errorf("%d entries", len(rows))
	}
}
