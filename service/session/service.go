// Package session knows who is signed in to the mini-program and the village
// site: an opaque token on the phone, the session behind it in Redis (or in SQL on
// a small server), and the sender's persons and roles read anew at each call.
package session

import (
	"context"
	"log/slog"
	"time"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/village"
)

const (
	life     = 30 * 24 * time.Hour // of a session that nobody uses
	renewal  = time.Hour           // how often a session in use is written
	person   = 20                  // sessions of one WeChat identity; the one used longest ago gives way
	labelMax = 40                  // characters
)

// Doors by which people sign in.
const (
	DoorMini = "mini" // the mini-program's login code
	DoorPage = "page" // the official account's OAuth code, on the village site
	DoorCode = "code" // in any browser, a code that the chat told
	DoorScan = "scan" // in any browser, the account's QR code, scanned by the phone
)

// Identity is who WeChat says that somebody is. Snapshot: an invented openid, for
// a page that was opened in WeChat's preview; nobody signs in with it.
type Identity struct {
	Account, OpenID, UnionID string
	Snapshot                 bool
}

// Weixin is WeChat, as far as signing in needs it. What the person must do anew
// (a code used up or expired) is a *model.Error of code Invalid, a person whom
// WeChat bars is Forbidden, too many tries TooMany; any other error counts as
// WeChat being away. WeChat's session_key is dropped there and never comes here.
type Weixin interface {
	// MiniLogin turns the code of wx.login into the person.
	MiniLogin(ctx context.Context, code string) (Identity, error)
	// PageLogin turns the code that OAuth brought back to a page into the person.
	PageLogin(ctx context.Context, account, code string) (Identity, error)
	// Phone turns the code of the mini-program's phone button into the number,
	// without country code.
	Phone(ctx context.Context, code string) (string, error)
}

// Keeper keeps sessions. An error means that it can't be reached.
type Keeper interface {
	// Put keeps a new session of its owner, who never has more than most of them.
	Put(ctx context.Context, s model.Session, most int) error
	// Get finds a session.
	Get(ctx context.Context, owner, id string) (model.Session, bool, error)
	// Renew writes when it was used and when it expires, if it is still there.
	Renew(ctx context.Context, s model.Session) error
	// Strengthen writes which second factor was proved in a session, and says whether
	// the session is still there.
	Strengthen(ctx context.Context, owner, id, factor string) (bool, error)
	// List returns the owner's sessions in no order, expired ones perhaps too.
	List(ctx context.Context, owner string) ([]model.Session, error)
	// Remove ends a session and says whether it was there; without an id all of the owner's.
	Remove(ctx context.Context, owner, id string) (bool, error)
}

// Options are what a service may be given besides its rooms.
type Options struct {
	Home   func(account string) string // the village of whoever isn't bound; nil: none
	Keys   *model.Keyring              // nil: no codes, no scanning and no second factor
	Logger *slog.Logger
}

// Service signs people in and out.
type Service struct {
	store  *model.Store
	keeper Keeper
	weixin Weixin
	people *village.Service
	keys   *model.Keyring
	audit  *audit.Service
	home   func(account string) string
	log    *slog.Logger
}

// New makes the service.
func New(store *model.Store, keeper Keeper, weixin Weixin, people *village.Service, o Options) *Service {
	if o.Home == nil {
		o.Home = func(string) string { return "" }
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Service{store: store, keeper: keeper, weixin: weixin, people: people, keys: o.Keys, audit: audit.New(store), home: o.Home, log: o.Logger}
}

func signedOut() error {
	return model.Errorf(model.SignedOut, "登录已经失效，请重新登录")
}

func away(cause error) error {
	return model.Errorf(model.Away, "系统正忙，请过一会儿再试").Because(cause)
}
