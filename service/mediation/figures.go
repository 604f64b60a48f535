package mediation

import (
	"context"
	"time"

	"cunwu/model"
)

const figuresMost = 200_000

// Figures are what may be said of many disputes together. A share is nil when it
// would be of fewer than the smallest group (domain.md §4, §6).
type Figures struct {
	Kind   string // empty: all kinds
	Filed  Counted
	Open   Counted
	Ended  Counted // with or without an agreement; not withdrawn at once or none for mediation
	Agreed Counted
	// InVillage and InTownship are 不出村率 and 不出乡率: settled by mediator or
	// lawyer, or by the township at the latest, of all that ended.
	InVillage, InTownship *float64
	Success               *float64 // agreed, of all that ended
	MedianDays            *float64 // from filing to agreement or end, open ones counted with their age
	Kept                  *float64 // promises that were kept by the other side's word, of those due and judged
	Repeat                *float64 // persons with two disputes or more, of all who had any
}

// Counted is a number of disputes; below the smallest group it is hidden.
type Counted struct {
	N      int
	Hidden bool // 1 or more, but fewer than the smallest group
}

// Figures counts the disputes that were filed in the village from one day until
// before another: first all, then each kind. Nothing of a single one can be told
// from them.
func (s *Service) Figures(ctx context.Context, actor model.Actor, villageID string, from, to time.Time) ([]Figures, error) {
	if err := actor.Require(model.VerbDisputeCount, villageID); err != nil {
		return nil, err
	}
	smallest, err := s.store.Rule(ctx, "mediation.smallest_group", "", s.store.Now())
	if err != nil {
		return nil, err
	}
	var rows []model.Dispute
	err = s.store.DB(ctx).Select("id", "kind", "state", "outcome", "tier", "filed_at", "effective_at", "agreed_at", "closed_at", "reopened").
		Where("village_id = ? AND filed_at >= ? AND filed_at < ?", villageID, model.At(from), model.At(to)).Order("filed_at, id").Limit(figuresMost).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	facts, err := s.factsOf(ctx, villageID, from, to)
	if err != nil {
		return nil, err
	}
	all := []Figures{s.figures("", rows, facts, int(smallest))}
	for _, m := range Matters() {
		var those []model.Dispute
		for _, d := range rows {
			if d.Kind == m.Name {
				those = append(those, d)
			}
		}
		if len(those) > 0 {
			all = append(all, s.figures(m.Name, those, facts, int(smallest)))
		}
	}
	return hideRemainders(all, int(smallest)), nil
}

// hideRemainders hides a second kind where a single hidden one could be worked
// out by subtracting the others from the sum.
func hideRemainders(all []Figures, smallest int) []Figures {
	hidden, rest, least := 0, all[0].Filed.N, -1
	for i := 1; i < len(all); i++ {
		if all[i].Filed.Hidden {
			hidden++
			continue
		}
		rest -= all[i].Filed.N
		if least < 0 || all[i].Filed.N < all[least].Filed.N {
			least = i
		}
	}
	if hidden > 0 && rest < smallest && least > 0 {
		all[least] = Figures{Kind: all[least].Kind, Filed: Counted{Hidden: true}, Open: Counted{Hidden: true}, Ended: Counted{Hidden: true}, Agreed: Counted{Hidden: true}}
	}
	return all
}

// facts are what figures need besides the disputes' own rows, by dispute.
type facts struct {
	persons          map[string][]string
	kept, keptOrNone map[string]int
}

