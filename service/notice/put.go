package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"cunwu/model"
)

// Roles of whoever gets a notice: they say when the call list takes it.
const (
	RoleHandler = "handler"
	RoleAsker   = "asker"
	RoleOther   = "other" // never: Reach shows who does not know
)

// Note is something that must reach somebody.
type Note struct {
	VillageID string
	To        model.Person
	Event     string // what happened; the same event reaches the same person once
	Role      string
	CaseID    string
	Question  string // what it asks, if anything: a digit answers it
	Urgent    bool
	Private   bool
	Text      string
	MediaID   string // a voice or picture that follows the text
	Delay     time.Duration
}

const (
	maxEvent = 108 // the column has 128; a follow-up's event is longer
)

var errNoTx = errors.New("a notice is put inside the transaction of what it tells of")

// Put stores notes in the caller's transaction. A note to whom the event was
// told already is ignored, as is one to nobody.
func (s *Service) Put(ctx context.Context, notes ...Note) error {
	if !model.InTx(ctx) {
		return errNoTx
	}
	rows := make([]model.Notice, 0, len(notes))
	for _, n := range notes {
		if n.To.Zero() {
			s.log.WarnContext(ctx, "a notice to nobody", "village", n.VillageID, "event", n.Event)
			continue
		}
		row, err := s.row(ctx, n)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return s.insert(ctx, rows)
}

// ToCall stores what only a person can tell: it stands on the call list at once
// and is never sent.
func (s *Service) ToCall(ctx context.Context, n Note) error {
	if !model.InTx(ctx) {
		return errNoTx
	}
	if n.To.Zero() {
		return nil
	}
	row, err := s.row(ctx, n)
	if err != nil {
		return err
	}
	row.State, row.CallAfter = model.NoticeToCall, row.NextAt
	return s.insert(ctx, []model.Notice{row})
}

func (s *Service) insert(ctx context.Context, rows []model.Notice) error {
	if len(rows) == 0 {
		return nil
	}
	for _, row := range rows {
		if err := s.store.LaterUpsert(ctx, row, clause.OnConflict{DoNothing: true}); err != nil {
			return err
		}
	}
	s.store.AfterCommit(ctx, s.wake)
	return nil
}

func (s *Service) row(ctx context.Context, n Note) (model.Notice, error) {
	if n.Event == "" || len(n.Event) > maxEvent {
		return model.Notice{}, fmt.Errorf("the event %q of a notice is empty or too long", n.Event)
	}
	now := s.store.Now()
	due := now.Add(n.Delay)
	call, err := s.callAfter(ctx, n, due)
	return model.Notice{VillageID: n.VillageID, ID: model.NewID(), Event: n.Event, Recipient: n.To.Recipient(), Role: n.Role,
		CaseID: n.CaseID, Question: n.Question, Urgent: n.Urgent, Private: n.Private, Text: n.Text, MediaID: n.MediaID,
		State: model.NoticePending, CreatedAt: model.At(now), NextAt: model.At(due), CallAfter: model.At(call)}, err
}

// callAfter is when somebody must call if it hasn't arrived; at once when it is
// urgent.
func (s *Service) callAfter(ctx context.Context, n Note, due time.Time) (time.Time, error) {
	var name string
	switch {
	case n.Urgent:
		return due, nil
	case n.Role == RoleHandler:
		name = "case.handler_call_after"
	case n.Role == RoleAsker:
		name = "case.asker_call_after"
	default:
		return time.Time{}, nil
	}
	hours, err := s.store.Rule(ctx, name, "", due)
	return due.Add(time.Duration(hours) * time.Hour), err
}
