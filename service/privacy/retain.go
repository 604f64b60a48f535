package privacy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cunwu/model"
)

const (
	retainBatch = 200
	pruneBatch  = 500
	pruneRounds = 20 // batches of one village in one run
)

// Counts is what a run of RetainDue removed or emptied, by kind.
type Counts map[string]int

// RetainDue removes what is past its time (个人信息保护法 19, 47), by the rules
// retain.*: in batches, by an index, any number of replicas at once. It goes on
// after a room that failed, and returns what failed.
func (s *Service) RetainDue(ctx context.Context) (Counts, error) {
	sweeps := append([]Retainer{
		{"erasures", s.eraseDue},
		{"cases", func(ctx context.Context) (int, error) { return s.Cases.RetainDue(ctx, s.discard) }},
		{"notices", s.Notices.RetainDue},
		{"invitations", s.People.RetainDue},
		{"audit", s.pruneAudit},
	}, s.Retain...)
	if s.Members != nil {
		sweeps = append(sweeps, Retainer{"requests", s.Members.RetainDue})
	}
	if s.Merit != nil {
		sweeps = append(sweeps, Retainer{"points", s.Merit.RetainDue})
	}
	counts, failed := Counts{}, error(nil)
	for _, sweep := range sweeps {
		n, err := sweep.Run(ctx)
		counts[sweep.Name] += n
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", sweep.Name, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return counts, failed
}

// discard has the files of a case go: those in its timeline and those that came
// with it.
func (s *Service) discard(ctx context.Context, villageID, caseID string, ids []string) error {
	belonging, err := s.Media.Belonging(ctx, villageID, "case/"+caseID)
	if err != nil {
		return err
	}
	for _, m := range belonging {
		if !slices.Contains(ids, m.ID) {
			ids = append(ids, m.ID)
		}
	}
	return s.Media.Discard(ctx, villageID, ids...)
}

func (s *Service) pruneAudit(ctx context.Context) (int, error) {
	villages, err := s.Chain.Villages(ctx)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, village := range villages {
		for range pruneRounds {
			n, err := s.Chain.PruneDue(ctx, village, pruneBatch)
			total += n
			if err != nil {
				return total, err
			}
			if n < pruneBatch || ctx.Err() != nil {
				break
			}
		}
	}
	return total, nil
}

// eraseDue ends wishes that were never confirmed, and empties the roll's entry of
// whoever was forgotten and is no villager any more.
func (s *Service) eraseDue(ctx context.Context) (int, error) {
	total := 0
	for ctx.Err() == nil {
		var due []model.Erasure
		err := s.store.DB(ctx).Where("state IN ? AND next_at <= ?", []string{model.ErasureAsked, model.ErasureDone}, s.now()).
			Order("next_at").Limit(retainBatch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return total, err
		}
		for _, e := range due {
			n, err := s.eraseLater(ctx, e)
			total += n
			if err != nil {
				return total, err
			}
		}
	}
	return total, ctx.Err()
}

func (s *Service) eraseLater(ctx context.Context, e model.Erasure) (int, error) {
	changed := 0
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		changed = 0
		mine := s.store.DB(ctx).Model(&model.Erasure{}).Where("village_id = ? AND id = ? AND state = ? AND next_at = ?", e.VillageID, e.ID, e.State, e.NextAt)
		if e.State == model.ErasureAsked {
			lapsed := mine.UpdateColumns(map[string]any{"state": model.ErasureLapsed, "live": e.ID, "next_at": 0})
			changed = int(lapsed.RowsAffected)
			return lapsed.Error
		}
		claimed := mine.UpdateColumn("next_at", model.At(s.store.Now().AddDate(0, 0, rollAgain)))
		if claimed.Error != nil || claimed.RowsAffected == 0 {
			return claimed.Error
		}
		gone, err := s.People.ForgetRoll(ctx, model.Person{VillageID: e.VillageID, ID: e.VillagerID})
		if err != nil || !gone {
			return err
		}
		changed = 1
		if err := s.move(ctx, e, map[string]any{"state": model.ErasureEnded, "roll_gone_at": s.now(), "next_at": 0}); err != nil {
			return err
		}
		return s.Audit.Note(ctx, model.Console(), e.VillageID, "person.erase_roll", "villager/"+e.VillagerID, "")
	})
	return changed, err
}
