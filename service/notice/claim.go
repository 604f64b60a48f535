package notice

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	// leaseTime is how long a claim lasts. An attempt ends well before, so that
	// nobody sends under a claim that another may have taken over.
	leaseTime   = time.Minute
	attemptTime = leaseTime - 10*time.Second
	listMax     = 32
	sendingMax  = 1000
)

// errLost: another worker has taken the claim over meanwhile.
var errLost = errors.New("the claim was lost")

// claimable is a notice that may be claimed, as the list saw it.
type claimable struct {
	VillageID, ID, Recipient string
	State                    model.NoticeState
	Fence                    int64
	LeaseUntil               model.Time
}

// queue is what is due for one recipient, in the order of sending.
type queue []claimable

// due lists what may be claimed now, a queue for each recipient: urgent notices
// first, none for recipients to whom somebody is sending. The notices being sent
// are read last, so that none slips by between the two reads.
func (s *Service) due(ctx context.Context) ([]queue, error) {
	now := model.At(s.store.Now())
	var rows []claimable
	for _, urgent := range []bool{true, false} {
		var some []claimable
		err := s.list(ctx).Where("state = ? AND urgent = ? AND next_at <= ?", model.NoticePending, urgent, now).
			Order("next_at, village_id, id").Limit(listMax).Scan(&some).Error
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	var sending []claimable
	err := s.list(ctx).Where("state = ?", model.NoticeSending).Limit(sendingMax).Scan(&sending).Error
	if err != nil {
		return nil, err
	}
	return queues(rows, sending, now.Time), nil
}

func (s *Service) list(ctx context.Context) *gorm.DB {
	return s.store.DB(ctx).Model(&model.Notice{}).Select("village_id", "id", "recipient", "state", "fence", "lease_until")
}

func queues(rows, sending []claimable, now time.Time) []queue {
	busy := map[string]bool{}
	var expired []claimable
	for _, c := range sending {
		if now.Before(c.LeaseUntil.Time) {
			busy[c.Recipient] = true
		} else {
			expired = append(expired, c)
		}
	}
	var order []queue
	at := map[string]int{}
	for _, c := range append(expired, rows...) {
		if busy[c.Recipient] {
			continue
		}
		if _, known := at[c.Recipient]; !known {
			at[c.Recipient] = len(order)
			order = append(order, nil)
		}
		order[at[c.Recipient]] = append(order[at[c.Recipient]], c)
	}
	return order
}

// claim takes the notice for this worker, if nobody has changed it since it was
// listed. One whose worker died while sending has an unknown outcome.
func (s *Service) claim(ctx context.Context, c claimable) (*model.Notice, error) {
	var n *model.Notice
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		n = nil
		now := s.store.Now()
		columns := map[string]any{"state": model.NoticeSending, "lease_until": model.At(now.Add(leaseTime)), "fence": c.Fence + 1}
		if c.State == model.NoticeSending {
			columns["unknowns"] = gorm.Expr("unknowns + 1")
		}
		result := s.store.DB(ctx).Model(&model.Notice{}).
			Where("village_id = ? AND id = ? AND state = ? AND fence = ? AND lease_until <= ? AND next_at <= ?",
				c.VillageID, c.ID, c.State, c.Fence, model.At(now), model.At(now)).
			UpdateColumns(columns)
		if result.Error != nil || result.RowsAffected == 0 {
			return result.Error
		}
		n = &model.Notice{}
		return s.store.DB(ctx).Take(n, "village_id = ? AND id = ?", c.VillageID, c.ID).Error
	})
	return n, err
}

// settle writes how a claimed notice stands now, if the claim still holds.
func (s *Service) settle(ctx context.Context, n *model.Notice, columns map[string]any) error {
	columns["lease_until"] = 0
	result := s.store.DB(ctx).Model(&model.Notice{}).
		Where("village_id = ? AND id = ? AND state = ? AND fence = ?", n.VillageID, n.ID, model.NoticeSending, n.Fence).
		UpdateColumns(columns)
	if result.Error == nil && result.RowsAffected == 0 {
		return errLost
	}
	return result.Error
}

// insist repeats a transaction that the database couldn't take, as long as the
// attempt may last: a message that went out must not stay unwritten.
func (s *Service) insist(ctx context.Context, fn func(ctx context.Context) error) error {
	for {
		err := s.store.Tx(ctx, fn)
		if err == nil || errors.Is(err, errLost) {
			return err
		}
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}
