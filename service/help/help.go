package help

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/village"
)

// askAfter is how long after the last words it is no longer plain that further
// ones belong to the same case.
const askAfter = 30 * time.Minute

// Service takes messages to the branch.
type Service struct {
	store  *model.Store
	cases  *casework.Service
	people *village.Service
}

// New makes the service.
func New(store *model.Store, cases *casework.Service, people *village.Service) *Service {
	return &Service{store: store, cases: cases, people: people}
}

// Message is what a villager says.
type Message struct {
	Said    casework.Said
	More    []casework.Said // said before the case could be opened
	Heed    Heed
	Accused []string
	Private bool        // township only
	By      model.Actor // who files it on the actor's behalf; nobody: the actor
}

// Outcome is what became of a message. Unsure: it may belong to Case, and the
// sender must be asked; nothing was stored.
type Outcome struct {
	Case   model.Case
	Opened bool
	Unsure bool
}

// Say takes a message: it joins the sender's unanswered case, opens a new one,
// or finds that the sender must be asked which.
func (s *Service) Say(ctx context.Context, actor model.Actor, m Message) (Outcome, error) {
	var out Outcome
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		out = Outcome{}
		open, found, err := s.cases.Unanswered(ctx, actor)
		if err != nil {
			return err
		}
		switch {
		case !found || m.Private || len(m.Accused) > 0 || m.Heed.Danger != NoDanger && !open.Urgent || m.Heed.Domestic && !open.Neutral:
			out, err = s.Open(ctx, actor, m)
		case !recently(open.AskedBackAt, s.store.Now()) && s.store.Now().Sub(open.SaidAt.Time) >= askAfter && m.Heed.Danger == NoDanger:
			out = Outcome{Case: open, Unsure: true}
		default:
			out.Case, err = s.cases.Add(ctx, actor, casework.RefOf(open), m.Said, "")
		}
		return err
	})
	return out, err
}

// recently says whether the handler asked back within the last day: what comes
// then is taken for the answer.
func recently(askedBack model.Time, now time.Time) bool {
	return !askedBack.IsZero() && now.Sub(askedBack.Time) < 24*time.Hour
}

// Open opens a case of its own for the message.
func (s *Service) Open(ctx context.Context, actor model.Actor, m Message) (Outcome, error) {
	out := Outcome{Opened: true}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		out.Case, err = s.cases.Open(ctx, actor, casework.NewCase{
			VillageID: actor.VillageID, Kind: KindName, Said: m.Said, More: m.More, Confidential: m.Private,
			Urgent: m.Heed.Danger == ExplicitDanger, Neutral: m.Heed.Domestic, Accused: m.Accused, By: m.By,
		})
		return err
	})
	return out, err
}

// Wake tells others of the danger that the case speaks of.
func (s *Service) Wake(ctx context.Context, actor model.Actor, c model.Case) error {
	_, err := s.cases.Wake(ctx, actor, casework.RefOf(c))
	return err
}
