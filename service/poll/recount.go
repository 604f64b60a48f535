package poll

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"cunwu/model"
	"cunwu/service/publiclog"
)

// PublishedBallot is a line of the published list.
type PublishedBallot struct {
	Receipt string `json:"receipt"`
	Choices []int  `json:"choices"`
	Voter   string `json:"voter,omitempty"` // name, in a roll-call poll
}

// published is a poll's file: what Export writes and Recount reads.
type published struct {
	Result  Result            `json:"result"`
	Ballots []PublishedBallot `json:"ballots"`
}

// Export writes the result with all ballots as JSON, for Recount and for the
// village's archive.
func (s *Service) Export(ctx context.Context, actor model.Actor, ref Ref, to io.Writer) error {
	r, err := s.Result(ctx, actor, ref)
	if err != nil {
		return err
	}
	return s.export(ctx, ref, r, to)
}

func (s *Service) export(ctx context.Context, ref Ref, r Result, to io.Writer) error {
	head, err := json.Marshal(r)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(to)
	if _, err := fmt.Fprintf(w, "{\"result\":%s,\n\"ballots\":[", head); err != nil {
		return err
	}
	separator := "\n"
	if !r.Withheld {
		err = s.eachBallot(ctx, ref, func(b model.PollBallot) error {
			line, err := json.Marshal(PublishedBallot{Receipt: b.Receipt, Choices: b.Chosen()})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(w, "%s%s", separator, line)
			separator = ",\n"
			return err
		})
		if err != nil {
			return err
		}
	}
	if _, err := w.WriteString("\n]}\n"); err != nil {
		return err
	}
	return w.Flush()
}

// Recounted is what a recount found.
type Recounted struct {
	Title   string
	Ballots int
	Options []OptionResult
	Passed  bool
	Faults  []string // in Chinese; none: the result follows from the ballots
}

const faultsMax = 20

// Recount counts a published file anew, with nothing else than the file: every
// ballot once and of valid choices, the same votes, the same outcome by the same
// rules, and the hash that stands in the public log.
func Recount(file io.Reader) (Recounted, error) {
	var f published
	if err := json.NewDecoder(file).Decode(&f); err != nil {
		return Recounted{}, model.Errorf(model.Invalid, "这不是投票结果文件，请重新下载").Because(err)
	}
	r := f.Result
	found := Recounted{Title: r.Title, Ballots: len(f.Ballots)}
	fault := func(format string, args ...any) {
		if len(found.Faults) < faultsMax {
			found.Faults = append(found.Faults, fmt.Sprintf(format, args...))
		}
	}
	if r.Withheld {
		fault("参加的人太少，为保密没有公布选票，不能重新计票")
		return found, nil
	}
	if len(r.Options) == 0 || r.Rules.Pass.Den < 1 || r.Rules.Quorum.Den < 1 {
		return found, model.Errorf(model.Invalid, "这不是投票结果文件，请重新下载")
	}
	h := sha256.New()
	votes, spoilt, last := make([]int, len(r.Options)), 0, ""
	for i, b := range f.Ballots {
		if !receiptForm.MatchString(b.Receipt) || b.Receipt <= last {
			fault("第%d张票的票据号不对，或者重复", i+1)
		}
		last = b.Receipt
		if len(b.Choices) == 0 {
			spoilt++
		}
		previous := 0
		for _, n := range b.Choices {
			if n <= previous || n > len(votes) || len(b.Choices) > r.MaxChoices {
				fault("第%d张票的选择不对", i+1)
				break
			}
			votes[n-1]++
			previous = n
		}
		_, _ = h.Write(ballotLine(b.Receipt, joinChoices(b.Choices)))
	}
	var options []string
	for _, o := range r.Options {
		options = append(options, o.Text)
	}
	out := outcomeOf(r.Rules, options, votes, r.Electorate, len(f.Ballots))
	found.Options, found.Passed = out.Options, out.Passed
	for i, o := range out.Options {
		if o != r.Options[i] {
			fault("“%s”应为%d票，公布的是%d票", o.Text, o.Votes, r.Options[i].Votes)
		}
	}
	switch {
	case len(f.Ballots) != r.Turnout || spoilt != r.Spoilt:
		fault("票数和公布的不一样：%d张票，公布的参加数是%d", len(f.Ballots), r.Turnout)
	case out.Passed != r.Passed || out.QuorumMet != r.Quorum.Met || out.QuorumNeeded != r.Quorum.Needed:
		fault("按规则算出的结论和公布的不一样")
	case hex.EncodeToString(h.Sum(nil)) != r.BallotsHash:
		fault("选票清单和公布的校验值不一样")
	}
	return found, nil
}

// LogSource lets a verification of the public log compare its leaves with what
// the polls show today.
func (s *Service) LogSource() publiclog.Source {
	return publiclog.Source{Kinds: []string{LogResult, LogBallots, LogTurnout}, Content: s.logged, Subjects: s.loggedSubjects}
}

func (s *Service) logged(ctx context.Context, villageID, kind, subject string) ([]byte, error) {
	if len(subject) < len("poll/") {
		return nil, publiclog.ErrNoContent
	}
	ref := Ref{villageID, subject[len("poll/"):]}
	p, err := s.poll(s.store.DB(ctx), ref)
	switch {
	case model.IsCode(err, model.Unknown):
		return nil, publiclog.ErrNoContent
	case err != nil:
		return nil, err
	case kind == LogResult:
		return []byte(p.Result), nil
	case kind == LogBallots:
		hash, err := s.ballotsHash(ctx, ref)
		return []byte(hash), err
	}
	n, err := s.turnout(ctx, ref)
	return turnoutLine(p.Electorate, n), err
}

func (s *Service) loggedSubjects(ctx context.Context, villageID string, visit func(kind, subject string) error) error {
	var ids []string
	err := s.store.DB(ctx).Model(&model.Poll{}).Where("village_id = ? AND state = ?", villageID, model.PollCounted).Order("id").Limit(100_000).Pluck("id", &ids).Error
	for _, id := range ids {
		for _, kind := range []string{LogResult, LogBallots, LogTurnout} {
			err = errors.Join(err, visit(kind, Ref{villageID, id}.subject()))
		}
	}
	return err
}
