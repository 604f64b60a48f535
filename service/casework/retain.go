package casework

import (
	"context"

	"cunwu/model"
)

// flagErased marks a case whose words are gone.
const flagErased = "erased"

// RetainDue empties the cases that were closed longer ago than rule retain.case
// says: what was said, by whom, the files. Numbers, clocks and how it ended stay,
// for the statistics. discard is told the case's files, inside the transaction. It
// returns how many; open cases are never touched.
func (s *Service) RetainDue(ctx context.Context, discard func(ctx context.Context, villageID, caseID string, mediaIDs []string) error) (int, error) {
	total := 0
	for ctx.Err() == nil {
		var due []model.Case
		err := s.store.DB(ctx).Select("village_id", "id").Where("act_at > 0 AND act_at <= ? AND state = ?", model.At(s.store.Now()), model.CaseClosed).
			Order("act_at").Limit(sweepBatch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return total, err
		}
		for _, c := range due {
			emptied := false
			_, err := s.hand(ctx, RefOf(c), func(ctx context.Context, c *model.Case) ([]string, error) {
				emptied = !c.Open() && !c.ActAt.IsZero() && !c.ActAt.After(s.store.Now()) // else another replica was first
				if !emptied {
					return nil, nil
				}
				return s.empty(ctx, c, discard)
			})
			if err != nil {
				return total, err
			}
			if emptied {
				total++
			}
		}
	}
	return total, ctx.Err()
}

func (s *Service) empty(ctx context.Context, c *model.Case, discard func(ctx context.Context, villageID, caseID string, mediaIDs []string) error) ([]string, error) {
	events := func() any { return &model.CaseEvent{} }
	var files []string
	db := s.store.DB(ctx)
	err := db.Model(events()).Where("village_id = ? AND case_id = ? AND media_id <> ''", c.VillageID, c.ID).Pluck("media_id", &files).Error
	if err == nil {
		err = discard(ctx, c.VillageID, c.ID, files)
	}
	if err == nil {
		err = db.Model(events()).Where("village_id = ? AND case_id = ?", c.VillageID, c.ID).
			UpdateColumns(map[string]any{"text": "", "by_name": "", "media_id": ""}).Error
	}
	if err == nil {
		err = db.Model(&model.CaseSigner{}).Where("village_id = ? AND case_id = ?", c.VillageID, c.ID).UpdateColumn("name", "").Error
	}
	c.ActAt, c.Flagged = model.Time{}, flagErased
	c.AskerName, c.AskerAccount, c.AskerOpenID, c.HelperName, c.HandlerName, c.Summary, c.StarsText = "", "", "", "", "", "", ""
	return []string{"act_at", "flagged", "asker_name", "asker_account", "asker_openid", "helper_name", "handler_name", "summary", "stars_text"}, err
}
