package publiclog

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"

	"cunwu/model"
)

const (
	sealBatch   = 200 // leaves a transaction, and a head
	villageMax  = 500 // villages a round
	sealerLease = 30 * time.Second
)

// SealDue puts pending leaves into their logs and signs a head for each batch;
// it returns how many it sealed. Any number of replicas may run it: a lease keeps
// them apart, and whoever lost it writes nothing.
func (s *Service) SealDue(ctx context.Context) (int, error) {
	var villages []string
	err := s.store.DB(ctx).Model(&model.LogPending{}).Distinct("village_id").Limit(villageMax).Pluck("village_id", &villages).Error
	if err != nil {
		return 0, err
	}
	total := 0
	var failed error
	for _, villageID := range villages {
		n, err := s.sealVillage(ctx, villageID)
		total += n
		failed = errors.Join(failed, err) // one village's trouble doesn't keep the others
	}
	return total, failed
}

func (s *Service) sealVillage(ctx context.Context, villageID string) (total int, err error) {
	lease, ok, err := s.store.TakeLease(ctx, "publiclog/"+villageID, sealerLease)
	if err != nil || !ok {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.store.DropLease(ctx, lease)) }()
	for {
		n, err := s.sealSome(ctx, lease, villageID)
		if errors.Is(err, model.ErrLeaseLost) {
			return total, nil // another one goes on
		}
		total += n
		if err != nil || n < sealBatch {
			return total, err
		}
	}
}

// sealSome seals one batch under the lease.
func (s *Service) sealSome(ctx context.Context, lease model.Lease, villageID string) (int, error) {
	sealed := 0
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		sealed = 0
		if err := s.store.Fenced(ctx, lease); err != nil {
			return err
		}
		var pending []model.LogPending
		err := s.store.DB(ctx).Where("village_id = ?", villageID).Order("id").Limit(sealBatch).Find(&pending).Error
		if err != nil || len(pending) == 0 {
			return err
		}
		b, err := s.batch(ctx, villageID)
		if err != nil {
			return err
		}
		for _, p := range pending {
			if err := b.add(p); err != nil {
				return err
			}
		}
		if err := b.write(ctx); err != nil {
			return err
		}
		sealed = len(pending)
		return s.unpend(ctx, villageID, pending)
	})
	return sealed, err
}

func (s *Service) unpend(ctx context.Context, villageID string, pending []model.LogPending) error {
	ids := make([]string, len(pending))
	for i, p := range pending {
		ids[i] = p.ID
	}
	return s.store.DB(ctx).Where("village_id = ? AND id IN ?", villageID, ids).Delete(&model.LogPending{}).Error
}

// batch is what one transaction adds to a village's log.
type batch struct {
	*Service
	villageID string
	signer    note.Signer
	last      model.LogHead
	size      int64
	reader    tlog.HashReader
	fresh     map[int64]tlog.Hash
	entries   []model.LogEntry
	hashes    []model.LogHash
}

// batch begins at the last head. A key that the log doesn't know yet is its
// first leaf, so that heads by an older key can still be told from forged ones.
func (s *Service) batch(ctx context.Context, villageID string) (*batch, error) {
	b := &batch{Service: s, villageID: villageID, fresh: map[int64]tlog.Hash{}}
	var err error
	if b.last, err = s.Head(ctx, villageID); err != nil && !model.IsCode(err, model.Unknown) {
		return nil, err
	}
	var verifier string
	if b.signer, verifier, err = s.signer(ctx, villageID, b.last.Size == 0); err != nil {
		return nil, err
	}
	b.size, b.reader = b.last.Size, s.reader(ctx, villageID, b.fresh)
	var known []string
	err = s.store.DB(ctx).Model(&model.LogEntry{}).Where("village_id = ? AND kind = ?", villageID, kindKey).
		Order("subject, idx").Limit(listMax).Pluck("subject", &known).Error
	if err != nil {
		return nil, err
	}
	for _, subject := range known {
		if subject == verifier {
			return b, nil
		}
	}
	return b, b.add(model.LogPending{VillageID: villageID, ID: model.NewID(), At: model.At(s.store.Now()), Kind: kindKey, Subject: verifier})
}

func (b *batch) add(p model.LogPending) error {
	e := model.LogEntry{VillageID: p.VillageID, Idx: b.size, ID: p.ID, At: p.At, Kind: p.Kind, Subject: p.Subject,
		Salt: p.Salt, SaltSum: sumOf(p.Salt), Commitment: p.Commitment}
	added, err := tlog.StoredHashes(e.Idx, Record(e), b.reader)
	if err != nil {
		return err
	}
	first := tlog.StoredHashIndex(0, e.Idx)
	for i, hash := range added {
		at := first + int64(i)
		b.fresh[at] = hash
		b.hashes = append(b.hashes, model.LogHash{VillageID: b.villageID, Idx: at, Hash: hex.EncodeToString(hash[:])})
	}
	b.entries = append(b.entries, e)
	b.size++
	return nil
}

// write stores the leaves, the hashes and the head. Their primary keys refuse a
// second leaf in the same place.
func (b *batch) write(ctx context.Context) error {
	root, err := tlog.TreeHash(b.size, b.reader)
	if err != nil {
		return err
	}
	head := model.LogHead{VillageID: b.villageID, Size: b.size, Hash: hex.EncodeToString(root[:]), At: model.At(b.store.Now()), Previous: b.last.Size}
	signed, err := note.Sign(&note.Note{Text: headText(b.villageID, head.Size, root, head.At, head.Previous)}, b.signer)
	if err != nil {
		return err
	}
	head.Note = string(signed)
	for _, rows := range []any{b.entries, b.hashes, &head} {
		if err := b.store.DB(ctx).Create(rows).Error; err != nil {
			return err
		}
	}
	return nil
}

// Erase takes the salts of what the log says of a subject, inside the caller's
// transaction, when its content is erased: the leaves stay, and an entry says
// that it was done.
func (s *Service) Erase(ctx context.Context, villageID, kind, subject string) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		db := s.store.DB(ctx)
		waiting := db.Model(&model.LogPending{}).Where("village_id = ? AND kind = ? AND subject = ?", villageID, kind, subject).Limit(1).Find(&model.LogPending{})
		if waiting.Error != nil {
			return waiting.Error
		}
		if waiting.RowsAffected > 0 {
			return model.Errorf(model.TooEarly, "刚公开的内容还在入账，请一分钟后再删除")
		}
		var entries []model.LogEntry
		err := db.Where("village_id = ? AND kind = ? AND subject = ? AND salt <> ''", villageID, kind, subject).Limit(listMax).Find(&entries).Error
		if err != nil {
			return err
		}
		for _, e := range entries {
			err := db.Model(&model.LogEntry{}).Where("village_id = ? AND idx = ?", villageID, e.Idx).UpdateColumn("salt", "").Error
			if err != nil {
				return err
			}
			if err := s.Append(ctx, villageID, kindErased, erasedSubject(e.Idx), nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// one loads one row, or says that there is none.
func one[T any](query *gorm.DB, missing string) (T, error) {
	var row T
	err := query.Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, model.Errorf(model.Unknown, "%s", missing)
	}
	return row, err
}
