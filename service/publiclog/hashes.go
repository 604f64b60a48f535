package publiclog

import (
	"context"
	"encoding/hex"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"cunwu/model"
)

// reader reads the tree's stored hashes; fresh ones that aren't stored yet come
// from what is being sealed.
func (s *Service) reader(ctx context.Context, villageID string, fresh map[int64]tlog.Hash) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var wanted []int64
		for _, i := range indexes {
			if _, ok := fresh[i]; !ok {
				wanted = append(wanted, i)
			}
		}
		stored := map[int64]tlog.Hash{}
		if len(wanted) > 0 {
			var rows []model.LogHash
			if err := s.store.DB(ctx).Where("village_id = ? AND idx IN ?", villageID, wanted).Find(&rows).Error; err != nil {
				return nil, err
			}
			for _, row := range rows {
				hash, err := hashOf(row.Hash)
				if err != nil {
					return nil, err
				}
				stored[row.Idx] = hash
			}
		}
		hashes := make([]tlog.Hash, len(indexes))
		for n, i := range indexes {
			hash, ok := fresh[i]
			if !ok {
				if hash, ok = stored[i]; !ok {
					return nil, fmt.Errorf("publiclog: hash %d of %s is missing", i, villageID)
				}
			}
			hashes[n] = hash
		}
		return hashes, nil
	})
}

func hashOf(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	raw, err := hex.DecodeString(text)
	if err == nil && len(raw) != len(hash) {
		err = fmt.Errorf("publiclog: a hash of %d bytes", len(raw))
	}
	copy(hash[:], raw)
	return hash, err
}
