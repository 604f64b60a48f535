package publiclog

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cunwu/model"
)

const (
	verifyBatch = 500
	faultsMax   = 50
)

// Report is what a verification found.
type Report struct {
	VillageID string
	Entries   int64 // leaves under the latest head
	Heads     int
	Pending   int64 // not sealed yet
	Erased    int   // leaves whose content was erased on purpose
	Checked   int   // leaves whose content was compared with what the village shows today
	Head      string
	Faults    []string // in Chinese, each names the place; faultsMax at most
}

// OK says whether nothing is wrong.
func (r Report) OK() bool { return len(r.Faults) == 0 }

func (r *Report) fault(format string, args ...any) {
	if len(r.Faults) < faultsMax {
		r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
	}
}

// Source is where a room keeps what it put into the log, so that a verification
// compares the leaves with what is shown today.
type Source struct {
	Kinds []string
	// Content is what was appended under the subject; ErrNoContent when it isn't
	// there any more, ErrNotKept when it is never kept.
	Content func(ctx context.Context, villageID, kind, subject string) ([]byte, error)
	// Subjects calls visit with everything that must stand in the log.
	Subjects func(ctx context.Context, villageID string, visit func(kind, subject string) error) error
}

// What a Source may say instead of a content.
var (
	ErrNoContent = errors.New("the content is gone")
	ErrNotKept   = errors.New("the content isn't kept")
)

// verification is one walk over a village's log.
type verification struct {
	log *Service
	Report
	hashes  []tlog.Hash // recomputed, by tlog's numbering
	heads   map[int64]model.LogHead
	latest  model.LogHead
	keys    []note.Verifier // those that may have signed
	salted  map[int64]bool  // leaves without a salt that no later leaf speaks of yet
	sources map[string]Source
}

// VerifyLog recomputes the village's log from its leaves: every leaf, stored
// hash and head. head is one that somebody outside holds, or empty: with it a cut
// tail, a fork and a restored older backup are found as well. What the sources
// show today is compared with what was logged.
func (s *Service) VerifyLog(ctx context.Context, villageID, head string, sources ...Source) (Report, error) {
	v := &verification{log: s, Report: Report{VillageID: villageID}, heads: map[int64]model.LogHead{}, salted: map[int64]bool{}, sources: map[string]Source{}}
	for _, source := range sources {
		for _, kind := range source.Kinds {
			v.sources[kind] = source
		}
	}
	if err := v.begin(ctx); err != nil {
		return v.Report, err
	}
	if err := v.walk(ctx); err != nil {
		return v.Report, err
	}
	v.headsInOrder()
	for idx := range v.salted {
		v.fault("第%d条的盐不见了，没有删除记录", idx)
	}
	if err := v.beyond(ctx); err != nil {
		return v.Report, err
	}
	if head != "" {
		if err := v.against(head); err != nil {
			return v.Report, err
		}
	}
	for _, source := range sources {
		if err := v.complete(ctx, source); err != nil {
			return v.Report, err
		}
	}
	return v.Report, nil
}

func (v *verification) begin(ctx context.Context) error {
	latest, err := v.log.Head(ctx, v.VillageID)
	if err != nil && !model.IsCode(err, model.Unknown) {
		return err
	}
	v.latest, v.Head = latest, latest.Note
	if err := v.count(ctx); err != nil {
		return err
	}
	_, verifier, err := v.log.signer(ctx, v.VillageID, latest.Size == 0)
	if err != nil {
		return err
	}
	own, err := note.NewVerifier(verifier)
	if err != nil {
		return err
	}
	v.keys = []note.Verifier{own}
	if latest.Size > 0 && !v.signed(latest) {
		v.fault("最新的签名首页（共%d条）不是本系统的钥匙签的，或者被改过", latest.Size)
	}
	for after := int64(0); ; {
		var rows []model.LogHead
		err := v.log.store.DB(ctx).Where("village_id = ? AND size > ? AND size <= ?", v.VillageID, after, latest.Size).Order("size").Limit(verifyBatch).Find(&rows).Error
		if err != nil {
			return err
		}
		for _, row := range rows {
			v.heads[row.Size], after = row, row.Size
		}
		v.Heads += len(rows)
		if len(rows) < verifyBatch {
			return v.log.store.DB(ctx).Model(&model.LogPending{}).Where("village_id = ?", v.VillageID).Count(&v.Pending).Error
		}
	}
}

