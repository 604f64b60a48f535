package poll

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cunwu/model"
)

const (
	ballotPage = 2000
	countTime  = 10 * time.Minute
)

// Result is what a poll came to, as it is published.
type Result struct {
	PollID      string         `json:"poll"`
	Title       string         `json:"title"`
	Organ       model.Organ    `json:"organ"`
	Effect      string         `json:"effect"`
	Secret      bool           `json:"secret"`
	MaxChoices  int            `json:"max_choices"`
	Rules       Rules          `json:"rules"`
	Electorate  int            `json:"electorate"`
	Turnout     int            `json:"turnout"`
	Quorum      Quorum         `json:"quorum"`
	PassNeeded  int            `json:"pass_needed"`
	Options     []OptionResult `json:"options"`
	Spoilt      int            `json:"spoilt"` // blank or spoilt papers
	Passed      bool           `json:"passed"`
	Withheld    bool           `json:"withheld,omitempty"` // too few took part in a secret poll: no votes are shown
	ByChannel   []Share        `json:"by_channel"`
	ByResidence []Share        `json:"by_residence"`
	OpenedAt    time.Time      `json:"opened_at"`
	ClosedAt    time.Time      `json:"closed_at"`
	Extended    string         `json:"extended,omitempty"` // why
	EndedEarly  string         `json:"ended_early,omitempty"`
	BallotsHash string         `json:"ballots_hash"` // see Recount
}

// Quorum is how many had to take part, and whether they did.
type Quorum struct {
	Needed int  `json:"needed"`
	Met    bool `json:"met"`
}

// Kinds of entry of the public log.
const (
	LogResult  = "poll.result"
	LogBallots = "poll.ballots"
	LogTurnout = "poll.turnout"
)

// count takes the result of a closed poll from its ballots, publishes it, and
// takes the matter that it decides a step on.
func (s *Service) count(ctx context.Context, ref Ref) (bool, error) {
	counted := false
	err := s.store.TxWithin(ctx, countTime, func(ctx context.Context) error {
		counted = false
		p, err := s.poll(s.store.Locked(ctx), ref)
		if err != nil || p.State != model.PollClosed {
			return err // another replica was first
		}
		result, err := s.tally(ctx, p)
		if err != nil {
			return err
		}
		text, err := json.Marshal(result)
		if err != nil {
			return err
		}
		err = s.set(ctx, ref, model.PollClosed, map[string]any{"state": model.PollCounted, "look_at": 0, "turnout": result.Turnout,
			"quorum_met": result.Quorum.Met, "passed": result.Passed, "result": string(text)})
		if err != nil {
			return err
		}
		counted = true
		p.Passed = result.Passed
		return errors.Join(
			s.publish(ctx, ref, text, result),
			s.round(ctx, ref, roundResult, s.now()),
			s.resolved(ctx, p),
			s.Audit.Note(ctx, system(), ref.VillageID, "poll.count", ref.subject(), ""))
	})
	return counted, err
}

func (s *Service) publish(ctx context.Context, ref Ref, text []byte, r Result) error {
	return errors.Join(
		s.Log.Append(ctx, ref.VillageID, LogResult, ref.subject(), text),
		s.Log.Append(ctx, ref.VillageID, LogBallots, ref.subject(), []byte(r.BallotsHash)),
		s.Log.Append(ctx, ref.VillageID, LogTurnout, ref.subject(), turnoutLine(r.Electorate, r.Turnout)))
}

func turnoutLine(electorate, turnout int) []byte {
	return fmt.Appendf(nil, "electorate %d turnout %d", electorate, turnout)
}

// tally counts a closed poll.
func (s *Service) tally(ctx context.Context, p model.Poll) (Result, error) {
	r := Result{PollID: model.PublicID(p.VillageID, p.ID), Title: p.Title, Organ: p.Organ, Effect: p.Effect, Secret: p.Secret, MaxChoices: p.MaxChoices,
		Electorate: p.Electorate, OpenedAt: p.OpenedAt.Time, ClosedAt: p.ClosedAt.Time, Extended: p.ExtensionReason, EndedEarly: p.EndReason}
	var err error
	if r.Rules, err = s.rulesOf(ctx, p); err != nil {
		return r, err
	}
	votes, ballots, spoilt, err := s.votes(ctx, p)
	if err != nil {
		return r, err
	}
	if r.Turnout, err = s.turnout(ctx, RefOf(p)); err != nil {
		return r, err
	}
	if ballots != r.Turnout {
		return r, fmt.Errorf("poll %s has %d ballots of %d voters", p.ID, ballots, r.Turnout)
	}
	out := outcomeOf(r.Rules, p.OptionTexts(), votes, p.Electorate, r.Turnout)
	r.Options, r.Passed, r.PassNeeded, r.Spoilt = out.Options, out.Passed, out.PassNeeded, spoilt
	r.Quorum = Quorum{Needed: out.QuorumNeeded, Met: out.QuorumMet}
	least, err := s.rule(ctx, "poll.subgroup_min", p.NoticedAt)
	if err != nil {
		return r, err
	}
	if r.Withheld = p.Secret && r.Turnout > 0 && r.Turnout < int(least); r.Withheld {
		r.Spoilt = 0
		for i := range r.Options {
			r.Options[i].Votes, r.Options[i].Adopted = 0, false
		}
	}
	if r.ByChannel, r.ByResidence, err = s.shares(ctx, p, int(least)); err != nil {
		return r, err
	}
	r.BallotsHash, err = s.ballotsHash(ctx, RefOf(p))
	return r, err
}