func (s *Service) factsOf(ctx context.Context, villageID string, from, to time.Time) (facts, error) {
	f := facts{persons: map[string][]string{}, kept: map[string]int{}, keptOrNone: map[string]int{}}
	var people []struct{ DisputeID, PersonID string }
	err := s.store.DB(ctx).Raw(`SELECT p.dispute_id, p.person_id FROM disputes d JOIN dispute_parties p ON p.village_id = d.village_id AND p.dispute_id = d.id
		WHERE d.village_id = ? AND d.filed_at >= ? AND d.filed_at < ? AND p.person_id <> '' LIMIT ?`, villageID, model.At(from), model.At(to), figuresMost).Scan(&people).Error
	if err != nil {
		return f, err
	}
	for _, p := range people {
		f.persons[p.DisputeID] = append(f.persons[p.DisputeID], p.PersonID)
	}
	var promises []struct {
		DisputeID, State string
		N                int
	}
	err = s.store.DB(ctx).Raw(`SELECT x.dispute_id, x.state, COUNT(*) AS n FROM disputes d JOIN dispute_promises x ON x.village_id = d.village_id AND x.dispute_id = d.id
		WHERE d.village_id = ? AND d.filed_at >= ? AND d.filed_at < ? AND x.state IN ? GROUP BY x.dispute_id, x.state LIMIT ?`, villageID, model.At(from), model.At(to),
		[]string{model.PromiseKept, model.PromiseBroken, model.PromiseAssumed}, figuresMost).Scan(&promises).Error
	for _, p := range promises {
		f.keptOrNone[p.DisputeID] += p.N
		if p.State == model.PromiseKept {
			f.kept[p.DisputeID] += p.N
		}
	}
	return f, err
}

func (s *Service) figures(kind string, rows []model.Dispute, f facts, smallest int) Figures {
	var open, ended, agreed, village, township, kept, judged int
	var spans []Span
	per := map[string]int{}
	for _, d := range rows {
		settled := d.State == model.DisputeAgreed || d.Outcome == model.DisputeKept
		switch {
		case isOpen(d.State):
			open++
			spans = append(spans, Span{Length: s.store.Now().Sub(d.FiledAt.Time)})
		case settled:
			ended, agreed, township = ended+1, agreed+1, township+1
			if d.Tier < model.TierTownship {
				village++
			}
			spans = append(spans, Span{Length: d.EffectiveAt.Sub(d.FiledAt.Time), Done: true})
		case d.Outcome != model.DisputeRejected:
			ended++
			spans = append(spans, Span{Length: d.ClosedAt.Sub(d.FiledAt.Time), Done: true})
		}
		kept, judged = kept+f.kept[d.ID], judged+f.keptOrNone[d.ID]
		for _, person := range f.persons[d.ID] {
			per[person]++
		}
	}
	repeated := 0
	for _, n := range per {
		if n > 1 {
			repeated++
		}
	}
	out := Figures{Kind: kind, Filed: counted(len(rows), smallest), Open: counted(open, smallest), Ended: counted(ended, smallest), Agreed: counted(agreed, smallest),
		InVillage: share(village, ended, smallest), InTownship: share(township, ended, smallest), Success: share(agreed, ended, smallest),
		Kept: share(kept, judged, smallest), Repeat: share(repeated, len(per), smallest)}
	out.hideDifferences(len(rows)-open-ended, smallest)
	if median, known := MedianSpan(spans); known && len(spans) >= smallest {
		days := median.Hours() / 24
		out.MedianDays = &days
	}
	return out
}

// hideDifferences hides what could be worked out from two counts: the open ones
// from filed and ended, and those that failed from ended and agreed.
func (f *Figures) hideDifferences(rejected, smallest int) {
	if counted(rejected, smallest).Hidden || f.Open.Hidden || f.Ended.Hidden {
		f.Open, f.Ended = Counted{Hidden: true}, Counted{Hidden: true}
	}
	if f.Ended.Hidden || counted(f.Ended.N-f.Agreed.N, smallest).Hidden {
		f.Agreed = Counted{Hidden: true}
	}
}

func counted(n, smallest int) Counted {
	if n > 0 && n < smallest {
		return Counted{Hidden: true}
	}
	return Counted{N: n}
}

// share is part of whole, unless the whole is too small to be said.
func share(part, whole, smallest int) *float64 {
	if whole < smallest {
		return nil
	}
	x := float64(part) / float64(whole)
	return &x
}
