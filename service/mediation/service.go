// Package mediation is people's mediation: a dispute goes from the mediator to
// the public-interest lawyer to the township, always with both parties' will, and
// nobody without a seat reads a word of it (人民调解法; domain.md §4).
package mediation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/notice"
	"cunwu/service/paper"
	"cunwu/service/village"
)

// KindName is the kind of case that a dispute is.
const KindName = "dispute"

// Kind tells casework of disputes, whose ladder this room climbs itself.
func Kind() casework.Kind {
	return casework.Kind{Name: KindName, Title: "调解案", Led: true, Tiers: []casework.Tier{
		{Title: "人民调解员", Roles: []model.Role{model.RoleMediator}},
		{Title: "公益律师", Roles: []model.Role{model.RoleLawyer}},
		{Title: "镇司法所", Roles: []model.Role{model.RoleTownship}},
	}}
}

// Rooms are what mediation works with.
type Rooms struct {
	People  *village.Service
	Cases   *casework.Service
	Help    *help.Service
	Notices *notice.Service
	Audit   *audit.Service
	// Attach gives uploads to a subject, in the caller's transaction; nil: uploads
	// are refused.
	Attach func(ctx context.Context, actor model.Actor, villageID string, ids []string, subject string) error
	Keys   *model.Keyring // under which the committees' seals are kept; nil: no PDF
	Press  *paper.Press   // nil: no PDF
}

// Service is the mediation of all villages.
type Service struct {
	store *model.Store
	Rooms
}

// New makes the service.
func New(store *model.Store, rooms Rooms) *Service { return &Service{store: store, Rooms: rooms} }

// Ref names a dispute; its id is its case's.
type Ref = casework.Ref

// RefOf names this dispute.
func RefOf(d model.Dispute) Ref { return Ref{VillageID: d.VillageID, ID: d.ID} }

// Subject names a dispute as what a file belongs to.
func Subject(ref Ref) string { return "dispute/" + ref.ID }

// desk is a dispute under its lock, with the actor and the part that the actor
// has in it.
type desk struct {
	*model.Dispute
	actor   model.Actor
	part    string
	parties []model.DisputeParty
	swept   bool // the sweep looks at it
}

// hand runs fn on the locked dispute for whoever has a seat, and stores what fn
// changed.
func (s *Service) hand(ctx context.Context, actor model.Actor, ref Ref, fn func(ctx context.Context, d *desk) error) (model.Dispute, error) {
	return s.locked(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if d.part == "" {
			return errNoDispute()
		}
		return fn(ctx, d)
	})
}

// locked is hand for everybody; whoever has no seat has no part.
func (s *Service) locked(ctx context.Context, actor model.Actor, ref Ref, fn func(ctx context.Context, d *desk) error) (model.Dispute, error) {
	var row model.Dispute
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		row = model.Dispute{}
		err := s.store.Locked(ctx).Take(&row, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errNoDispute()
		}
		if err != nil {
			return err
		}
		d := &desk{Dispute: &row, actor: actor}
		if d.parties, err = s.parties(ctx, &row); err != nil {
			return err
		}
		if d.part, err = s.partOf(ctx, actor, &row); err != nil {
			return err
		}
		if err := fn(ctx, d); err != nil {
			return err
		}
		if err := s.setAct(ctx, d); err != nil {
			return err
		}
		return s.store.DB(ctx).Model(&row).Select(changing()).Updates(&row).Error
	})
	return row, err
}

// changing are the columns of a dispute that its course changes.
func changing() []string {
	return []string{"state", "outcome", "tier", "declined_ids", "mediator_id", "mediator_name", "accepted_at", "lawyer_id", "lawyer_name", "lawyer_side",
		"officer_village", "officer_id", "officer_name", "asking", "asked_at", "visit_at", "due_at", "reminded_at", "extended_at", "act_at",
		"flag", "flagged_at", "reported_at", "reported_by", "report", "version", "agreed_at", "effective_at", "confirm_by", "confirmed_at", "confirm_reminded_at",
		"reopened", "closed_at", "reason"}
}

func (s *Service) parties(ctx context.Context, d *model.Dispute) ([]model.DisputeParty, error) {
	var rows []model.DisputeParty
	err := s.store.DB(ctx).Where("village_id = ? AND dispute_id = ?", d.VillageID, d.ID).Order("seq").Limit(maxParties + 1).Find(&rows).Error
	return rows, err
}

func (s *Service) now() model.Time { return model.At(s.store.Now()) }

