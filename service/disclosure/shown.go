package disclosure

import (
	"context"

	"cunwu/model"
)

func questionSubject(q model.DisclosureQuestion) string { return "question/" + q.CaseID }

// wordless says whether the question shows no words of its asker: there is nothing
// to check.
func wordless(q model.DisclosureQuestion) bool {
	return q.Question == spokenQuestion || q.Question == erasedQuestion
}

// wantShown has the question's words checked before they stand where others read
// them. The case goes its way meanwhile.
func (s *Service) wantShown(ctx context.Context, actor model.Actor, d model.Disclosure, q model.DisclosureQuestion) error {
	if s.Check == nil || wordless(q) {
		return nil
	}
	return s.Check(ctx, actor, q.VillageID, questionSubject(q), q.Question, d.Scope != model.ScopePublic)
}

// answered are the questions that stand under a disclosure: those that were
// answered and passed the check, the oldest first. Askers see their own, and those
// who answer for the village all. It is full unless there are no more.
func (s *Service) answered(ctx context.Context, actor model.Actor, d model.Disclosure, after string, limit int) ([]model.DisclosureQuestion, error) {
	limit = bounded(limit)
	var all []model.DisclosureQuestion
	for {
		var page []model.DisclosureQuestion
		err := s.store.DB(ctx).Where("village_id = ? AND disclosure_id = ? AND answers > 0 AND case_id > ?", d.VillageID, d.ID, after).
			Order("case_id").Limit(limit).Find(&page).Error
		if err != nil {
			return nil, err
		}
		shown, err := s.shown(ctx, actor, d.VillageID, page)
		if err != nil {
			return nil, err
		}
		if all = append(all, shown...); len(all) >= limit {
			return all[:limit], nil
		}
		if len(page) < limit {
			return all, nil
		}
		after = page[len(page)-1].CaseID
	}
}

// shown are those of the questions that the actor may read, without who asked.
func (s *Service) shown(ctx context.Context, actor model.Actor, villageID string, page []model.DisclosureQuestion) ([]model.DisclosureQuestion, error) {
	may := map[string]bool{}
	if s.MayShow != nil {
		var subjects []string
		for _, q := range page {
			subjects = append(subjects, questionSubject(q))
		}
		var err error
		if may, err = s.MayShow(ctx, villageID, subjects); err != nil {
			return nil, err
		}
	}
	all := s.MayShow == nil || insider(actor, villageID) || actor.May(model.VerbReview, villageID)
	var shown []model.DisclosureQuestion
	for _, q := range page {
		own := actor.Known() && actor.VillageID == q.VillageID && actor.VillagerID == q.AskerID
		if all || own || wordless(q) || may[questionSubject(q)] {
			q.AskerID = ""
			shown = append(shown, q)
		}
	}
	return shown, nil
}
