package casework

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"cunwu/model"
)

const wordsMax = 40 // characters of what is looked for

// Sought says which cases of a village to list, the newest first.
type Sought struct {
	VillageID string
	Mine      bool // only what the actor must act on, or acted on last
	States    []model.CaseState
	Words     string // in the beginning of what was said; empty: all
	After     string
	Limit     int
}

// Seek is a page of a village's cases that the actor may act on. Neither what
// another room leads is in it, nor what accuses the actor or is of the actor's kin;
// by words nothing hidden is found. A page may be shorter than it could be.
// Errors: Forbidden (the actor acts on no cases there), Invalid.
func (s *Service) Seek(ctx context.Context, actor model.Actor, q Sought) (cases []model.Case, next string, err error) {
	kinds := s.handled(actor, q.VillageID)
	if len(kinds) == 0 || !actor.Known() {
		return nil, "", actor.Require(model.VerbHandle, q.VillageID)
	}
	q.Words = strings.TrimSpace(q.Words)
	if utf8.RuneCountInString(q.Words) > wordsMax {
		return nil, "", model.Errorf(model.Invalid, "要找的话太长，请写短些，不超过%d个字", wordsMax)
	}
	l := listing{page: Page{States: q.States, After: q.After, Limit: q.Limit}, key: "opened_at", newest: true}
	where, values := "village_id = ? AND kind IN ?", []any{q.VillageID, kinds}
	if q.Mine {
		where, values = "handler_village = ? AND handler_id = ? AND "+where, append([]any{actor.VillageID, actor.VillagerID}, values...)
	}
	if !actor.May(model.VerbConfidential, q.VillageID) {
		where, values = where+" AND confidential = ?", append(values, false)
	}
	if q.Words != "" {
		where, values = where+" AND confidential = ? AND neutral = ? AND summary LIKE ? ESCAPE '!'", append(values, false, false, "%"+literal(q.Words)+"%")
	}
	l.add(where, values...)
	found, next, err := s.list(ctx, l, func(c model.Case) model.Time { return c.OpenedAt })
	if err != nil {
		return nil, "", err
	}
	if cases, err = s.unbarred(ctx, actor, q.VillageID, found); err != nil || q.Mine || len(cases) == 0 {
		return cases, next, err
	}
	return cases, next, s.audit.Read(ctx, actor, q.VillageID, "cases")
}

// literal takes the special meaning from what LIKE would read as a pattern.
func literal(words string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(words)
}

// handled are the kinds of case that the actor may act on in the village.
func (s *Service) handled(actor model.Actor, villageID string) []string {
	var names []string
	for name, kind := range s.kinds {
		if !kind.Led && actor.May(kind.verb(), villageID) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// unbarred leaves out what the actor must not act on (see barred).
func (s *Service) unbarred(ctx context.Context, actor model.Actor, villageID string, cases []model.Case) ([]model.Case, error) {
	var ids []string
	for i := range cases {
		ids = append(ids, concerned(&cases[i])...)
	}
	kin, err := s.people.KinOf(ctx, villageID, ids...)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(cases, func(c model.Case) bool {
		return !c.Handler().Is(actor.Person()) &&
			slices.ContainsFunc(concerned(&c), func(id string) bool { return kin[id][actor.VillagerID] })
	}), nil
}

// concerned are the asker and the accused: they and their kin don't act.
func concerned(c *model.Case) []string {
	ids := accused(c)
	if c.AskerID != "" && c.AskerVillage == c.VillageID {
		ids = append(slices.Clone(ids), c.AskerID)
	}
	return ids
}

// DueIn lists what the actor must act on in a village, the most pressing first;
// what another room leads isn't in it.
func (s *Service) DueIn(ctx context.Context, actor model.Actor, villageID string, limit int) ([]model.Case, error) {
	if !actor.Known() {
		return nil, nil
	}
	var found []model.Case
	err := s.store.DB(ctx).Where("handler_village = ? AND handler_id = ? AND village_id = ? AND state IN ? AND kind NOT IN ?", actor.VillageID, actor.VillagerID, villageID,
		[]model.CaseState{model.CaseSubmitted, model.CaseInProgress}, s.led()).Order(mostPressing).Limit(limit).Find(&found).Error
	return s.stillHeld(actor, found), err
}

// ToHear lists the answered cases of a village whose askers spoke their verdict to
// the actor, who hears and enters it, the oldest first.
func (s *Service) ToHear(ctx context.Context, actor model.Actor, villageID string, limit int) ([]model.Case, error) {
	if !actor.May(model.VerbHear, villageID) {
		return nil, nil
	}
	var spoken, heard []model.Case
	err := s.store.DB(ctx).Where(`village_id = ? AND state = ? AND EXISTS (SELECT 1 FROM case_events e
		WHERE e.village_id = cases.village_id AND e.case_id = cases.id AND e.kind = ? AND e.id > cases.reply_id)`, villageID, model.CaseReplied, model.EventSpoken).
		Order("opened_at, id").Limit(maxPage).Find(&spoken).Error
	for i := 0; err == nil && i < len(spoken) && len(heard) < limit; i++ {
		var listens bool
		if listens, err = s.listens(ctx, actor, &spoken[i]); listens {
			heard = append(heard, spoken[i])
		}
	}
	return heard, err
}

// Taker is somebody to whom a case may be given.
type Taker struct {
	Name  string
	Title string // of the office
}

// Takers are whom the case may be transferred to by whoever handles it.
func (s *Service) Takers(ctx context.Context, actor model.Actor, c model.Case) ([]Taker, error) {
	if err := s.mayHandle(ctx, actor, &c); err != nil {
		return nil, err
	}
	all, err := s.holders(ctx, c.VillageID, s.kinds[c.Kind].roles())
	if err != nil {
		return nil, err
	}
	barred, err := s.barred(ctx, &c)
	if err != nil {
		return nil, err
	}
	var takers []Taker
	for _, h := range all {
		known := slices.ContainsFunc(takers, func(t Taker) bool { return t.Name == h.Name })
		if !known && !barred[h.VillagerID] && !h.person().Is(c.Handler()) && (!c.Confidential || h.Role == model.RoleTownship) {
			takers = append(takers, Taker{h.Name, h.Role.Title()})
		}
	}
	return takers, nil
}

// KindTitle is how people call a kind of case.
func (s *Service) KindTitle(kind string) string { return s.kinds[kind].Title }

// Decides says whether cases of the kind are answered by yes or no only.
func (s *Service) Decides(kind string) bool { return s.kinds[kind].Decision != nil }