// rule is a number by the rules of the day on which the dispute was filed.
func (s *Service) rule(ctx context.Context, d *model.Dispute, name string) (int, error) {
	on, err := time.ParseInLocation(time.DateOnly, d.RulesOn, model.Shanghai)
	if err != nil {
		on = s.store.Now()
	}
	value, err := s.store.Rule(ctx, "mediation."+name, "", on)
	return int(value), err
}

// after is the end of the rule's days after t.
func (s *Service) after(ctx context.Context, d *model.Dispute, t time.Time, name string) (model.Time, error) {
	days, err := s.rule(ctx, d, name)
	return model.At(model.AddDays(t, days)), err
}

// party says whether the actor is a party, or acts for one.
func (d *desk) party() bool { return isParty(d.part) }

func isParty(part string) bool { return part == model.PartApplicant || part == model.PartRespondent }

// ownWord refuses a helper what only the party says: yes and no, leaving, how it
// went.
func (d *desk) ownWord() error {
	if d.party() && d.actor.HelpedBy != "" {
		return model.Errorf(model.Forbidden, "#%d 这件事要当事人本人来说，不能代办", d.Number)
	}
	return nil
}

// own is hand for what only the party says.
func (s *Service) own(ctx context.Context, actor model.Actor, ref Ref, fn func(ctx context.Context, d *desk) error) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := d.ownWord(); err != nil {
			return err
		}
		return fn(ctx, d)
	})
}

// mine are the parties that the actor acts for.
func (d *desk) mine() []*model.DisputeParty {
	var found []*model.DisputeParty
	for i := range d.parties {
		if d.parties[i].Acts() == d.actor.VillagerID && d.actor.VillageID == d.VillageID && d.actor.Known() {
			found = append(found, &d.parties[i])
		}
	}
	return found
}

// takesPart says whether the actor acts for a party that agreed to mediation.
func (d *desk) takesPart() bool {
	return slices.ContainsFunc(d.mine(), func(p *model.DisputeParty) bool { return p.State == model.PartyJoined })
}

// joined are the parties who take part.
func (d *desk) joined() []*model.DisputeParty {
	var found []*model.DisputeParty
	for i := range d.parties {
		if d.parties[i].State == model.PartyJoined {
			found = append(found, &d.parties[i])
		}
	}
	return found
}

// leads says whether the actor conducts the mediation: its mediator, or in the
// last tier the township's officer.
func (d *desk) leads() bool {
	return d.part == model.PartMediator && d.Tier != model.TierTownship && !d.AcceptedAt.IsZero() ||
		d.part == model.PartTownship && d.Tier == model.TierTownship
}

// mustLead refuses whoever doesn't conduct the mediation, and a mediator who is
// a party's kin, however late that is found out.
func (s *Service) mustLead(ctx context.Context, d *desk) error {
	if !d.leads() {
		return model.Errorf(model.Forbidden, "#%d 现在不由您主持调解", d.Number)
	}
	return s.notKin(ctx, d)
}

func (s *Service) notKin(ctx context.Context, d *desk) error {
	kin, err := s.kin(ctx, d.Dispute, d.parties)
	if err != nil {
		return err
	}
	if kin[d.actor.VillagerID] && d.actor.VillageID == d.VillageID {
		return model.Errorf(model.Forbidden, "您是#%d当事人的近亲属，要回避。请回：#%d 回避", d.Number, d.Number)
	}
	return nil
}

// kin are the parties, who acts for them, and their near relatives.
func (s *Service) kin(ctx context.Context, d *model.Dispute, parties []model.DisputeParty) (map[string]bool, error) {
	var of []string
	for _, id := range append(personIDs(parties), d.HelperID) {
		if id != "" {
			of = append(of, id)
		}
	}
	return s.People.Kin(ctx, d.VillageID, of...)
}

func personIDs(parties []model.DisputeParty) []string {
	var ids []string
	for _, p := range parties {
		ids = append(ids, p.PersonID, p.GuardianID)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

func (s *Service) saveParty(ctx context.Context, p *model.DisputeParty) error {
	return s.store.DB(ctx).Model(p).Select("minor", "guardian_id", "guardian_name", "state", "answered_at", "answered_how", "answered_by", "lawyer_at", "extend_at").Updates(p).Error
}

// words cleans and bounds what somebody wrote.
func words(text string, most int, what string) (string, error) {
	text = strings.TrimSpace(text)
	switch n := len([]rune(text)); {
	case n == 0:
		return "", model.Errorf(model.Invalid, "请写明%s", what)
	case n > most:
		return "", model.Errorf(model.Invalid, "%s最多%d个字，现在有%d个，请写短些", what, most, n)
	}
	return text, nil
}

func errNoDispute() error {
	return model.Errorf(model.Unknown, "没有找到这个调解案，请核对编号")
}
