package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// Person is somebody with a phone.
type Person struct {
	Key  string
	Name string
	Note string // 村民·在家, 村支书, 在深圳务工
	// UnionID is made from Key when empty. Accounts see it unless they are Separate.
	UnionID string
	// Phone is the number behind a code of PhoneCode.
	Phone string
	// Snapshot makes OAuth answer with a virtual openid and unionid (is_snapshotuser=1), as it does when
	// a page is opened in WeChat's snapshot mode.
	Snapshot bool
}

type person struct {
	Person
	logins []time.Time // jscode2session in the last minute
}

// AddPerson gives a person a phone. A person added again keeps openids, chats and subscriptions.
func (s *Simulator) AddPerson(p Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.UnionID == "" {
		p.UnionID = "o6_" + digest(25, "unionid", p.Key)
	}
	if known := s.people[p.Key]; known != nil {
		// Not the whole struct: Key is read without the lock.
		known.Name, known.Note, known.UnionID, known.Phone, known.Snapshot = p.Name, p.Note, p.UnionID, p.Phone, p.Snapshot
	} else {
		s.people[p.Key] = &person{Person: p}
		s.roll = append(s.roll, p.Key)
	}
	for _, a := range s.accounts {
		a.openids[openID(a.AppID, p.Key)] = p.Key
	}
	s.announce()
}

// People are all who have a phone, in the order in which they came.
func (s *Simulator) People() []Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Person, 0, len(s.roll))
	for _, key := range s.roll {
		out = append(out, s.people[key].Person)
	}
	return out
}

// OpenID is the person's id in the account: 28 characters that begin with o, the same at every start.
// It is empty when there is no such account or person.
func (s *Simulator) OpenID(appID, personKey string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, _, err := s.find(appID, personKey); err != nil {
		return ""
	}
	return openID(appID, personKey)
}

// UnionID is the person's id in all accounts that hang under one Open Platform account.
func (s *Simulator) UnionID(personKey string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.people[personKey]; p != nil {
		return p.UnionID
	}
	return ""
}

// openID has five characters of the account and 22 of the person, as real ones have.
func openID(appID, personKey string) string {
	return "o" + digest(5, "account", appID) + digest(22, "openid", appID, personKey)
}

// digest is n characters of the alphabet of openids, made from the parts.
func digest(n int, parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))[:n]
}
