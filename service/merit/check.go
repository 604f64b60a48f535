package merit

import (
	"context"
	"fmt"

	"cunwu/model"
)

const problemsMax = 100 // of each sort that a report names

// Report is what an audit of a village's ledger found.
type Report struct {
	Accounts, Postings, Entries int64
	Problems                    []string
}

// OK says that the books are right.
func (r Report) OK() bool { return len(r.Problems) == 0 }

// Check audits the village's whole ledger: everything sums to zero, every posting
// does, every balance is the sum of its entries, none but the pool's is below
// zero, what is reserved stands in the reserve and no stock is negative. It reads
// every entry once, and may run beside postings: each sentence is judged in one
// statement.
func (s *Service) Check(ctx context.Context, villageID string) (Report, error) {
	var r Report
	db := s.store.DB(ctx)
	for _, n := range []struct {
		of   any
		into *int64
	}{{&model.MeritAccount{}, &r.Accounts}, {&model.MeritPosting{}, &r.Postings}, {&model.MeritEntry{}, &r.Entries}} {
		if err := db.Model(n.of).Where("village_id = ?", villageID).Count(n.into).Error; err != nil {
			return r, err
		}
	}
	for _, c := range checks() {
		args := make([]any, c.villages)
		for i := range args {
			args[i] = villageID
		}
		var found []struct {
			ID   string
			A, B int64
		}
		if err := s.store.DB(ctx).Raw(c.sql+fmt.Sprintf(" LIMIT %d", problemsMax), args...).Scan(&found).Error; err != nil {
			return r, err
		}
		for _, f := range found {
			r.Problems = append(r.Problems, fmt.Sprintf(c.words, f.ID, f.A, f.B))
		}
	}
	return r, nil
}

// check is a statement that finds nothing in a sound ledger; its words take what
// it found: an id and two figures.
type check struct {
	sql      string
	villages int // how many times the village's id stands in it
	words    string
}

func checks() []check {
	return []check{
		{`SELECT 'all' AS id, SUM(balance) AS a, 0 AS b FROM merit_accounts WHERE village_id = ? HAVING SUM(balance) <> 0`, 1,
			"%s：全部账户合计应为0，现为%d（%d）"},
		{`SELECT posting_id AS id, SUM(amount) AS a, COUNT(*) AS b FROM merit_entries WHERE village_id = ? GROUP BY posting_id HAVING SUM(amount) <> 0`, 1,
			"记账 %s：各方合计应为0，现为%d（%d条）"},
		{`SELECT p.id AS id, 0 AS a, 0 AS b FROM merit_postings p WHERE p.village_id = ? AND NOT EXISTS
			(SELECT 1 FROM merit_entries e WHERE e.village_id = p.village_id AND e.posting_id = p.id)`, 1, "记账 %s：没有分录（%d，%d）"},
		{`SELECT e.posting_id AS id, e.amount AS a, e.seq AS b FROM merit_entries e WHERE e.village_id = ? AND NOT EXISTS
			(SELECT 1 FROM merit_postings p WHERE p.village_id = e.village_id AND p.id = e.posting_id)`, 1, "分录没有对应的记账 %s（%d，第%d条）"},
		{`SELECT a.id AS id, a.balance AS a, COALESCE(SUM(e.amount), 0) AS b FROM merit_accounts a
			LEFT JOIN merit_entries e ON e.village_id = a.village_id AND e.account_id = a.id
			WHERE a.village_id = ? GROUP BY a.id, a.balance, a.entries
			HAVING a.balance <> COALESCE(SUM(e.amount), 0) OR a.entries <> COUNT(e.seq) OR a.entries <> COALESCE(MAX(e.seq), 0)`, 1,
			"账户 %s：余额%d，分录合计%d，或分录有缺"},
		{`SELECT e.account_id AS id, e.amount AS a, e.seq AS b FROM merit_entries e WHERE e.village_id = ? AND NOT EXISTS
			(SELECT 1 FROM merit_accounts a WHERE a.village_id = e.village_id AND a.id = e.account_id)`, 1, "分录没有对应的账户 %s（%d，第%d条）"},
		{`SELECT e.account_id AS id, e.balance AS a, e.seq AS b FROM merit_entries e
			LEFT JOIN merit_entries f ON f.village_id = e.village_id AND f.account_id = e.account_id AND f.seq = e.seq - 1
			WHERE e.village_id = ? AND e.balance <> COALESCE(f.balance, 0) + e.amount`, 1, "账户 %s：余额%d和上一条接不上（第%d条）"},
		{`SELECT id AS id, balance AS a, 0 AS b FROM merit_accounts WHERE village_id = ? AND balance < 0 AND kind <> 'pool'`, 1,
			"账户 %s：余额%d小于0（%d）"},
		{`SELECT m.person_id AS id, m.points AS a, COALESCE(SUM(e.amount), 0) AS b FROM merit_members m
			LEFT JOIN merit_entries e ON e.village_id = m.village_id AND e.account_id = m.account_id AND e.person_id = m.person_id
			WHERE m.village_id = ? GROUP BY m.account_id, m.person_id, m.points, m.entries
			HAVING m.points <> COALESCE(SUM(e.amount), 0) OR m.entries <> COUNT(e.seq)`, 1, "村民 %s：记下%d分，分录合计%d"},
		{`SELECT g.name AS id, g.held AS a, COALESCE(SUM(r.quantity), 0) AS b FROM merit_goods g
			LEFT JOIN merit_redemptions r ON r.village_id = g.village_id AND r.goods_id = g.id AND r.state = 'reserved'
			WHERE g.village_id = ? GROUP BY g.id, g.name, g.held, g.stock HAVING g.held <> COALESCE(SUM(r.quantity), 0) OR g.stock < 0 OR g.held < 0`, 1,
			"商品 %s：预留%d件，待取%d件，或库存小于0"},
		{`SELECT 'reserve' AS id, t.a AS a, t.b AS b FROM (SELECT
			(SELECT COALESCE(SUM(balance), 0) FROM merit_accounts WHERE village_id = ? AND kind = 'reserve') AS a,
			(SELECT COALESCE(SUM(points), 0) FROM merit_redemptions WHERE village_id = ? AND state = 'reserved') AS b) t WHERE t.a <> t.b`, 2,
			"%s：预留账户%d分，待取的兑换%d分"},
	}
}
