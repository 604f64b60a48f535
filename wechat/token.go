package wechat

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bsm/redislock"
	"golang.org/x/sync/singleflight"
)

const (
	tokenPath = "/cgi-bin/stable_token"
	// tokenMargin is how long before its end a token is renewed: WeChat's own
	// margin, within which stable_token gives out the next one while the
	// previous still works.
	tokenMargin = 5 * time.Minute
	// refreshPatience bounds one refresh: waiting for another replica's, then
	// at most two calls.
	refreshPatience = 12 * time.Second
	// lockPatience is how long another replica's refresh is waited for. After
	// that we refresh beside it: two normal calls of stable_token return the
	// same token and spoil nothing.
	lockPatience = 4 * time.Second
	// lockLife frees the lock of a replica that died; longer than two calls.
	lockLife = 8 * time.Second
	// forcePause lies between two forced refreshes. WeChat allows 20 a day:
	// one in 72 minutes can't use them up, whatever goes wrong.
	forcePause = 72 * time.Minute
)

// tokenSource keeps the access token of one account: a local copy that
// outlives Redis, Redis so that replicas share one, stable_token behind both.
type tokenSource struct {
	client *Client
	shared *sharedStore
	key    string
	flight singleflight.Group

	mu      sync.Mutex
	held    heldToken
	past    pastTokens
	forced  time.Time
	failure error // of the last refresh, remembered until failureEnds
	// failureEnds is on the process's own clock.
	failureEnds time.Time
}

// heldToken is a token and, by this process's clock, when to renew it and when
// it ends.
type heldToken struct {
	value     string
	refreshAt time.Time
	expiresAt time.Time
}

func newTokenSource(client *Client, shared *sharedStore) *tokenSource {
	// The braces put all keys of one account into one slot of a cluster.
	return &tokenSource{client: client, shared: shared, key: "wechat:{" + client.account.AppID + "}:token"}
}

// get returns a valid token. A token near its end is renewed in the
// background; callers wait only when there is none.
func (s *tokenSource) get(ctx context.Context) (string, error) {
	now := s.client.now()
	s.mu.Lock()
	held, failure := s.held, s.failure
	if !time.Now().Before(s.failureEnds) {
		failure = nil
	}
	s.mu.Unlock()
	usable := held.value != "" && now.Before(held.expiresAt)
	switch {
	case usable && (now.Before(held.refreshAt) || failure != nil):
		return held.value, nil //nolint:nilerr // the old token still works
	case failure != nil:
		return "", failure
	}
	done := s.flight.DoChan("", s.refresh)
	if usable {
		return held.value, nil
	}
	select {
	case result := <-done:
		token, _ := result.Val.(string)
		return token, result.Err
	case <-ctx.Done():
		return "", &APIError{Path: tokenPath, Message: "waiting for the access token: " + ctx.Err().Error(),
			Class: ClassRetry, Cause: ctx.Err()}
	}
}

// reject drops exactly that token, if it is still the one in use. A caller
// that comes late, with a token already replaced, changes nothing.
func (s *tokenSource) reject(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.value == token {
		s.held, s.failure = heldToken{}, nil
	}
	s.past.add(token)
}

// known returns the tokens that error texts might contain.
func (s *tokenSource) known() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{s.held.value}, s.past...)
}

// refresh runs once for all who wait, on a context of its own: the first
// caller may leave, the others still want the token.
func (s *tokenSource) refresh() (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), refreshPatience)
	defer cancel()
	token, err := s.renew(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = err
	if err != nil {
		s.failureEnds = time.Now().Add(failurePause(err))
		s.client.logger.Warn("WeChat access token not renewed", "error", err)
	}
	return token, err
}

// failurePause is how long a failed refresh answers for all: every call would
// ask again, and WeChat counts.
func failurePause(err error) time.Duration {
	if ClassOf(err) == ClassRetry {
		return time.Second
	}
	return 15 * time.Second
}

