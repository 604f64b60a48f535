package media

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

// Fetched counts what a round did.
type Fetched struct{ Kept, Later, Lost int }

// FetchDue fetches what is due. Replicas may run it at once: each row is claimed
// by a lease, and a claim whose holder died runs out.
func (s *Service) FetchDue(ctx context.Context) (Fetched, error) {
	var total Fetched
	for {
		var due []model.Media
		now := model.At(s.store.Now())
		err := s.store.DB(ctx).Where("state = ? AND next_at <= ? AND lease_until <= ?", Wanted, now, now).Order("next_at").Limit(batch).Find(&due).Error
		if err != nil {
			return total, err
		}
		n, err := s.fetchAll(ctx, due)
		total.add(n)
		if err != nil || len(due) < batch || ctx.Err() != nil {
			return total, err
		}
	}
}

func (f *Fetched) add(g Fetched) {
	f.Kept += g.Kept
	f.Later += g.Later
	f.Lost += g.Lost
}

// fetchAll fetches some side by side, so that a slow one doesn't keep the others
// waiting; pictures are made anew one at a time, for the sake of the memory.
func (s *Service) fetchAll(ctx context.Context, due []model.Media) (Fetched, error) {
	counts, errs := make([]Fetched, len(due)), make([]error, len(due))
	places := make(chan struct{}, parallel)
	var all sync.WaitGroup
	for i, m := range due {
		places <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			defer func() { <-places }()
			errs[i] = s.fetch(ctx, m, &counts[i])
		})
	}
	all.Wait()
	var total Fetched
	for _, n := range counts {
		total.add(n)
	}
	return total, errors.Join(errs...)
}

func (s *Service) fetch(ctx context.Context, m model.Media, n *Fetched) error {
	mine, err := s.claim(ctx, &m)
	if err != nil || !mine {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, perFetch)
	defer cancel()
	_, body, err := s.fetcher.Fetch(limited, m.Account, m.WeChatID, maxBytes)
	if err != nil {
		return s.failed(ctx, m, err, n)
	}
	found, err := s.inspect(body, chatLimits(m.Kind))
	if err != nil {
		n.Lost++
		return s.lose(ctx, m, err.Error())
	}
	to := model.Media{VillageID: m.VillageID, ID: m.ID, CreatedAt: m.CreatedAt, State: Kept}
	describe(&to, found)
	if err := s.put(limited, to, found); err != nil {
		return s.failed(ctx, m, err, n)
	}
	n.Kept++
	return s.settle(ctx, m, to)
}

// sweepIfGone removes a file whose row was discarded while it was fetched.
func (s *Service) sweepIfGone(ctx context.Context, m model.Media) error {
	_, err := s.Of(ctx, m.VillageID, m.ID)
	if model.IsCode(err, model.Unknown) {
		return s.remove(ctx, m)
	}
	return err
}

// claim takes the row for a minute; one changed row means it is ours.
func (s *Service) claim(ctx context.Context, m *model.Media) (bool, error) {
	until := model.At(s.store.Now().Add(lease))
	mine := false
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		result := claimed(s.store.DB(ctx), *m).UpdateColumns(map[string]any{"lease_until": until, "attempts": m.Attempts + 1})
		mine = result.RowsAffected == 1
		return result.Error
	})
	m.LeaseUntil, m.Attempts = until, m.Attempts+1
	return mine, err
}

// claimed is the row as long as the claim holds: the end of a lease is its fence,
// since each one ends later than the last.
func claimed(db *gorm.DB, m model.Media) *gorm.DB {
	return db.Model(&model.Media{}).
		Where("village_id = ? AND id = ? AND state = ? AND lease_until = ?", m.VillageID, m.ID, Wanted, m.LeaseUntil)
}

// failed tries again later, unless WeChat says that there is nothing to fetch or
// has let it go by now.
func (s *Service) failed(ctx context.Context, m model.Media, cause error, n *Fetched) error {
	var send *model.SendError
	final := errors.As(cause, &send) && send.Class == model.SendRecipient || isGone(send)
	if final || s.store.Now().After(m.CreatedAt.Add(held)) {
		n.Lost++
		return s.lose(ctx, m, cause.Error())
	}
	n.Later++
	wait := min(time.Duration(1<<min(m.Attempts, 12))*5*time.Second, time.Hour)
	return s.settle(ctx, m, model.Media{State: Wanted, Error: clip(cause.Error()), NextAt: model.At(s.store.Now().Add(wait/2 + rand.N(wait)))})
}

// isGone says whether WeChat doesn't know the file: 40007 invalid media_id.
func isGone(e *model.SendError) bool { return e != nil && e.Code == 40007 }

func (s *Service) lose(ctx context.Context, m model.Media, why string) error {
	s.log.ErrorContext(ctx, "a voice or picture is lost", "village", m.VillageID, "media", m.ID, "why", why)
	return s.settle(ctx, m, model.Media{State: Lost, Error: clip(why)})
}

// settle writes what came of a claim, if the claim still holds.
func (s *Service) settle(ctx context.Context, m, to model.Media) error {
	still := false
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		result := claimed(s.store.DB(ctx), m).
			Select("state", "content_type", "size", "thumb_size", "sha256", "path", "error", "next_at", "lease_until").Updates(&to)
		still = result.RowsAffected == 1
		return result.Error
	})
	if err == nil && !still && to.State == Kept {
		return s.sweepIfGone(ctx, to)
	}
	return err
}

// clip cuts an error to its column.
func clip(text string) string {
	if r := []rune(text); len(r) > 200 {
		return string(r[:200])
	}
	return text
}
