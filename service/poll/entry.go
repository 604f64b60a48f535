package poll

import (
	"context"
	"errors"

	"cunwu/model"
)

// entry is a voter's line of the roll beside the poll, how they voted, and what
// the phone that asks has proved.
type entry struct {
	model.Poll
	PersonID string
	VoterID  string // empty: not on the roll
	Away     bool
	VotedBy  string // channel; empty: not yet
	Strength string // of the binding between caster and phone; empty: none
	Holds    string // the vote that is the caster's own
	Earlier  int    // others of this phone with a vote of their own, bound to it before the caster
}

// entry reads the voter's line; no phone asks.
func (s *Service) entry(ctx context.Context, ref Ref, personID string) (entry, error) {
	return s.entryFor(ctx, ref, personID, model.Actor{})
}

// entryFor reads in one statement (for a secret vote in two) what a vote cast by
// the actor needs to know.
func (s *Service) entryFor(ctx context.Context, ref Ref, personID string, actor model.Actor) (entry, error) {
	sql, values := entrySQL(ref, personID, actor)
	rows, err := s.store.DB(ctx).Raw(sql, values...).Rows()
	if err != nil {
		return entry{}, err
	}
	defer func() { _ = rows.Close() }()
	e := entry{PersonID: personID}
	if !rows.Next() {
		return e, rowsOr(rows.Err(), unknownPoll())
	}
	// by hand: every vote comes by here, and gorm's reflection costs more than the rest
	err = rows.Scan(&e.VillageID, &e.ID, &e.Title, &e.Organ, &e.ByHousehold, &e.Secret, &e.Options, &e.MaxChoices, &e.State, &e.OpensAt, &e.ClosesAt, &e.NoticedAt,
		&e.VoterID, &e.Away, &e.VotedBy, &e.Strength, &e.Holds)
	if err != nil || !e.Secret || e.Strength == "" {
		return e, err
	}
	return e, errors.Join(rows.Close(), s.earlier(ctx, &e, actor))
}

// earlier counts the others of the actor's phone whose secret vote it is rather
// than the actor's.
func (s *Service) earlier(ctx context.Context, e *entry, actor model.Actor) error {
	return s.store.DB(ctx).Raw(`SELECT COUNT(*) FROM bindings b JOIN bindings o ON o.account = b.account AND o.openid = b.openid AND o.ended_at = 0 AND o.village_id = b.village_id AND o.strength IN ?
		JOIN poll_voters w ON w.village_id = o.village_id AND w.poll_id = ? AND w.person_id = o.villager_id AND w.listed = ?
		WHERE b.village_id = ? AND b.villager_id = ? AND b.account = ? AND b.openid = ? AND w.voter_id <> ?
		AND (o.bound_at < b.bound_at OR o.bound_at = b.bound_at AND o.villager_id < b.villager_id)`,
		[]string{model.BoundByPhone, model.BoundInPerson}, e.ID, true, e.VillageID, actor.VillagerID, actor.Account, actor.OpenID, e.Holds).Scan(&e.Earlier).Error
}

// entrySQL leaves out what the case doesn't need: a vote's cost is mostly this
// statement's.
func entrySQL(ref Ref, personID string, actor model.Actor) (string, []any) {
	strong := []string{model.BoundByPhone, model.BoundInPerson}
	phone, holds := "''", "''"
	joins := `LEFT JOIN poll_voters v ON v.village_id = p.village_id AND v.poll_id = p.id AND v.person_id = ? AND v.listed = ?
		LEFT JOIN poll_turnouts t ON t.village_id = p.village_id AND t.poll_id = p.id AND t.voter_id = v.voter_id`
	values := []any{personID, true}
	if actor.VillagerID != "" {
		own := "v"
		if personID != actor.VillagerID {
			own = "h"
			joins += " LEFT JOIN poll_voters h ON h.village_id = p.village_id AND h.poll_id = p.id AND h.person_id = ? AND h.listed = ?"
			values = append(values, actor.VillagerID, true)
		}
		joins += " LEFT JOIN bindings b ON b.village_id = p.village_id AND b.villager_id = ? AND b.account = ? AND b.openid = ? AND b.ended_at = 0 AND b.strength IN ?"
		values = append(values, actor.VillagerID, actor.Account, actor.OpenID, strong)
		phone, holds = "COALESCE(b.strength, '')", "COALESCE("+own+".voter_id, '')"
	}
	return `SELECT p.village_id, p.id, p.title, p.organ, p.by_household, p.secret, p.options, p.max_choices, p.state, p.opens_at, p.closes_at, p.noticed_at,
		COALESCE(v.voter_id, ''), COALESCE(v.away, 0), COALESCE(t.channel, ''), ` + phone + ", " + holds + `
		FROM polls p ` + joins + " WHERE p.village_id = ? AND p.id = ?", append(values, ref.VillageID, ref.ID)
}

// rowsOr is what reading no row means.
func rowsOr(failed, none error) error {
	if failed != nil {
		return failed
	}
	return none
}

// mayCast: on the roll, and by a phone that proved who holds it.
func (e entry) mayCast(actor model.Actor, in Ballot) error {
	if err := citizen(actor, e.VillageID); err != nil {
		return err
	}
	switch e.State {
	case model.PollDraft, model.PollNoticed:
		return notYetOpen(e.Poll)
	case model.PollCancelled:
		return model.Errorf(model.Gone, "这个投票已经取消")
	}
	switch {
	case e.VoterID == "":
		return model.Errorf(model.Forbidden, "不在这次投票的名册上，不能投。有疑问请联系村委会")
	case in.ForHousehold && !e.ByHousehold:
		return model.Errorf(model.Invalid, "这次是每人一票，不是每户一票")
	case in.OnBehalfOf != "" && e.ByHousehold:
		return model.Errorf(model.Invalid, "这次是每户一票，不用委托")
	}
	return e.phoneMay(e.Secret)
}

// phoneMay: votes need a phone that proved who holds it. One phone casts one
// person's (in a poll by households one household's) secret vote, that of the
// first one who was bound to it: whoever shares it would see the choice, so the
// others vote assisted or on paper.
func (e entry) phoneMay(secret bool) error {
	switch {
	case e.Strength == "" || e.Holds == "":
		return model.Errorf(model.Forbidden, "投票要先核实本人：请在小程序里用手机号绑定，或请村干部、网格员当面确认一次")
	case secret && e.Earlier > 0:
		return model.Errorf(model.Forbidden, "这个手机是几个人共用的，不记名的票只能由一个人投。请用纸票，或请网格员代办，这样没人看到您选了什么")
	}
	return nil
}
