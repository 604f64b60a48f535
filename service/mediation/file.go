package mediation

import (
	"context"
	"fmt"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/village"
)

const (
	maxFacts   = 3000
	maxWish    = 1000
	maxWords   = 1000
	maxParties = 21 // twenty on the applicants' side, one on the other
	maxMedia   = 9
)

// NewDispute is what somebody asks mediation for. The actor is the applicant; a
// helper files as the elder's actor (model.Actor.HelpedBy).
type NewDispute struct {
	Kind      string // one of Matters
	Other     village.Named
	Outside   bool // the other party isn't on the village's list
	Facts     string
	Wish      string
	Media     []string        // voices and pictures of the chat
	Uploads   []string        // files of the mini-program
	Together  []village.Named // others with the same grievance, for whom the actor speaks
	Mediator  string          // the one wished for, by name
	Elsewhere string          // see Elsewheres
	Private   bool            // the other party holds an office, but the matter has nothing to do with it
}

// Filed is what became of it.
type Filed struct {
	Dispute model.Dispute
	Heed    help.Heed // the numbers 110, 119, 120 must be shown
	Hints   []string
}

// File takes a dispute in: what isn't one for mediation is refused with the right
// door (domain.md §4).
func (s *Service) File(ctx context.Context, actor model.Actor, in NewDispute) (Filed, error) {
	if err := actor.Require(model.VerbAsk, actor.VillageID); err != nil {
		return Filed{}, err
	}
	if !actor.Known() {
		return Filed{}, model.Errorf(model.Forbidden, "申请调解要先绑定身份，请回：绑定 加8位邀请码")
	}
	matter, err := matterOf(in.Kind)
	if err != nil {
		return Filed{}, err
	}
	if err := in.check(); err != nil {
		return Filed{}, err
	}
	out := Filed{Heed: help.HeedOf(in.Facts + " " + in.Wish)}
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		parties, err := s.newParties(ctx, actor, in)
		if err != nil {
			return err
		}
		if err := s.notOffice(ctx, actor, in, parties[len(parties)-1]); err != nil {
			return err
		}
		d, err := s.begin(ctx, actor, in, out.Heed, parties)
		if err != nil {
			return err
		}
		out.Dispute = *d.Dispute
		out.Hints, err = s.hints(ctx, d.Dispute, matter)
		return err
	})
	return out, err
}

func (in *NewDispute) check() error {
	if err := elsewhere(in.Elsewhere); err != nil {
		return err
	}
	var err error
	if in.Facts == "" && len(in.Media)+len(in.Uploads) > 0 {
		in.Facts = "（见语音或图片）"
	}
	if in.Facts, err = words(in.Facts, maxFacts, "是怎么回事"); err != nil {
		return err
	}
	if in.Wish, err = words(in.Wish, maxWish, "您希望怎么解决"); err != nil {
		return err
	}
	if len(in.Media)+len(in.Uploads) > maxMedia {
		return model.Errorf(model.Invalid, "语音和图片最多%d个，其余的以后再发", maxMedia)
	}
	if len(in.Together) > maxParties-2 {
		return model.Errorf(model.Invalid, "一起申请的最多%d人，人更多请找镇司法所", maxParties-2)
	}
	return nil
}

// AgainstOffice says whether words complain about how an office holder uses the
// office: that is for the township and no dispute.
func (s *Service) AgainstOffice(ctx context.Context, villageID, personID, kind, text string) (bool, error) {
	if personID == "" {
		return false, nil
	}
	who, err := s.People.ActorOf(ctx, model.Person{VillageID: villageID, ID: personID})
	if err != nil {
		return false, err
	}
	if !who.HasRole(villageID, model.RoleBranchSecretary, model.RoleFirstSecretary, model.RoleCommittee, model.RoleSupervisor, model.RoleMediator,
		model.RoleGridWorker, model.RolePointReviewer, model.RoleStoreKeeper) {
		return false, nil
	}
	if kind == "村务管理" {
		return true, nil
	}
	found, err := s.Help.Accused(ctx, villageID, text+" "+who.Name)
	for _, id := range found.All {
		if id == personID {
			return true, err
		}
	}
	return false, err
}

func (s *Service) notOffice(ctx context.Context, actor model.Actor, in NewDispute, other model.DisputeParty) error {
	if in.Private {
		return nil
	}
	against, err := s.AgainstOffice(ctx, actor.VillageID, other.PersonID, in.Kind, in.Facts+" "+in.Wish)
	if err == nil && against {
		return model.Errorf(model.Forbidden, "%s", doorOffice)
	}
	return err
}

