// Package notice is what must reach whom: an outbox filled inside the use
// cases' transactions, and the worker that carries it to WeChat's channels,
// to the inbox and, where nothing else is left, to a person who calls.
package notice

import (
	"context"
	"log/slog"
	"time"

	"cunwu/model"
)

// Outgoing is one message on its way to one WeChat identity.
type Outgoing struct {
	Account, OpenID     string
	Channel             string // model.ChannelChat, ChannelSubscribe or ChannelTemplate
	Text                string
	Media               *File     // chat only, then Text is empty
	TemplateID          string    // of ChannelSubscribe and ChannelTemplate
	VillageID, NoticeID string    // for the link that a template carries
	CaseNumber          string    // "#12" when it is about a case; for the fields of a template
	At                  time.Time // when it was put
}

// File is a voice or picture to send.
type File struct {
	Kind        string // voice | picture | video
	ContentType string
	Filename    string
	Body        []byte
}

// Sender is WeChat, as far as notices need it. A failure is a *model.SendError;
// any other error counts as an unknown outcome.
type Sender interface {
	Send(ctx context.Context, o Outgoing) error
}

// Templates are the template ids that an account has; empty: none.
type Templates struct {
	Template  string // template message, for followers
	Subscribe string // one-time subscription
}

// Options are what a service may be given besides the store and the sender.
type Options struct {
	Templates func(account string) Templates
	Files     func(ctx context.Context, villageID, mediaID string) (*File, error) // a file that is kept; nil: not there
	Worker    string                                                              // this replica, for the log
	Counter   func(class string)                                                  // each failed send, by class
	Logger    *slog.Logger
	Parallel  int           // sends at once; 0: 8
	Timeout   time.Duration // of one send; 0: 8 s
}

const (
	defaultParallel = 8
	defaultTimeout  = 8 * time.Second
)

// Service carries notices. Any number of them may work on one database.
type Service struct {
	store  *model.Store
	sender Sender
	o      Options
	log    *slog.Logger
	woken  chan struct{}
	stops  *stops
}

// New makes the service.
func New(store *model.Store, sender Sender, o Options) *Service {
	if o.Templates == nil {
		o.Templates = func(string) Templates { return Templates{} }
	}
	if o.Files == nil {
		o.Files = func(context.Context, string, string) (*File, error) { return nil, nil }
	}
	if o.Counter == nil {
		o.Counter = func(string) {}
	}
	if o.Parallel == 0 {
		o.Parallel = defaultParallel
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	log := o.Logger
	if log == nil {
		log = slog.Default()
	}
	return &Service{store: store, sender: sender, o: o, log: log.With("worker", o.Worker),
		woken: make(chan struct{}, 1), stops: newStops()}
}

// Wait tells that something may be due: put, or handed over.
func (s *Service) Wait() <-chan struct{} { return s.woken }

func (s *Service) wake() {
	select {
	case s.woken <- struct{}{}:
	default: // it is awake already
	}
}
