package publiclog_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/publiclog"
)

const yunxi = "yunxi"

// tiny is a log of three leaves (the key's among them) under two heads.
func tiny(t testing.TB) *book {
	b := newBook(t)
	for i := range 2 {
		b.publish(fmt.Sprintf("disclosure/%d", i), fmt.Sprintf("第%d期财务公开", i))
		b.seal()
		b.clock.Advance(time.Hour)
	}
	return b
}

// book is a village's log with what it stands for.
type book struct {
	t       testing.TB
	ctx     context.Context
	clock   *modeltest.Clock
	store   *model.Store
	log     *publiclog.Service
	written map[string]string // subject → content
	village string
}

func newBook(t testing.TB) *book {
	t.Helper()
	clock := modeltest.NewClock()
	b := &book{t: t, ctx: context.Background(), clock: clock, store: modeltest.NewStore(t, clock.Now), written: map[string]string{}, village: yunxi}
	b.log = publiclog.New(b.store, keyring(t, "0123456789abcdef0123456789abcdef"))
	return b
}

func keyring(t testing.TB, key string) *model.Keyring {
	t.Helper()
	keys, err := model.NewKeyring([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (b *book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *book) publish(subject, content string) {
	b.t.Helper()
	b.must(b.store.Tx(b.ctx, func(ctx context.Context) error {
		return b.log.Append(ctx, b.village, "publication", subject, []byte(content))
	}))
	b.written[subject] = content
}

func (b *book) seal() {
	b.t.Helper()
	_, err := b.log.SealDue(b.ctx)
	b.must(err)
}

func (b *book) head() model.LogHead {
	b.t.Helper()
	head, err := b.log.Head(b.ctx, b.village)
	b.must(err)
	return head
}

// source shows what was published, as the disclosure room does.
func (b *book) source() publiclog.Source {
	return publiclog.Source{Kinds: []string{"publication"},
		Content: func(_ context.Context, _, _, subject string) ([]byte, error) {
			content, ok := b.written[subject]
			if !ok {
				return nil, publiclog.ErrNoContent
			}
			return []byte(content), nil
		},
		Subjects: func(_ context.Context, _ string, visit func(kind, subject string) error) error {
			for subject := range b.written {
				if err := visit("publication", subject); err != nil {
					return err
				}
			}
			return nil
		}}
}

func (b *book) verify(head string) publiclog.Report {
	b.t.Helper()
	report, err := b.log.VerifyLog(b.ctx, yunxi, head, b.source())
	b.must(err)
	return report
}

func (b *book) sound(head string) {
	b.t.Helper()
	if report := b.verify(head); !report.OK() {
		b.t.Fatalf("a sound log is refused: %v", report.Faults)
	}
}

func small(t testing.TB) *book {
	b := newBook(t)
	for i := range 5 {
		b.publish(fmt.Sprintf("disclosure/%d", i), fmt.Sprintf("第%d期财务公开", i))
		if i%2 == 0 {
			b.seal()
			b.clock.Advance(time.Hour)
		}
	}
	return b
}

// Whatever byte of what is stored changes, the verification finds it.
func TestEveryStoredByteIsWatched(t *testing.T) {
	b := tiny(t)
	head := b.head().Note
	b.sound(head)
	flipped := 0
	for _, table := range []string{"log_entries", "log_hashes", "log_heads"} {
		var rows []map[string]any
		b.must(b.store.DB(b.ctx).Table(table).Order("village_id").Find(&rows).Error)
		for _, row := range rows {
			for column, value := range row {
				for _, changed := range flips(value) {
					if b.change(table, row, column, changed) {
						flipped++
						if report := b.verify(head); report.OK() {
							t.Errorf("%s.%s: %v → %v isn't found", table, column, value, changed)
						}
						b.change(table, with(row, column, changed), column, value)
					}
				}
			}
		}
	}
	b.sound(head)
	if flipped < 1000 {
		t.Errorf("only %d changes were tried", flipped)
	}
}

// flips are the value with one byte of it changed, for each of its bytes.
func flips(value any) []any {
	var all []any
	switch v := value.(type) {
	case string:
		for i := range len(v) {
			changed := []byte(v)
			changed[i] ^= 1
			if changed[i] < ' ' || changed[i] > '~' {
				changed[i] = 'x'
			}
			all = append(all, string(changed))
		}
		return append(all, v+"x")
	case int64:
		for i := range 8 {
			all = append(all, v^(1<<(8*i)))
		}
	}
	return all
}

func with(row map[string]any, column string, value any) map[string]any {
	changed := map[string]any{}
	for k, v := range row {
		changed[k] = v
	}
	changed[column] = value
	return changed
}

// change writes past the program; false: the database itself refuses.
func (b *book) change(table string, row map[string]any, column string, value any) bool {
	b.t.Helper()
	key := map[string]string{"log_entries": "idx", "log_hashes": "idx", "log_heads": "size"}[table]
	query := fmt.Sprintf("UPDATE %s SET %s = ? WHERE village_id = ? AND %s = ?", table, column, key)
	result := b.store.DB(b.ctx).Exec(query, value, row["village_id"], row[key])
	return result.Error == nil && result.RowsAffected == 1
}

// Whatever row is taken out, the verification finds it.
func TestEveryMissingRowIsFound(t *testing.T) {
	b := small(t)
	head := b.head().Note
	for _, table := range []any{&[]model.LogEntry{}, &[]model.LogHash{}, &[]model.LogHead{}} {
		b.must(b.store.DB(b.ctx).Find(table).Error)
		rows := reflect.ValueOf(table).Elem()
		for i := range rows.Len() {
			row := rows.Index(i).Addr().Interface()
			b.must(b.store.DB(b.ctx).Delete(row).Error)
			if report := b.verify(head); report.OK() {
				t.Errorf("%+v can be taken out", row)
			}
			b.must(b.store.DB(b.ctx).Create(row).Error)
		}
	}
	b.sound(head)
}

// The administrator restores last week's backup: whoever holds this week's head
// sees it, though the old log is sound in itself.
func TestARestoredBackupIsFoundByAnOutsidersHead(t *testing.T) {
	old := small(t)
	b := newBook(t)
	old.copyTo(b)
	b.publish("disclosure/9", "后来公开的")
	b.seal()
	later := b.head().Note
	b.sound(later)
	old.sound("")
	report := old.verify(later)
	if report.OK() || !strings.Contains(report.Faults[0], "旧的备份") {
		t.Errorf("faults: %v", report.Faults)
	}
}

// With the key and the database together one can make another log: it is sound
// in itself, and whoever holds a head of the first sees that it is another.
func TestAForkIsFoundByAnOutsidersHead(t *testing.T) {
	b, fork := small(t), newBook(t)
	b.copyRows(fork, &[]model.LastingKey{})
	for i := range 9 {
		fork.publish(fmt.Sprintf("disclosure/%d", i), "改过的账")
	}
	fork.seal()
	fork.sound("")
	if report := fork.verify(b.head().Note); report.OK() || !strings.Contains(report.Faults[0], "另做了一本") {
		t.Errorf("faults: %v", report.Faults)
	}
}

// Somebody who has the database but not the key can't make a sound log.
func TestAnotherKeyIsRefused(t *testing.T) {
	b := small(t)
	keys := keyring(t, "ffffffffffffffffffffffffffffffff")
	thief := *b
	thief.log = publiclog.New(b.store, keys)
	thief.publish("disclosure/forged", "假的")
	if _, err := thief.log.SealDue(b.ctx); err == nil {
		t.Error("sealed without the key")
	}
	var mine []model.LastingKey
	b.must(b.store.DB(b.ctx).Find(&mine).Error)
	b.must(b.store.DB(b.ctx).Where("1 = 1").Delete(&model.LastingKey{}).Error)
	if _, err := thief.log.SealDue(b.ctx); err == nil {
		t.Error("a key is drawn for a log that has heads")
	}
	_, err := b.store.LastingKey(b.ctx, keys, "public log", true)
	b.must(err)
	thief.seal()
	if report, err := b.log.VerifyLog(b.ctx, yunxi, ""); err == nil && report.OK() {
		t.Error("a head by another key is taken")
	}
	b.must(b.store.DB(b.ctx).Where("1 = 1").Delete(&model.LastingKey{}).Error)
	b.must(b.store.DB(b.ctx).Create(&mine).Error)
	if report := b.verify(""); report.OK() {
		t.Error("a head by another key is taken beside ours")
	}
}

func (b *book) copyRows(to *book, tables ...any) {
	b.t.Helper()
	for _, table := range tables {
		b.must(b.store.DB(b.ctx).Find(table).Error)
		b.must(to.store.DB(b.ctx).Create(table).Error)
	}
}

func (b *book) copyTo(to *book) {
	b.t.Helper()
	b.copyRows(to, &[]model.LogEntry{}, &[]model.LogHash{}, &[]model.LogHead{}, &[]model.LastingKey{})
	for subject, content := range b.written {
		to.written[subject] = content
	}
}

func TestWhatIsShownMustBeWhatWasLogged(t *testing.T) {
	for name, tc := range map[string]struct {
		tamper func(b *book)
		want   string
	}{
		"changed":     {func(b *book) { b.written["disclosure/1"] = "改过" }, "和公开时不一样"},
		"removed":     {func(b *book) { delete(b.written, "disclosure/1") }, "不见了"},
		"never there": {func(b *book) { b.written["disclosure/77"] = "没登记" }, "账本里却没有"},
		"salt gone": {func(b *book) {
			b.must(b.store.DB(b.ctx).Model(&model.LogEntry{}).Where("subject = ?", "disclosure/1").UpdateColumn("salt", "").Error)
		}, "没有删除记录"},
	} {
		b := small(t)
		b.seal()
		tc.tamper(b)
		if report := b.verify(""); report.OK() || !strings.Contains(strings.Join(report.Faults, ""), tc.want) {
			t.Errorf("%s: %v", name, report.Faults)
		}
	}
}

// Erasing takes the salt, so that nobody can try names against the leaf; the log
// stays whole and says that it was done.
func TestErasureLeavesTheLogWhole(t *testing.T) {
	b := small(t)
	b.seal()
	before := b.head().Note
	b.must(b.log.Erase(b.ctx, yunxi, "publication", "disclosure/1"))
	delete(b.written, "disclosure/1")
	b.seal()
	report := b.verify(before)
	if !report.OK() || report.Erased != 1 {
		t.Fatalf("erased %d, faults %v", report.Erased, report.Faults)
	}
	entries, err := b.log.EntriesOf(b.ctx, yunxi, "publication", "disclosure/1")
	b.must(err)
	if len(entries) != 1 || entries[0].Salt != "" || entries[0].Commitment == publiclog.Commitment(nil, []byte("第1期财务公开")) {
		t.Errorf("left of it: %+v", entries)
	}
}

func TestNothingIsLoggedOfWhatWasUndone(t *testing.T) {
	b := newBook(t)
	err := b.store.Tx(b.ctx, func(ctx context.Context) error {
		b.must(b.log.Append(ctx, yunxi, "publication", "disclosure/1", []byte("x")))
		return model.Errorf(model.Conflict, "不行")
	})
	if !model.IsCode(err, model.Conflict) {
		t.Fatal(err)
	}
	n, err := b.log.SealDue(b.ctx)
	b.must(err)
	if n != 0 {
		t.Errorf("sealed %d", n)
	}
}

// Proofs are those of RFC 6962, for every leaf and every pair of sizes; the head
// opens with the village's public key.
func TestProofsHold(t *testing.T) {
	b, round := newBook(t), 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		b.village = fmt.Sprintf("cun%d", round)
		n := rapid.IntRange(1, 12).Draw(r, "publications")
		for i := range n {
			b.publish(fmt.Sprintf("disclosure/%d", i), "x")
			if rapid.Bool().Draw(r, "seal") {
				b.seal()
			}
		}
		b.seal()
		head := b.head()
		verifier, err := b.log.Verifier(b.ctx, b.village)
		b.must(err)
		key, err := note.NewVerifier(verifier)
		b.must(err)
		if _, err := note.Open([]byte(head.Note), note.VerifierList(key)); err != nil {
			r.Fatal(err)
		}
		held, err := publiclog.ParseHead(head.Note)
		b.must(err)
		leaf := rapid.Int64Range(0, head.Size-1).Draw(r, "leaf")
		size := rapid.Int64Range(leaf+1, head.Size).Draw(r, "size")
		proof, err := b.log.Prove(b.ctx, b.village, leaf, size)
		b.must(err)
		if err := tlog.CheckRecord(proof.Hashes, size, proof.Root, leaf, tlog.RecordHash(proof.Record)); err != nil {
			r.Fatal(err)
		}
		consistent, err := b.log.Consistent(b.ctx, b.village, size, 0)
		b.must(err)
		if err := tlog.CheckTree(consistent.Hashes, head.Size, held.Hash, size, proof.Root); err != nil {
			r.Fatal(err)
		}
	})
}

// Any number of sealers at once: one log, every publication in it once.
func TestSealersDontFork(t *testing.T) {
	b := newBook(t)
	const writers, each = 4, 30
	var work sync.WaitGroup
	for w := range writers {
		work.Go(func() {
			for i := range each {
				err := b.store.Tx(b.ctx, func(ctx context.Context) error {
					return b.log.Append(ctx, yunxi, "publication", fmt.Sprintf("disclosure/%d-%d", w, i), []byte("x"))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		work.Go(func() {
			for range each {
				if _, err := publiclog.New(b.store, keyring(t, "0123456789abcdef0123456789abcdef")).SealDue(b.ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	b.seal()
	for w := range writers {
		for i := range each {
			b.written[fmt.Sprintf("disclosure/%d-%d", w, i)] = "x"
		}
	}
	b.sound(b.head().Note)
	if got := b.head().Size; got != writers*each+1 { // the key's leaf is the first
		t.Errorf("%d leaves, want %d", got, writers*each+1)
	}
}

// A sealer that stopped for longer than its lease writes nothing afterwards.
func TestALostLeaseWritesNothing(t *testing.T) {
	b := newBook(t)
	lease, ok, err := b.store.TakeLease(b.ctx, "publiclog/"+yunxi, time.Minute)
	b.must(err)
	if !ok {
		t.Fatal("not taken")
	}
	b.publish("disclosure/1", "x")
	b.seal()
	if _, err := b.log.Head(b.ctx, yunxi); !model.IsCode(err, model.Unknown) {
		t.Errorf("sealed beside a lease: %v", err)
	}
	b.clock.Advance(2 * time.Minute)
	b.seal()
	if err := b.store.Tx(b.ctx, func(ctx context.Context) error { return b.store.Fenced(ctx, lease) }); err == nil {
		t.Error("the old holder still passes the fence")
	}
	b.sound(b.head().Note)
}

func TestWhatIsNoHeadIsRefused(t *testing.T) {
	b := small(t)
	head := b.head().Note
	for _, text := range []string{"x", "", "cunwu/yunxi\n1", strings.Replace(head, "cunwu/", "other/", 1), strings.Replace(head, "\n6\n", "\n-6\n", 1)} {
		if text == "" {
			continue
		}
		if _, err := b.log.VerifyLog(b.ctx, yunxi, text); !model.IsCode(err, model.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := b.log.VerifyLog(b.ctx, "other", head); !model.IsCode(err, model.Invalid) {
		t.Error("another village's head is taken")
	}
	held, err := publiclog.ParseHead(head)
	b.must(err)
	if hex.EncodeToString(held.Hash[:]) != b.head().Hash {
		t.Error("a head reads otherwise than it was written")
	}
}
