package poll

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
)

// NewProposal is a topic that a villager wants decided.
type NewProposal struct{ VillageID, Title, Text string }

// Suggest opens a villagers' proposal, signed by whoever writes it. With enough
// signatures the committees must answer it.
func (s *Service) Suggest(ctx context.Context, actor model.Actor, in NewProposal) (model.Proposal, error) {
	p := model.Proposal{VillageID: in.VillageID, ID: model.NewID(), Title: strings.TrimSpace(in.Title), Text: strings.TrimSpace(in.Text),
		ByID: actor.VillagerID, ByName: actor.Name, State: model.ProposalGathering}
	if p.Title == "" || utf8.RuneCountInString(p.Title) > titleMax || p.Text == "" || utf8.RuneCountInString(p.Text) > textMax {
		return p, model.Errorf(model.Invalid, "请写标题（不超过%d个字）和内容（不超过%d个字）", titleMax, textMax)
	}
	if electoral(p.Title, p.Text) {
		return p, model.Errorf(model.Invalid, "选举、罢免、补选、提名不走这里，请依法到现场办理")
	}
	if err := citizen(actor, in.VillageID); err != nil {
		return p, err
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		p.CreatedAt = s.now()
		needed, err := s.rule(ctx, "proposal.signers", p.CreatedAt)
		if err != nil {
			return err
		}
		p.Needed = int(needed)
		if err := s.store.DB(ctx).Create(&p).Error; err != nil {
			return err
		}
		if err := s.check(ctx, actor, p.VillageID, "proposal/"+p.ID, p.Title+"\n"+p.Text); err != nil {
			return err
		}
		return s.signed(ctx, actor, &p)
	})
	return p, err
}

// Sign adds the actor's signature, once, to a proposal that gathers them.
func (s *Service) Sign(ctx context.Context, actor model.Actor, ref Ref) (model.Proposal, error) {
	var p model.Proposal
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if p, err = s.proposal(s.store.Locked(ctx), ref); err != nil {
			return err
		}
		if err := citizen(actor, p.VillageID); err != nil {
			return err
		}
		if p.State == model.ProposalAccepted || p.State == model.ProposalDeclined {
			return model.Errorf(model.Gone, "这个提议已经答复，不用再联名")
		}
		return s.signed(ctx, actor, &p)
	})
	return p, err
}

// signed adds a signature to a locked proposal, and submits it with the last one
// that it needed.
func (s *Service) signed(ctx context.Context, actor model.Actor, p *model.Proposal) error {
	row := model.ProposalSigner{VillageID: p.VillageID, ProposalID: p.ID, VillagerID: actor.VillagerID, SignedAt: s.now()}
	err := s.store.DB(ctx).Create(&row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "您已经联过名了")
	}
	if err != nil || p.State != model.ProposalGathering {
		return err
	}
	var n int64
	err = s.store.DB(ctx).Model(&model.ProposalSigner{}).Where("village_id = ? AND proposal_id = ?", p.VillageID, p.ID).Count(&n).Error
	if err != nil || int(n) < p.Needed {
		return err
	}
	days, err := s.rule(ctx, "proposal.answer", row.SignedAt)
	if err != nil {
		return err
	}
	p.State = model.ProposalSubmitted
	p.DueAt = model.At(model.AddDays(row.SignedAt.Time, int(days)))
	p.LookAt = p.DueAt
	err = s.setProposal(ctx, *p, map[string]any{"state": p.State, "due_at": p.DueAt, "look_at": p.LookAt})
	if err != nil {
		return err
	}
	return s.tellCommittees(ctx, *p, "submitted", submittedText(*p))
}

func (s *Service) setProposal(ctx context.Context, p model.Proposal, columns map[string]any) error {
	return s.store.DB(ctx).Model(&model.Proposal{}).Where("village_id = ? AND id = ?", p.VillageID, p.ID).UpdateColumns(columns).Error
}

// Answer is the committees' answer: taken up as a matter (which the branch opened
// for it), or not, with the reason. Everybody who signed is told.
func (s *Service) Answer(ctx context.Context, actor model.Actor, ref Ref, accept bool, matterID, text string) (model.Proposal, error) {
	text = strings.TrimSpace(text)
	var p model.Proposal
	if text == "" || utf8.RuneCountInString(text) > textMax {
		return p, model.Errorf(model.Invalid, "请写答复：怎么办，或者为什么不办")
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if p, err = s.proposal(s.store.Locked(ctx), ref); err != nil {
			return err
		}
		if err := actor.Require(model.VerbPoll, p.VillageID); err != nil {
			return err
		}
		if p.State != model.ProposalSubmitted {
			return model.Errorf(model.Conflict, "这个提议还没有联够名，或者已经答复过")
		}
		p.State, p.Answer, p.AnsweredAt = model.ProposalDeclined, text, s.now()
		if accept {
			if _, err := s.matter(s.store.DB(ctx), Ref{p.VillageID, matterID}); err != nil {
				return err
			}
			p.State, p.MatterID = model.ProposalAccepted, matterID
		}
		err = s.setProposal(ctx, p, map[string]any{"state": p.State, "answer": p.Answer, "answered_at": p.AnsweredAt, "matter_id": p.MatterID, "look_at": 0})
		if err != nil {
			return err
		}
		if err := s.Audit.Note(ctx, actor, p.VillageID, "proposal."+p.State, "proposal/"+p.ID, ""); err != nil {
			return err
		}
		return s.tellSigners(ctx, p, accept)
	})
	return p, err
}

