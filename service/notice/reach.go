package notice

import (
	"context"
	"time"

	"cunwu/model"
)

const (
	deliveredMax = 20
	reachMax     = 500 // people named; the counts are of all
)

// Query asks for what was delivered.
type Query struct {
	Recipients []string // model.Person.Recipient
	Question   string
	Since      time.Time
}

// Delivered are the notices that reached these recipients, the newest first, 20
// at most.
func (s *Service) Delivered(ctx context.Context, q Query) ([]model.Notice, error) {
	var rows []model.Notice
	err := s.store.DB(ctx).Where("recipient IN ? AND state = ? AND question = ? AND sent_at >= ?",
		q.Recipients, model.NoticeSent, q.Question, model.At(q.Since)).
		Order("sent_at DESC, id DESC").Limit(deliveredMax).Find(&rows).Error
	return rows, err
}

// DeliveredAt is when the event reached the person, by WeChat, in the inbox or
// by a person who called; zero: not yet.
func (s *Service) DeliveredAt(ctx context.Context, villageID, event string, to model.Person) (time.Time, error) {
	var rows []model.Notice
	err := s.store.DB(ctx).Select("sent_at").Where("village_id = ? AND event = ? AND recipient = ? AND state IN ?", villageID, event, to.Recipient(),
		[]model.NoticeState{model.NoticeSent, model.NoticeTold}).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	return rows[0].SentAt.Time, nil
}

// Undelivered counts what WeChat owes the person.
func (s *Service) Undelivered(ctx context.Context, to model.Person) (int, error) {
	var count int64
	err := s.store.DB(ctx).Model(&model.Notice{}).Where("recipient = ? AND state IN ?", to.Recipient(),
		[]model.NoticeState{model.NoticePending, model.NoticeSending, model.NoticeHeld, model.NoticeDead}).Count(&count).Error
	return int(count), err
}

// Reach is who knows of an event.
type Reach struct {
	Total     int
	Known     int
	ByChannel map[string]int // of those who know
	People    []Reached      // those who don't know first, reachMax at most
}

// Reached is how an event reached one person.
type Reached struct {
	NoticeID string
	To       model.Person
	Name     string
	Known    bool
	State    model.NoticeState
	Channel  string
	At       time.Time // when it reached them
}

// Reach says who knows of the event and who doesn't. Private notices are only
// shown to those who may read confidential cases.
func (s *Service) Reach(ctx context.Context, actor model.Actor, villageID, event string) (Reach, error) {
	reach := Reach{ByChannel: map[string]int{}}
	if err := actor.Require(model.VerbReach, villageID); err != nil {
		return reach, err
	}
	where, values := "village_id = ? AND event = ?", []any{villageID, event}
	if !actor.May(model.VerbConfidential, villageID) {
		where, values = where+" AND private = ?", append(values, false)
	}
	var counts []struct {
		State   model.NoticeState
		Channel string
		N       int
	}
	err := s.store.DB(ctx).Model(&model.Notice{}).Select("state, channel, COUNT(*) AS n").Where(where, values...).
		Group("state, channel").Scan(&counts).Error
	if err != nil {
		return reach, err
	}
	for _, c := range counts {
		reach.Total += c.N
		if knows(c.State) {
			reach.Known += c.N
			reach.ByChannel[c.Channel] += c.N
		}
	}
	var rows []model.Notice
	err = s.store.DB(ctx).Where(where, values...).Order("CASE WHEN state IN ('sent', 'told') THEN 1 ELSE 0 END, id").
		Limit(reachMax).Find(&rows).Error
	if err != nil {
		return reach, err
	}
	reach.People, err = s.reached(ctx, rows)
	return reach, err
}

func (s *Service) reached(ctx context.Context, rows []model.Notice) ([]Reached, error) {
	recipients := make([]string, len(rows))
	for i := range rows {
		recipients[i] = rows[i].Recipient
	}
	names, err := s.names(ctx, recipients)
	people := make([]Reached, len(rows))
	for i, n := range rows {
		people[i] = Reached{NoticeID: n.ID, To: model.ParseRecipient(n.Recipient), Name: names[n.Recipient], Known: knows(n.State),
			State: n.State, Channel: n.Channel, At: n.SentAt.Time}
	}
	return people, err
}

func knows(state model.NoticeState) bool {
	return state == model.NoticeSent || state == model.NoticeTold
}
