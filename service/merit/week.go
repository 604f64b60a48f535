package merit

import (
	"context"
	"fmt"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

// settling is how long a week's last pictures may take to arrive and be compared.
const settling = 6 * time.Hour

// pattern is something odd in a week: a statement that gives its subject, how
// often, and two names for the words.
type pattern struct {
	kind  string
	rule  string // how often is odd; empty: once
	sql   string // takes village, from, to
	words string
}

func patterns() []pattern {
	return []pattern{
		{kind: "reviewer", rule: "merit.pattern_reviewer", words: "评议员%s一周通过了户号%s的%d件",
			sql: `SELECT CONCAT(r.reviewer_id, '/', c.household_id) AS subject, r.reviewer_name AS a, h.number AS b, COUNT(*) AS n
			FROM merit_reviews r JOIN merit_claims c ON c.village_id = r.village_id AND c.id = r.claim_id
			JOIN households h ON h.village_id = c.village_id AND h.id = c.household_id
			WHERE r.village_id = ? AND r.decided_at >= ? AND r.decided_at < ? AND r.state = 'approved' GROUP BY r.reviewer_id, c.household_id, r.reviewer_name, h.number`},
		{kind: "family", rule: "merit.pattern_family", words: "户主%s（户号%s）一周报了%d件",
			sql: `SELECT c.household_id AS subject, COALESCE(v.name, '') AS a, h.number AS b, COUNT(*) AS n
			FROM merit_claims c JOIN households h ON h.village_id = c.village_id AND h.id = c.household_id
			LEFT JOIN villagers v ON v.village_id = h.village_id AND v.id = h.head_id
			WHERE c.village_id = ? AND c.opened_at >= ? AND c.opened_at < ? AND c.points > 0 GROUP BY c.household_id, v.name, h.number`},
		{kind: "hour", rule: "merit.pattern_hour", words: "%s一小时内报了%[3]d件%[2]s",
			sql: `SELECT c.claimant_id AS subject, c.claimant_name AS a, '' AS b, COUNT(*) AS n FROM merit_claims c
			WHERE c.village_id = ? AND c.opened_at >= ? AND c.opened_at < ? AND c.points > 0
			GROUP BY c.claimant_id, c.claimant_name, c.opened_at - (c.opened_at % 3600000)`},
		{kind: "keeper", rule: "merit.pattern_keeper", words: "管理员%s一周给户号%s办了%d次兑换",
			sql: `SELECT CONCAT(r.keeper_id, '/', r.household_id) AS subject, r.keeper_name AS a, h.number AS b, COUNT(*) AS n
			FROM merit_redemptions r JOIN households h ON h.village_id = r.village_id AND h.id = r.household_id
			WHERE r.village_id = ? AND r.ended_at >= ? AND r.ended_at < ? AND r.state = 'settled' GROUP BY r.keeper_id, r.household_id, r.keeper_name, h.number`},
		{kind: "photo", words: "%s的积分（户号%s）有%d张照片与以前报过的很像",
			sql: `SELECT c.id AS subject, c.claimant_name AS a, h.number AS b, COUNT(*) AS n
			FROM merit_claims c JOIN merit_evidence e ON e.village_id = c.village_id AND e.claim_id = c.id AND e.near_claim <> ''
			JOIN households h ON h.village_id = c.village_id AND h.id = c.household_id
			WHERE c.village_id = ? AND c.opened_at >= ? AND c.opened_at < ? GROUP BY c.id, c.claimant_name, h.number`},
		{kind: "household", words: "户主%s（户号%s）同一天同一项报了不止一次，共%d件",
			sql: `SELECT c.household_id AS subject, COALESCE(v.name, '') AS a, h.number AS b, COUNT(*) AS n
			FROM merit_claims c JOIN households h ON h.village_id = c.village_id AND h.id = c.household_id
			LEFT JOIN villagers v ON v.village_id = h.village_id AND v.id = h.head_id
			WHERE c.village_id = ? AND c.opened_at >= ? AND c.opened_at < ? AND c.flags LIKE '%household%' GROUP BY c.household_id, v.name, h.number`},
	}
}

// monday is the start of the week that t lies in.
func monday(t time.Time) time.Time {
	y, m, d := t.In(model.Shanghai).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, model.Shanghai)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// ExceptionsDue looks through last week in every village that has not been looked
// through yet, and tells the supervisors what was odd. It says how many villages.
func (s *Service) ExceptionsDue(ctx context.Context) (int, error) {
	to := monday(s.store.Now())
	if s.store.Now().Before(to.Add(settling)) {
		return 0, nil
	}
	from := to.AddDate(0, 0, -7)
	var villages []string
	err := s.store.DB(ctx).Raw(`SELECT DISTINCT books.village_id FROM merit_books books WHERE NOT EXISTS
		(SELECT 1 FROM merit_weeks w WHERE w.village_id = books.village_id AND w.week = ?) LIMIT 1000`, from.Format(time.DateOnly)).Scan(&villages).Error
	if err != nil {
		return 0, err
	}
	for n, v := range villages {
		if err := s.lookThrough(ctx, v, from, to); err != nil {
			return n, err
		}
	}
	return len(villages), nil
}

func (s *Service) lookThrough(ctx context.Context, villageID string, from, to time.Time) error {
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		week := model.MeritWeek{VillageID: villageID, Week: from.Format(time.DateOnly), MadeAt: s.now()}
		if err := unique(s.store.DB(ctx).Create(&week).Error, "这一周已经看过了"); err != nil {
			return err
		}
		var odd []model.MeritException
		for _, p := range patterns() {
			found, err := s.find(ctx, villageID, week.Week, p, from, to)
			if err != nil {
				return err
			}
			odd = append(odd, found...)
		}
		if len(odd) == 0 {
			return nil
		}
		if err := s.store.DB(ctx).CreateInBatches(&odd, 100).Error; err != nil {
			return err
		}
		err := s.store.DB(ctx).Model(&week).UpdateColumn("found", len(odd)).Error
		if err != nil {
			return err
		}
		return s.tellSupervisors(ctx, villageID, week.Week, odd)
	})
	if model.IsCode(err, model.Conflict) {
		return nil // another replica was first
	}
	return err
}

