package mediation

import (
	"context"
	"slices"

	"cunwu/model"
)

// Refer takes the dispute up the ladder: to the lawyer, whom the parties are
// asked about first, or to the township. It is a referral, not an appeal.
func (s *Service) Refer(ctx context.Context, actor model.Actor, ref Ref, to int, reason string) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		switch {
		case d.State != model.DisputeMediating:
			return model.Errorf(model.Conflict, "#%d 还没开始调解，或者已经结束", d.Number)
		case d.part == model.PartLawyer && d.Tier == model.TierLawyer && to == model.TierTownship:
		default:
			if err := s.mustLead(ctx, d); err != nil {
				return err
			}
		}
		why, err := words(reason, maxWish, "为什么要转")
		if to == model.TierTownship && err != nil {
			return err
		}
		switch {
		case to == model.TierTownship && d.Tier < model.TierTownship:
			if err := s.keepWord(ctx, d, model.DisputeWord{Kind: "word", ByPart: d.part, Audience: model.PartMediator, Text: "转镇司法所：" + why}); err != nil {
				return err
			}
			return s.toTownship(ctx, d, "转镇司法所")
		case to == model.TierLawyer && d.Tier == model.TierMediator:
			return s.askLawyer(ctx, d)
		}
		return model.Errorf(model.Conflict, "#%d 只能往上转", d.Number)
	})
}

// askLawyer asks the parties who take part whether a lawyer may help.
func (s *Service) askLawyer(ctx context.Context, d *desk) error {
	if d.Asking == askLawyer {
		return model.Errorf(model.Conflict, "#%d 已经在问双方要不要请律师", d.Number)
	}
	able, err := s.eligible(ctx, d, model.RoleLawyer)
	if err != nil {
		return err
	}
	if len(able) == 0 {
		return model.Errorf(model.Conflict, "没有能帮忙的公益律师（没有，或者要回避）。可以交镇里：#%d 交镇里 原因", d.Number)
	}
	d.Asking, d.AskedAt = askLawyer, s.now()
	for i := range d.parties {
		d.parties[i].LawyerAt = model.Time{}
		if err := s.saveParty(ctx, &d.parties[i]); err != nil {
			return err
		}
	}
	for _, p := range d.joined() {
		if err := s.tellParty(ctx, d, p); err != nil {
			return err
		}
	}
	return nil
}

// agreeToLawyer notes the yes and releases what the party said so far; once all
// parties agree, a lawyer is found.
func (s *Service) agreeToLawyer(ctx context.Context, d *desk, mine []*model.DisputeParty) error {
	for _, p := range mine {
		p.LawyerAt = s.now()
		if err := s.saveParty(ctx, p); err != nil {
			return err
		}
	}
	released := s.store.DB(ctx).Model(&model.DisputeWord{}).Where("village_id = ? AND dispute_id = ? AND by_id = ? AND released_at = 0", d.VillageID, d.ID, d.actor.VillagerID).
		UpdateColumn("released_at", s.now())
	if released.Error != nil {
		return released.Error
	}
	if slices.ContainsFunc(d.joined(), func(p *model.DisputeParty) bool { return p.LawyerAt.IsZero() }) {
		return nil
	}
	able, err := s.eligible(ctx, d, model.RoleLawyer)
	if err != nil {
		return err
	}
	if len(able) == 0 {
		return s.toTownship(ctx, d, "没有能帮忙的律师")
	}
	lawyer, err := s.onDutyAmong(ctx, d.VillageID, able)
	if err != nil {
		return err
	}
	d.LawyerID, d.LawyerName, d.LawyerSide, d.Asking = lawyer.ID, lawyer.Name, "", ""
	if err := s.seat(ctx, d.Dispute, lawyer.Person(), model.PartLawyer); err != nil {
		return err
	}
	if err := s.nextTurn(ctx, d, model.TierLawyer, "referred", "双方同意，请公益律师帮忙"); err != nil {
		return err
	}
	return s.tellAll(ctx, d)
}

