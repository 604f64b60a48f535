// Package casework keeps what the village owes somebody an answer to: who asked,
// who must act, by when, what happened, and whether the asker calls it solved.
// What sort of case it is plugs in as a Kind.
package casework

import "cunwu/model"

// Kind is a sort of case, brought by the room that it belongs to.
type Kind struct {
	Name  string
	Title string // 留言
	Tiers []Tier // who acts: from the first to the last resort
}

// Tier is a step of the ladder; the first holder of the first role that anybody
// holds acts.
type Tier struct {
	Title string
	Roles []model.Role
}

// last is the index of the last resort.
func (k Kind) last() int { return len(k.Tiers) - 1 }

// roles are all roles of the ladder.
func (k Kind) roles() []model.Role {
	var all []model.Role
	for _, tier := range k.Tiers {
		all = append(all, tier.Roles...)
	}
	return all
}
