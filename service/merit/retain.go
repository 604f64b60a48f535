package merit

import (
	"context"
	"errors"

	"cunwu/model"
)

// ended are the states in which a claim is over; its ActAt is when its words go.
func ended() []string {
	return []string{model.ClaimPosted, model.ClaimRefused, model.ClaimReversed, model.ClaimWithdrawn}
}

// wordsUntil is until when the words of a claim that ends now are kept (rule
// retain.case, years).
func (s *Service) wordsUntil(ctx context.Context) (model.Time, error) {
	years, err := s.rule(ctx, "retain.case")
	return model.At(s.store.Now().AddDate(years, 0, 0)), err
}

// RetainDue empties claims past their time of words, names, reasons and pictures,
// redemptions of names, and removes sheets that were never booked. What the ledger
// needs stays: accounts, figures, causes. It returns how many it changed.
func (s *Service) RetainDue(ctx context.Context) (int, error) {
	total := 0
	for _, sweep := range []func(context.Context) (int, error){s.emptyClaims, s.unnameRedemptions, s.dropSheets} {
		n, err := sweep(ctx)
		if total += n; err != nil {
			return total, err
		}
	}
	return total, nil
}

func (s *Service) emptyClaims(ctx context.Context) (int, error) {
	total := 0
	for ctx.Err() == nil {
		var due []model.MeritClaim
		err := s.store.DB(ctx).Select("village_id", "id").Where("state IN ? AND act_at > 0 AND act_at <= ?", ended(), s.now()).
			Order("act_at").Limit(batch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return total, err
		}
		for _, d := range due {
			if err := s.emptyClaim(ctx, Ref{VillageID: d.VillageID, ID: d.ID}); err != nil {
				return total, err
			}
			total++
		}
	}
	return total, ctx.Err()
}

func (s *Service) emptyClaim(ctx context.Context, ref Ref) error {
	_, err := s.hand(ctx, ref, func(ctx context.Context, c *model.MeritClaim) error {
		if c.ActAt.IsZero() || c.ActAt.After(s.store.Now()) {
			return nil // another replica was first
		}
		if err := s.dropEvidence(ctx, *c); err != nil {
			return err
		}
		c.Text, c.Outcome, c.Flags, c.PersonName, c.ClaimantName, c.ActAt = "", "", "", "", "", model.Time{}
		if err := s.write(ctx, c, "text", "outcome", "flags", "person_name", "claimant_name", "act_at"); err != nil {
			return err
		}
		return s.store.DB(ctx).Model(&model.MeritReview{}).Where("village_id = ? AND claim_id = ?", c.VillageID, c.ID).
			UpdateColumns(map[string]any{"reason": "", "reviewer_name": ""}).Error
	})
	return err
}

// dropEvidence has the claim's pictures and voices go, and what they are known by.
func (s *Service) dropEvidence(ctx context.Context, c model.MeritClaim) error {
	var rows []model.MeritEvidence
	if err := s.store.DB(ctx).Where("village_id = ? AND claim_id = ?", c.VillageID, c.ID).Order("media_id").Find(&rows).Error; err != nil {
		return err
	}
	var files []string
	for _, e := range rows {
		files = append(files, e.MediaID)
		if f, ok := parseFingerprint(e.Hash); ok {
			gone := s.store.DB(ctx).Where("village_id = ? AND band IN ? AND media_id = ?", c.VillageID, f.bands(), e.MediaID).Delete(&model.MeritBand{})
			if gone.Error != nil {
				return gone.Error
			}
		}
	}
	if err := s.o.Discard(ctx, c.VillageID, files...); err != nil {
		return err
	}
	if err := s.unwant(ctx, c); err != nil {
		return err
	}
	return s.store.DB(ctx).Where("village_id = ? AND claim_id = ?", c.VillageID, c.ID).Delete(&model.MeritEvidence{}).Error
}

// unnameRedemptions takes the names off redemptions that ended as long ago as
// claims keep their words. Their ExpiresAt says that it isn't done yet.
func (s *Service) unnameRedemptions(ctx context.Context) (int, error) {
	years, err := s.rule(ctx, "retain.case")
	if err != nil {
		return 0, err
	}
	before := model.At(s.store.Now().AddDate(-years, 0, 0))
	over := []string{model.RedemptionSettled, model.RedemptionCancelled, model.RedemptionLapsed}
	total := 0
	for ctx.Err() == nil {
		var due []model.MeritRedemption
		err := s.store.DB(ctx).Select("village_id", "id").Where("state IN ? AND expires_at > 0 AND expires_at <= ?", over, before).Order("expires_at").Limit(batch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return total, err
		}
		err = s.store.Tx(ctx, func(ctx context.Context) error {
			for _, r := range due {
				err := s.store.DB(ctx).Model(&model.MeritRedemption{}).Where("village_id = ? AND id = ?", r.VillageID, r.ID).
					UpdateColumns(map[string]any{"person_name": "", "keeper_name": "", "expires_at": 0}).Error
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return total, err
		}
		total += len(due)
	}
	return total, ctx.Err()
}

// dropSheets removes readings of sheets that were never booked (rule
// merit.sheet_kept, days).
func (s *Service) dropSheets(ctx context.Context) (int, error) {
	days, err := s.rule(ctx, "merit.sheet_kept")
	if err != nil {
		return 0, err
	}
	var n int
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		gone := s.store.DB(ctx).Where("state IN ? AND created_at <= ?", []string{model.SheetEntered, model.SheetDiffers}, model.At(s.store.Now().AddDate(0, 0, -days))).
			Delete(&model.MeritSheet{})
		n = int(gone.RowsAffected)
		return gone.Error
	})
	return n, err
}

// Forget takes off, in the caller's transaction, what stands on the person's
// consent alone: their stories, with every edition. What the village's books need
// goes by RetainDue.
func (s *Service) Forget(ctx context.Context, person model.Person) error {
	var ids []string
	err := s.store.DB(ctx).Model(&model.MeritStory{}).Where("village_id = ? AND person_id = ?", person.VillageID, person.ID).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return err
	}
	return errors.Join(
		s.store.DB(ctx).Model(&model.MeritStory{}).Where("village_id = ? AND id IN ?", person.VillageID, ids).
			UpdateColumns(map[string]any{"state": model.StoryWithdrawn, "shown": 0, "person_name": "", "updated_at": s.now()}).Error,
		s.store.DB(ctx).Model(&model.MeritStoryEdition{}).Where("village_id = ? AND story_id IN ?", person.VillageID, ids).
			UpdateColumns(map[string]any{"title": "", "text": ""}).Error)
}
