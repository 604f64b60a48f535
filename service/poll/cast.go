package poll

import (
	"context"
	"errors"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
)

var receiptForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Ballot is what a voter hands in.
type Ballot struct {
	Poll         Ref
	Choices      []int  // numbers of options, from 1
	Receipt      string // 32 hex digits that the voter's phone drew at random
	ForHousehold bool   // the voter knows that it is the household's only vote
	OnBehalfOf   string // villager id of who gave the actor a written proxy
	Channel      string // model.ByMini unless named
}

// Cast takes a ballot. The same one again is taken as the first was: a phone that
// didn't hear the answer asks again with the same receipt. Nothing that joins the
// voter with the choice of a secret poll is kept anywhere.
//
// Errors: Invalid (receipt or choices), Unknown, Forbidden (not on the roll, weak
// binding, shared phone), Conflict (voted already), TooEarly, Gone (closed).
func (s *Service) Cast(ctx context.Context, actor model.Actor, in Ballot) error {
	if !receiptForm.MatchString(in.Receipt) {
		return model.Errorf(model.Invalid, "票据号不对，请重新打开投票页面再投")
	}
	if in.Channel == "" {
		in.Channel = model.ByMini
	}
	if in.OnBehalfOf == actor.VillagerID {
		in.OnBehalfOf = ""
	}
	voter := actor.VillagerID
	if in.OnBehalfOf != "" {
		voter = in.OnBehalfOf
	}
	e, err := s.entryFor(ctx, in.Poll, voter, actor)
	if err != nil {
		return err
	}
	if err := e.mayCast(actor, in); err != nil {
		return err
	}
	choices, err := cleanChoices(in.Choices, e.Poll)
	if err != nil {
		return err
	}
	if e.VotedBy == "" { // else a retry, which needs no lock
		w := &handed{e: e, v: vote{person: actor.VillagerID, channel: in.Channel, receipt: in.Receipt, choices: choices}}
		if in.OnBehalfOf != "" {
			w.holder = actor.VillagerID
		}
		err = s.handIn(ctx, w)
		if !errors.Is(err, errVoted) && !model.IsCode(err, model.Gone) {
			return err
		}
	}
	same, failed := s.castBefore(ctx, e, in.Receipt, choices)
	switch {
	case same || failed != nil:
		return failed
	case err != nil:
		return err
	case !s.takes(e.Poll):
		return closedError()
	}
	return errVoted
}

// takes says whether votes are taken now, as far as the poll's row tells; a gate
// tells for certain.
func (s *Service) takes(p model.Poll) bool {
	return p.State == model.PollOpen && p.ClosesAt.After(s.store.Now())
}

func closedError() error { return model.Errorf(model.Gone, "投票已经截止，不能再投了") }

// vote is what is put down of a ballot.
type vote struct {
	person, via string
	channel     string
	receipt     string
	choices     string
}

// put takes a vote through the voter's gate.
func (s *Service) put(ctx context.Context, e entry, v vote) error {
	if err := s.throughGate(ctx, e.Poll, e.VoterID); err != nil {
		return err
	}
	return s.keep(ctx, e, v)
}

// keep writes the turnout row, whose key admits one vote a voter, and the ballot.
func (s *Service) keep(ctx context.Context, e entry, v vote) error {
	if e.VotedBy != "" {
		return errVoted
	}
	turnout := e.turnout(v)
	err := s.store.DB(ctx).Create(&turnout).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return errVoted
	}
	if err != nil {
		return err
	}
	err = s.drop(ctx, e.ballot(v))
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "票据号已经用过，请重新打开投票页面再投")
	}
	if err != nil {
		return err
	}
	return s.tellOthers(ctx, e, v)
}

func (e entry) turnout(v vote) model.PollTurnout {
	return model.PollTurnout{VillageID: e.VillageID, PollID: e.ID, VoterID: e.VoterID, PersonID: v.person, Channel: v.channel, Away: e.Away, ViaID: v.via}
}

func (e entry) ballot(v vote) model.PollBallot {
	b := model.PollBallot{VillageID: e.VillageID, PollID: e.ID, Receipt: v.receipt, Choices: v.choices}
	if !e.Secret {
		b.VoterID = e.VoterID
	}
	return b
}

