package merit

import (
	"context"
	"strings"

	"cunwu/model"
)

// Account is a household's points as its members see them.
type Account struct {
	Label    string // what the village calls its points; empty: no rule book yet
	Balance  int64  // what may be spent
	Reserved int64  // set aside for goods not fetched yet
	Honoured bool   // stands on the honour roll
	Members  []MemberPoints
}

// MemberPoints is what one of the household brought to the account.
type MemberPoints struct {
	PersonID, Name string
	Points         int64
}

// Account is the account of the actor's household. It reads partial sums only.
func (s *Service) Account(ctx context.Context, actor model.Actor) (Account, error) {
	var a Account
	if err := member(actor, actor.VillageID); err != nil {
		return a, err
	}
	house, err := s.household(ctx, actor.VillageID, actor.VillagerID)
	if err != nil {
		return a, err
	}
	book, err := s.Book(ctx, actor.VillageID)
	if err != nil && !model.IsCode(err, model.Unknown) {
		return a, err
	}
	a.Label = book.Label
	var row model.MeritAccount
	if err := s.store.DB(ctx).Where("village_id = ? AND id = ?", actor.VillageID, houseAccount(house)).Limit(1).Find(&row).Error; err != nil {
		return a, err
	}
	a.Balance, a.Honoured = row.Balance, row.Honoured
	err = s.store.DB(ctx).Model(&model.MeritRedemption{}).Where("village_id = ? AND account_id = ? AND state = ?", actor.VillageID, houseAccount(house), model.RedemptionReserved).
		Select("COALESCE(SUM(points), 0)").Scan(&a.Reserved).Error
	if err != nil {
		return a, err
	}
	err = s.store.DB(ctx).Raw(`SELECT m.person_id, v.name, m.points FROM merit_members m
		JOIN villagers v ON v.village_id = m.village_id AND v.id = m.person_id
		WHERE m.village_id = ? AND m.account_id = ? ORDER BY m.points DESC, m.person_id LIMIT 50`, actor.VillageID, houseAccount(house)).Scan(&a.Members).Error
	return a, err
}

// Line is an entry of the household's account as its members read it.
type Line struct {
	Seq    int64 // the account's own number, without gaps
	At     model.Time
	Cause  string
	Text   string
	Person string // whose deed, if anybody's
	Amount int64
	After  int64 // balance afterwards
}

// Entries lists the entries of the actor's household, the newest first; before is
// the Seq of the last one seen, 0 at the start.
func (s *Service) Entries(ctx context.Context, actor model.Actor, before int64, limit int) ([]Line, error) {
	if err := member(actor, actor.VillageID); err != nil {
		return nil, err
	}
	house, err := s.household(ctx, actor.VillageID, actor.VillagerID)
	if err != nil {
		return nil, err
	}
	if before <= 0 {
		before = 1 << 62
	}
	var lines []Line
	err = s.store.DB(ctx).Raw(`SELECT e.seq, e.at, p.cause, p.text, COALESCE(v.name, '') AS person, e.amount, e.balance AS after
		FROM merit_entries e JOIN merit_postings p ON p.village_id = e.village_id AND p.id = e.posting_id
		LEFT JOIN villagers v ON v.village_id = e.village_id AND v.id = e.person_id
		WHERE e.village_id = ? AND e.account_id = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?`,
		actor.VillageID, houseAccount(house), before, clamp(limit)).Scan(&lines).Error
	return lines, err
}

func clamp(limit int) int { return min(max(limit, 1), 100) }

// Honour puts the actor's household on the honour roll, or takes it off.
func (s *Service) Honour(ctx context.Context, actor model.Actor, show bool) error {
	if err := member(actor, actor.VillageID); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		house, err := s.household(ctx, actor.VillageID, actor.VillagerID)
		if err != nil {
			return err
		}
		if err := s.openAccount(ctx, actor.VillageID, houseAccount(house)); err != nil {
			return err
		}
		err = s.store.DB(ctx).Model(&model.MeritAccount{}).Where("village_id = ? AND id = ?", actor.VillageID, houseAccount(house)).
			UpdateColumns(map[string]any{"honoured": show, "updated_at": s.now()}).Error
		if err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, actor.VillageID, "merit.honour", houseAccount(house), map[bool]string{true: "on", false: "off"}[show])
	})
}

// Ranked is a line of the honour roll.
type Ranked struct {
	Place       int
	HouseholdNo string
	Head        string // the household's head
	Points      int64  // earned in the period
}

// Ranking is the honour roll of a period (2026-03, 2026-Q1, 2026): the households
// that want to stand on it, by what they earned. Points spent don't count against
// anybody.
func (s *Service) Ranking(ctx context.Context, actor model.Actor, villageID, period string, limit int) ([]Ranked, error) {
	if actor.VillageID != villageID && !actor.May(model.VerbMeritJudge, villageID) {
		return nil, model.Errorf(model.Forbidden, "只有本村的人能看光荣榜")
	}
	if period = strings.TrimSpace(period); period == "" {
		period = periodOf(s.store.Now(), "month")
	}
	if len(period) > 10 {
		return nil, model.Errorf(model.Invalid, "时间请写成 2026-03、2026-Q1 或 2026")
	}
	var rows []Ranked
	err := s.store.DB(ctx).Raw(`SELECT h.number AS household_no, COALESCE(v.name, '') AS head, t.total AS points
		FROM merit_sums t
		JOIN merit_accounts a ON a.village_id = t.village_id AND a.id = t.account_id AND a.honoured = ?
		JOIN households h ON h.village_id = a.village_id AND h.id = a.household_id
		LEFT JOIN villagers v ON v.village_id = h.village_id AND v.id = h.head_id
		WHERE t.village_id = ? AND t.name = ? AND t.period = ? AND t.total > 0
		ORDER BY t.total DESC, t.account_id LIMIT ?`, true, villageID, earned, period, clamp(limit)).Scan(&rows).Error
	for i := range rows {
		if rows[i].Place = i + 1; i > 0 && rows[i].Points == rows[i-1].Points {
			rows[i].Place = rows[i-1].Place
		}
	}
	return rows, err
}
