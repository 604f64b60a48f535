package simulator

import (
	"crypto/rand"
	"encoding/base64"
	"time"
)

const (
	tokenLife   = 7200 * time.Second
	tokenGrace  = 5 * time.Minute
	forcedLimit = 20
)

// token is an access token. Two doors make them, and they don't disturb each other.
type token struct {
	value   string
	account *account
	expires time.Time
	ends    time.Time // when a newer token pushes it out; never when zero
}

// issue makes a token; the caller holds mu.
func (s *Simulator) issue(a *account) *token {
	t := &token{value: "92_" + secret(102), account: a, expires: s.now().Add(tokenLife)}
	s.tokens[t.value] = t
	s.forgetTokens()
	return t
}

// forgetTokens drops tokens that ended a day ago.
func (s *Simulator) forgetTokens() {
	for value, t := range s.tokens {
		if s.now().Sub(t.expires) > 24*time.Hour {
			delete(s.tokens, value)
		}
	}
}

// plainToken is cgi-bin/token: always a new one, the last works for five more minutes.
func (s *Simulator) plainToken(a *account) *token {
	if a.plain != nil {
		a.plain.ends = s.now().Add(tokenGrace)
	}
	a.plain = s.issue(a)
	return a.plain
}

// stableToken is cgi-bin/stable_token: the same one until five minutes before its end. Its predecessor
// isn't touched, unless the refresh is forced.
func (s *Simulator) stableToken(a *account, force bool) (*token, *apiError) {
	now := s.now()
	if force {
		day := now.In(china()).Format(time.DateOnly)
		if a.forced[day] >= forcedLimit {
			return nil, failure(45009, "reach max api daily quota limit")
		}
		a.forced[day]++
		if a.stable != nil {
			a.stable.ends = now
		}
		a.stable = s.issue(a)
		return a.stable, nil
	}
	if a.stable == nil || !now.Before(a.stable.expires.Add(-tokenGrace)) {
		a.stable = s.issue(a)
	}
	return a.stable, nil
}

// account is whose token it is, or why it isn't one; the caller holds mu.
func (s *Simulator) accountOf(value string) (*account, *apiError) {
	if value == "" {
		return nil, failure(41001, "access_token missing")
	}
	t := s.tokens[value]
	now := s.now()
	switch {
	case t == nil:
		return nil, failure(40001, "invalid credential, access_token is invalid or not latest")
	case !now.Before(t.expires):
		return nil, failure(42001, "access_token expired")
	case !t.ends.IsZero() && !now.Before(t.ends):
		return nil, failure(40001, "invalid credential, access_token is invalid or not latest")
	}
	return t.account, nil
}

// ExpireToken ends every access token of the account at once, as another program does that forces a
// refresh with the same secret: the next call gets 40001.
func (s *Simulator) ExpireToken(appID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tokens {
		if t.account.AppID == appID {
			t.ends = s.now()
			t.account.stable, t.account.plain = nil, nil
		}
	}
}

// secret is n bytes of randomness as text.
func secret(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// china is the time zone in which the platform counts days.
func china() *time.Location { return time.FixedZone("CST", 8*3600) }
