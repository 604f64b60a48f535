package inbox_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gomysql "github.com/go-sql-driver/mysql"

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

// outage takes the database away, and gives it back.
type outage interface {
	away()
	back()
}

// newOutage makes outages of the kind that the test's database can have: before
// the store is opened for MySQL, so that its connections run through a proxy.
func newOutage(t *testing.T, hang bool) (prepare func(h *house) outage) {
	server := os.Getenv("TEST_MYSQL_DSN")
	if server == "" {
		return func(h *house) outage { return newLocker(h) }
	}
	cfg, err := gomysql.ParseDSN(server + "/")
	if err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, cfg.Addr, hang)
	t.Setenv("TEST_MYSQL_DSN", strings.Replace(server, cfg.Addr, p.addr, 1))
	return func(*house) outage { return p }
}

// locker keeps SQLite's writer, as a backup or another program would.
type locker struct {
	h     *house
	other *model.Store
	hold  chan struct{}
	ended chan struct{}
}

func newLocker(h *house) *locker {
	var path string
	if err := h.store.DB(context.Background()).Raw("SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path).Error; err != nil {
		h.t.Fatal(err)
	}
	other, err := model.Open(model.OpenOptions{Dialect: model.SQLite, DSN: path})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = other.Close() })
	return &locker{h: h, other: other}
}

func (l *locker) away() {
	l.hold, l.ended = make(chan struct{}), make(chan struct{})
	began := make(chan struct{})
	go func() {
		defer close(l.ended)
		err := l.other.Tx(context.Background(), func(context.Context) error {
			close(began)
			<-l.hold
			return nil
		})
		if err != nil && !strings.Contains(err.Error(), "deadline") {
			l.h.t.Error(err)
		}
	}()
	<-began
}

func (l *locker) back() { close(l.hold); <-l.ended }

// proxy stands before MySQL: away, it refuses, or takes connections and is silent.
type proxy struct {
	t          *testing.T
	addr, goal string
	hang       bool
	mu         sync.Mutex
	listener   net.Listener
	conns      map[net.Conn]bool
	silent     chan struct{} // closed: bytes flow
}

func newProxy(t *testing.T, goal string, hang bool) *proxy {
	p := &proxy{t: t, goal: goal, hang: hang, addr: "127.0.0.1:0", conns: map[net.Conn]bool{}, silent: make(chan struct{})}
	close(p.silent)
	p.listen()
	t.Cleanup(func() { p.cut(true) })
	return p
}

func (p *proxy) listen() {
	listener, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.t.Error(err)
		return
	}
	p.mu.Lock()
	p.listener, p.addr = listener, listener.Addr().String()
	p.mu.Unlock()
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(in)
		}
	}()
}

func (p *proxy) serve(in net.Conn) {
	out, err := net.Dial("tcp", p.goal)
	if err != nil {
		_ = in.Close()
		return
	}
	p.mu.Lock()
	p.conns[in], p.conns[out] = true, true
	p.mu.Unlock()
	go p.flow(in, out)
	p.flow(out, in)
}

func (p *proxy) flow(to, from net.Conn) {
	defer func() { _, _ = to.Close(), from.Close() }()
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		p.mu.Lock()
		gate := p.silent
		p.mu.Unlock()
		<-gate
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) away() {
	if p.hang {
		p.mu.Lock()
		p.silent = make(chan struct{})
		p.mu.Unlock()
		return
	}
	p.cut(true)
}

func (p *proxy) back() {
	if p.hang {
		p.mu.Lock()
		close(p.silent)
		p.mu.Unlock()
		return
	}
	p.listen()
}

func (p *proxy) cut(listener bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if listener {
		_ = p.listener.Close()
	}
	for conn := range p.conns {
		_ = conn.Close()
	}
	clear(p.conns)
}

var _ io.Closer = (*inbox.Service)(nil)
