package poll_test

import (
	"context"
	"strings"
	"sync"

	"cunwu/service/notice"
)

// phones is the outside world: what each phone received.
type phones struct {
	mu       sync.Mutex
	received map[string][]string
}

func (p *phones) Send(_ context.Context, o notice.Outgoing) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.received[o.OpenID] = append(p.received[o.OpenID], o.Text)
	return nil
}

func (h *house) heard(name, words string) bool {
	h.phones.mu.Lock()
	defer h.phones.mu.Unlock()
	return strings.Contains(strings.Join(h.phones.received[name], "\n"), words)
}
