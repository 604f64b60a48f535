package inbox_test

import (
	"context"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	gomysql "github.com/go-sql-driver/mysql"

	"cunwu/model"
)

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
