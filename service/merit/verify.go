package merit

import (
	"context"
	"fmt"

	"cunwu/model"
)

// verifyMost is how many faults of one kind are told of one village.
const verifyMost = 20

// LedgerReport is what a village's books add up to. Faults is empty when each
// posting's sides sum to zero, each account's balance is the sum of its entries, and
// no household is below zero.
type LedgerReport struct {
	VillageID string
	Accounts  int64
	Entries   int64
	Faults    []string // in Chinese, without names
}

// VerifyLedgers adds up the books of every village that keeps them, from the entries
// alone. A console's work: it reads everything.
func (s *Service) VerifyLedgers(ctx context.Context) ([]LedgerReport, error) {
	var villages []string
	if err := s.store.DB(ctx).Model(&model.MeritAccount{}).Distinct("village_id").Order("village_id").Pluck("village_id", &villages).Error; err != nil {
		return nil, err
	}
	all := make([]LedgerReport, 0, len(villages))
	for _, village := range villages {
		r, err := s.verifyLedger(ctx, village)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// sums is a row of a comparison: what stands there, and what its entries say.
type sums struct {
	ID      string
	Stands  int64
	Entries int64
}

func (s *Service) verifyLedger(ctx context.Context, village string) (LedgerReport, error) {
	r := LedgerReport{VillageID: village}
	db := s.store.DB(ctx)
	if err := db.Model(&model.MeritAccount{}).Where("village_id = ?", village).Count(&r.Accounts).Error; err != nil {
		return r, err
	}
	if err := db.Model(&model.MeritEntry{}).Where("village_id = ?", village).Count(&r.Entries).Error; err != nil {
		return r, err
	}
	for _, look := range []struct {
		query string
		says  func(f sums) string
	}{
		{`SELECT posting_id AS id, 0 AS stands, SUM(amount) AS entries FROM merit_entries WHERE village_id = ?
			GROUP BY posting_id HAVING SUM(amount) <> 0 ORDER BY posting_id`, func(f sums) string { return fmt.Sprintf("记账 %s 的两边差 %d 分", f.ID, f.Entries) }},
		{`SELECT a.id AS id, a.balance AS stands, COALESCE(SUM(e.amount), 0) AS entries FROM merit_accounts a
			LEFT JOIN merit_entries e ON e.village_id = a.village_id AND e.account_id = a.id WHERE a.village_id = ?
			GROUP BY a.id, a.balance HAVING a.balance <> COALESCE(SUM(e.amount), 0) ORDER BY a.id`, func(f sums) string {
			return fmt.Sprintf("账户 %s 的余额是 %d 分，流水加起来是 %d 分", f.ID, f.Stands, f.Entries)
		}},
		{`SELECT a.id AS id, a.entries AS stands, COUNT(e.seq) AS entries FROM merit_accounts a
			LEFT JOIN merit_entries e ON e.village_id = a.village_id AND e.account_id = a.id WHERE a.village_id = ?
			GROUP BY a.id, a.entries HAVING a.entries <> COUNT(e.seq) ORDER BY a.id`, func(f sums) string {
			return fmt.Sprintf("账户 %s 该有 %d 笔流水，实有 %d 笔", f.ID, f.Stands, f.Entries)
		}},
		{`SELECT p.id AS id, 0 AS stands, 0 AS entries FROM merit_postings p WHERE p.village_id = ? AND NOT EXISTS
			(SELECT 1 FROM merit_entries e WHERE e.village_id = p.village_id AND e.posting_id = p.id) ORDER BY p.id`, func(f sums) string { return fmt.Sprintf("记账 %s 没有流水", f.ID) }},
		{`SELECT id, balance AS stands, 0 AS entries FROM merit_accounts WHERE village_id = ? AND balance < 0 AND kind <> '` + model.MeritPool + `' ORDER BY id`, func(f sums) string { return fmt.Sprintf("账户 %s 的余额是负的：%d 分", f.ID, f.Stands) }},
	} {
		var found []sums
		if err := db.Raw(look.query+fmt.Sprintf(" LIMIT %d", verifyMost), village).Scan(&found).Error; err != nil {
			return r, err
		}
		for _, f := range found {
			r.Faults = append(r.Faults, look.says(f))
		}
	}
	return r, nil
}
