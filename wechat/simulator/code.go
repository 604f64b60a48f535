package simulator

import "time"

const codeLife = 5 * time.Minute

// What a one-time code is for.
const (
	codeLogin = "login" // wx.login
	codePhone = "phone" // getPhoneNumber
	codeOAuth = "oauth" // web page authorisation
)

// code works once, for five minutes.
type code struct {
	purpose string
	app     string
	person  string
	scope   string
	phone   string
	expires time.Time
	used    bool
}

// newCode makes a code; the caller holds mu.
func (s *Simulator) newCode(c code) string {
	c.expires = s.now().Add(codeLife)
	value := "0" + secret(23)
	s.codes[value] = &c
	return value
}

// takeCode uses up a code, or says why it can't; the caller holds mu.
func (s *Simulator) takeCode(value, purpose, app string) (*code, *apiError) {
	c := s.codes[value]
	switch {
	case c == nil || c.purpose != purpose || c.app != app || !s.now().Before(c.expires):
		return nil, failure(40029, "invalid code")
	case c.used:
		return nil, failure(40163, "code been used")
	}
	c.used = true
	return c, nil
}

// MiniLoginCode is what wx.login gives to the person's phone in the first mini-program: a code that
// works once, within five minutes. Opening the mini-program counts as a visit for the content checks.
// It is empty when there is no mini-program or no such person.
func (s *Simulator) MiniLoginCode(personKey string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.firstOf(KindMini)
	if a == nil || s.people[personKey] == nil {
		return ""
	}
	a.visits[personKey] = s.now()
	return s.newCode(code{purpose: codeLogin, app: a.AppID, person: personKey})
}

// PhoneCode is what the mini-program gets when the person lets it know a telephone number: the
// person's own when number is empty. The code works once, within five minutes.
func (s *Simulator) PhoneCode(personKey, number string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, p := s.firstOf(KindMini), s.people[personKey]
	if a == nil || p == nil {
		return ""
	}
	if number == "" {
		number = p.Phone
	}
	a.visits[personKey] = s.now()
	return s.newCode(code{purpose: codePhone, app: a.AppID, person: personKey, phone: number})
}

// Visit notes that the person has the mini-program open now; content checks need a visit within 2 h.
func (s *Simulator) Visit(appID, personKey string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[appID]; a != nil {
		a.visits[personKey] = s.now()
	}
}
