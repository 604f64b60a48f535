package session

import (
	"context"
	"time"

	"cunwu/model"
)

// forgetting is how long the keeper may take after the commit.
const forgetting = 2 * time.Second

// Forget removes what would sign a WeChat identity in that is being erased, in the
// caller's transaction, and ends all its sessions once that is committed: its row,
// which would end them, goes too.
func (s *Service) Forget(ctx context.Context, account, openid string) error {
	for _, table := range []any{&model.SignInCode{}, &model.SignInScan{}} {
		if err := s.store.DB(ctx).Where("account = ? AND openid = ?", account, openid).Delete(table).Error; err != nil {
			return err
		}
	}
	s.store.AfterCommit(ctx, func() {
		ctx, cancel := context.WithTimeout(context.Background(), forgetting) // ctx still carries the transaction
		defer cancel()
		if _, err := s.keeper.Remove(ctx, ownerOf(account, openid), ""); err != nil {
			s.log.ErrorContext(ctx, "the sessions of somebody forgotten could not be removed", "error", err)
		}
	})
	return nil
}

// ForgetPerson removes, in the caller's transaction, the second factor of a person
// who is being erased.
func (s *Service) ForgetPerson(ctx context.Context, who model.Person) error {
	return of(s.store.DB(ctx), who).Delete(&model.SecondFactor{}).Error
}

// SweepDue removes codes and QR codes that expired and second factors that nobody
// confirmed within a day, and returns how many.
func (s *Service) SweepDue(ctx context.Context) (int, error) {
	now, total := s.store.Now(), 0
	for _, old := range []struct {
		table any
		where string
		until time.Time
	}{
		{&model.SignInCode{}, "expires_at <= ?", now},
		{&model.SignInScan{}, "expires_at <= ?", now},
		{&model.SecondFactor{}, "confirmed_at = 0 AND made_at <= ?", now.Add(-factorDraft)},
	} {
		swept := 0
		err := s.store.Tx(ctx, func(ctx context.Context) error {
			gone := s.store.DB(ctx).Where(old.where, model.At(old.until)).Delete(old.table)
			swept = int(gone.RowsAffected)
			return gone.Error
		})
		if err != nil {
			return total, err
		}
		total += swept
	}
	return total, nil
}
