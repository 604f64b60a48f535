package publiclog

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cunwu/model"
)

// head checks the head of this size, if there is one, against the leaves.
func (v *verification) head(size int64) error {
	head, ok := v.heads[size]
	if !ok {
		return nil
	}
	root, err := tlog.TreeHash(size, v.recomputed())
	if err != nil {
		return err
	}
	if head.Hash != hex.EncodeToString(root[:]) || !strings.HasPrefix(head.Note, headText(v.VillageID, size, root, head.At, head.Previous)+"\n") {
		v.fault("签名首页（共%d条）和账本内容对不上", size)
	}
	return nil
}

// headsInOrder: every head is signed by a key that the log names, and names the
// head before it, so that none can be taken out.
func (v *verification) headsInOrder() {
	for size := v.latest.Size; size > 0; {
		head, ok := v.heads[size]
		if !ok {
			v.fault("签名首页（共%d条）不见了", size)
			return
		}
		if !v.signed(head) {
			v.fault("签名首页（共%d条）的签名不对", size)
		}
		delete(v.heads, size)
		if head.Previous >= size || head.Previous < 0 {
			v.fault("签名首页（共%d条）的前一页不对", size)
			return
		}
		size = head.Previous
	}
	for size := range v.heads {
		v.fault("多出一个签名首页（共%d条）", size)
	}
}

// signed says whether the head's note is exactly one of ours.
func (v *verification) signed(head model.LogHead) bool {
	n, err := note.Open([]byte(head.Note), note.VerifierList(v.unique()...))
	if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) > 0 {
		return false
	}
	raw, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	exact := n.Text + "\n— " + n.Sigs[0].Name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
	return err == nil && exact == head.Note
}

// unique are the keys, each once: note refuses a list that is ambiguous.
func (v *verification) unique() []note.Verifier {
	var keys []note.Verifier
	seen := map[uint32]bool{}
	for _, key := range v.keys {
		if key.Name() == origin(v.VillageID) && !seen[key.KeyHash()] {
			keys, seen[key.KeyHash()] = append(keys, key), true
		}
	}
	return keys
}

// beyond finds what stands behind the latest head: nobody has signed it.
func (v *verification) beyond(ctx context.Context) error {
	now, err := v.log.Head(ctx, v.VillageID) // may have grown since the walk began
	if err != nil && !model.IsCode(err, model.Unknown) {
		return err
	}
	var entries, hashes int64
	db := v.log.store.DB(ctx)
	if err := db.Model(&model.LogEntry{}).Where("village_id = ? AND (idx >= ? OR idx < 0)", v.VillageID, now.Size).Count(&entries).Error; err != nil {
		return err
	}
	count := tlog.StoredHashCount(now.Size)
	if err := db.Model(&model.LogHash{}).Where("village_id = ? AND (idx >= ? OR idx < 0)", v.VillageID, count).Count(&hashes).Error; err != nil {
		return err
	}
	if entries > 0 || hashes > 0 {
		v.fault("最新的签名首页之后还有没签名的内容（%d条，%d个校验值）：可能是首页被删了", entries, hashes)
	}
	return nil
}
