package poll

import (
	"context"
	"encoding/json"

	"cunwu/model"
)

const pageMax = 100

// View is a poll as one person sees it. Before the close nothing in it tells what
// anybody chose.
type View struct {
	Poll    model.Poll // Passed, QuorumMet and Result are empty before the count
	Options []string
	Turnout int
	Quorum  Quorum
	Listed  bool   // I am on the roll, or my household is
	VotedBy string // by which channel my vote was cast; empty: not yet
	MayVote bool
	Why     string // why not, in Chinese; empty when MayVote
}

// Get shows a poll to somebody of its village.
func (s *Service) Get(ctx context.Context, actor model.Actor, ref Ref) (View, error) {
	var v View
	var err error
	if v.Poll, err = s.poll(s.store.DB(ctx), ref); err != nil {
		return v, err
	}
	if err := s.mayRead(actor, v.Poll); err != nil {
		return v, err
	}
	v.Options = v.Poll.OptionTexts()
	e, err := s.entryFor(ctx, ref, actor.VillagerID, actor)
	if err != nil {
		return v, err
	}
	v.Listed, v.VotedBy = e.VoterID != "", e.VotedBy
	if v.Turnout, err = s.turnout(ctx, ref); err != nil {
		return v, err
	}
	rules, err := s.rulesOf(ctx, v.Poll)
	if err != nil {
		return v, err
	}
	v.Quorum = Quorum{Needed: rules.Quorum.Needed(v.Poll.Electorate), Met: rules.Quorum.Met(v.Turnout, v.Poll.Electorate)}
	s.permission(actor, e, &v)
	return v, nil
}

// permission says whether the viewer may vote now, and if not, why.
func (s *Service) permission(actor model.Actor, e entry, v *View) {
	refused := model.AsError(e.mayCast(actor, Ballot{}))
	now := s.store.Now()
	switch {
	case e.State == model.PollClosed || e.State == model.PollCounted || e.State == model.PollOpen && !e.ClosesAt.After(now):
		v.Why = "投票已经截止"
	case refused != nil:
		v.Why = refused.Message
	case v.VotedBy != "":
		v.Why = "已经投过了"
	}
	v.MayVote = v.Why == ""
}

// mayRead: drafts are for who puts polls, everything else for the village.
func (s *Service) mayRead(actor model.Actor, p model.Poll) error {
	own := actor.May(model.VerbPollRead, p.VillageID) && (actor.Known() || len(actor.Holds) > 0)
	if actor.Operator || own && (p.State != model.PollDraft || actor.May(model.VerbPoll, p.VillageID)) {
		return nil
	}
	return unknownPoll()
}

func (s *Service) maySee(ctx context.Context, actor model.Actor, ref Ref) error {
	p, err := s.poll(s.store.DB(ctx), ref)
	if err != nil {
		return err
	}
	return s.mayRead(actor, p)
}

// Query asks for polls of a village.
type Query struct {
	VillageID string
	Todo      bool            // only those in which the actor's vote is awaited now
	State     model.PollState // only those; empty: all
	After     string
	Limit     int
}

// Item is a line of the list.
type Item struct {
	Poll    model.Poll `gorm:"embedded"`
	Listed  bool
	VotedBy string
}

