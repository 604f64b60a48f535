package merit

import (
	"context"
	"slices"

	"cunwu/model"
)

// Evidence is a picture or voice of a claim.
type Evidence struct {
	MediaID   string
	NearClaim string // an earlier claim with a picture like it
}

// ClaimView is a claim as somebody may see it.
type ClaimView struct {
	model.MeritClaim
	Evidence []Evidence          // for whom the notice alone is meant: the pictures that passed the check
	Reviews  []model.MeritReview // for the supervisors and whom it concerns
	Mine     bool                // the actor is whom it is about, of the household, or filed it
	ToReview bool                // the actor's word is awaited
}

// Numbered finds a claim by its number, for whoever may know of it.
func (s *Service) Numbered(ctx context.Context, actor model.Actor, villageID string, number int64) (ClaimView, error) {
	var c model.MeritClaim
	found := s.store.DB(ctx).Where("village_id = ? AND number = ?", villageID, number).Limit(1).Find(&c)
	if found.Error != nil {
		return ClaimView{}, found.Error
	}
	if found.RowsAffected == 0 {
		return ClaimView{}, errNoClaim()
	}
	return s.view(ctx, actor, c)
}

// Get reads a claim for whoever may know of it: whom it concerns, its reviewers,
// the supervisors; on public notice and afterwards every villager, except of
// deductions.
func (s *Service) Get(ctx context.Context, actor model.Actor, ref Ref) (ClaimView, error) {
	var c model.MeritClaim
	found := s.store.DB(ctx).Where("village_id = ? AND id = ?", ref.VillageID, ref.ID).Limit(1).Find(&c)
	if found.Error != nil {
		return ClaimView{}, found.Error
	}
	if found.RowsAffected == 0 {
		return ClaimView{}, errNoClaim()
	}
	return s.view(ctx, actor, c)
}

// MaySeeFile says, by an error, whether the actor may see a picture or voice of a
// claim: whoever may read the claim with its text, and of pictures that passed the
// check every villager, while the claim stands on the public notice or is posted.
func (s *Service) MaySeeFile(ctx context.Context, actor model.Actor, villageID, mediaID string) error {
	var e model.MeritEvidence
	found := s.store.DB(ctx).Where("village_id = ? AND media_id = ?", villageID, mediaID).Limit(1).Find(&e)
	if found.Error != nil {
		return found.Error
	}
	if found.RowsAffected == 0 {
		return errNoClaim()
	}
	v, err := s.Get(ctx, actor, Ref{VillageID: villageID, ID: e.ClaimID})
	if err == nil && !slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.MediaID == mediaID }) {
		return errNoClaim()
	}
	return err
}

func (s *Service) view(ctx context.Context, actor model.Actor, c model.MeritClaim) (ClaimView, error) {
	v := ClaimView{MeritClaim: c, Mine: s.concerns(ctx, actor, &c)}
	var reviews []model.MeritReview
	if err := s.store.DB(ctx).Where("village_id = ? AND claim_id = ?", c.VillageID, c.ID).Order("reviewer_id").Find(&reviews).Error; err != nil {
		return v, err
	}
	reviewer := false
	for _, r := range reviews {
		if r.ReviewerID == actor.VillagerID && actor.VillageID == c.VillageID {
			reviewer = true
			v.ToReview = r.State == model.ReviewAsked && c.State == model.ClaimReviewing
		}
	}
	judge := actor.May(model.VerbMeritJudge, c.VillageID)
	public := c.Kind != model.ClaimDeduct && (c.State == model.ClaimNoticed || c.State == model.ClaimPosted)
	if !v.Mine && !reviewer && !judge && (!public || !actor.Known() || actor.VillageID != c.VillageID) {
		return ClaimView{}, errNoClaim()
	}
	if judge || v.Mine {
		v.Reviews = reviews
	}
	if !v.Mine && !reviewer && !judge {
		v.Text, v.Flags, v.Outcome, v.CaseID = "", "", "", "" // the notice says who did what for how much
		v.ClaimantID, v.ClaimantName = "", ""
		var err error
		v.Evidence, err = s.shown(ctx, c)
		return v, err
	}
	err := s.store.DB(ctx).Model(&model.MeritEvidence{}).Where("village_id = ? AND claim_id = ?", c.VillageID, c.ID).Order("media_id").Scan(&v.Evidence).Error
	if err == nil && !v.Mine {
		err = s.audit.Note(ctx, actor, c.VillageID, "merit.read", "merit/"+c.ID, "")
	}
	return v, err
}

// Claims lists what the actor filed, and what was filed about them, the newest
// first; before is the id of the last one seen.
func (s *Service) Claims(ctx context.Context, actor model.Actor, before string, limit int) ([]model.MeritClaim, error) {
	if err := member(actor, actor.VillageID); err != nil {
		return nil, err
	}
	if before == "" {
		before = "~"
	}
	var rows []model.MeritClaim
	n := clamp(limit)
	err := s.store.DB(ctx).Raw(`SELECT * FROM merit_claims WHERE village_id = ? AND id IN (
		SELECT id FROM (SELECT id FROM merit_claims WHERE village_id = ? AND person_id = ? AND id < ? ORDER BY id DESC LIMIT ?) mine
		UNION SELECT id FROM (SELECT id FROM merit_claims WHERE village_id = ? AND claimant_id = ? AND id < ? ORDER BY id DESC LIMIT ?) filed)
		ORDER BY id DESC LIMIT ?`, actor.VillageID, actor.VillageID, actor.VillagerID, before, n, actor.VillageID, actor.VillagerID, before, n, n).Scan(&rows).Error
	return rows, err
}

// ToReview lists the claims that await the actor's word, the oldest first.
func (s *Service) ToReview(ctx context.Context, actor model.Actor, villageID string, limit int) ([]model.MeritClaim, error) {
	if err := actor.Require(model.VerbMeritReview, villageID); err != nil {
		return nil, err
	}
	var rows []model.MeritClaim
	err := s.store.DB(ctx).Raw(`SELECT c.* FROM merit_reviews r JOIN merit_claims c ON c.village_id = r.village_id AND c.id = r.claim_id
		WHERE r.village_id = ? AND r.reviewer_id = ? AND r.state = ? AND c.state = ? ORDER BY r.asked_at LIMIT ?`,
		villageID, actor.VillagerID, model.ReviewAsked, model.ClaimReviewing, clamp(limit)).Scan(&rows).Error
	return rows, err
}

// Notice is a line of the public notice.
type Notice struct {
	ID         string
	Number     int64
	PersonName string
	Title      string
	Points     int64
	HappenedOn string
	Until      model.Time
}

// OnNotice is the village's public notice, by id; after is the last one seen.
// Deductions never stand on it.
func (s *Service) OnNotice(ctx context.Context, actor model.Actor, villageID, after string, limit int) ([]Notice, error) {
	if !actor.Known() || actor.VillageID != villageID && !actor.May(model.VerbMeritJudge, villageID) {
		return nil, model.Errorf(model.Forbidden, "只有本村的人能看积分公示")
	}
	var rows []Notice
	err := s.store.DB(ctx).Model(&model.MeritClaim{}).Select("id, number, person_name, title, points, happened_on, notice_until AS until").
		Where("village_id = ? AND state = ? AND kind <> ? AND id > ?", villageID, model.ClaimNoticed, model.ClaimDeduct, after).
		Order("id").Limit(clamp(limit)).Scan(&rows).Error
	return rows, err
}
