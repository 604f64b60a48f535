package publiclog

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"cunwu/model"
)

// Entries are the leaves before number before, the newest first; 0 or less: from
// the latest on.
func (s *Service) Entries(ctx context.Context, villageID string, before int64, limit int) ([]model.LogEntry, error) {
	if limit < 1 || limit > listMax {
		limit = listMax
	}
	db := s.store.DB(ctx).Where("village_id = ?", villageID)
	if before > 0 {
		db = db.Where("idx < ?", before)
	}
	var entries []model.LogEntry
	err := db.Order("idx DESC").Limit(limit).Find(&entries).Error
	return entries, err
}

// Compared is what comes of a head that somebody kept.
type Compared struct {
	Held Held
	Size int64  // of the log now
	Why  string // in what way the log isn't the one that was kept; empty: it only grew
}

// Compare says whether the log still begins with the one that somebody kept the
// head of. It takes this house's word: who trusts nobody checks Consistent's proof
// against the kept head on a machine of their own. Errors: Invalid (no head, or of
// another village), Unknown (there is no log).
func (s *Service) Compare(ctx context.Context, villageID, text string) (Compared, error) {
	var c Compared
	var err error
	if c.Held, err = ParseHead(text); err != nil {
		return c, err
	}
	if c.Held.VillageID != villageID {
		return c, model.Errorf(model.Invalid, "这是“%s”的签名首页，不是这个村的", c.Held.VillageID)
	}
	now, err := s.Head(ctx, villageID)
	if err != nil {
		return c, err
	}
	if c.Size = now.Size; c.Held.Size > now.Size {
		c.Why = fmt.Sprintf("您手里的首页有%d条，账本现在只有%d条：账本被删短了，或者恢复了旧的备份", c.Held.Size, now.Size)
		return c, nil
	}
	root, err := tlog.TreeHash(c.Held.Size, s.reader(ctx, villageID, nil))
	if err == nil && root != tlog.Hash(c.Held.Hash) {
		c.Why = fmt.Sprintf("您手里的首页和账本的前%d条不一样：可能抄错了，也可能账本被改过", c.Held.Size)
	}
	return c, err
}