// renew takes the token from Redis, or fetches it while holding the lock, or
// fetches it alone when Redis or the lock's holder doesn't answer.
func (s *tokenSource) renew(ctx context.Context) (string, error) {
	for deadline := time.Now().Add(lockPatience); time.Now().Before(deadline); {
		if token, ok := s.adopt(ctx); ok {
			return token, nil
		}
		lock, err := s.shared.lock(ctx, s.key+":lock", lockLife)
		if err == nil {
			defer s.shared.unlock(ctx, lock)
			if token, ok := s.adopt(ctx); ok {
				return token, nil
			}
			return s.fetch(ctx)
		}
		if !errors.Is(err, redislock.ErrNotObtained) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return s.fetch(ctx)
}

// adopt takes the token that another replica put into Redis, unless it is a
// past one, or our own that is due.
func (s *tokenSource) adopt(ctx context.Context) (string, bool) {
	stored, left, err := s.shared.get(ctx, s.key)
	if err != nil || left <= 0 {
		return "", false
	}
	// The key lives until the token should be renewed; the value says how
	// long the token lives beyond. No replica's wall clock is involved.
	text, token, found := strings.Cut(stored, "|")
	margin, err := strconv.ParseInt(text, 10, 64)
	if !found || err != nil || token == "" || margin < 0 {
		return "", false
	}
	refreshAt := s.client.now().Add(left)
	s.mu.Lock()
	defer s.mu.Unlock()
	if token == s.held.value || s.past.has(token) {
		return "", false
	}
	s.hold(heldToken{token, refreshAt, refreshAt.Add(time.Duration(margin) * time.Millisecond)})
	return token, true
}

// hold makes a token the one in use; mu is held. A refused one that is the
// only one to be had gets its second chance.
func (s *tokenSource) hold(next heldToken) {
	if s.held.value != next.value {
		s.past.add(s.held.value)
	}
	s.past.remove(next.value)
	s.held = next
}

// fetch asks WeChat. If it gives the refused token again, it is asked once to
// make a new one, as far as its daily allowance for that goes.
func (s *tokenSource) fetch(ctx context.Context) (string, error) {
	token, life, err := s.request(ctx, false)
	if err != nil {
		return "", err
	}
	if s.mayForce(token) {
		next, nextLife, err := s.request(ctx, true)
		if err == nil {
			token, life = next, nextLife
		} else {
			s.client.logger.Warn("WeChat refused to replace a refused access token", "error", err)
		}
	}
	margin := min(tokenMargin, life/2)
	now := s.client.now()
	s.mu.Lock()
	s.hold(heldToken{token, now.Add(life - margin), now.Add(life)})
	s.mu.Unlock()
	s.client.logger.Info("WeChat access token renewed", "lives", life)
	stored := strconv.FormatInt(margin.Milliseconds(), 10) + "|" + token
	_ = s.shared.set(ctx, s.key, stored, life-margin)
	return token, nil
}

// mayForce decides whether this token must be replaced by force, and books it.
func (s *tokenSource) mayForce(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.past.has(token) || !s.forced.IsZero() && time.Since(s.forced) < forcePause {
		return false
	}
	s.forced = time.Now()
	return true
}

// request makes one call of stable_token. Normal mode returns the same token
// for as long as it lives; force makes a new one and ends the previous at once.
func (s *tokenSource) request(ctx context.Context, force bool) (token string, life time.Duration, err error) {
	what, err := post(tokenPath, map[string]any{
		"grant_type": "client_credential", "appid": s.client.account.AppID,
		"secret": s.client.account.Secret, "force_refresh": force,
	})
	if err != nil {
		return "", 0, err
	}
	got, err := s.client.do(ctx, what, "")
	if err != nil {
		return "", 0, err
	}
	var out struct {
		Token   string `json:"access_token"`
		Seconds int64  `json:"expires_in"`
	}
	if err := s.client.read(what, got.body, &out); err != nil {
		var api *APIError
		if errors.As(err, &api) && api.Class == ClassToken {
			api.Class = ClassOurFault // there is no token here: the secret is wrong
		}
		return "", 0, err
	}
	if out.Token == "" || out.Seconds <= 0 {
		return "", 0, &APIError{Path: tokenPath, Class: ClassRetry,
			Message: fmt.Sprintf("an answer without a token that lives (%d s)", out.Seconds)}
	}
	return out.Token, time.Duration(min(out.Seconds, 86400)) * time.Second, nil
}
