package mediation

import (
	"context"
	"time"

	"cunwu/model"
)

// Step is a step of the funnel: how many disputes came at least this far.
type Step struct {
	Name string // filed, consented, session, agreement, performed
	Counted
}

// Funnel says how far the disputes came that were filed in the village from one day
// until before another: filed, both sides willing, met, agreed, performed. Whoever
// came further counts in every step before. A step is hidden where it, or its
// difference to another that is shown, would be of fewer than the smallest group.
func (s *Service) Funnel(ctx context.Context, actor model.Actor, villageID string, from, to time.Time) ([]Step, error) {
	figures, err := s.Figures(ctx, actor, villageID, from, to)
	if err != nil {
		return nil, err
	}
	smallest, err := s.store.Rule(ctx, "mediation.smallest_group", "", s.store.Now())
	if err != nil {
		return nil, err
	}
	var row struct{ Filed, Consented, Session, Agreement, Performed int }
	settled := "(d.state = '" + string(model.DisputeAgreed) + "' OR d.outcome = '" + model.DisputeKept + "')"
	met := "EXISTS (SELECT 1 FROM dispute_sessions m WHERE m.village_id = d.village_id AND m.dispute_id = d.id AND m.held_at > 0)"
	willing := "EXISTS (SELECT 1 FROM dispute_parties p WHERE p.village_id = d.village_id AND p.dispute_id = d.id AND p.side = '" +
		model.PartRespondent + "' AND p.state = '" + model.PartyJoined + "')"
	one := func(when string) string { return "COALESCE(SUM(CASE WHEN " + when + " THEN 1 ELSE 0 END), 0)" }
	err = s.store.DB(ctx).Raw("SELECT COUNT(*) AS filed, "+one(willing+" OR "+met+" OR "+settled)+" AS consented, "+one(met+" OR "+settled)+" AS session, "+
		one(settled)+" AS agreement, "+one("d.outcome = '"+model.DisputeKept+"'")+" AS performed FROM disputes d WHERE d.village_id = ? AND d.filed_at >= ? AND d.filed_at < ?",
		villageID, model.At(from), model.At(to)).Scan(&row).Error
	if err != nil {
		return nil, err
	}
	steps := []Step{{"filed", Counted{N: row.Filed}}, {"consented", Counted{N: row.Consented}}, {"session", Counted{N: row.Session}},
		{"agreement", Counted{N: row.Agreement}}, {"performed", Counted{N: row.Performed}}}
	all := figures[0]
	steps[0].Hidden, steps[3].Hidden = all.Filed.Hidden, all.Agreed.Hidden
	return hideSteps(steps, []Counted{all.Open, all.Ended, all.Agreed}, int(smallest)), nil
}

// hideSteps hides what could be worked out of too few, by itself or by subtraction.
func hideSteps(steps []Step, beside []Counted, smallest int) []Step {
	shown := beside
	for i := range steps {
		one := &steps[i]
		hide := one.Hidden || counted(one.N, smallest).Hidden
		for _, other := range shown {
			apart := one.N - other.N
			hide = hide || !other.Hidden && counted(max(apart, -apart), smallest).Hidden && i > 0
		}
		if hide {
			one.Counted = Counted{Hidden: true}
			continue
		}
		shown = append(shown, one.Counted)
	}
	return steps
}
