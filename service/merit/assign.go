package merit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

const askAgain = time.Hour // for a claim that lacks reviewers

// ask has as many reviewers as the rule wants look at the claim: those with the
// least to do, and no kin or household of whoever it is about or of whoever filed
// it. Too few: the claim waits, and the branch is told.
func (s *Service) ask(ctx context.Context, c *model.MeritClaim) error {
	wanted, err := s.rule(ctx, "merit.reviewers")
	if err != nil {
		return err
	}
	var asked []model.MeritReview
	if err := s.store.DB(ctx).Where("village_id = ? AND claim_id = ?", c.VillageID, c.ID).Find(&asked).Error; err != nil {
		return err
	}
	live := 0
	for _, r := range asked {
		if r.State != model.ReviewOver {
			live++
		}
	}
	fresh, err := s.reviewersFor(ctx, *c, asked, wanted-live)
	if err != nil {
		return err
	}
	due, err := s.reviewDue(ctx)
	if err != nil {
		return err
	}
	for _, v := range fresh {
		row := model.MeritReview{VillageID: c.VillageID, ClaimID: c.ID, ReviewerID: v.ID, ReviewerName: v.Name, State: model.ReviewAsked, AskedAt: s.now(), DueAt: due}
		if err := s.store.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		if err := s.tell(ctx, *c, "review", v.Person(), notice.RoleOther, reviewText(*c, due)); err != nil {
			return err
		}
	}
	act := due
	if live+len(fresh) < wanted {
		act = model.At(s.store.Now().Add(askAgain))
		if err := s.tellShort(ctx, *c); err != nil {
			return err
		}
	}
	c.ActAt = act
	return s.store.DB(ctx).Model(c).Select("act_at").Updates(c).Error
}

func (s *Service) reviewDue(ctx context.Context) (model.Time, error) {
	days, err := s.rule(ctx, "merit.review_within")
	return model.At(model.AddWorkingDays(s.store.Now(), days)), err
}

// reviewersFor finds n more reviewers, those with the least to do first.
func (s *Service) reviewersFor(ctx context.Context, c model.MeritClaim, asked []model.MeritReview, n int) ([]model.Villager, error) {
	if n <= 0 {
		return nil, nil
	}
	all, err := s.people.Holders(ctx, c.VillageID, model.RolePointReviewer)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	barred, err := s.recused(ctx, c)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(v model.Villager) bool {
		return barred[v.ID] || slices.ContainsFunc(asked, func(r model.MeritReview) bool { return r.ReviewerID == v.ID })
	})
	load, err := s.load(ctx, c.VillageID, all)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b model.Villager) int { return cmp.Compare(load[a.ID], load[b.ID]) })
	return all[:min(n, len(all))], nil
}

// recused are those who may not judge the claim: whom it is about, who filed it,
// and their households and kin.
func (s *Service) recused(ctx context.Context, c model.MeritClaim) (map[string]bool, error) {
	return s.people.Kin(ctx, c.VillageID, c.PersonID, c.ClaimantID)
}

// load counts what waits for each of these reviewers.
func (s *Service) load(ctx context.Context, villageID string, reviewers []model.Villager) (map[string]int, error) {
	ids := make([]string, 0, len(reviewers))
	for _, v := range reviewers {
		ids = append(ids, v.ID)
	}
	var rows []struct {
		ReviewerID string
		N          int
	}
	err := s.store.DB(ctx).Model(&model.MeritReview{}).Select("reviewer_id, COUNT(*) AS n").
		Where("village_id = ? AND reviewer_id IN ? AND state = ?", villageID, ids, model.ReviewAsked).Group("reviewer_id").Scan(&rows).Error
	load := map[string]int{}
	for _, r := range rows {
		load[r.ReviewerID] = r.N
	}
	return load, err
}

// tellShort tells the branch, once a day, that reviewers are lacking.
func (s *Service) tellShort(ctx context.Context, c model.MeritClaim) error {
	heads, err := s.people.Holders(ctx, c.VillageID, model.RoleBranchSecretary)
	if err != nil {
		return err
	}
	for _, h := range heads {
		n := notice.Note{VillageID: c.VillageID, To: h.Person(), Event: fmt.Sprintf("merit/short/%s", s.today()), Role: notice.RoleHandler, Text: shortText(c)}
		if err := s.notices.Put(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// tell tells somebody about the claim.
func (s *Service) tell(ctx context.Context, c model.MeritClaim, what string, to model.Person, role, text string) error {
	return s.notices.Put(ctx, notice.Note{VillageID: c.VillageID, To: to, Event: "merit/" + c.ID + "/" + what, Role: role,
		Private: c.Kind == model.ClaimDeduct, Text: text})
}

// tellPerson tells whom the claim is about.
func (s *Service) tellPerson(ctx context.Context, c model.MeritClaim, what, text string) error {
	role := notice.RoleOther
	if c.Kind == model.ClaimDeduct {
		role = notice.RoleAsker // somebody calls when no message arrives
	}
	return s.tell(ctx, c, what, model.Person{VillageID: c.VillageID, ID: c.PersonID}, role, text)
}

// tellBoth tells whom the claim is about and whoever filed it.
func (s *Service) tellBoth(ctx context.Context, c model.MeritClaim, what, text string) error {
	if err := s.tellPerson(ctx, c, what, text); err != nil || c.ClaimantID == c.PersonID {
		return err
	}
	return s.tell(ctx, c, what, model.Person{VillageID: c.VillageID, ID: c.ClaimantID}, notice.RoleOther, text)
}
