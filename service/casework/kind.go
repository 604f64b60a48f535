// Package casework keeps what the village owes somebody an answer to: who asked,
// who must act, by when, what happened, and whether the asker calls it solved.
// What sort of case it is plugs in as a Kind.
package casework

import (
	"context"

	"cunwu/model"
)

// Kind is a sort of case, brought by the room that it belongs to.
type Kind struct {
	Name  string
	Title string // 留言
	Tiers []Tier // who acts: from the first to the last resort
	// Verb is what acting on such a case needs; empty: VerbHandle.
	Verb model.Verb
	// Decision is set when such a case is answered by yes or no, each with its
	// consequence, and by nothing else.
	Decision *Decision
	// First names, by villager id, who shall act before the other holders of a
	// tier's role; nil or an empty answer: whoever has held it longest.
	First func(ctx context.Context, villageID string) (string, error)
	// Led: the room that brings the kind says who acts, until when, and when it is
	// over (see Begin). Only the asker and whoever acts know of such a case.
	Led bool
	// Replied is told of each answer, in its transaction; nil: nobody is.
	Replied func(ctx context.Context, actor model.Actor, c model.Case, said Said) error
}

// Decision is what a yes or no means to a kind of case. Both functions run in the
// transaction that decides or closes the case.
type Decision struct {
	// Take does what was decided.
	Take func(ctx context.Context, actor model.Actor, c model.Case, adopted bool) error
	// Closed is told that the case was closed, in whatever way.
	Closed func(ctx context.Context, c model.Case) error
	// Words are what the asker is told after the case's number.
	Words func(adopted bool, reason string) string
}

// verb is what acting on a case of the kind needs.
func (k Kind) verb() model.Verb {
	if k.Verb == "" {
		return model.VerbHandle
	}
	return k.Verb
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
