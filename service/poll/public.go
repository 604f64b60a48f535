package poll

import (
	"bufio"
	"context"
	"errors"
	"io"

	"cunwu/model"
)

// Public is the result of a counted poll for anybody, without a name in it. Polls
// that aren't counted, and those that are the village's only, don't exist here.
func (s *Service) Public(ctx context.Context, ref Ref) (Result, error) {
	p, err := s.poll(s.store.DB(ctx), ref)
	if err != nil {
		return Result{}, err
	}
	if p.State != model.PollCounted || p.VillageOnly {
		return Result{}, model.Errorf(model.Unknown, "没有公布这个投票的结果。本村村民请在小程序“投票”里看")
	}
	return resultOf(p)
}

// ExportPublic is Export for anybody, of what Public shows.
func (s *Service) ExportPublic(ctx context.Context, ref Ref, to io.Writer) error {
	r, err := s.Public(ctx, ref)
	if err != nil {
		return err
	}
	return s.export(ctx, ref, r, to)
}

// PublicBallots are the ballots of what Public shows, in the order of their
// receipts and without names; the next page begins after next.
func (s *Service) PublicBallots(ctx context.Context, ref Ref, after string, limit int) (ballots []PublishedBallot, next string, err error) {
	r, err := s.Public(ctx, ref)
	if err != nil || r.Withheld {
		return nil, "", err
	}
	if limit < 1 || limit > pageMax {
		limit = pageMax
	}
	var rows []model.PollBallot
	err = s.of(ctx, ref).Select("receipt", "choices").Where("receipt > ?", after).Order("receipt").Limit(limit + 1).Find(&rows).Error
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Receipt
	}
	for _, row := range rows {
		ballots = append(ballots, PublishedBallot{Receipt: row.Receipt, Choices: row.Chosen()})
	}
	return ballots, next, err
}

// PublicLines writes the ballots as text, a line each; the text's SHA-256 is the
// result's BallotsHash.
func (s *Service) PublicLines(ctx context.Context, ref Ref, to io.Writer) error {
	r, err := s.Public(ctx, ref)
	if err != nil || r.Withheld {
		return err
	}
	w := bufio.NewWriter(to)
	err = s.eachBallot(ctx, ref, func(b model.PollBallot) error {
		_, err := w.Write(ballotLine(b.Receipt, b.Choices))
		return err
	})
	return errors.Join(err, w.Flush())
}
