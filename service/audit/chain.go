package audit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"cunwu/model"
)

const (
	keyName   = "audit chain"
	leaseLife = time.Minute
	sealBatch = 200
	sealMax   = 1000 // villages in one round
)

// Chain seals the entries of each village into a chain, and verifies it. The key
// is the installation's: who only has the database can't make a link.
type Chain struct {
	store *model.Store
	keys  *model.Keyring
}

// NewChain makes the chain.
func NewChain(store *model.Store, keys *model.Keyring) *Chain {
	return &Chain{store: store, keys: keys}
}

// key is drawn with the first seal; later a missing one was removed.
func (c *Chain) key(ctx context.Context) ([]byte, error) {
	var first []int64
	if err := c.store.DB(ctx).Model(&model.AuditSeal{}).Limit(1).Pluck("seq", &first).Error; err != nil {
		return nil, err
	}
	return c.store.LastingKey(ctx, c.keys, keyName, len(first) == 0)
}

// SealDue chains the entries that aren't yet, the late ones of long transactions
// among them, and returns how many. Replicas may run it at once: a village is
// sealed under a lease, and every transaction checks its fence.
func (c *Chain) SealDue(ctx context.Context) (int, error) {
	var villages []string
	err := c.store.DB(ctx).Model(&model.AuditEntry{}).Distinct("village_id").Where("sealed = ?", false).Limit(sealMax).Pluck("village_id", &villages).Error
	if err != nil || len(villages) == 0 {
		return 0, err
	}
	key, err := c.key(ctx)
	if err != nil {
		return 0, err
	}
	total, failed := 0, error(nil)
	for _, village := range villages {
		n, err := c.sealVillage(ctx, key, village)
		total += n
		if err != nil && !errors.Is(err, model.ErrLeaseLost) {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", village, err))
		}
	}
	return total, failed
}

func (c *Chain) sealVillage(ctx context.Context, key []byte, village string) (int, error) {
	lease, ok, err := c.store.TakeLease(ctx, "audit/"+village, leaseLife)
	if err != nil || !ok {
		return 0, err
	}
	total := 0
	for {
		n, err := c.sealBatch(ctx, lease, key, village)
		total += n
		if err != nil || n < sealBatch || ctx.Err() != nil {
			return total, errors.Join(err, c.store.DropLease(ctx, lease))
		}
	}
}

// sealBatch appends to the chain. An entry that says it isn't sealed though it has
// its link was tampered with: it is left as it is, for Verify.
func (c *Chain) sealBatch(ctx context.Context, lease model.Lease, key []byte, village string) (int, error) {
	var entries []model.AuditEntry
	err := c.store.Tx(ctx, func(ctx context.Context) error {
		entries = nil
		if err := c.store.Fenced(ctx, lease); err != nil {
			return err
		}
		last, err := c.last(ctx, village)
		if err != nil {
			return err
		}
		err = c.store.DB(ctx).Where("sealed = ? AND village_id = ?", false, village).
			Where("NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.village_id = audit_entries.village_id AND s.entry_id = audit_entries.id)").
			Order("id").Limit(sealBatch).Find(&entries).Error
		if err != nil || len(entries) == 0 {
			return err
		}
		now := model.At(c.store.Now())
		seals, ids := make([]model.AuditSeal, len(entries)), make([]string, len(entries))
		for i, e := range entries {
			seal := model.AuditSeal{VillageID: village, Seq: last.Seq + 1, EntryID: e.ID, Digest: digest(key, e), SealedAt: now}
			seal.Hash = link(key, last.Hash, seal)
			seals[i], ids[i], last = seal, e.ID, seal
		}
		if err := c.store.DB(ctx).Create(&seals).Error; err != nil {
			return err
		}
		return c.store.DB(ctx).Model(&model.AuditEntry{}).Where("village_id = ? AND id IN ?", village, ids).UpdateColumn("sealed", true).Error
	})
	if err != nil {
		return 0, err
	}
	return len(entries), nil
}

// last is the village's newest link; the zero one before the first.
func (c *Chain) last(ctx context.Context, village string) (model.AuditSeal, error) {
	var last []model.AuditSeal
	err := c.store.DB(ctx).Where("village_id = ?", village).Order("seq DESC").Limit(1).Find(&last).Error
	if len(last) == 0 {
		return model.AuditSeal{}, err
	}
	return last[0], err
}

// digest covers every field of an entry that means something.
func digest(key []byte, e model.AuditEntry) string {
	return mac(key, "entry", e.VillageID, e.ID, millis(e.At), e.ActorID, e.ActorName, e.Verb, e.Subject, e.Detail)
}

// link covers a seal and the one before.
func link(key []byte, before string, s model.AuditSeal) string {
	return mac(key, "link", before, s.VillageID, fmt.Sprint(s.Seq), s.EntryID, s.Digest, millis(s.SealedAt))
}

func millis(t model.Time) string {
	if t.IsZero() {
		return "0"
	}
	return fmt.Sprint(t.UnixMilli())
}

// mac is an HMAC-SHA-256 over the parts, each with its length before it, so that
// no two lists of parts look alike.
func mac(key []byte, parts ...string) string {
	h := hmac.New(sha256.New, key)
	var length [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		_, _ = h.Write(length[:])
		_, _ = h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}
