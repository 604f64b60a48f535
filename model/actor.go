package model

import "slices"

// Actor is who does something: a person known to a village, a WeChat sender
// whom no village knows yet, or the operator at the server's console.
type Actor struct {
	VillageID  string // the village whose person this is; for an unbound sender, the one addressed
	VillagerID string // empty for an unbound sender and for the operator
	Name       string
	Account    string // the WeChat identity acted through, if any
	OpenID     string
	Operator   bool
	HelpedBy   string // villager id of the helper who acts for this person; empty: the person
	Holds      []Held // the roles held, township roles spread over their villages
}

// Held is a role together with a village that it holds for.
type Held struct {
	VillageID string
	Role      Role
}

// Console is the operator working at the server itself.
func Console() Actor { return Actor{Name: "系统管理员", Operator: true} }

// Known says whether a village knows this actor.
func (a Actor) Known() bool { return a.VillagerID != "" }

// Person is the actor as a party to something.
func (a Actor) Person() Person {
	return Person{VillageID: a.VillageID, ID: a.VillagerID, Account: a.Account, OpenID: a.OpenID}
}

// HasRole says whether the actor holds one of these roles for the village.
func (a Actor) HasRole(villageID string, roles ...Role) bool {
	return slices.ContainsFunc(a.Holds, func(h Held) bool {
		return h.VillageID == villageID && slices.Contains(roles, h.Role)
	})
}

// May says whether the permission table lets the actor do this in the village.
func (a Actor) May(verb Verb, villageID string) bool {
	if a.Operator && slices.Contains(RoleOperator.Verbs(), verb) {
		return true
	}
	if villageID != "" && a.VillageID == villageID && slices.Contains(RoleVillager.Verbs(), verb) {
		return true
	}
	return slices.ContainsFunc(a.Holds, func(h Held) bool {
		return h.VillageID == villageID && slices.Contains(h.Role.Verbs(), verb)
	})
}

// Require is May with the refusal that the actor reads.
func (a Actor) Require(verb Verb, villageID string) error {
	if a.May(verb, villageID) {
		return nil
	}
	return Errorf(Forbidden, "您没有办理这件事的权限，请联系村党支部")
}

// Serves returns the villages for which the actor may do verb, without repeats.
func (a Actor) Serves(verb Verb) []string {
	var villages []string
	for _, h := range a.Holds {
		if slices.Contains(h.Role.Verbs(), verb) && !slices.Contains(villages, h.VillageID) {
			villages = append(villages, h.VillageID)
		}
	}
	return villages
}

// Person is somebody that a case or a notice concerns: a villager of a village,
// or, while nobody has bound the identity, just a WeChat sender.
type Person struct {
	VillageID string
	ID        string
	Account   string
	OpenID    string
}

// Zero says whether it names nobody.
func (p Person) Zero() bool { return p.ID == "" && p.OpenID == "" }

// Is says whether both name the same person.
func (p Person) Is(q Person) bool {
	if p.ID != "" || q.ID != "" {
		return p.ID == q.ID && p.VillageID == q.VillageID
	}
	return p.OpenID == q.OpenID && p.Account == q.Account && p.OpenID != ""
}

// Proved is the actor as a page may take them: whoever sees several villages does so
// only where the second factor of the person speaking was proved (Session.Strong).
func (a Actor) Proved(s Session, speaking Actor) Actor {
	if s.Strong && a.Person().Is(speaking.Person()) {
		return a
	}
	a.Holds = slices.DeleteFunc(slices.Clone(a.Holds), func(h Held) bool { return h.Role == RoleTownship || h.Role == RoleOperator })
	return a
}
