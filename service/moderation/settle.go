package moderation

import (
	"context"

	"cunwu/model"
)

// change is what becomes of a check, by column.
type change map[string]any

// settle writes what came of a claim, if the claim still holds.
func (s *Service) settle(ctx context.Context, c model.ContentCheck, to change) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		_, err := s.write(ctx, c, to)
		return err
	})
}

func (s *Service) write(ctx context.Context, c model.ContentCheck, to change) (done bool, err error) {
	to["lease_until"] = model.Time{}
	result := claimed(s.store.DB(ctx), c).UpdateColumns(map[string]any(to))
	return result.RowsAffected == 1, result.Error
}

// advised does what WeChat advises; what passed is kept no longer.
func (s *Service) advised(ctx context.Context, c model.ContentCheck, a Advice, n *Checked) error {
	if a.Suggest != Pass {
		return s.toPerson(ctx, c, a.Suggest, a.Label, "", n)
	}
	n.Passed++
	return s.settle(ctx, c, change{"state": model.CheckPassed, "suggest": Pass, "label": a.Label, "text": "", "token": "",
		"decided_at": s.now()})
}

// toPerson puts a check into the queue of those who decide. A file can't be
// fetched by its token any more.
func (s *Service) toPerson(ctx context.Context, c model.ContentCheck, suggest, label, why string, n *Checked) error {
	n.ToPerson++
	return s.store.Tx(ctx, func(ctx context.Context) error {
		done, err := s.write(ctx, c, change{"state": model.CheckReview, "suggest": suggest, "label": label, "why": why, "token": ""})
		if err != nil || !done {
			return err
		}
		return s.tellReviewers(ctx, c)
	})
}