// votes counts what was chosen: equal ballots together, by the database.
func (s *Service) votes(ctx context.Context, p model.Poll) (votes []int, ballots, spoilt int, err error) {
	var groups []struct {
		Choices string
		N       int
	}
	err = s.of(ctx, RefOf(p)).Model(&model.PollBallot{}).Select("choices, COUNT(*) AS n").Group("choices").Scan(&groups).Error
	votes = make([]int, len(p.OptionTexts()))
	for _, g := range groups {
		ballots += g.N
		if g.Choices == "" {
			spoilt += g.N
		}
		for _, n := range (model.PollBallot{Choices: g.Choices}).Chosen() {
			votes[n-1] += g.N
		}
	}
	return votes, ballots, spoilt, err
}

// turnout counts who took part so far.
func (s *Service) turnout(ctx context.Context, ref Ref) (int, error) {
	var n int64
	err := s.of(ctx, ref).Model(&model.PollTurnout{}).Count(&n).Error
	return int(n), err
}

// shares are the turnout by channel and by residence: whether a migrant counts
// as one at home does.
func (s *Service) shares(ctx context.Context, p model.Poll, least int) (channels, residences []Share, err error) {
	var took []struct {
		Channel string
		Away    bool
		N       int
	}
	err = s.of(ctx, RefOf(p)).Model(&model.PollTurnout{}).Select("channel, away, COUNT(*) AS n").Group("channel, away").Scan(&took).Error
	if err != nil {
		return nil, nil, err
	}
	var roll []struct {
		Away bool
		N    int
	}
	err = s.of(ctx, RefOf(p)).Model(&model.PollVoter{}).Select("away, COUNT(DISTINCT voter_id) AS n").Where("listed = ?", true).Group("away").Scan(&roll).Error
	by := map[string]*Share{}
	share := func(name string) *Share {
		if by[name] == nil {
			by[name] = &Share{Name: name}
		}
		return by[name]
	}
	for _, t := range took {
		share(t.Channel).Turnout += t.N
		share(residence(t.Away)).Turnout += t.N
	}
	for _, v := range roll {
		share(residence(v.Away)).Electorate += v.N
	}
	for _, name := range []string{model.ByMini, model.ByChat, model.ByPaper, model.ByPhone} {
		channels = append(channels, *share(name))
	}
	for _, away := range []bool{false, true} {
		residences = append(residences, *share(residence(away)))
	}
	return brokenOut(channels, least), brokenOut(residences, least), err
}

// Names of the shares by residence.
const (
	ShareHere = "here"
	ShareAway = "away"
	shareRest = "others" // several that are too small to stand alone
)

func residence(away bool) string {
	if away {
		return ShareAway
	}
	return ShareHere
}

// ballotsHash is the hash of the whole published list.
func (s *Service) ballotsHash(ctx context.Context, ref Ref) (string, error) {
	h := sha256.New()
	err := s.eachBallot(ctx, ref, func(b model.PollBallot) error {
		_, err := h.Write(ballotLine(b.Receipt, b.Choices))
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// ballotLine is a ballot as the hash of the list takes it.
func ballotLine(receipt, choices string) []byte { return fmt.Appendf(nil, "%s %s\n", receipt, choices) }

// eachBallot visits all ballots in the order of their receipts.
func (s *Service) eachBallot(ctx context.Context, ref Ref, visit func(model.PollBallot) error) error {
	after := ""
	for {
		var page []model.PollBallot
		err := s.of(ctx, ref).Select("receipt", "choices").Where("receipt > ?", after).Order("receipt").Limit(ballotPage).Find(&page).Error
		if err != nil {
			return err
		}
		for _, b := range page {
			if err := visit(b); err != nil {
				return err
			}
		}
		if len(page) < ballotPage {
			return nil
		}
		after = page[len(page)-1].Receipt
	}
}
