package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"cunwu/wechat"
)

// The kinds of account.
const (
	KindOfficial = "oa"
	KindMini     = "mini"
)

// What a phone action can't do.
var (
	ErrUnknownAccount = errors.New("simulator: no such account")
	ErrUnknownPerson  = errors.New("simulator: no such person")
	ErrNotFollowing   = errors.New("simulator: this person doesn't follow the account")
	ErrFollowing      = errors.New("simulator: this person follows the account already")
	ErrNoCallback     = errors.New("simulator: the account has no callback address")
	ErrExpiredCode    = errors.New("simulator: this QR code has expired")
	ErrNotOfficial    = errors.New("simulator: only an official account can do this")
)

// Account is an official account or a mini-program as its owner sees it on mp.weixin.qq.com.
type Account struct {
	AppID, Secret, Token string
	// AESKey is the EncodingAESKey; safe mode when set, plaintext mode when empty.
	AESKey      string
	CallbackURL string
	Kind        string // KindOfficial or KindMini
	Name        string
	// JSON pushes callbacks as JSON and expects replies as JSON.
	JSON bool
	// Separate accounts don't hang under the Open Platform account: they see no unionid.
	Separate bool
	// Unverified accounts get 48001 from every API that needs a verified service account.
	Unverified bool
	// Pages are the published pages of a mini-program; wxa/getwxacodeunlimit refuses others when set.
	Pages []string
}

// account is an Account with what has happened to it; Simulator.mu guards it.
type account struct {
	Account
	crypter   *wechat.Crypter // nil in plaintext mode
	openids   map[string]string
	followers map[string]time.Time
	scenes    map[string]string // person → the scene they followed by
	menu      *menu
	menuRev   int
	templates map[string]Template
	quota     map[quotaKey]int
	blocked   map[string]bool
	visits    map[string]time.Time
	windows   map[string]*windows
	qrs       []*qr
	permanent int
	stable    *token
	plain     *token
	forced    map[string]int // day → forced refreshes
	sent      map[string]sentOnce
}

func newAccount(a Account) *account {
	out := &account{
		Account: a, openids: map[string]string{}, followers: map[string]time.Time{},
		scenes: map[string]string{}, templates: map[string]Template{}, quota: map[quotaKey]int{},
		blocked: map[string]bool{}, visits: map[string]time.Time{}, windows: map[string]*windows{},
		forced: map[string]int{}, sent: map[string]sentOnce{},
	}
	if a.AESKey != "" {
		crypter, err := wechat.NewCrypter(a.AppID, a.Token, a.AESKey)
		if err != nil {
			panic(fmt.Sprintf("simulator: account %s: %v", a.AppID, err))
		}
		out.crypter = crypter
	}
	return out
}

// original is the account's original id, the ToUserName of its callbacks.
func (a *account) original() string {
	sum := sha256.Sum256([]byte("original|" + a.AppID))
	return "gh_" + hex.EncodeToString(sum[:6])
}

// follows tells whether the person follows; mini-programs have no followers and reach everyone.
func (a *account) follows(personKey string) bool {
	_, ok := a.followers[personKey]
	return ok
}

// OriginalID is the account's original id (gh_…), the ToUserName of its callbacks.
func (s *Simulator) OriginalID(appID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[appID]; a != nil {
		return a.original()
	}
	return ""
}

// find looks up an account and a person; the caller holds mu.
func (s *Simulator) find(appID, personKey string) (*account, *person, error) {
	a := s.accounts[appID]
	if a == nil {
		return nil, nil, fmt.Errorf("%w: %s", ErrUnknownAccount, appID)
	}
	p := s.people[personKey]
	if p == nil {
		return nil, nil, fmt.Errorf("%w: %s", ErrUnknownPerson, personKey)
	}
	return a, p, nil
}

// firstOf is the first account of a kind; the caller holds mu.
func (s *Simulator) firstOf(kind string) *account {
	for _, appID := range s.order {
		if a := s.accounts[appID]; a.Kind == kind {
			return a
		}
	}
	return nil
}
