package casework

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"cunwu/model"
)

// Page says which cases to list and where the page begins: after the last case
// of the one before (its next), or at the top when After is empty.
type Page struct {
	States []model.CaseState // none: all
	After  string
	Limit  int // 1 to 100
}

const maxPage = 100

// Asked is a page of what the actor asked, the newest first, what they asked
// before binding included. The next page begins at next; empty: there is none.
func (s *Service) Asked(ctx context.Context, actor model.Actor, p Page) (cases []model.Case, next string, err error) {
	l := listing{page: p, key: "opened_at", newest: true}
	if actor.Known() {
		l.add("village_id = ? AND asker_id = ?", actor.VillageID, actor.VillagerID)
	}
	if actor.OpenID != "" {
		l.add("asker_account = ? AND asker_openid = ? AND asker_id = ''", actor.Account, actor.OpenID)
	}
	return s.list(ctx, l, func(c model.Case) model.Time { return c.OpenedAt })
}

// Held is a page of what the actor must act on or acted on last: the most
// pressing first when only cases that await an answer are wanted, else what was
// due last. What an office that ended let them handle isn't there any more.
func (s *Service) Held(ctx context.Context, actor model.Actor, p Page) (cases []model.Case, next string, err error) {
	if !actor.Known() {
		return nil, "", nil
	}
	l := listing{page: p, key: "due_at", newest: !awaitingOnly(p.States)}
	l.add("handler_village = ? AND handler_id = ?", actor.VillageID, actor.VillagerID)
	cases, next, err = s.list(ctx, l, func(c model.Case) model.Time { return c.DueAt })
	return s.stillHeld(actor, cases), next, err
}

func awaitingOnly(states []model.CaseState) bool {
	for _, state := range states {
		if !(model.Case{State: state}).Awaiting() {
			return false
		}
	}
	return len(states) > 0
}

// listing is a list in the making. Whose cases it holds stands in its branches,
// never in the cursor: a forged one leads to another place of the own list.
type listing struct {
	page     Page
	key      string
	newest   bool
	branches []string
	values   [][]any
}

func (l *listing) add(whose string, values ...any) {
	if len(l.page.States) > 0 {
		whose += " AND state IN ?"
		values = append(values, l.page.States)
	}
	l.branches, l.values = append(l.branches, whose), append(l.values, values)
}

// query finds the rows of a page. Of one branch the keys stand in its index, and no
// more rows than the page's are read. Two branches go by both indexes, which reads
// the actor's own rows.
func (l *listing) query(limit int) (sql string, values []any, err error) {
	order, beyond := "%[1]s DESC, %[2]s DESC", l.key+" <= ? AND ("+l.key+" < ? OR id < ?)"
	if !l.newest {
		order, beyond = "%[1]s, %[2]s", l.key+" >= ? AND ("+l.key+" > ? OR id > ?)"
	}
	var after []any
	if l.page.After != "" {
		at, id, err := parseCursor(l.page.After)
		if err != nil {
			return "", nil, err
		}
		after = []any{at, at, id}
	}
	var parts []string
	for i, branch := range l.branches {
		values = append(values, l.values[i]...)
		if after != nil {
			branch += " AND " + beyond
			values = append(values, after...)
		}
		parts = append(parts, "("+branch+")")
	}
	end := " LIMIT " + strconv.Itoa(limit)
	of := " FROM cases WHERE " + strings.Join(parts, " OR ") + " ORDER BY " + fmt.Sprintf(order, l.key, "id") + end
	if len(parts) > 1 {
		return "SELECT *" + of, values, nil
	}
	return "SELECT c.* FROM (SELECT village_id, id, " + l.key + of + ") k JOIN cases c ON c.village_id = k.village_id AND c.id = k.id ORDER BY " +
		fmt.Sprintf(order, "k."+l.key, "k.id") + end, values, nil
}

func (s *Service) list(ctx context.Context, l listing, key func(model.Case) model.Time) ([]model.Case, string, error) {
	limit := min(max(l.page.Limit, 1), maxPage)
	if len(l.branches) == 0 {
		return nil, "", nil
	}
	sql, values, err := l.query(limit + 1)
	if err != nil {
		return nil, "", err
	}
	var found []model.Case
	if err := s.store.DB(ctx).Raw(sql, values...).Find(&found).Error; err != nil {
		return nil, "", err
	}
	if len(found) <= limit {
		return found, "", nil
	}
	last := found[limit-1]
	return found[:limit], cursor(key(last), last.ID), nil
}

// cursor names a place in a list: the moment that it is ordered by, and the id.
func cursor(at model.Time, id string) string {
	ms := int64(0)
	if !at.IsZero() {
		ms = at.UnixMilli()
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(ms, 10) + "." + id))
}

func parseCursor(text string) (ms int64, id string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		var at string
		at, id, _ = strings.Cut(string(raw), ".")
		ms, err = strconv.ParseInt(at, 10, 64)
	}
	if err != nil || len(id) != 32 {
		return 0, "", model.Errorf(model.Invalid, "页码看不懂，请从头看起")
	}
	return ms, id, nil
}

// Clocks are the turns that the tiers had at a case, the first one first.
func (s *Service) Clocks(ctx context.Context, ref Ref) ([]model.CaseClock, error) {
	var clocks []model.CaseClock
	err := s.store.DB(ctx).Where("village_id = ? AND case_id = ?", ref.VillageID, ref.ID).Order("seq").Limit(100).Find(&clocks).Error
	return clocks, err
}

// TierTitle is how people call the tier of a case's kind.
func (s *Service) TierTitle(kind string, tier int) string {
	if tiers := s.kinds[kind].Tiers; tier >= 0 && tier < len(tiers) {
		return tiers[tier].Title
	}
	return ""
}
