package merit

import (
	"context"

	"cunwu/model"
)

// wantShown has the claim's pictures checked, so that the public notice may show
// them. Voices and papers are for those who decide, and a deduction for nobody else.
func (s *Service) wantShown(ctx context.Context, actor model.Actor, c model.MeritClaim, files []string) error {
	if s.o.Check == nil || c.Kind == model.ClaimDeduct {
		return nil
	}
	pictures, err := s.pictures(ctx, c.VillageID, files)
	if err != nil || len(pictures) == 0 {
		return err
	}
	return s.o.Check(ctx, actor, c.VillageID, subject(c), pictures...)
}

// unwant takes the claim's pictures from those who would decide on them.
func (s *Service) unwant(ctx context.Context, c model.MeritClaim) error {
	if s.o.Uncheck == nil {
		return nil
	}
	return s.o.Uncheck(ctx, c.VillageID, subject(c))
}

// shown are the pictures of a claim on public notice that other villagers see:
// all of them passed the check, or none is shown.
func (s *Service) shown(ctx context.Context, c model.MeritClaim) ([]Evidence, error) {
	if s.o.MayShow == nil {
		return nil, nil
	}
	may, err := s.o.MayShow(ctx, c.VillageID, []string{subject(c)})
	if err != nil || !may[subject(c)] {
		return nil, err
	}
	var files []string
	err = s.store.DB(ctx).Model(&model.MeritEvidence{}).Where("village_id = ? AND claim_id = ?", c.VillageID, c.ID).Order("media_id").Pluck("media_id", &files).Error
	if err != nil {
		return nil, err
	}
	pictures, err := s.pictures(ctx, c.VillageID, files)
	all := make([]Evidence, 0, len(pictures))
	for _, id := range pictures {
		all = append(all, Evidence{MediaID: id})
	}
	return all, err
}

// pictures are those of the files that are pictures.
func (s *Service) pictures(ctx context.Context, villageID string, files []string) ([]string, error) {
	var ids []string
	if len(files) == 0 {
		return nil, nil
	}
	err := s.store.DB(ctx).Model(&model.Media{}).Where("village_id = ? AND id IN ? AND kind = ?", villageID, files, model.InPicture).Order("id").Pluck("id", &ids).Error
	return ids, err
}

// subject is how files, checks and the audit name a claim.
func subject(c model.MeritClaim) string { return "merit/" + c.ID }
