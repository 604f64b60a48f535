package poll

import (
	"context"

	"cunwu/model"
)

// PostedQuery asks for polls as they hang on the village's board.
type PostedQuery struct {
	VillageID string
	Over      bool // those that are over, else those under way and to come
	After     string
	Limit     int
}

// Posted lists the village's polls for anybody, the newest first: what is asked,
// until when, and how many took part so far. Those whose result is for the village
// alone are shown to its own people only, and drafts to nobody. The next page
// begins after next.
func (s *Service) Posted(ctx context.Context, actor model.Actor, q PostedQuery) (polls []model.Poll, next string, err error) {
	states := []model.PollState{model.PollNoticed, model.PollOpen, model.PollClosed}
	if q.Over {
		states = []model.PollState{model.PollCounted, model.PollCancelled}
	}
	limit := q.Limit
	if limit < 1 || limit > pageMax {
		limit = pageMax
	}
	db := s.store.DB(ctx).Omit("result", "text").Where("village_id = ? AND state IN ?", q.VillageID, states)
	if s.mayRead(actor, model.Poll{VillageID: q.VillageID, State: model.PollNoticed}) != nil {
		db = db.Where("village_only = ?", false)
	}
	if q.After != "" {
		db = db.Where("id < ?", q.After)
	}
	if err := db.Order("id DESC").Limit(limit + 1).Find(&polls).Error; err != nil {
		return nil, "", err
	}
	if len(polls) > limit {
		polls = polls[:limit]
		next = polls[limit-1].ID
	}
	if q.Over {
		return polls, next, nil
	}
	return polls, next, s.fillTurnout(ctx, q.VillageID, polls)
}

// fillTurnout counts who took part so far in polls that aren't counted yet.
func (s *Service) fillTurnout(ctx context.Context, villageID string, polls []model.Poll) error {
	ids := make([]string, len(polls))
	for i, p := range polls {
		ids[i] = p.ID
	}
	var rows []struct {
		PollID string
		N      int
	}
	err := s.store.DB(ctx).Model(&model.PollTurnout{}).Select("poll_id, COUNT(*) AS n").Where("village_id = ? AND poll_id IN ?", villageID, ids).
		Group("poll_id").Find(&rows).Error
	for i, p := range polls {
		for _, row := range rows {
			if row.PollID == p.ID {
				polls[i].Turnout = row.N
			}
		}
	}
	return err
}

// Look is Get for anybody: strangers see what Posted lists, without what only the
// village's own people may do.
func (s *Service) Look(ctx context.Context, actor model.Actor, ref Ref) (View, error) {
	p, err := s.poll(s.store.DB(ctx), ref)
	if err != nil {
		return View{}, err
	}
	if s.mayRead(actor, p) == nil {
		return s.Get(ctx, actor, ref)
	}
	if p.State == model.PollDraft || p.VillageOnly {
		return View{}, model.Errorf(model.Unknown, "没有公布这个投票。它若是只给本村看的，请登录以后再打开")
	}
	v := View{Poll: p, Options: p.OptionTexts(), Why: "登录以后才能投票"}
	if v.Turnout, err = s.turnout(ctx, ref); err != nil {
		return v, err
	}
	rules, err := s.rulesOf(ctx, p)
	v.Quorum = Quorum{Needed: rules.Quorum.Needed(p.Electorate), Met: rules.Quorum.Met(v.Turnout, p.Electorate)}
	return v, err
}
