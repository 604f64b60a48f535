package publiclog

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"cunwu/model"
)

const listMax = 100

// Head is the village's latest signed head. Its Note is what a QR code on the
// board holds and what is sent to whoever wants to keep it.
func (s *Service) Head(ctx context.Context, villageID string) (model.LogHead, error) {
	return one[model.LogHead](s.store.DB(ctx).Where("village_id = ?", villageID).Order("size DESC"), "这个村的公开账本还没有内容")
}

// Villages are all villages: one without a log may have lost it.
func (s *Service) Villages(ctx context.Context) ([]string, error) {
	var villages []string
	err := s.store.DB(ctx).Model(&model.Village{}).Where("kind = ?", model.UnitVillage).Order("id").Pluck("id", &villages).Error
	return villages, err
}

// Entry is the leaf number n, from 0.
func (s *Service) Entry(ctx context.Context, villageID string, n int64) (model.LogEntry, error) {
	return one[model.LogEntry](s.store.DB(ctx).Where("village_id = ? AND idx = ?", villageID, n), fmt.Sprintf("公开账本里没有第%d条", n))
}

// EntriesOf are the leaves of a subject in the order of the log, for the page
// that shows it; what was published a moment ago isn't there yet.
func (s *Service) EntriesOf(ctx context.Context, villageID, kind, subject string) ([]model.LogEntry, error) {
	var entries []model.LogEntry
	err := s.store.DB(ctx).Where("village_id = ? AND kind = ? AND subject = ?", villageID, kind, subject).Order("idx").Limit(listMax).Find(&entries).Error
	return entries, err
}

// Proof shows that a leaf stands in the tree of some size, or that a smaller
// tree is the beginning of a larger one (RFC 6962).
type Proof struct {
	Size   int64       // of the tree
	Root   tlog.Hash   // its hash
	Leaf   int64       // of an inclusion proof
	Record []byte      // likewise: the leaf's bytes
	From   int64       // of a consistency proof
	Hashes []tlog.Hash // to be checked with tlog.CheckRecord or CheckTree
}

// Prove proves that the leaf stands in the tree of this size; 0 is the latest.
func (s *Service) Prove(ctx context.Context, villageID string, leaf, size int64) (Proof, error) {
	size, err := s.sizeOf(ctx, villageID, size)
	if err != nil {
		return Proof{}, err
	}
	if leaf < 0 || leaf >= size {
		return Proof{}, model.Errorf(model.Unknown, "公开账本里没有第%d条", leaf)
	}
	entry, err := s.Entry(ctx, villageID, leaf)
	if err != nil {
		return Proof{}, err
	}
	reader := s.reader(ctx, villageID, nil)
	hashes, err := tlog.ProveRecord(size, leaf, reader)
	if err != nil {
		return Proof{}, err
	}
	root, err := tlog.TreeHash(size, reader)
	return Proof{Size: size, Root: root, Leaf: leaf, Record: Record(entry), Hashes: hashes}, err
}

// Consistent proves that the tree of size from is the beginning of the tree of
// size to; 0 is the latest.
func (s *Service) Consistent(ctx context.Context, villageID string, from, to int64) (Proof, error) {
	to, err := s.sizeOf(ctx, villageID, to)
	if err != nil {
		return Proof{}, err
	}
	if from < 1 || from > to {
		return Proof{}, model.Errorf(model.Invalid, "前一个大小应在1到%d之间", to)
	}
	reader := s.reader(ctx, villageID, nil)
	hashes, err := tlog.ProveTree(to, from, reader)
	if err != nil {
		return Proof{}, err
	}
	root, err := tlog.TreeHash(to, reader)
	return Proof{Size: to, Root: root, From: from, Hashes: hashes}, err
}

// sizeOf checks the size of a tree that is asked for.
func (s *Service) sizeOf(ctx context.Context, villageID string, size int64) (int64, error) {
	head, err := s.Head(ctx, villageID)
	if err != nil {
		return 0, err
	}
	switch {
	case size == 0:
		return head.Size, nil
	case size < 0 || size > head.Size:
		return 0, model.Errorf(model.Invalid, "公开账本现在共%d条，没有您问的大小", head.Size)
	}
	return size, nil
}

func erasedSubject(idx int64) string { return fmt.Sprintf("entry/%d", idx) }