func (s *Service) tellSigners(ctx context.Context, p model.Proposal, accept bool) error {
	var signers []string
	err := s.store.DB(ctx).Model(&model.ProposalSigner{}).Where("village_id = ? AND proposal_id = ?", p.VillageID, p.ID).Limit(5000).Pluck("villager_id", &signers).Error
	if err != nil {
		return err
	}
	for _, id := range signers {
		err := s.Notices.Put(ctx, notice.Note{VillageID: p.VillageID, To: model.Person{VillageID: p.VillageID, ID: id},
			Event: "proposal/" + p.ID + "/answer", Role: notice.RoleAsker, Text: answeredText(p, accept)})
		if err != nil {
			return err
		}
	}
	return nil
}

// ProposalsDue reminds the committees, and tells the township, of proposals whose
// answer is overdue, and returns of how many.
func (s *Service) ProposalsDue(ctx context.Context) (int, error) {
	var due []model.Proposal
	err := s.store.DB(ctx).Where("state = ? AND look_at <= ?", model.ProposalSubmitted, s.now()).Order("look_at").Limit(dueBatch).Find(&due).Error
	n := 0
	for _, p := range due {
		failed := s.store.Tx(ctx, func(ctx context.Context) error {
			later := s.store.DB(ctx).Model(&model.Proposal{}).Where("village_id = ? AND id = ? AND state = ? AND look_at = ?", p.VillageID, p.ID, p.State, p.LookAt).
				UpdateColumn("look_at", model.At(p.LookAt.AddDate(0, 0, 3)))
			if later.Error != nil || later.RowsAffected == 0 {
				return later.Error // another replica was first
			}
			return s.tellCommittees(ctx, p, "overdue/"+p.LookAt.Format(time.DateOnly), overdueText(p), model.RoleTownship)
		})
		if failed == nil {
			n++
		}
		err = errors.Join(err, failed)
	}
	return n, err
}

func (s *Service) tellCommittees(ctx context.Context, p model.Proposal, what, text string, more ...model.Role) error {
	for _, role := range append([]model.Role{model.RoleBranchSecretary, model.RoleCommittee}, more...) {
		holders, err := s.People.HoldersFor(ctx, p.VillageID, role)
		if err != nil {
			return err
		}
		for _, h := range holders {
			err := s.Notices.Put(ctx, notice.Note{VillageID: p.VillageID, To: h.Person(), Event: "proposal/" + p.ID + "/" + what, Role: notice.RoleHandler, Text: text})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) proposal(db *gorm.DB, ref Ref) (model.Proposal, error) {
	var p model.Proposal
	err := db.Where("village_id = ? AND id = ?", ref.VillageID, ref.ID).Take(&p).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return p, model.Errorf(model.Unknown, "没有找到这个提议，请检查编号")
	}
	return p, err
}

// Signed is a proposal with how many signed it.
type Signed struct {
	Proposal model.Proposal
	Signers  int
}

// Proposals lists a village's proposals, the newest first, those whose words
// passed the check; the next page begins after next.
func (s *Service) Proposals(ctx context.Context, actor model.Actor, villageID, after string, limit int) (all []Signed, next string, err error) {
	if err := s.mayRead(actor, model.Poll{VillageID: villageID, State: model.PollNoticed}); err != nil {
		return nil, "", err
	}
	if limit < 1 || limit > pageMax {
		limit = pageMax
	}
	if after == "" {
		after = "g" // beyond every hex digit
	}
	var rows []signedRow
	err = s.store.DB(ctx).Raw(`SELECT p.*, (SELECT COUNT(*) FROM proposal_signers s WHERE s.village_id = p.village_id AND s.proposal_id = p.id) AS signers
		FROM proposals p WHERE p.village_id = ? AND p.id < ? ORDER BY p.id DESC LIMIT ?`, villageID, after, limit+1).Scan(&rows).Error
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	shown, err := mayShow(ctx, s, villageID, rows, func(r signedRow) string { return "proposal/" + r.ID })
	for i, row := range rows {
		if err == nil && (shown[i] || row.ByID == actor.VillagerID) {
			all = append(all, Signed{row.Proposal, row.Signers})
		}
	}
	return all, next, err
}

type signedRow struct {
	model.Proposal `gorm:"embedded"`
	Signers        int
}