// drop puts ballots into the box. SQLite numbers its rows in the order in which
// they came, so there a ballot gets a number at random.
func (s *Service) drop(ctx context.Context, ballots ...model.PollBallot) error {
	if s.store.Dialect() != model.SQLite {
		return s.store.DB(ctx).Create(&ballots).Error
	}
	var values []any
	for _, b := range ballots {
		values = append(values, b.VillageID, b.PollID, b.Receipt, b.Choices, b.VoterID)
	}
	rows := strings.Repeat(", (abs(random()), ?, ?, ?, ?, ?)", len(ballots))
	return s.store.DB(ctx).Exec("INSERT INTO poll_ballots (rowid, village_id, poll_id, receipt, choices, voter_id) VALUES "+rows[2:], values...).Error
}

// errVoted is wrapped by no other; the caller asks whether it was this ballot.
//
//nolint:gochecknoglobals // a sentinel
var errVoted = model.Errorf(model.Conflict, "已经投过票了，一人（户）只能投一次，不能再投")

// castBefore says whether this very ballot of the voter was taken already.
func (s *Service) castBefore(ctx context.Context, e entry, receipt, choices string) (bool, error) {
	var same int64
	err := s.store.DB(ctx).Model(&model.PollBallot{}).
		Joins("JOIN poll_turnouts t ON t.village_id = poll_ballots.village_id AND t.poll_id = poll_ballots.poll_id AND t.voter_id = ?", e.VoterID).
		Where("poll_ballots.village_id = ? AND poll_ballots.poll_id = ? AND receipt = ? AND choices = ? AND poll_ballots.voter_id IN ?",
			e.VillageID, e.ID, receipt, choices, []string{"", e.VoterID}).Count(&same).Error
	return same == 1, err
}

// throughGate locks the gates of these voters: the close waits for whoever is
// inside, and nobody enters after it.
func (s *Service) throughGate(ctx context.Context, p model.Poll, voterIDs ...string) error {
	var numbers []int
	for _, id := range voterIDs {
		numbers = append(numbers, gateOf(id))
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	var rows []model.PollGate
	err := s.store.Locked(ctx).Where("village_id = ? AND poll_id = ? AND gate IN ?", p.VillageID, p.ID, numbers).Order("gate").Find(&rows).Error
	if err != nil {
		return err
	}
	if len(rows) < len(numbers) {
		return notYetOpen(p)
	}
	now := s.store.Now()
	if slices.ContainsFunc(rows, func(g model.PollGate) bool { return !g.Admits || !g.ClosesAt.After(now) }) {
		return closedError()
	}
	return nil
}

func gateOf(voterID string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(voterID))
	return int(h.Sum32() % gates)
}

func notYetOpen(p model.Poll) error {
	return model.Errorf(model.TooEarly, "投票还没有开始，%s开始", when(p.OpensAt.Time))
}

// tellOthers lets know whom the vote concerns besides whoever cast it.
func (s *Service) tellOthers(ctx context.Context, e entry, v vote) error {
	var people []string
	text := ""
	switch {
	case e.ByHousehold:
		err := s.of(ctx, RefOf(e.Poll)).Model(&model.PollVoter{}).Where("voter_id = ? AND person_id <> ?", e.VoterID, v.person).
			Limit(rollPage).Pluck("person_id", &people).Error
		if err != nil || len(people) == 0 {
			return err
		}
		name, err := s.nameOf(ctx, e.VillageID, v.person)
		if err != nil {
			return err
		}
		text = householdText(e.Poll, name)
	case v.person != e.VoterID:
		name, err := s.nameOf(ctx, e.VillageID, v.person)
		if err != nil {
			return err
		}
		people, text = []string{e.VoterID}, proxyUsedText(e.Poll, name)
	}
	for _, id := range people {
		err := s.Notices.Put(ctx, notice.Note{VillageID: e.VillageID, To: model.Person{VillageID: e.VillageID, ID: id},
			Event: RefOf(e.Poll).event("cast"), Role: notice.RoleOther, Text: text})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) nameOf(ctx context.Context, villageID, personID string) (string, error) {
	var v model.Villager
	err := s.store.DB(ctx).Select("name").Where("village_id = ? AND id = ?", villageID, personID).Limit(1).Find(&v).Error
	return v.Name, err
}
