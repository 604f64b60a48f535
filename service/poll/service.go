// Package poll is deliberation and voting: matters on their way through the
// village's organs, the roll of who may vote, ballots by four channels, and
// results that anybody can recount.
package poll

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/notice"
	"cunwu/service/paper"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

// Rooms are the rooms that a poll calls.
type Rooms struct {
	People  *village.Service
	Notices *notice.Service
	Log     *publiclog.Service
	Audit   *audit.Service
	Press   *paper.Press // nil: nothing is printed
}

// Options are what the house may add; whatever is nil is left out.
type Options struct {
	// BaseURL is where the pages are served, without a slash at its end: a
	// one-time link begins with it.
	BaseURL string
	// Check wants a villager's words checked, in the transaction that keeps them.
	Check func(ctx context.Context, actor model.Actor, villageID, subject, text string) error
	// MayShow says which of these words passed the check.
	MayShow func(ctx context.Context, villageID string, subjects []string) (map[string]bool, error)
	// Attach gives the actor's uploads to what they belong to, in the caller's
	// transaction.
	Attach func(ctx context.Context, actor model.Actor, villageID string, ids []string, subject string) error
	// Published says whether a disclosure of the village is published: without it
	// no matter reaches its two publications.
	Published func(ctx context.Context, villageID, disclosureID string) (bool, error)
	// Owe puts a disclosure into the village's catalogue that a matter owes: duty
	// "decision", and later "execution".
	Owe func(ctx context.Context, villageID, duty, event, title string) error
}

// Service is the poll room.
type Service struct {
	store *model.Store
	keys  *model.Keyring
	Rooms
	o   Options
	box *box
}

// New makes the service.
func New(store *model.Store, keys *model.Keyring, rooms Rooms, o Options) *Service {
	return &Service{store: store, keys: keys, Rooms: rooms, o: o, box: newBox()}
}

// Ref names a poll, or a matter or proposal, of a village.
type Ref struct{ VillageID, ID string }

// RefOf names this poll.
func RefOf(p model.Poll) Ref { return Ref{p.VillageID, p.ID} }

func (r Ref) subject() string { return "poll/" + r.ID }

// event names what the notices of a poll are about.
func (r Ref) event(what string) string { return "poll/" + r.ID + "/" + what }

// system is the worker that does what time asks for.
func system() model.Actor { return model.Actor{Name: "系统"} }

func (s *Service) now() model.Time { return model.At(s.store.Now()) }

// of begins a query for the rows of one poll in a table that hangs on polls.
func (s *Service) of(ctx context.Context, ref Ref) *gorm.DB {
	return s.store.DB(ctx).Where("village_id = ? AND poll_id = ?", ref.VillageID, ref.ID)
}

// poll loads a poll.
func (s *Service) poll(db *gorm.DB, ref Ref) (model.Poll, error) {
	var p model.Poll
	err := db.Where("village_id = ? AND id = ?", ref.VillageID, ref.ID).Take(&p).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return p, unknownPoll()
	}
	return p, err
}

// managed loads and locks a poll for somebody who may do verb with it.
func (s *Service) managed(ctx context.Context, actor model.Actor, ref Ref, verb model.Verb) (model.Poll, error) {
	p, err := s.poll(s.store.Locked(ctx), ref)
	if err != nil {
		return p, err
	}
	return p, actor.Require(verb, p.VillageID)
}

// set changes named columns of a poll that is in this state still.
func (s *Service) set(ctx context.Context, ref Ref, state model.PollState, columns map[string]any) error {
	done := s.store.DB(ctx).Model(&model.Poll{}).Where("village_id = ? AND id = ? AND state = ?", ref.VillageID, ref.ID, state).UpdateColumns(columns)
	if done.Error == nil && done.RowsAffected == 0 {
		return model.Errorf(model.Conflict, "这个投票刚刚有了变化，请重新打开再办")
	}
	return done.Error
}

func (s *Service) rule(ctx context.Context, name string, on model.Time) (int64, error) {
	return s.store.Rule(ctx, name, "", on.Time)
}

func unknownPoll() error {
	return model.Errorf(model.Unknown, "没有找到这个投票，请检查编号")
}
