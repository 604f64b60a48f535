package mediation

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	wordsRead = 500
	pageMost  = 100
)

// View is a dispute as somebody may see it.
type View struct {
	Dispute    model.Dispute
	Part       string
	Parties    []model.DisputeParty
	Words      []model.DisputeWord // only those that the reader may read
	Sessions   []model.DisputeSession
	Agreement  *model.DisputeAgreement
	Signatures []model.DisputeSignature
	Promises   []model.DisputePromise
	Clocks     []model.CaseClock
	Next       string // what the reader can do now
	Rights     string // the right to sue, the remedies
}

// Get reads the dispute. Whoever has no seat is told that there is none; every
// read but a party's own is noted in the audit log.
func (s *Service) Get(ctx context.Context, actor model.Actor, ref Ref) (View, error) {
	var v View
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		v = View{}
		var row model.Dispute
		err := s.store.DB(ctx).Take(&row, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errNoDispute()
		}
		if err != nil {
			return err
		}
		d := &desk{Dispute: &row, actor: actor}
		if d.part, err = s.partOf(ctx, actor, &row); err != nil {
			return err
		}
		if d.part == "" {
			return s.offered(ctx, d, &v)
		}
		if !d.party() || actor.HelpedBy != "" {
			if err := s.Audit.Note(ctx, actor, row.VillageID, "dispute.read", row.ID, d.part); err != nil {
				return err
			}
		}
		if d.parties, err = s.parties(ctx, &row); err != nil {
			return err
		}
		v.Dispute, v.Part, v.Rights = row, d.part, RightToSue
		if row.State == model.DisputeClosed && row.Outcome != model.DisputeKept {
			v.Rights = Remedies
		}
		return s.fill(ctx, d, &v)
	})
	return v, err
}

// offered shows a dispute that waits for any mediator to those who may take it:
// its kind, its parties, and nothing else.
func (s *Service) offered(ctx context.Context, d *desk, v *View) error {
	if d.State != model.DisputeAccepting || d.MediatorID != "" || !d.actor.May(model.VerbMediate, d.VillageID) || d.Declined(d.actor.VillagerID) {
		return errNoDispute()
	}
	var err error
	if d.parties, err = s.parties(ctx, d.Dispute); err != nil {
		return err
	}
	kin, err := s.kin(ctx, d.Dispute, d.parties)
	if err != nil {
		return err
	}
	if kin[d.actor.VillagerID] {
		return errNoDispute()
	}
	v.Dispute, v.Parties, v.Next = *d.Dispute, d.parties, nextFor(*d.Dispute, "", nil)
	return s.Audit.Note(ctx, d.actor, d.VillageID, "dispute.read", d.ID, "offered")
}

// fill adds what the reader's part may see: a party that hasn't agreed, and a
// lawyer who hasn't declared whom they serve, see who is involved and no more.
func (s *Service) fill(ctx context.Context, d *desk, v *View) error {
	v.Parties = d.parties
	v.Next = nextFor(*d.Dispute, d.part, d.mine())
	if d.part != model.PartMediator && d.part != model.PartTownship {
		v.Dispute.Report, v.Dispute.ReportedBy, v.Dispute.DeclinedIDs = "", "", ""
	}
	if d.party() {
		v.Dispute.Flag, v.Dispute.FlaggedAt = "", model.Time{} // it might come from there
	}
	if d.party() && !d.takesPart() || d.part == model.PartLawyer && d.LawyerSide == "" {
		return nil
	}
	var err error
	if v.Words, err = s.wordsFor(ctx, d); err != nil {
		return err
	}
	if v.Sessions, err = s.sessions(ctx, d.Dispute); err != nil {
		return err
	}
	if v.Clocks, err = s.Cases.Clocks(ctx, RefOf(*d.Dispute)); err != nil {
		return err
	}
	if d.part == model.PartLawyer {
		for i := range v.Sessions {
			v.Sessions[i].Record, v.Sessions[i].Attended = "", ""
		}
		return nil
	}
	if v.Agreement, err = s.current(ctx, d.Dispute); err != nil || v.Agreement == nil {
		return err
	}
	if v.Signatures, err = s.signatures(ctx, d.Dispute, d.Version); err != nil {
		return err
	}
	v.Promises, err = s.promises(ctx, d.Dispute)
	return err
}

// wordsFor are the words that the actor's part may read, the oldest first.
func (s *Service) wordsFor(ctx context.Context, d *desk) ([]model.DisputeWord, error) {
	var all []model.DisputeWord
	err := s.store.DB(ctx).Where("village_id = ? AND dispute_id = ?", d.VillageID, d.ID).Order("id DESC").Limit(wordsRead).Find(&all).Error
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	return slices.DeleteFunc(all, func(w model.DisputeWord) bool { return !reads(d, w) }), nil
}

// reads says whether the part may read the word. What passes between the lawyer
// and the side that is served, nobody else reads.
func reads(d *desk, w model.DisputeWord) bool {
	privileged := w.ByPart == model.PartLawyer || w.Audience == model.PartLawyer
	switch d.part {
	case model.PartApplicant, model.PartRespondent:
		return w.ByPart == d.part || w.Audience == d.part || w.Audience == model.PartBoth
	case model.PartLawyer:
		return w.ByID == d.actor.VillagerID || w.Audience == model.PartLawyer && w.ByPart == d.LawyerSide || !w.ReleasedAt.IsZero() && isParty(w.ByPart)
	}
	return !privileged
}

// MayOpen says whether the actor may see a file that belongs to the dispute:
// whoever may read the word, or the agreement, that it came with.
func (s *Service) MayOpen(ctx context.Context, actor model.Actor, ref Ref, mediaID string) (bool, error) {
	v, err := s.Get(ctx, actor, ref)
	if model.AsError(err) != nil {
		return false, nil //nolint:nilerr // nobody's dispute is an answer too
	}
	if err != nil {
		return false, err
	}
	if v.Agreement != nil && v.Agreement.PaperID == mediaID {
		return true, nil
	}
	return slices.ContainsFunc(v.Words, func(w model.DisputeWord) bool { return w.MediaID == mediaID }), nil
}