func (s *Service) find(ctx context.Context, villageID, week string, p pattern, from, to time.Time) ([]model.MeritException, error) {
	least := 1
	if p.rule != "" {
		var err error
		if least, err = s.rule(ctx, p.rule); err != nil {
			return nil, err
		}
	}
	var rows []struct {
		Subject, A, B string
		N             int
	}
	err := s.store.DB(ctx).Raw(p.sql+" HAVING COUNT(*) >= ? ORDER BY COUNT(*) DESC LIMIT 100", villageID, model.At(from), model.At(to), least).Scan(&rows).Error
	var odd []model.MeritException
	seen := map[string]bool{}
	for _, r := range rows {
		if !seen[r.Subject] { // the busiest hour stands for the others
			seen[r.Subject] = true
			odd = append(odd, model.MeritException{VillageID: villageID, Week: week, Kind: p.kind, Subject: r.Subject, Count: r.N, Text: clip(fmt.Sprintf(p.words, r.A, r.B, r.N), 80)})
		}
	}
	return odd, err
}

// tellSupervisors tells the supervision committee; where there is none, the
// township.
func (s *Service) tellSupervisors(ctx context.Context, villageID, week string, odd []model.MeritException) error {
	for _, role := range []model.Role{model.RoleSupervisor, model.RoleTownship} {
		holders, err := s.people.HoldersFor(ctx, villageID, role)
		if err != nil {
			return err
		}
		for _, h := range holders {
			n := notice.Note{VillageID: villageID, To: h.Person(), Event: "merit/week/" + week, Role: notice.RoleHandler, Private: true, Text: weekText(week, odd)}
			if err := s.notices.Put(ctx, n); err != nil {
				return err
			}
		}
		if len(holders) > 0 {
			return nil
		}
	}
	return nil
}

// Exceptions lists what was odd in a week (its Monday, 2006-01-02; empty: the
// last one), for the supervisors.
func (s *Service) Exceptions(ctx context.Context, actor model.Actor, villageID, week string) ([]model.MeritException, error) {
	if err := actor.Require(model.VerbMeritJudge, villageID); err != nil {
		return nil, err
	}
	if week == "" {
		week = monday(s.store.Now()).AddDate(0, 0, -7).Format(time.DateOnly)
	}
	var odd []model.MeritException
	err := s.store.DB(ctx).Where("village_id = ? AND week = ?", villageID, week).Order("kind, count DESC, subject").Limit(500).Find(&odd).Error
	return odd, err
}