// noLawyer is a party's no: the mediator goes on, or the township when the
// mediator's time is over.
func (s *Service) noLawyer(ctx context.Context, d *desk) error {
	d.Asking = ""
	if err := s.takeBack(ctx, d); err != nil {
		return err
	}
	if !d.DueAt.After(s.store.Now()) {
		return s.toTownship(ctx, d, "不请律师，期限已到")
	}
	return s.tellMediator(ctx, d)
}

// dismissLawyer ends what the lawyer may read, although it was read before; that
// it was stays in the audit log, and the lawyer's duty to keep silent stays too
// (律师法 第三十八条). The mediator goes on.
func (s *Service) dismissLawyer(ctx context.Context, d *desk) error {
	if err := s.tellLawyer(ctx, d); err != nil {
		return err
	}
	if err := s.Audit.Note(ctx, d.actor, d.VillageID, "dispute.lawyer_dismissed", d.ID, ""); err != nil {
		return err
	}
	d.DeclinedIDs += "," + d.LawyerID // never again in this dispute, on neither side
	if err := s.unseat(ctx, d.Dispute, s.now(), model.PartLawyer); err != nil {
		return err
	}
	d.LawyerID, d.LawyerName, d.LawyerSide, d.Asking = "", "", "", ""
	if err := s.takeBack(ctx, d); err != nil {
		return err
	}
	if d.MediatorID == "" {
		return s.toTownship(ctx, d, "当事人不再请律师")
	}
	if err := s.nextTurn(ctx, d, model.TierMediator, "dismissed", "当事人不再请律师"); err != nil {
		return err
	}
	return s.tellAll(ctx, d)
}

// takeBack forgets every consent to the lawyer and what was released for it.
func (s *Service) takeBack(ctx context.Context, d *desk) error {
	for i := range d.parties {
		d.parties[i].LawyerAt = model.Time{}
		if err := s.saveParty(ctx, &d.parties[i]); err != nil {
			return err
		}
	}
	return s.store.DB(ctx).Model(&model.DisputeWord{}).Where("village_id = ? AND dispute_id = ?", d.VillageID, d.ID).UpdateColumn("released_at", model.Time{}).Error
}

// Release says which of the party's own words the lawyer may read from now on:
// these, and no others of the party's.
func (s *Service) Release(ctx context.Context, actor model.Actor, ref Ref, wordIDs []string) error {
	_, err := s.own(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := askable(d); err != nil {
			return err
		}
		if d.Asking != askLawyer && d.Tier != model.TierLawyer {
			return nothingAsked(d)
		}
		own := s.store.DB(ctx).Model(&model.DisputeWord{}).Where("village_id = ? AND dispute_id = ? AND by_id = ?", d.VillageID, d.ID, actor.VillagerID)
		if err := own.UpdateColumn("released_at", model.Time{}).Error; err != nil {
			return err
		}
		if len(wordIDs) == 0 {
			return nil
		}
		return s.store.DB(ctx).Model(&model.DisputeWord{}).Where("village_id = ? AND dispute_id = ? AND by_id = ? AND id IN ?", d.VillageID, d.ID, actor.VillagerID, wordIDs).
			UpdateColumn("released_at", s.now()).Error
	})
	return err
}

// Declare says whom the lawyer serves: one side, once, and never the other
// (律师法 第三十九条).
func (s *Service) Declare(ctx context.Context, actor model.Actor, ref Ref, side string) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		switch {
		case d.part != model.PartLawyer || d.Tier != model.TierLawyer:
			return model.Errorf(model.Forbidden, "#%d 现在不由律师帮忙", d.Number)
		case !isParty(side):
			return model.Errorf(model.Invalid, "请声明为甲方还是乙方服务，不能为双方")
		case d.LawyerSide != "":
			return model.Errorf(model.Conflict, "您已声明为%s服务，不能再改", SideName(d.LawyerSide))
		}
		if err := s.notKin(ctx, d); err != nil {
			return err
		}
		d.LawyerSide = side
		if err := s.Audit.Note(ctx, actor, d.VillageID, "dispute.declare", d.ID, side); err != nil {
			return err
		}
		return s.tellAll(ctx, d)
	})
}

