package session

import (
	"context"
	"time"
)

// forgetting is how long the keeper may take after the commit.
const forgetting = 2 * time.Second

// Forget ends all sessions of a WeChat identity that is being erased, once the
// transaction is committed: its row, which would end them, goes too.
func (s *Service) Forget(ctx context.Context, account, openid string) error {
	s.store.AfterCommit(ctx, func() {
		ctx, cancel := context.WithTimeout(context.Background(), forgetting) // ctx still carries the transaction
		defer cancel()
		if _, err := s.keeper.Remove(ctx, ownerOf(account, openid), ""); err != nil {
			s.log.ErrorContext(ctx, "the sessions of somebody forgotten could not be removed", "error", err)
		}
	})
	return nil
}
