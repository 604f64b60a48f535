// Package moderation sees that nothing is published that must not be: WeChat
// checks what people write and upload in the mini-program, and where it won't say
// yes, a person decides. It stops publishing only: what somebody sends to the
// village is taken and handled all the same.
package moderation

import (
	"context"
	"log/slog"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// What WeChat advises. All but Pass goes to a person.
const (
	Pass   = "pass"
	Review = "review"
	Risky  = "risky"
)

// Scene tells WeChat where something will stand.
type Scene int

// The scenes that WeChat knows.
const (
	SceneProfile Scene = iota + 1
	SceneComment
	SceneForum
	SceneSocial
)

// FileKind is what WeChat can check besides text.
type FileKind int

// Kinds of file.
const (
	Sound FileKind = iota + 1
	Picture
)

// Advice is WeChat's word on a text.
type Advice struct {
	Suggest string // Pass, Review or Risky
	Label   string // WeChat's kind of trouble; 100: none
}

// Weixin is WeChat, as far as checks need it. A failure is a *model.SendError.
type Weixin interface {
	// CanCheck says whether the account is a mini-program, whose people's words
	// WeChat checks.
	CanCheck(account string) bool
	CheckText(ctx context.Context, account, openid string, scene Scene, text string) (Advice, error)
	// CheckFile has WeChat fetch a file; what it finds comes later under the trace
	// id, as an event.
	CheckFile(ctx context.Context, account, openid string, scene Scene, kind FileKind, address string) (trace string, err error)
}

// Options are what a service may be given besides its rooms.
type Options struct {
	Link   func(token string) string // where WeChat fetches the file of a token (see File)
	Logger *slog.Logger
}

// Service checks contents. Any number of them may work on one database.
type Service struct {
	store   *model.Store
	people  *village.Service
	notices *notice.Service
	audit   *audit.Service
	weixin  Weixin
	link    func(token string) string
	log     *slog.Logger
	woken   chan struct{}
}

// New makes the service.
func New(store *model.Store, people *village.Service, notices *notice.Service, log *audit.Service, weixin Weixin, o Options) *Service {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Service{store: store, people: people, notices: notices, audit: log, weixin: weixin,
		link: o.Link, log: o.Logger, woken: make(chan struct{}, 1)}
}

// Wait tells that something is to be checked.
func (s *Service) Wait() <-chan struct{} { return s.woken }

func (s *Service) wake() {
	select {
	case s.woken <- struct{}{}:
	default: // it is awake already
	}
}

func (s *Service) now() model.Time { return model.At(s.store.Now()) }
