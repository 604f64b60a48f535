// Package membership is how people come to be known: binding by invitation code,
// by phone or by a cadre who knows them, helpers of elders, corrections of the
// roll, and clusters of bindings that somebody should look at.
package membership

import (
	"context"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// series numbers the requests of a village that cadres answer by 确认 N.
const series = "request"

const (
	listMax   = 100
	reasonMax = 80 // characters of a reason
)

// Options are what a service may be given besides its rooms.
type Options struct {
	Mini string // app id of the mini-program, which serves every village
}

// Service is the membership room.
type Service struct {
	store   *model.Store
	keys    *model.Keyring
	people  *village.Service
	cases   *casework.Service
	notices *notice.Service
	audit   *audit.Service
	mini    string
}

// New makes the service.
func New(store *model.Store, keys *model.Keyring, people *village.Service, cases *casework.Service, notices *notice.Service, log *audit.Service, o Options) *Service {
	return &Service{store: store, keys: keys, people: people, cases: cases, notices: notices, audit: log, mini: o.Mini}
}

func (s *Service) now() model.Time { return model.At(s.store.Now()) }

func (s *Service) rule(ctx context.Context, name string) (int, error) {
	value, err := s.store.Rule(ctx, name, "", s.store.Now())
	return int(value), err
}

// daysOn is the end of a period of days by a rule.
func (s *Service) daysOn(ctx context.Context, name string) (model.Time, error) {
	days, err := s.rule(ctx, name)
	return model.At(s.store.Now().AddDate(0, 0, days)), err
}

// attendants are those who confirm people in person: the grid workers, or else the
// branch and the committee, or else the township.
func (s *Service) attendants(ctx context.Context, villageID string) ([]model.Villager, error) {
	for _, roles := range [][]model.Role{{model.RoleGridWorker}, {model.RoleBranchSecretary, model.RoleFirstSecretary, model.RoleCommittee}} {
		holders, err := s.people.Holders(ctx, villageID, roles...)
		if err != nil || len(holders) > 0 {
			return holders, err
		}
	}
	return s.people.HoldersFor(ctx, villageID, model.RoleTownship)
}

// tellAttendants asks whoever can confirm somebody in person to do so.
func (s *Service) tellAttendants(ctx context.Context, villageID, event, text string) error {
	holders, err := s.attendants(ctx, villageID)
	if err != nil {
		return err
	}
	notes := make([]notice.Note, 0, len(holders))
	for _, h := range holders {
		notes = append(notes, notice.Note{VillageID: villageID, To: h.Person(), Event: event, Role: notice.RoleHandler, Text: text})
	}
	return s.notices.Put(ctx, notes...)
}

// tell puts a note of what has become of something; nobody is called for it.
func (s *Service) tell(ctx context.Context, villageID string, to model.Person, event, text string) error {
	return s.notices.Put(ctx, notice.Note{VillageID: villageID, To: to, Event: event, Role: notice.RoleOther, Text: text})
}

// bounded is a page's size.
func bounded(limit int) int {
	if limit < 1 || limit > listMax {
		return listMax
	}
	return limit
}

// clip cuts text to n characters.
func clip(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
}
