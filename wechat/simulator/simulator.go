package simulator

import (
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Options are what a simulated platform is made of. Only Accounts is required.
type Options struct {
	Accounts []Account
	// Now is the platform's clock; time.Now when nil. Advance moves it on.
	Now func() time.Time
	// Logger receives one line for each API call and each callback; nothing is logged when nil.
	Logger *slog.Logger
	// Timing is how long the platform waits; the real platform's times when zero.
	Timing Timing
	// FetchMedia makes wxa/media_check_async really download the address that it is given, and answer
	// -1008 in its event when it can't.
	FetchMedia bool
	// MiniView is the address of a web page that stands in for the mini-program on the pages of phones.
	// It is opened with the query parameters `path` and `code` (a fresh wx.login code).
	MiniView string
	// Steps are a first walk that the page offers to a newcomer.
	Steps []Step
	// Place is the label of the location that a phone sends from the page.
	Place string
}

// Timing is how long the platform waits.
type Timing struct {
	// Deadline is how long one delivery may take before the platform hangs up (5 s).
	Deadline time.Duration
	// Retry is the time from the start of one delivery to the next while there is no answer (Deadline).
	// Shorter than Deadline, deliveries overlap on the wire too.
	Retry time.Duration
	// Deliveries is how often one callback is delivered at most (3).
	Deliveries int
	// Event is the time from a send to the event that reports it (200 ms).
	Event time.Duration
	// SameNonce makes re-deliveries repeat timestamp, nonce and ciphertext; whether WeChat does so isn't
	// documented, and a program must accept both.
	SameNonce bool
}

func (t Timing) withDefaults() Timing {
	if t.Deadline <= 0 {
		t.Deadline = 5 * time.Second
	}
	if t.Retry <= 0 {
		t.Retry = t.Deadline
	}
	if t.Deliveries <= 0 {
		t.Deliveries = 3
	}
	if t.Event <= 0 {
		t.Event = 200 * time.Millisecond
	}
	return t
}

// Simulator is one simulated platform with its accounts, its people and their phones.
type Simulator struct {
	options Options
	timing  Timing
	logger  *slog.Logger
	client  *http.Client
	api     http.Handler
	pages   http.Handler
	views   *template.Template

	base    context.Context // ends with Close
	stop    context.CancelFunc
	pending sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	skew      time.Duration
	accounts  map[string]*account
	order     []string // app ids, as given
	people    map[string]*person
	roll      []string // person keys, as added
	bubbles   map[phoneKey][]Bubble
	read      map[phoneKey]int64
	lastID    int64
	epoch     int64 // the start, in real milliseconds
	serial    int64 // of messages, tickets, media, codes
	changed   chan struct{}
	watchers  map[chan struct{}]bool
	tokens    map[string]*token
	codes     map[string]*code
	webTokens map[string]*webToken
	media     map[string]*medium
	faults    []*fault
	calls     []Call
	pushes    []Push
	counts    map[string]int
	minutes   map[string]*minute
	risky     []string
	review    []string
}

// New makes a platform. It panics when an account is unusable (an AES key of the wrong length), which is
// a mistake of the program that starts it.
func New(options Options) *Simulator {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Place == "" {
		options.Place = "村口老樟树旁"
	}
	base, stop := context.WithCancel(context.Background())
	s := &Simulator{
		options: options, timing: options.Timing.withDefaults(), logger: options.Logger,
		base: base, stop: stop, epoch: time.Now().UnixMilli(),
		accounts: map[string]*account{}, people: map[string]*person{},
		bubbles: map[phoneKey][]Bubble{}, read: map[phoneKey]int64{},
		changed: make(chan struct{}), watchers: map[chan struct{}]bool{},
		tokens: map[string]*token{}, codes: map[string]*code{}, webTokens: map[string]*webToken{}, media: map[string]*medium{},
		counts: map[string]int{}, minutes: map[string]*minute{},
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	s.client = newPusher()
	for _, a := range options.Accounts {
		s.accounts[a.AppID] = newAccount(a)
		s.order = append(s.order, a.AppID)
	}
	s.views = s.templates()
	s.api = s.newAPI()
	s.pages = s.newPages()
	return s
}

// API is the platform's HTTP interface: the host that the program's CUNWU_WECHAT_API_URL points at.
func (s *Simulator) API() http.Handler { return s.api }

// Pages is the page of phones. All its addresses are below /simulator/, with that prefix kept.
func (s *Simulator) Pages() http.Handler { return s.pages }

// SetCallback sets where the account's callbacks go, as on mp.weixin.qq.com.
func (s *Simulator) SetCallback(appID, url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[appID]; a != nil {
		a.CallbackURL = url
	}
}

// Advance moves the platform's clock on, so that tokens, windows and codes age without waiting.
func (s *Simulator) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew += d
}

// Now is the platform's time.
func (s *Simulator) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// Close hangs up callbacks under way, drops events not yet pushed and waits for both.
func (s *Simulator) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.pending.Wait()
	s.client.CloseIdleConnections()
}

// now is the platform's time; the caller holds mu.
func (s *Simulator) now() time.Time { return s.options.Now().Add(s.skew) }

// next is a number never given before; the caller holds mu.
func (s *Simulator) next() int64 {
	s.serial++
	return s.serial
}

// later runs work after the pause that WeChat takes before it reports on a send; Close drops it.
func (s *Simulator) later(work func(ctx context.Context)) {
	s.track(func() {
		timer := time.NewTimer(s.timing.Event)
		defer timer.Stop()
		select {
		case <-timer.C:
			work(s.base)
		case <-s.base.Done():
		}
	})
}

// track runs work in the background; Close waits for it, and none begins after Close.
func (s *Simulator) track(work func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.pending.Add(1)
	go func() {
		defer s.pending.Done()
		work()
	}()
}
