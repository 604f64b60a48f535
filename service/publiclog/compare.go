package publiclog

import (
	"context"
	"encoding/hex"
	"errors"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cunwu/model"
)

// against compares the log with a head that somebody outside holds.
func (v *verification) against(text string) error {
	held, err := ParseHead(text)
	if err != nil {
		return err
	}
	if held.VillageID != v.VillageID {
		return model.Errorf(model.Invalid, "这是“%s”的签名首页，不是“%s”的", held.VillageID, v.VillageID)
	}
	if n, err := note.Open([]byte(text), note.VerifierList(v.unique()...)); err != nil || n.Text != held.text {
		v.fault("您手里的首页（共%d条）上没有本系统能认的签名：可能抄错了，也可能账本换过", held.Size)
	}
	if held.Size > v.Entries {
		v.fault("您手里的首页有%d条，账本只有%d条：账本被删短了，或者恢复了旧的备份", held.Size, v.Entries)
		return nil
	}
	root, err := tlog.TreeHash(held.Size, v.recomputed())
	if err != nil {
		return err
	}
	if root != tlog.Hash(held.Hash) {
		v.fault("您手里的首页（共%d条）和账本的前%d条不一样：账本被改过，或者另做了一本", held.Size, held.Size)
	}
	return nil
}

// content compares the leaf with what its room shows today.
func (v *verification) content(ctx context.Context, e model.LogEntry) error {
	source, ok := v.sources[e.Kind]
	if !ok || e.Salt == "" {
		return nil
	}
	content, err := source.Content(ctx, v.VillageID, e.Kind, e.Subject)
	switch {
	case errors.Is(err, ErrNotKept):
		return nil
	case errors.Is(err, ErrNoContent):
		v.fault("第%d条（%s）登记的内容不见了", e.Idx, e.Subject)
		return nil
	case err != nil:
		return err
	}
	v.Checked++
	if salt, err := hex.DecodeString(e.Salt); err != nil || Commitment(salt, content) != e.Commitment {
		v.fault("第%d条（%s）现在的内容和公开时不一样", e.Idx, e.Subject)
	}
	return nil
}

// complete finds what is shown but was never logged.
func (v *verification) complete(ctx context.Context, source Source) error {
	if source.Subjects == nil {
		return nil
	}
	return source.Subjects(ctx, v.VillageID, func(kind, subject string) error {
		for _, table := range []any{&model.LogEntry{}, &model.LogPending{}} {
			var n int64
			err := v.log.store.DB(ctx).Model(table).Where("village_id = ? AND kind = ? AND subject = ?", v.VillageID, kind, subject).Limit(1).Count(&n).Error
			if err != nil || n > 0 {
				return err
			}
		}
		v.fault("%s 已经公开，账本里却没有", subject)
		return nil
	})
}
