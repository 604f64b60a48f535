package inbox_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/inbox"
)

const account = "wx0123456789abcdef"

// house is an inbox on a real database. Its turn writes a line in the audit
// table and answers with a number; its late replies are lines there, too.
type house struct {
	t     *testing.T
	store *model.Store
	*inbox.Service
	clock *modeltest.Clock
	dir   string
	inbox.Options

	mu   sync.Mutex
	turn inbox.Turn // nil: the plain one
}

func newHouse(t *testing.T, change func(*house)) *house {
	t.Helper()
	h := &house{t: t, clock: modeltest.NewClock(), dir: filepath.Join(t.TempDir(), "spool")}
	h.store = modeltest.NewStore(t, h.clock.Now)
	h.Options = inbox.Options{Dir: h.dir, Late: h.late, Patience: 30 * time.Second} // the machine may be busy
	if change != nil {
		change(h)
	}
	h.Service = h.open(h.Options)
	t.Cleanup(func() { _ = h.Close() })
	return h
}

func (h *house) open(o inbox.Options) *inbox.Service {
	h.t.Helper()
	s, err := inbox.New(h.store, h.say, o)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h *house) setTurn(turn inbox.Turn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turn = turn
}

func (h *house) say(ctx context.Context, in model.Incoming) (model.Reply, error) {
	h.mu.Lock()
	turn := h.turn
	h.mu.Unlock()
	if turn != nil {
		return turn(ctx, in)
	}
	return h.plain(ctx, in)
}

func (h *house) plain(ctx context.Context, in model.Incoming) (model.Reply, error) {
	if err := h.line(ctx, "turn", in, ""); err != nil {
		return model.Reply{}, err
	}
	n, err := h.store.NextNumber(ctx, "v", "case")
	return model.Reply{Text: fmt.Sprintf("收到 #%d", n)}, err
}

func (h *house) late(ctx context.Context, in model.Incoming, reply model.Reply) error {
	return h.line(ctx, "late", in, reply.Text)
}

func (h *house) line(ctx context.Context, verb string, in model.Incoming, detail string) error {
	return h.store.DB(ctx).Create(&model.AuditEntry{VillageID: "v", ID: model.NewID(), At: model.At(h.clock.Now()),
		Verb: verb, ActorID: in.OpenID, Subject: in.Key, Detail: detail}).Error
}

// text is one message; n also says when it was sent.
func (h *house) text(sender string, n int) model.Incoming {
	return model.Incoming{Account: account, OpenID: sender, Key: fmt.Sprintf("m:%s:%d", sender, n), Kind: model.InText,
		Text: "𠮷家的水管坏了", SentAt: h.clock.Now().Add(time.Duration(n) * time.Second)}
}

func (h *house) receive(in model.Incoming) string {
	h.t.Helper()
	reply, err := h.Receive(h.t.Context(), in)
	if err != nil {
		h.t.Error(err)
	}
	return reply.Text
}

// lines returns the audit lines of a verb in the order they were written.
func (h *house) lines(verb string) []model.AuditEntry {
	h.t.Helper()
	var rows []model.AuditEntry
	if err := h.store.DB(context.Background()).Order("id").Find(&rows, "verb = ?", verb).Error; err != nil {
		h.t.Fatal(err)
	}
	return rows
}

func (h *house) deliveries() []model.Delivery {
	h.t.Helper()
	var rows []model.Delivery
	if err := h.store.DB(context.Background()).Order("sent_at, delivery_key").Find(&rows).Error; err != nil {
		h.t.Fatal(err)
	}
	return rows
}

// once fails unless each key stands exactly once.
func (h *house) once(what string, rows []model.AuditEntry, want int) {
	h.t.Helper()
	seen := map[string]int{}
	for _, row := range rows {
		if seen[row.Subject]++; seen[row.Subject] > 1 {
			h.t.Errorf("%s: %s stands twice", what, row.Subject)
		}
	}
	if len(seen) != want {
		h.t.Errorf("%s: %d keys, want %d", what, len(seen), want)
	}
}

// drained drains until the spool is empty.
func (h *house) drained() {
	h.t.Helper()
	h.until("the spool is empty", func() bool {
		_, _ = h.DrainDue(context.Background())
		records, _ := h.Depth()
		return records == 0
	})
}

func (h *house) until(what string, ok func() bool) {
	h.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			h.t.Fatalf("not within 30 s: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
