package merit

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
)

// Review is one reviewer's word on a claim; a refusal needs its reason. The
// majority decides: the claim goes on public notice, or is refused.
// Errors: Unknown (not the actor's to review), Conflict (decided already).
func (s *Service) Review(ctx context.Context, actor model.Actor, ref Ref, approve bool, reason string) (model.MeritClaim, error) {
	reason = strings.TrimSpace(reason)
	return s.hand(ctx, ref, func(ctx context.Context, c *model.MeritClaim) error {
		if err := actor.Require(model.VerbMeritReview, c.VillageID); err != nil {
			return err
		}
		if err := s.impartial(ctx, actor, c); err != nil {
			return err
		}
		if c.State != model.ClaimReviewing {
			return model.Errorf(model.Conflict, "积分%d号已经评完了，不用再评", c.Number)
		}
		state := model.ReviewApproved
		if !approve {
			if state = model.ReviewRefused; reason == "" {
				return model.Errorf(model.Invalid, "不同意请写理由，例如：积分 %d 不同意 照片看不清", c.Number)
			}
		}
		said := s.store.DB(ctx).Model(&model.MeritReview{}).
			Where("village_id = ? AND claim_id = ? AND reviewer_id = ? AND state = ?", c.VillageID, c.ID, actor.VillagerID, model.ReviewAsked).
			Select("state", "reason", "decided_at").Updates(&model.MeritReview{State: state, Reason: clip(reason, 80), DecidedAt: s.now()})
		if said.Error != nil {
			return said.Error
		}
		if said.RowsAffected == 0 {
			return model.Errorf(model.Unknown, "积分%d号没有请您评，或者您已经评过了", c.Number)
		}
		if err := s.audit.Note(ctx, actor, c.VillageID, "merit.review", "merit/"+c.ID, state); err != nil {
			return err
		}
		return s.count(ctx, c)
	})
}

// hand runs fn on the locked claim in a transaction.
func (s *Service) hand(ctx context.Context, ref Ref, fn func(ctx context.Context, c *model.MeritClaim) error) (model.MeritClaim, error) {
	var c model.MeritClaim
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		c = model.MeritClaim{}
		err := s.store.Locked(ctx).Take(&c, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errNoClaim()
		}
		if err != nil {
			return err
		}
		return fn(ctx, &c)
	})
	return c, err
}

// impartial refuses whoever is party to the claim, or kin of a party.
func (s *Service) impartial(ctx context.Context, actor model.Actor, c *model.MeritClaim) error {
	barred, err := s.recused(ctx, *c)
	if err == nil && barred[actor.VillagerID] {
		return model.Errorf(model.Forbidden, "这件积分和您或您的亲属有关，请由别的同志来办")
	}
	return err
}

func errNoClaim() error {
	return model.Errorf(model.Unknown, "没有找到这件积分，请核对编号")
}

// count decides the claim once more than half of the reviewers agree.
func (s *Service) count(ctx context.Context, c *model.MeritClaim) error {
	wanted, err := s.rule(ctx, "merit.reviewers")
	if err != nil {
		return err
	}
	var reviews []model.MeritReview
	if err := s.store.DB(ctx).Where("village_id = ? AND claim_id = ?", c.VillageID, c.ID).Find(&reviews).Error; err != nil {
		return err
	}
	var yes, no int
	var why []string
	for _, r := range reviews {
		switch r.State {
		case model.ReviewApproved:
			yes++
		case model.ReviewRefused:
			no++
			why = append(why, r.Reason)
		}
	}
	switch {
	case 2*yes > wanted:
		return s.approve(ctx, c)
	case 2*no > wanted:
		return s.refuse(ctx, c, strings.Join(why, "；"))
	}
	return nil
}

// approve puts the claim on public notice; a deduction is told to its household
// alone.
func (s *Service) approve(ctx context.Context, c *model.MeritClaim) error {
	days, err := s.rule(ctx, "merit.notice")
	if err != nil {
		return err
	}
	c.State, c.DecidedAt = model.ClaimNoticed, s.now()
	c.NoticeUntil = model.At(model.AddWorkingDays(s.store.Now(), days))
	c.ActAt = c.NoticeUntil
	if err := s.write(ctx, c, "state", "decided_at", "notice_until", "act_at"); err != nil {
		return err
	}
	if err := s.endReviews(ctx, c); err != nil {
		return err
	}
	return s.tellBoth(ctx, *c, "noticed", noticedText(*c))
}

// refuse ends the claim; it may be appealed, or filed anew with better evidence.
func (s *Service) refuse(ctx context.Context, c *model.MeritClaim, why string) error {
	if err := s.endReviews(ctx, c); err != nil {
		return err
	}
	if err := s.bury(ctx, c, model.ClaimRefused, why); err != nil {
		return err
	}
	return s.tellBoth(ctx, *c, "refused", refusedText(*c))
}

// bury ends a claim that came to nothing: its cap and its day are free again.
func (s *Service) bury(ctx context.Context, c *model.MeritClaim, state, why string) error {
	c.State, c.Outcome, c.OnceKey, c.Resume = state, clip(why, 80), c.ID, ""
	var err error
	if c.ActAt, err = s.wordsUntil(ctx); err != nil {
		return err
	}
	if c.DecidedAt.IsZero() {
		c.DecidedAt = s.now()
	}
	if err := s.freeCap(ctx, *c); err != nil {
		return err
	}
	return s.write(ctx, c, "state", "outcome", "once_key", "resume", "act_at", "decided_at")
}

func (s *Service) endReviews(ctx context.Context, c *model.MeritClaim) error {
	return s.store.DB(ctx).Model(&model.MeritReview{}).Where("village_id = ? AND claim_id = ? AND state = ?", c.VillageID, c.ID, model.ReviewAsked).
		UpdateColumn("state", model.ReviewOver).Error
}

func (s *Service) write(ctx context.Context, c *model.MeritClaim, columns ...string) error {
	return s.store.DB(ctx).Model(c).Select(columns).Updates(c).Error
}

// Withdraw takes back a claim that isn't posted yet.
func (s *Service) Withdraw(ctx context.Context, actor model.Actor, ref Ref) (model.MeritClaim, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.MeritClaim) error {
		if actor.VillageID != c.VillageID || actor.VillagerID != c.ClaimantID && (actor.VillagerID != c.PersonID || c.Kind == model.ClaimDeduct) {
			return errNoClaim()
		}
		if c.State != model.ClaimReviewing && c.State != model.ClaimNoticed {
			return model.Errorf(model.Conflict, "积分%d号%s，不能撤回了", c.Number, StateName(c.State))
		}
		if err := s.endReviews(ctx, c); err != nil {
			return err
		}
		if err := s.unwant(ctx, *c); err != nil {
			return err
		}
		return s.bury(ctx, c, model.ClaimWithdrawn, "")
	})
}