// toTownship makes the township the one that mediates. Without an officer the
// dispute waits there and is looked at again.
func (s *Service) toTownship(ctx context.Context, d *desk, why string) error {
	officers, err := s.People.HoldersFor(ctx, d.VillageID, model.RoleTownship)
	if err != nil {
		return err
	}
	d.OfficerVillage, d.OfficerID, d.OfficerName = "", "", ""
	if len(officers) > 0 {
		d.OfficerVillage, d.OfficerID, d.OfficerName = officers[0].VillageID, officers[0].ID, officers[0].Name
	}
	if d.Asking == askLawyer {
		d.Asking = ""
	}
	if d.LawyerID != "" {
		if err := s.unseat(ctx, d.Dispute, s.now(), model.PartLawyer); err != nil {
			return err
		}
	}
	if err := s.seat(ctx, d.Dispute, model.Person{VillageID: d.OfficerVillage, ID: d.OfficerID}, model.PartTownship); err != nil {
		return err
	}
	if err := s.nextTurn(ctx, d, model.TierTownship, "referred", why); err != nil {
		return err
	}
	if d.State == model.DisputeAccepting {
		d.State, d.AcceptedAt = model.DisputeConsent, s.now()
		if err := s.askConsent(ctx, d); err != nil {
			return err
		}
	}
	return s.tellAll(ctx, d)
}

// AskExtension is a party's wish for more time; once all who take part wish it,
// the tier's clock is extended, once.
func (s *Service) AskExtension(ctx context.Context, actor model.Actor, ref Ref) (extended bool, err error) {
	_, err = s.own(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		extended = false
		switch {
		case !d.party():
			return model.Errorf(model.Forbidden, "只有当事人可以要求延期")
		case d.State != model.DisputeMediating:
			return model.Errorf(model.Conflict, "#%d 现在不用延期", d.Number)
		case !d.ExtendedAt.IsZero():
			return model.Errorf(model.Conflict, "#%d 已经延期过一次", d.Number)
		}
		for _, p := range d.mine() {
			p.ExtendAt = s.now()
			if err := s.saveParty(ctx, p); err != nil {
				return err
			}
		}
		if slices.ContainsFunc(d.joined(), func(p *model.DisputeParty) bool { return p.ExtendAt.IsZero() }) {
			return s.tellLeader(ctx, d)
		}
		due, err := s.after(ctx, d.Dispute, d.DueAt.Time, "extension")
		if err != nil {
			return err
		}
		d.ExtendedAt, d.DueAt, d.RemindedAt, extended = s.now(), due, model.Time{}, true
		if err := s.Cases.Prolong(ctx, actor, RefOf(*d.Dispute), due.Time, "双方要求延期"); err != nil {
			return err
		}
		return s.tellAll(ctx, d)
	})
	return extended, err
}

// Fail ends a mediation that didn't succeed; the remedies are told (人民调解法
// 第二十六条).
func (s *Service) Fail(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.Dispute, error) {
	return s.endBy(ctx, actor, ref, model.DisputeFailed, reason)
}

// Reject ends what turned out to be none for mediation, with the reason and the
// right door.
func (s *Service) Reject(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.Dispute, error) {
	return s.endBy(ctx, actor, ref, model.DisputeRejected, reason)
}

func (s *Service) endBy(ctx context.Context, actor model.Actor, ref Ref, outcome, reason string) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := s.mustLead(ctx, d); err != nil {
			return err
		}
		if !isOpen(d.State) {
			return model.Errorf(model.Conflict, "#%d 不在调解中，不用再结束", d.Number)
		}
		if err := unflagged(d); err != nil {
			return err
		}
		why, err := words(reason, maxWish, "原因")
		if err != nil {
			return err
		}
		return s.end(ctx, d, outcome, why)
	})
}
