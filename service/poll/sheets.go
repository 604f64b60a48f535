package poll

import (
	"context"

	"cunwu/model"
)

// States of a paper sheet.
const (
	SheetEntered  = sheetEntered  // once: the second person's entry is awaited
	SheetAccepted = sheetAccepted // its papers are votes
	SheetDiffers  = sheetDiffers  // both entries are void
)

// SheetLine is a paper sheet as the desk lists it: never what is on it.
type SheetLine struct {
	Number   string
	State    string
	Votes    int
	First    string // who entered it first
	Mine     bool   // the actor did
	UploadID string
}

// Sheets lists a poll's paper sheets by number, for the desk and who checks it;
// 500 at most.
func (s *Service) Sheets(ctx context.Context, actor model.Actor, ref Ref) ([]SheetLine, error) {
	if !actor.May(model.VerbPollWatch, ref.VillageID) {
		if err := actor.Require(model.VerbPollDesk, ref.VillageID); err != nil {
			return nil, err
		}
	}
	var rows []struct {
		model.PollSheet `gorm:"embedded"`
		Name            string
	}
	err := s.store.DB(ctx).Raw(`SELECT s.number, s.state, s.votes, s.first_by, s.upload_id, COALESCE(v.name, '') AS name FROM poll_sheets s
		LEFT JOIN villagers v ON v.village_id = s.village_id AND v.id = s.first_by
		WHERE s.village_id = ? AND s.poll_id = ? ORDER BY s.number LIMIT 500`, ref.VillageID, ref.ID).Scan(&rows).Error
	var lines []SheetLine
	for _, r := range rows {
		lines = append(lines, SheetLine{Number: r.Number, State: r.State, Votes: r.Votes, First: r.Name, Mine: r.FirstBy == actor.VillagerID, UploadID: r.UploadID})
	}
	return lines, err
}

// Proposal is one proposal with how many signed it, for whoever may read the list.
func (s *Service) Proposal(ctx context.Context, actor model.Actor, ref Ref) (Signed, error) {
	var out Signed
	if err := s.mayRead(actor, model.Poll{VillageID: ref.VillageID, State: model.PollNoticed}); err != nil {
		return out, err
	}
	p, err := s.proposal(s.store.DB(ctx), ref)
	if err != nil {
		return out, err
	}
	shown, err := mayShow(ctx, s, ref.VillageID, []model.Proposal{p}, func(p model.Proposal) string { return "proposal/" + p.ID })
	if err != nil {
		return out, err
	}
	if !shown[0] && p.ByID != actor.VillagerID {
		return out, model.Errorf(model.Unknown, "没有找到这个提议，请检查编号")
	}
	var n int64
	err = s.store.DB(ctx).Model(&model.ProposalSigner{}).Where("village_id = ? AND proposal_id = ?", ref.VillageID, ref.ID).Count(&n).Error
	return Signed{p, int(n)}, err
}