// List shows the polls of a village, the newest first. The next page begins after
// next; empty: there is none.
func (s *Service) List(ctx context.Context, actor model.Actor, q Query) (items []Item, next string, err error) {
	if err := s.mayRead(actor, model.Poll{VillageID: q.VillageID, State: model.PollNoticed}); err != nil {
		return nil, "", model.Errorf(model.Forbidden, "只能看本村的投票")
	}
	limit := q.Limit
	if limit < 1 || limit > pageMax {
		limit = pageMax
	}
	db := s.store.DB(ctx).Table("polls p").
		Select(`p.village_id, p.id, p.matter_id, p.kind, p.title, p.organ, p.group_name, p.by_household, p.secret, p.options, p.max_choices, p.effect, p.state,
			p.opens_at, p.closes_at, p.noticed_at, p.electorate, p.turnout, p.quorum_met, p.passed,
			CASE WHEN v.person_id IS NULL THEN 0 ELSE 1 END AS listed, COALESCE(t.channel, '') AS voted_by`).
		Joins("LEFT JOIN poll_voters v ON v.village_id = p.village_id AND v.poll_id = p.id AND v.person_id = ? AND v.listed = ?", actor.VillagerID, true).
		Joins("LEFT JOIN poll_turnouts t ON t.village_id = p.village_id AND t.poll_id = p.id AND t.voter_id = v.voter_id")
	if q.Todo {
		db = midway(db, q.VillageID, s.store.Now()).Where("v.person_id IS NOT NULL AND t.voter_id IS NULL")
	} else {
		db = db.Where("p.village_id = ?", q.VillageID)
		if !actor.May(model.VerbPoll, q.VillageID) {
			db = db.Where("p.state <> ?", model.PollDraft)
		}
	}
	if q.State != "" {
		db = db.Where("p.state = ?", q.State)
	}
	if q.After != "" {
		db = db.Where("p.id < ?", q.After)
	}
	if err := db.Order("p.id DESC").Limit(limit + 1).Scan(&items).Error; err != nil {
		return nil, "", err
	}
	if len(items) > limit {
		items = items[:limit]
		next = items[limit-1].Poll.ID
	}
	return items, next, nil
}

// Result is what a counted poll came to.
func (s *Service) Result(ctx context.Context, actor model.Actor, ref Ref) (Result, error) {
	var r Result
	p, err := s.poll(s.store.DB(ctx), ref)
	if err != nil {
		return r, err
	}
	if err := s.mayRead(actor, p); err != nil {
		return r, err
	}
	switch p.State {
	case model.PollCounted:
		return resultOf(p)
	case model.PollCancelled:
		return r, model.Errorf(model.Gone, "这个投票已经取消，没有结果")
	case model.PollClosed:
		return r, model.Errorf(model.TooEarly, "正在计票，请过一会儿再看")
	}
	return r, model.Errorf(model.TooEarly, "投票还没有结束，%s截止后公布结果", when(p.ClosesAt.Time))
}

// resultOf is the result that a counted poll keeps.
func resultOf(p model.Poll) (Result, error) {
	var r Result
	err := json.Unmarshal([]byte(p.Result), &r)
	return r, err
}

// Ballots are the published ballots in the order of their receipts, which tells
// nothing. In a roll-call poll each stands with its voter's name.
func (s *Service) Ballots(ctx context.Context, actor model.Actor, ref Ref, after string, limit int) (ballots []PublishedBallot, next string, err error) {
	r, err := s.Result(ctx, actor, ref)
	if err != nil {
		return nil, "", err
	}
	if r.Withheld {
		return nil, "", model.Errorf(model.Forbidden, "参加的人太少，为保密不公布选票")
	}
	if limit < 1 || limit > pageMax {
		limit = pageMax
	}
	var rows []struct {
		model.PollBallot `gorm:"embedded"`
		Name             string
	}
	err = s.store.DB(ctx).Raw(`SELECT b.receipt, b.choices, b.voter_id, COALESCE(c.name, v.name, '') AS name FROM poll_ballots b
		LEFT JOIN poll_turnouts t ON t.village_id = b.village_id AND t.poll_id = b.poll_id AND t.voter_id = b.voter_id AND b.voter_id <> ''
		LEFT JOIN villagers c ON c.village_id = t.village_id AND c.id = t.voter_id
		LEFT JOIN villagers v ON v.village_id = t.village_id AND v.id = t.person_id
		WHERE b.village_id = ? AND b.poll_id = ? AND b.receipt > ? ORDER BY b.receipt LIMIT ?`, ref.VillageID, ref.ID, after, limit+1).Scan(&rows).Error
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Receipt
	}
	for _, row := range rows {
		ballots = append(ballots, PublishedBallot{Receipt: row.Receipt, Choices: row.Chosen(), Voter: row.Name})
	}
	return ballots, next, nil
}
