package merit

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
)

const batch = 50

// machine is the actor of what the clock does.
func machine() model.Actor { return model.Actor{Name: "系统", Operator: true} }

// due lists the claims in a state whose time has come.
func (s *Service) due(ctx context.Context, state, after string) ([]model.MeritClaim, error) {
	var found []model.MeritClaim
	err := s.store.DB(ctx).Select("village_id", "id").Where("state = ? AND act_at > 0 AND act_at <= ? AND id > ?", state, s.now(), after).
		Order("id").Limit(batch).Find(&found).Error
	return found, err
}

// each runs fn for every claim in the state whose time has come, and counts.
func (s *Service) each(ctx context.Context, state string, fn func(ctx context.Context, c *model.MeritClaim) error) (int, error) {
	n, after := 0, ""
	for {
		found, err := s.due(ctx, state, after)
		if err != nil || len(found) == 0 {
			return n, err
		}
		for _, f := range found {
			after = f.ID
			done := false
			_, err := s.hand(ctx, Ref{VillageID: f.VillageID, ID: f.ID}, func(ctx context.Context, c *model.MeritClaim) error {
				if c.State != state || c.ActAt.IsZero() || c.ActAt.After(s.store.Now()) {
					return nil // another replica was first
				}
				done = true
				return fn(ctx, c)
			})
			switch {
			case model.AsError(err) != nil: // this one can't go on yet; the others can
			case err != nil:
				return n, err
			case done:
				n++
			}
		}
	}
}

// PostDue posts what has stood on public notice long enough, and says how many.
func (s *Service) PostDue(ctx context.Context) (int, error) {
	return s.each(ctx, model.ClaimNoticed, s.settleClaim)
}

// settleClaim posts the claim's points.
func (s *Service) settleClaim(ctx context.Context, c *model.MeritClaim) error {
	points, err := s.postable(ctx, c)
	if err != nil {
		return err
	}
	c.State, c.PostedAt, c.Resume = model.ClaimPosted, s.now(), ""
	if c.ActAt, err = s.wordsUntil(ctx); err != nil {
		return err
	}
	if points != 0 {
		pool := commonAccount(model.MeritPool, c.HouseholdID)
		p := posting{cause: model.MeritAward, ref: c.ID, once: "claim/" + c.ID, text: c.Title, legs: move(pool, c.AccountID, points, c.PersonID)}
		if points < 0 {
			p.cause, p.legs = model.MeritDeduct, move(c.AccountID, pool, -points, c.PersonID)
		}
		row, err := s.post(ctx, machine(), c.VillageID, p)
		if err != nil {
			return err
		}
		c.PostingID = row.ID
		if points > 0 {
			if err := s.honour(ctx, c.VillageID, c.AccountID, c.PostedAt.Time, points); err != nil {
				return err
			}
		}
	}
	if err := s.write(ctx, c, "state", "posted_at", "act_at", "resume", "posting_id"); err != nil {
		return err
	}
	if err := s.tellBoth(ctx, *c, "posted", postedText(*c, points)); err != nil || points <= 0 {
		return err
	}
	return s.thankHouse(ctx, *c)
}

// thankHouse thanks the head of the household for what one of it did.
func (s *Service) thankHouse(ctx context.Context, c model.MeritClaim) error {
	var head model.Villager
	err := s.store.DB(ctx).Raw(`SELECT v.village_id, v.id FROM households h JOIN villagers v ON v.village_id = h.village_id AND v.id = h.head_id AND v.state = ?
		WHERE h.village_id = ? AND h.id = ?`, model.VillagerLiving, c.VillageID, c.HouseholdID).Scan(&head).Error
	if err != nil || head.ID == "" || head.ID == c.PersonID || head.ID == c.ClaimantID {
		return err // told already, or nobody is there
	}
	return s.tell(ctx, c, "thanks", head.Person(), notice.RoleOther, thanksText(c))
}

// postable is what the claim moves: its points, and of a deduction no more than
// there is.
func (s *Service) postable(ctx context.Context, c *model.MeritClaim) (int64, error) {
	if c.Points > 0 {
		return c.Points, nil
	}
	if err := s.openAccount(ctx, c.VillageID, c.AccountID); err != nil {
		return 0, err
	}
	var a model.MeritAccount
	err := s.store.Locked(ctx).Select("balance").Take(&a, "village_id = ? AND id = ?", c.VillageID, c.AccountID).Error
	return max(c.Points, -a.Balance), err
}

// ReviewDue asks others where reviewers kept silent, no longer hold the role, or
// were lacking.
func (s *Service) ReviewDue(ctx context.Context) (int, error) {
	return s.each(ctx, model.ClaimReviewing, func(ctx context.Context, c *model.MeritClaim) error {
		var silent []model.MeritReview
		err := s.store.DB(ctx).Where("village_id = ? AND claim_id = ? AND state = ? AND due_at <= ?", c.VillageID, c.ID, model.ReviewAsked, s.now()).Find(&silent).Error
		if err != nil {
			return err
		}
		for _, r := range silent {
			if err := s.replace(ctx, c, r); err != nil {
				return err
			}
		}
		return s.ask(ctx, c)
	})
}

// replace lets a silent reviewer off if somebody else can be asked, and reminds
// them otherwise.
func (s *Service) replace(ctx context.Context, c *model.MeritClaim, silent model.MeritReview) error {
	var asked []model.MeritReview
	if err := s.store.DB(ctx).Where("village_id = ? AND claim_id = ?", c.VillageID, c.ID).Find(&asked).Error; err != nil {
		return err
	}
	others, err := s.reviewersFor(ctx, *c, asked, 1)
	if err != nil {
		return err
	}
	row := s.store.DB(ctx).Model(&model.MeritReview{}).Where("village_id = ? AND claim_id = ? AND reviewer_id = ?", c.VillageID, c.ID, silent.ReviewerID)
	if len(others) > 0 {
		if err := row.UpdateColumn("state", model.ReviewOver).Error; err != nil {
			return err
		}
		return s.ask(ctx, c)
	}
	due, err := s.reviewDue(ctx)
	if err != nil {
		return err
	}
	if err := row.UpdateColumn("due_at", due).Error; err != nil {
		return err
	}
	return s.tell(ctx, *c, fmt.Sprintf("remind/%d", due.Unix()), model.Person{VillageID: c.VillageID, ID: silent.ReviewerID}, notice.RoleHandler, reviewText(*c, due))
}

// RoleEnded lets a reviewer who holds the role no longer off: others are asked at
// the next round. It is a hook of the village room.
func (s *Service) RoleEnded(ctx context.Context, unit string, person model.Person) error {
	holders, err := s.people.Holders(ctx, unit, model.RolePointReviewer)
	if err != nil {
		return err
	}
	for _, h := range holders {
		if h.ID == person.ID {
			return nil // another role ended
		}
	}
	waiting := s.store.DB(ctx).Model(&model.MeritReview{}).Where("village_id = ? AND reviewer_id = ? AND state = ?", unit, person.ID, model.ReviewAsked)
	var claims []string
	if err := waiting.Session(&gorm.Session{}).Limit(1000).Pluck("claim_id", &claims).Error; err != nil || len(claims) == 0 {
		return err
	}
	if err := waiting.Session(&gorm.Session{}).UpdateColumn("state", model.ReviewOver).Error; err != nil {
		return err
	}
	return s.store.DB(ctx).Model(&model.MeritClaim{}).Where("village_id = ? AND id IN ? AND state = ?", unit, claims, model.ClaimReviewing).
		UpdateColumn("act_at", s.now()).Error
}