// begin stores the dispute and finds a mediator.
func (s *Service) begin(ctx context.Context, actor model.Actor, in NewDispute, heed help.Heed, parties []model.DisputeParty) (*desk, error) {
	now := s.now()
	row := model.Dispute{VillageID: actor.VillageID, Kind: in.Kind, State: model.DisputeAccepting, HelperID: actor.HelpedBy, FiledAt: now, RulesOn: now.Format(time.DateOnly)}
	d := &desk{Dispute: &row, actor: actor, part: model.PartApplicant, parties: parties}
	mediator, err := s.wished(ctx, d, in.Mediator)
	if err != nil {
		return nil, err
	}
	due, err := s.after(ctx, &row, now.Time, "accept")
	if err != nil {
		return nil, err
	}
	row.DueAt = due
	c, err := s.Cases.Begin(ctx, actor, row.VillageID, KindName, casework.Step{Tier: model.TierMediator, Handler: mediator.Person(), Name: mediator.Name, DueAt: due.Time, Text: "申请调解"})
	if err != nil {
		return nil, err
	}
	row.ID, row.Number = c.ID, c.Number
	row.MediatorID, row.MediatorName = mediator.ID, mediator.Name
	if err := s.store.DB(ctx).Create(&row).Error; err != nil {
		return nil, err
	}
	if err := s.seatAll(ctx, d); err != nil {
		return nil, err
	}
	if err := s.keepFacts(ctx, d, in); err != nil {
		return nil, err
	}
	if heed.Danger != help.NoDanger || heed.Domestic {
		if err := s.raise(ctx, d, heed); err != nil {
			return nil, err
		}
	}
	return d, s.settle(ctx, d, mediator.ID == "")
}

// settle tells whoever must act on a new dispute; none found: the township does.
func (s *Service) settle(ctx context.Context, d *desk, nobody bool) error {
	var err error
	if nobody {
		err = s.toTownship(ctx, d, "没有能接手的调解员")
	} else {
		err = s.tellMediator(ctx, d)
	}
	if err != nil {
		return err
	}
	for i := range d.parties {
		if p := &d.parties[i]; p.Side == model.PartApplicant && p.State == model.PartyAsked {
			if err := s.tellParty(ctx, d, p); err != nil {
				return err
			}
		}
	}
	if err := s.setAct(ctx, d); err != nil {
		return err
	}
	return s.store.DB(ctx).Model(d.Dispute).Select(changing()).Updates(d.Dispute).Error
}

func (s *Service) seatAll(ctx context.Context, d *desk) error {
	for i := range d.parties {
		p := &d.parties[i]
		p.DisputeID = d.ID
		if err := s.store.DB(ctx).Create(p).Error; err != nil {
			return err
		}
		if err := s.seat(ctx, d.Dispute, model.Person{VillageID: d.VillageID, ID: p.Acts()}, p.Side); err != nil {
			return err
		}
	}
	return s.seat(ctx, d.Dispute, model.Person{VillageID: d.VillageID, ID: d.MediatorID}, model.PartMediator)
}

func (s *Service) keepFacts(ctx context.Context, d *desk, in NewDispute) error {
	kept := []model.DisputeWord{{Kind: "facts", Text: in.Facts}, {Kind: "wish", Text: in.Wish}}
	for _, id := range append(in.Media, in.Uploads...) {
		kept = append(kept, model.DisputeWord{Kind: "facts", MediaID: id})
	}
	for _, w := range kept {
		w.ByPart, w.Audience = model.PartApplicant, model.PartMediator
		if err := s.keepWord(ctx, d, w); err != nil {
			return err
		}
	}
	return s.attach(ctx, d, in.Uploads)
}

func (s *Service) attach(ctx context.Context, d *desk, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if s.Attach == nil {
		return model.Errorf(model.Away, "现在收不了文件，请先只写文字")
	}
	return s.Attach(ctx, d.actor, d.VillageID, ids, Subject(RefOf(*d.Dispute)))
}

func (s *Service) hints(ctx context.Context, d *model.Dispute, matter Matter) ([]string, error) {
	switch matter.Hint {
	case "":
		return nil, nil
	case hintLand:
		years, err := s.rule(ctx, d, "land_arbitration")
		return []string{fmt.Sprintf(hintLand, years)}, err
	}
	return []string{matter.Hint}, nil
}
