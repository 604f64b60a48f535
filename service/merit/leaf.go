package merit

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"cunwu/model"
	"cunwu/service/publiclog"
)

const logKind = "merit"

func logSubject(postingID string) string { return "merit/" + postingID }

// PublicPosting is what the public log's leaf stands for, and what a village with
// open figures shows: every figure, and no person or household.
type PublicPosting struct {
	ID       string        `json:"id"`
	At       int64         `json:"at"` // Unix ms
	Cause    string        `json:"cause"`
	Reverses string        `json:"reverses,omitempty"`
	Entries  []PublicEntry `json:"entries"`
}

// PublicEntry is one side of it.
type PublicEntry struct {
	Account string `json:"account"` // house, pool, store, reserve
	Amount  int64  `json:"amount"`
}

// publish masks a posting: persons and households become what sort of account it
// is.
func publish(p model.MeritPosting, entries []model.MeritEntry) PublicPosting {
	public := PublicPosting{ID: p.ID, At: p.At.UnixMilli(), Cause: p.Cause, Reverses: p.Reverses}
	for _, e := range entries {
		kind, _, _ := strings.Cut(e.AccountID, "/")
		public.Entries = append(public.Entries, PublicEntry{Account: kind, Amount: e.Amount})
	}
	slices.SortFunc(public.Entries, func(a, b PublicEntry) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Amount, b.Amount))
	})
	return public
}

// leaf is the posting in its one canonical form.
func leaf(p model.MeritPosting, entries []model.MeritEntry) []byte {
	text, _ := json.Marshal(publish(p, entries)) // strings and numbers always marshal
	return text
}

// Postings is the ledger as everybody may read it, by id, if the village decided
// so in its rule book; after is the last one seen.
func (s *Service) Postings(ctx context.Context, villageID, after string, limit int) ([]PublicPosting, error) {
	book, err := s.Book(ctx, villageID)
	if err != nil {
		return nil, err
	}
	if !book.OpenFigures {
		return nil, model.Errorf(model.Forbidden, "村里没有决定公开积分账的数字，可以到村务监督委员会查看")
	}
	var rows []model.MeritPosting
	err = s.store.DB(ctx).Where("village_id = ? AND id > ?", villageID, after).Order("id").Limit(clamp(limit)).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]string, 0, len(rows))
	for _, p := range rows {
		ids = append(ids, p.ID)
	}
	var entries []model.MeritEntry
	if err := s.store.DB(ctx).Where("village_id = ? AND posting_id IN ?", villageID, ids).Find(&entries).Error; err != nil {
		return nil, err
	}
	of := map[string][]model.MeritEntry{}
	for _, e := range entries {
		of[e.PostingID] = append(of[e.PostingID], e)
	}
	public := make([]PublicPosting, 0, len(rows))
	for _, p := range rows {
		public = append(public, publish(p, of[p.ID]))
	}
	return public, nil
}

// LogSource lets whoever verifies the public log make every leaf anew from what
// is stored, and find postings that never got there.
func (s *Service) LogSource() publiclog.Source {
	return publiclog.Source{Kinds: []string{logKind},
		Content: func(ctx context.Context, villageID, _, subject string) ([]byte, error) {
			return s.Leaf(ctx, villageID, subject)
		},
		Subjects: s.subjects}
}

// Leaf is the content of a posting's leaf; subject is "merit/ID".
func (s *Service) Leaf(ctx context.Context, villageID, subject string) ([]byte, error) {
	id := strings.TrimPrefix(subject, "merit/")
	var p model.MeritPosting
	found := s.store.DB(ctx).Where("village_id = ? AND id = ?", villageID, id).Limit(1).Find(&p)
	if found.Error != nil {
		return nil, found.Error
	}
	if found.RowsAffected == 0 {
		return nil, publiclog.ErrNoContent
	}
	var entries []model.MeritEntry
	err := s.store.DB(ctx).Where("village_id = ? AND posting_id = ?", villageID, id).Limit(16).Find(&entries).Error
	return leaf(p, entries), err
}

func (s *Service) subjects(ctx context.Context, villageID string, visit func(kind, subject string) error) error {
	after := ""
	for {
		var ids []string
		err := s.store.DB(ctx).Model(&model.MeritPosting{}).Where("village_id = ? AND id > ?", villageID, after).Order("id").Limit(500).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			after = id
			if err := visit(logKind, logSubject(id)); err != nil {
				return err
			}
		}
	}
}
