package mediation

import (
	"context"

	"cunwu/model"
	"cunwu/service/help"
	"cunwu/service/notice"
)

// The sorts of flag.
const (
	flagViolence = "violence" // at home: nothing may show on a screen
	flagDanger   = "danger"
)

// raise puts up the red flag: until its report is recorded, nobody who serves
// closes the dispute, the other party isn't asked, and the township watches it.
func (s *Service) raise(ctx context.Context, d *desk, heed help.Heed) error {
	if d.Flagged() {
		return nil
	}
	d.Flag, d.FlaggedAt = flagDanger, s.now()
	if heed.Domestic {
		d.Flag = flagViolence
	}
	d.ReportedAt, d.ReportedBy, d.Report = model.Time{}, "", ""
	if err := s.Audit.Note(ctx, d.actor, d.VillageID, "dispute.flag", d.ID, d.Flag); err != nil {
		return err
	}
	if d.MediatorID != d.actor.VillagerID {
		if err := s.tellMediator(ctx, d); err != nil {
			return err
		}
	}
	officers, err := s.People.HoldersFor(ctx, d.VillageID, model.RoleTownship)
	if err != nil {
		return err
	}
	for _, officer := range officers {
		if err := s.tell(ctx, d, officer.Person(), notice.RoleHandler, true); err != nil {
			return err
		}
	}
	return nil
}

// Danger puts up the flag for words of danger that a party said elsewhere in the
// chat.
func (s *Service) Danger(ctx context.Context, actor model.Actor, ref Ref, heed help.Heed) error {
	_, err := s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if heed.Danger == help.NoDanger && !heed.Domestic {
			return nil
		}
		return s.raise(ctx, d, heed)
	})
	return err
}

// Report records to whom the danger was reported (the police, the women's
// federation, the school …) and takes the flag down.
func (s *Service) Report(ctx context.Context, actor model.Actor, ref Ref, text string) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if d.part != model.PartMediator && d.part != model.PartTownship {
			return model.Errorf(model.Forbidden, "报告由调解员或镇司法所登记")
		}
		if !d.Flagged() {
			return model.Errorf(model.Conflict, "#%d 没有要登记的报告", d.Number)
		}
		report, err := words(text, maxWords, "向谁报告的、什么时候、对方怎么答复")
		if err != nil {
			return err
		}
		d.ReportedAt, d.ReportedBy, d.Report = s.now(), actor.Name, report
		if err := s.Audit.Note(ctx, actor, d.VillageID, "dispute.report", d.ID, d.Flag); err != nil {
			return err
		}
		if d.State == model.DisputeConsent && d.Asking == "" {
			return s.askConsent(ctx, d)
		}
		return nil
	})
}

// unflagged refuses to end what has a red flag without a recorded report.
func unflagged(d *desk) error {
	if !d.Flagged() {
		return nil
	}
	return model.Errorf(model.Conflict, "#%d 有人身危险的红旗，先登记报告才能办结。请回：#%d 报告 向谁报告、什么时候、怎么答复", d.Number, d.Number)
}

// Flags are the disputes of the village whose red flag stands, ended ones too.
func (s *Service) Flags(ctx context.Context, actor model.Actor, villageID string) ([]model.Dispute, error) {
	if err := actor.Require(model.VerbSupervise, villageID); err != nil {
		return nil, err
	}
	var found []model.Dispute
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.store.DB(ctx).Where("village_id = ? AND flag IN ? AND reported_at = 0", villageID, []string{flagViolence, flagDanger}).
			Order("flag, reported_at").Limit(100).Find(&found).Error
		if err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, villageID, "dispute.flags", "", "")
	})
	return found, err
}
