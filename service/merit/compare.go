package merit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

// States of a piece of evidence.
const (
	evidenceWanted   = "wanted"
	evidenceCompared = "compared"
	evidencePlain    = "plain"
	evidenceLost     = "lost"
)

const (
	compareLife = 2 * time.Minute
	lookAgain   = 10 * time.Minute
	nearMax     = 2000 // candidates that share a band
)

// CompareDue compares the pictures of claims with all earlier ones of their
// village. One replica at a time does it, so that of two like pictures that come
// together one is earlier.
func (s *Service) CompareDue(ctx context.Context) (int, error) {
	lease, ok, err := s.store.TakeLease(ctx, "merit.compare", compareLife)
	if err != nil || !ok {
		return 0, err
	}
	n := 0
	for {
		var due []model.MeritEvidence
		err := s.store.DB(ctx).Where("state = ? AND next_at <= ?", evidenceWanted, s.now()).Order("next_at").Limit(batch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return n, dropped(err, s.store.DropLease(ctx, lease))
		}
		for _, e := range due {
			if err := s.compare(ctx, lease, e); err != nil {
				return n, dropped(err, s.store.DropLease(ctx, lease))
			}
			n++
		}
	}
}

func dropped(err, drop error) error {
	if err != nil {
		return err
	}
	return drop
}

// compare looks at one picture, outside of a transaction, and keeps what it found.
// One that can't be read now is tried again later, and holds nobody up.
func (s *Service) compare(ctx context.Context, lease model.Lease, e model.MeritEvidence) error {
	body, plain, unread := s.o.Picture(ctx, e.VillageID, e.MediaID)
	var print fingerprint
	var err error
	blank := false
	switch {
	case unread != nil || body == nil && !plain:
		if err := s.waitFor(ctx, &e); err != nil {
			return err
		}
	case plain:
		e.State = evidencePlain
	default:
		if print, blank, err = fingerprintOf(body); err != nil {
			e.State = evidenceLost // no decoder reads it: reviewers see as little
			break
		}
		e.State, e.Hash = evidenceCompared, print.String()
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.Fenced(ctx, lease); err != nil {
			return err
		}
		flag := ""
		if e.State == evidenceCompared && !blank {
			if err := s.enter(ctx, &e, print); err != nil {
				return err
			}
			if e.NearClaim != "" {
				flag = flagPhoto
			}
		} else if blank {
			flag = flagBlank
		}
		kept := s.store.DB(ctx).Model(&e).Where("state = ?", evidenceWanted).Select("state", "hash", "near_claim", "next_at").Updates(&e)
		if kept.Error != nil || kept.RowsAffected == 0 || flag == "" {
			return kept.Error
		}
		return s.flag(ctx, e, flag)
	})
}

// waitFor: the picture isn't there yet; after some days it never will be.
func (s *Service) waitFor(ctx context.Context, e *model.MeritEvidence) error {
	days, err := s.rule(ctx, "merit.photo_wait")
	e.NextAt = model.At(s.store.Now().Add(lookAgain))
	if s.store.Now().After(e.CreatedAt.AddDate(0, 0, days)) {
		e.State = evidenceLost
	}
	return err
}

// enter finds the first earlier claim with a picture like this one, and adds the
// picture to what later ones are compared with.
func (s *Service) enter(ctx context.Context, e *model.MeritEvidence, print fingerprint) error {
	var rows []model.MeritBand
	err := s.store.DB(ctx).Where("village_id = ? AND band IN ? AND claim_id <> ?", e.VillageID, print.bands(), e.ClaimID).
		Order("media_id").Limit(nearMax).Find(&rows).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		if other, ok := parseFingerprint(row.Hash); ok && print.alike(other) {
			e.NearClaim = row.ClaimID
			break
		}
	}
	bands := make([]model.MeritBand, 0, 8)
	for _, b := range print.bands() {
		bands = append(bands, model.MeritBand{VillageID: e.VillageID, Band: b, MediaID: e.MediaID, ClaimID: e.ClaimID, Hash: e.Hash})
	}
	return s.store.DB(ctx).Create(&bands).Error
}

// flag marks the claim and tells those who still review it. The mark decides
// nothing: people do.
func (s *Service) flag(ctx context.Context, e model.MeritEvidence, flag string) error {
	_, err := s.hand(ctx, Ref{VillageID: e.VillageID, ID: e.ClaimID}, func(ctx context.Context, c *model.MeritClaim) error {
		if strings.Contains(","+c.Flags+",", ","+flag+",") {
			return nil
		}
		c.Flags = strings.Trim(c.Flags+","+flag, ",")
		if err := s.write(ctx, c, "flags"); err != nil {
			return err
		}
		var asked []model.MeritReview
		err := s.store.DB(ctx).Where("village_id = ? AND claim_id = ? AND state = ?", c.VillageID, c.ID, model.ReviewAsked).Find(&asked).Error
		if err != nil || c.State != model.ClaimReviewing {
			return err
		}
		earlier := int64(0)
		if e.NearClaim != "" {
			if err := s.store.DB(ctx).Model(&model.MeritClaim{}).Where("village_id = ? AND id = ?", c.VillageID, e.NearClaim).Pluck("number", &earlier).Error; err != nil {
				return err
			}
		}
		for _, r := range asked {
			if err := s.tell(ctx, *c, fmt.Sprintf("odd/%s", flag), model.Person{VillageID: c.VillageID, ID: r.ReviewerID}, notice.RoleOther, oddText(*c, flag, earlier)); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
