package audit

import (
	"context"
	"crypto/hmac"
	"fmt"
	"strconv"
	"strings"

	"cunwu/model"
)

const verifyBatch = 500

// Report is how a village's audit chain stands.
type Report struct {
	VillageID string
	Sealed    int64  // links of the chain
	Removed   int64  // of these, entries whose period was over
	Waiting   int64  // entries that are not chained yet
	Head      string // to be kept outside: with it a cut tail is noticed, too
	Broken    string // what is wrong first and where, in Chinese; empty: nothing
}

// Head names a link of a village's chain: code:seq:hash.
type Head struct {
	VillageID string
	Seq       int64
	Hash      string
}

func (h Head) String() string { return fmt.Sprintf("%s:%d:%s", h.VillageID, h.Seq, h.Hash) }

// ParseHead reads what Head.String gives.
func ParseHead(text string) (Head, error) {
	part := strings.Split(strings.TrimSpace(text), ":")
	if len(part) == 3 {
		if seq, err := strconv.ParseInt(part[1], 10, 64); err == nil && seq > 0 && len(part[2]) == 64 {
			return Head{VillageID: part[0], Seq: seq, Hash: part[2]}, nil
		}
	}
	return Head{}, model.Errorf(model.Invalid, "链头的写法是 村代号:序号:校验码，请照上次打印的整行粘贴")
}

// Villages are those that have a chain or entries.
func (c *Chain) Villages(ctx context.Context) ([]string, error) {
	var villages []string
	err := c.store.DB(ctx).Raw("SELECT village_id FROM audit_seals UNION SELECT village_id FROM audit_entries ORDER BY 1").Scan(&villages).Error
	return villages, err
}

// Verify reads a village's whole chain and says whether any entry or link was
// changed, removed, added or moved. held is a head printed earlier, or the zero
// one; without it, nobody can see that the newest entries were cut off together
// with their links.
func (c *Chain) Verify(ctx context.Context, villageID string, held Head) (Report, error) {
	w := &walk{chain: c, report: Report{VillageID: villageID}, held: held}
	key, err := c.key(ctx)
	if err != nil {
		w.report.Broken = "审计链的密钥不在了：" + err.Error()
		return w.report, nil //nolint:nilerr // that is what was asked
	}
	w.key = key
	if w.kept, err = c.keptSince(ctx); err != nil {
		return w.report, err
	}
	if err := w.links(ctx); err != nil || w.report.Broken != "" {
		return w.report, err
	}
	return w.report, w.strays(ctx)
}

// walk goes along one chain.
type walk struct {
	chain  *Chain
	key    []byte
	held   Head
	kept   model.Time // entries sealed before may be gone
	last   model.AuditSeal
	report Report
}

func (w *walk) broken(format string, args ...any) { w.report.Broken = fmt.Sprintf(format, args...) }

// links checks every link with its entry.
func (w *walk) links(ctx context.Context) error {
	for {
		var seals []model.AuditSeal
		err := w.chain.store.DB(ctx).Where("village_id = ? AND seq > ?", w.report.VillageID, w.last.Seq).Order("seq").Limit(verifyBatch).Find(&seals).Error
		if err != nil {
			return err
		}
		if len(seals) == 0 {
			w.head()
			return nil
		}
		entries, err := w.entries(ctx, seals)
		if err != nil {
			return err
		}
		for _, seal := range seals {
			if w.link(seal, entries); w.report.Broken != "" {
				return nil
			}
		}
	}
}

func (w *walk) entries(ctx context.Context, seals []model.AuditSeal) (map[string]model.AuditEntry, error) {
	ids := make([]string, len(seals))
	for i, seal := range seals {
		ids[i] = seal.EntryID
	}
	var rows []model.AuditEntry
	err := w.chain.store.DB(ctx).Where("village_id = ? AND id IN ?", w.report.VillageID, ids).Find(&rows).Error
	entries := make(map[string]model.AuditEntry, len(rows))
	for _, row := range rows {
		entries[row.ID] = row
	}
	return entries, err
}

func (w *walk) link(seal model.AuditSeal, entries map[string]model.AuditEntry) {
	if seal.Seq != w.last.Seq+1 {
		w.broken("第%d环不见了（编号跳到%d）", w.last.Seq+1, seal.Seq)
		return
	}
	if !hmac.Equal([]byte(seal.Hash), []byte(link(w.key, w.last.Hash, seal))) {
		w.broken("第%d环的校验码对不上：这一环被改过、换过位置或是后加的", seal.Seq)
		return
	}
	entry, ok := entries[seal.EntryID]
	switch {
	case !ok && seal.SealedAt.Before(w.kept.Time):
		w.report.Removed++
	case !ok:
		w.broken("第%d环的记录不见了（%s）", seal.Seq, seal.EntryID)
	case !hmac.Equal([]byte(seal.Digest), []byte(digest(w.key, entry))):
		w.broken("第%d环的记录被改过（%s）", seal.Seq, seal.EntryID)
	case !entry.Sealed:
		w.broken("第%d环的记录被标成没有入链（%s）", seal.Seq, seal.EntryID)
	}
	if seal.Seq == w.held.Seq && seal.Hash != w.held.Hash {
		w.broken("第%d环和给出的链头对不上：整条链被换过", seal.Seq)
	}
	w.last = seal
	w.report.Sealed++
}

// head compares the end of the chain with the head that was given.
func (w *walk) head() {
	if w.held.Seq > w.last.Seq {
		w.broken("链尾被截断：链头说到第%d环，现在只有%d环", w.held.Seq, w.last.Seq)
	}
	if w.last.Seq > 0 {
		w.report.Head = Head{VillageID: w.report.VillageID, Seq: w.last.Seq, Hash: w.last.Hash}.String()
	}
}

// strays looks for entries that call themselves chained without a link, and
// counts those that wait for theirs.
func (w *walk) strays(ctx context.Context) error {
	db := w.chain.store.DB(ctx).Model(&model.AuditEntry{}).Where("village_id = ?", w.report.VillageID)
	var stray []string
	err := db.Where("sealed = ?", true).
		Where("NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.village_id = audit_entries.village_id AND s.entry_id = audit_entries.id)").
		Order("id").Limit(1).Pluck("id", &stray).Error
	if err != nil {
		return err
	}
	if len(stray) > 0 {
		w.broken("记录 %s 标成已入链，链里却没有它：是后加的，或它那一环被删了", stray[0])
		return nil
	}
	return w.chain.store.DB(ctx).Model(&model.AuditEntry{}).Where("village_id = ? AND sealed = ?", w.report.VillageID, false).Count(&w.report.Waiting).Error
}
