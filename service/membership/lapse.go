package membership

import (
	"context"

	"cunwu/model"
)

const sweepBatch = 100

// LapseDue ends requests that nobody answered in time and consents whose months
// are over, tells whoever asked, and returns how many there were.
func (s *Service) LapseDue(ctx context.Context) (int, error) {
	requests, err := s.lapseRequests(ctx)
	if err != nil {
		return requests, err
	}
	helps, err := s.lapseHelps(ctx)
	return requests + helps, err
}

func (s *Service) lapseRequests(ctx context.Context) (int, error) {
	lapsed := 0
	for {
		var due []model.BindRequest
		err := s.store.DB(ctx).Select("village_id", "number").Where("state = ? AND lapses_at <= ?", model.RequestOpen, s.now()).
			Order("lapses_at").Limit(sweepBatch).Find(&due).Error
		if err != nil {
			return lapsed, err
		}
		for _, one := range due {
			err := s.store.Tx(ctx, func(ctx context.Context) error {
				row, err := s.bindRequest(ctx, one.VillageID, one.Number)
				if err != nil || row == nil {
					return err
				}
				if err := s.decide(ctx, model.Actor{}, *row, model.RequestLapsed, "", ""); err != nil {
					return err
				}
				return s.tell(ctx, row.VillageID, sender(*row), "request/"+row.ID+"/done", requestLapsed)
			})
			if err != nil && !model.IsCode(err, model.Conflict) { // answered meanwhile
				return lapsed, err
			}
			lapsed++
		}
		if len(due) < sweepBatch {
			return lapsed, nil
		}
	}
}

func (s *Service) lapseHelps(ctx context.Context) (int, error) {
	lapsed := 0
	for {
		var due []model.Helper
		err := s.store.DB(ctx).Select("village_id", "id").Where("state IN ? AND lapses_at <= ?", []string{model.RequestOpen, model.HelpAgreed}, s.now()).
			Order("lapses_at").Limit(sweepBatch).Find(&due).Error
		if err != nil {
			return lapsed, err
		}
		for _, one := range due {
			err := s.store.Tx(ctx, func(ctx context.Context) error {
				return s.lapseHelp(ctx, HelpRef{VillageID: one.VillageID, ID: one.ID})
			})
			if err != nil {
				return lapsed, err
			}
			lapsed++
		}
		if len(due) < sweepBatch {
			return lapsed, nil
		}
	}
}

func (s *Service) lapseHelp(ctx context.Context, ref HelpRef) error {
	row, err := s.helper(ctx, ref)
	if err != nil {
		return err
	}
	switch row.State {
	case model.RequestOpen:
		if err := s.close(ctx, "", &row, model.RequestLapsed, ""); err != nil {
			return err
		}
		return s.tell(ctx, row.VillageID, row.Helping(), "help/"+row.ID+"/lapsed", notAgreedText(row, "一直没有答复"))
	case model.HelpAgreed:
		if err := s.close(ctx, "", &row, model.HelpEnded, "到期"); err != nil {
			return err
		}
		return s.tellEnded(ctx, row, model.Person{}, "已到期")
	}
	return nil // answered or ended meanwhile
}