// count takes as many leaves as the head says, unless that is far more than there
// are: a head that was tampered with must not keep the walk going for ever.
func (v *verification) count(ctx context.Context) error {
	var there int64
	err := v.log.store.DB(ctx).Model(&model.LogEntry{}).Where("village_id = ? AND idx >= 0 AND idx < ?", v.VillageID, v.latest.Size).Count(&there).Error
	if there != v.latest.Size {
		v.fault("最新的签名首页说共%d条，账本里只有%d条", v.latest.Size, there)
	}
	v.Entries = min(v.latest.Size, 2*there+verifyBatch)
	return err
}

// walk recomputes the tree leaf by leaf, up to the latest head.
func (v *verification) walk(ctx context.Context) error {
	for next := int64(0); next < v.Entries; {
		until := min(next+verifyBatch, v.Entries)
		var entries []model.LogEntry
		err := v.log.store.DB(ctx).Where("village_id = ? AND idx >= ? AND idx < ?", v.VillageID, next, until).Order("idx").Find(&entries).Error
		if err != nil {
			return err
		}
		stored, err := v.stored(ctx, tlog.StoredHashIndex(0, next), tlog.StoredHashCount(until))
		if err != nil {
			return err
		}
		byIdx := map[int64]model.LogEntry{}
		for _, e := range entries {
			byIdx[e.Idx] = e
		}
		for ; next < until; next++ {
			e, ok := byIdx[next]
			if !ok {
				v.fault("第%d条不见了", next)
				e = model.LogEntry{VillageID: v.VillageID, Idx: next}
			}
			if err := v.leaf(ctx, e, stored); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *verification) stored(ctx context.Context, from, to int64) (map[int64]string, error) {
	var rows []model.LogHash
	err := v.log.store.DB(ctx).Where("village_id = ? AND idx >= ? AND idx < ?", v.VillageID, from, to).Find(&rows).Error
	stored := make(map[int64]string, len(rows))
	for _, row := range rows {
		stored[row.Idx] = row.Hash
	}
	return stored, err
}

// leaf adds one leaf to the recomputed tree, and compares what is stored.
func (v *verification) leaf(ctx context.Context, e model.LogEntry, stored map[int64]string) error {
	added, err := tlog.StoredHashes(e.Idx, Record(e), v.recomputed())
	if err != nil {
		return err
	}
	for _, hash := range added {
		at := int64(len(v.hashes))
		switch text, ok := stored[at]; {
		case !ok:
			v.fault("第%d条的校验值（%d）不见了", e.Idx, at)
		case text != hex.EncodeToString(hash[:]):
			v.fault("第%d条或它的校验值（%d）被改过", e.Idx, at)
		}
		v.hashes = append(v.hashes, hash)
	}
	switch {
	case e.Kind == kindKey:
		if verifier, err := note.NewVerifier(e.Subject); err == nil {
			v.keys = append(v.keys, verifier)
		}
	case e.Kind == kindErased:
		var idx int64
		if _, err := fmt.Sscanf(e.Subject, "entry/%d", &idx); err == nil {
			if v.salted[idx] {
				v.Erased++
			}
			delete(v.salted, idx)
		}
	case e.Salt == "":
		v.salted[e.Idx] = true
	}
	if e.Salt != "" && sumOf(e.Salt) != e.SaltSum {
		v.fault("第%d条的盐被改过", e.Idx)
	}
	if err := v.head(e.Idx + 1); err != nil {
		return err
	}
	return v.content(ctx, e)
}

// recomputed reads the hashes that the walk has made so far.
func (v *verification) recomputed() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			if at >= int64(len(v.hashes)) {
				return nil, fmt.Errorf("publiclog: hash %d isn't known yet", at)
			}
			hashes[i] = v.hashes[at]
		}
		return hashes, nil
	})
}
