package merit

import (
	"context"
	"errors"
	"fmt"

	"cunwu/model"
)

const personalMax = 2000 // rows of each sort

// Kept is a line of what is kept of a person.
type Kept struct {
	At    model.Time
	Text  string
	Files []string // ids of pictures and voices
}

// Personal is what is kept of a person here, for the person (个人信息保护法 45): what
// was claimed of or by them with its words and pictures, what they redeemed, their words as a
// reviewer, and stories about them. more: there is more than that.
func (s *Service) Personal(ctx context.Context, person model.Person) (all []Kept, more bool, err error) {
	var claims []model.MeritClaim
	var redeemed []model.MeritRedemption
	var reviews []model.MeritReview
	var stories []Story
	house, err := s.householdEver(ctx, person)
	if err != nil {
		return nil, false, err
	}
	err = errors.Join(
		s.store.DB(ctx).Raw(`SELECT * FROM merit_claims WHERE village_id = ? AND id IN (
			SELECT id FROM merit_claims WHERE village_id = ? AND person_id = ? UNION SELECT id FROM merit_claims WHERE village_id = ? AND claimant_id = ?)
			ORDER BY id LIMIT ?`, person.VillageID, person.VillageID, person.ID, person.VillageID, person.ID, personalMax).Scan(&claims).Error,
		s.store.DB(ctx).Where("village_id = ? AND account_id = ? AND person_id = ?", person.VillageID, houseAccount(house), person.ID).
			Order("id").Limit(personalMax).Find(&redeemed).Error,
		s.store.DB(ctx).Where("village_id = ? AND reviewer_id = ? AND state IN ?", person.VillageID, person.ID, []string{model.ReviewApproved, model.ReviewRefused}).
			Order("asked_at").Limit(personalMax).Find(&reviews).Error,
		s.store.DB(ctx).Raw(`SELECT e.title, e.text, e.edition, e.written_at AS consented_at FROM merit_stories s
			JOIN merit_story_editions e ON e.village_id = s.village_id AND e.story_id = s.id
			WHERE s.village_id = ? AND s.person_id = ? ORDER BY s.id, e.edition LIMIT ?`, person.VillageID, person.ID, personalMax).Scan(&stories).Error)
	if err != nil {
		return nil, false, err
	}
	files, err := s.filesOf(ctx, person.VillageID, claims)
	full := max(len(claims), len(redeemed), len(reviews), len(stories)) == personalMax
	return keptOf(claims, files, redeemed, reviews, stories), full, err
}

// householdEver is the person's household, living in the village or not.
func (s *Service) householdEver(ctx context.Context, person model.Person) (string, error) {
	var v model.Villager
	err := s.store.DB(ctx).Where("village_id = ? AND id = ?", person.VillageID, person.ID).Limit(1).Find(&v).Error
	return v.HouseholdID, err
}

// filesOf are the pictures and voices of claims.
func (s *Service) filesOf(ctx context.Context, villageID string, claims []model.MeritClaim) (map[string][]string, error) {
	var ids []string
	for _, c := range claims {
		ids = append(ids, c.ID)
	}
	var rows []model.MeritEvidence
	err := s.store.DB(ctx).Where("village_id = ? AND claim_id IN ?", villageID, ids).Order("claim_id, media_id").Find(&rows).Error
	of := map[string][]string{}
	for _, e := range rows {
		of[e.ClaimID] = append(of[e.ClaimID], e.MediaID)
	}
	return of, err
}

func keptOf(claims []model.MeritClaim, files map[string][]string, redeemed []model.MeritRedemption, reviews []model.MeritReview, stories []Story) []Kept {
	var all []Kept
	for _, c := range claims {
		all = append(all, Kept{c.OpenedAt, fmt.Sprintf("积分%d号：%s在%s做了“%s”（%+d分），%s报的，%s。%s%s", c.Number, c.PersonName, c.HappenedOn, c.Title, c.Points,
			c.ClaimantName, StateName(c.State), c.Text, c.Outcome), files[c.ID]})
	}
	for _, r := range redeemed {
		all = append(all, Kept{r.CreatedAt, fmt.Sprintf("兑换%d号：%s×%d，%d分，%s", r.Number, r.GoodsName, r.Quantity, r.Points, RedemptionName(r.State)), nil})
	}
	for _, r := range reviews {
		words := map[string]string{model.ReviewApproved: "同意", model.ReviewRefused: "不同意"}[r.State]
		all = append(all, Kept{r.DecidedAt, fmt.Sprintf("您评议了一件积分：%s。%s", words, r.Reason), nil})
	}
	for _, e := range stories {
		all = append(all, Kept{e.ConsentedAt, fmt.Sprintf("写您的事迹《%s》第%d版：%s", e.Title, e.Edition, e.Text), nil})
	}
	return all
}
