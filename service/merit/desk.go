package merit

import (
	"context"
	"time"

	"cunwu/model"
)

// InState lists the village's claims in a state, for the supervisors, by id; after
// is the last one seen.
func (s *Service) InState(ctx context.Context, actor model.Actor, villageID, state, after string, limit int) ([]model.MeritClaim, error) {
	if err := actor.Require(model.VerbMeritJudge, villageID); err != nil {
		return nil, err
	}
	var rows []model.MeritClaim
	err := s.store.DB(ctx).Where("village_id = ? AND state = ? AND id > ?", villageID, state, after).Order("id").Limit(clamp(limit)).Find(&rows).Error
	return rows, err
}

// Shelf lists all goods, also those off the list, for whoever keeps the store, by
// id; after is the last one seen.
func (s *Service) Shelf(ctx context.Context, actor model.Actor, villageID, after string, limit int) ([]model.MeritGoods, error) {
	if err := s.keeps(actor, villageID); err != nil {
		return nil, err
	}
	var rows []model.MeritGoods
	err := s.store.DB(ctx).Where("village_id = ? AND id > ?", villageID, after).Order("id").Limit(clamp(limit)).Find(&rows).Error
	return rows, err
}

// Sheets lists the paper sheets by their number, for whoever keeps the store; after
// is the last one seen. What is on them isn't in it.
func (s *Service) Sheets(ctx context.Context, actor model.Actor, villageID, after string, limit int) ([]model.MeritSheet, error) {
	if err := s.keeps(actor, villageID); err != nil {
		return nil, err
	}
	var rows []model.MeritSheet
	err := s.store.DB(ctx).Omit("first_lines", "second_lines").Where("village_id = ? AND sheet > ?", villageID, after).Order("sheet").Limit(clamp(limit)).Find(&rows).Error
	return rows, err
}

// StoryLine is a story with its newest edition, as the village sees it.
type StoryLine struct {
	model.MeritStory
	Title string
}

// Drafts lists all stories, also those that await consent, for who runs the points,
// by id; after is the last one seen.
func (s *Service) Drafts(ctx context.Context, actor model.Actor, villageID, after string, limit int) ([]StoryLine, error) {
	if err := actor.Require(model.VerbMeritManage, villageID); err != nil {
		return nil, err
	}
	var rows []StoryLine
	err := s.store.DB(ctx).Table("merit_stories s").Select("s.*, e.title").
		Joins("JOIN merit_story_editions e ON e.village_id = s.village_id AND e.story_id = s.id AND e.edition = s.edition").
		Where("s.village_id = ? AND s.id > ?", villageID, after).Order("s.id").Limit(clamp(limit)).Scan(&rows).Error
	return rows, err
}

// Closes are the ends of years that were announced, the newest first.
func (s *Service) Closes(ctx context.Context, actor model.Actor, villageID string) ([]model.MeritClose, error) {
	if err := actor.Require(model.VerbMeritManage, villageID); err != nil {
		return nil, err
	}
	var rows []model.MeritClose
	err := s.store.DB(ctx).Where("village_id = ?", villageID).Order("year_no DESC").Limit(20).Find(&rows).Error
	return rows, err
}

// MonthPoints are the points of a month: earned by all households and redeemed by
// them. Few: of fewer households than may be told.
type MonthPoints struct {
	Month              string // 2026-03
	Earned, Redeemed   int64
	FewEarned, FewUsed bool
}

// Months are the points of the village by month, the last n, the oldest first. It is
// for whoever runs or judges the points.
func (s *Service) Months(ctx context.Context, actor model.Actor, villageID string, n int) ([]MonthPoints, error) {
	if !actor.May(model.VerbMeritJudge, villageID) && !actor.May(model.VerbMeritStore, villageID) {
		if err := actor.Require(model.VerbMeritManage, villageID); err != nil {
			return nil, err
		}
	}
	few, err := s.rule(ctx, "poll.subgroup_min") // the smallest group that anything is told of (个人信息保护法)
	if err != nil {
		return nil, err
	}
	now := s.store.Now().In(model.Shanghai)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, model.Shanghai)
	out := make([]MonthPoints, min(max(n, 1), 24))
	for i := range out {
		from := first.AddDate(0, i+1-len(out), 0)
		one := MonthPoints{Month: from.Format("2006-01")}
		var earn, used struct {
			Sum   int64
			Count int
		}
		err := s.store.DB(ctx).Raw("SELECT COALESCE(SUM(total), 0) AS sum, COUNT(*) AS count FROM merit_sums WHERE village_id = ? AND name = ? AND period = ? AND total > 0",
			villageID, earned, one.Month).Scan(&earn).Error
		if err != nil {
			return nil, err
		}
		err = s.store.DB(ctx).Raw("SELECT COALESCE(SUM(points), 0) AS sum, COUNT(DISTINCT household_id) AS count FROM merit_redemptions WHERE village_id = ? AND ended_at >= ? AND ended_at < ? AND state = ?",
			villageID, model.At(from), model.At(from.AddDate(0, 1, 0)), model.RedemptionSettled).Scan(&used).Error
		if err != nil {
			return nil, err
		}
		one.Earned, one.FewEarned = earn.Sum, earn.Count > 0 && earn.Count < few
		one.Redeemed, one.FewUsed = used.Sum, used.Count > 0 && used.Count < few
		out[i] = one
	}
	return out, nil
}
