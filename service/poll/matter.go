package poll

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
)

// NewMatter is a matter that the Party branch proposes, with what its study
// recorded.
type NewMatter struct {
	VillageID   string
	Kind        string // code or title of a Kind
	Title, Text string
	Study       string // the branch's study record, in short
	UploadID    string // the record itself
	ProposalID  string // the villagers' proposal that it came from
}

// Propose opens a matter on the way of 四议两公开: its first state is reached by
// the branch's study record, which is why nothing opens without one.
func (s *Service) Propose(ctx context.Context, actor model.Actor, in NewMatter) (model.Matter, error) {
	m := model.Matter{VillageID: in.VillageID, ID: model.NewID(), Kind: kindOf(strings.TrimSpace(in.Kind)).Code, Title: strings.TrimSpace(in.Title),
		Text: strings.TrimSpace(in.Text), State: model.MatterProposed, ProposalID: in.ProposalID}
	study := strings.TrimSpace(in.Study)
	switch {
	case m.Title == "" || utf8.RuneCountInString(m.Title) > titleMax || utf8.RuneCountInString(m.Text) > textMax:
		return m, model.Errorf(model.Invalid, "请写标题（不超过%d个字）和说明（不超过%d个字）", titleMax, textMax)
	case electoral(in.Kind, m.Title, m.Text):
		return m, model.Errorf(model.Invalid, "选举、罢免、补选、提名不走这里，请依法到现场办理")
	case study == "" || utf8.RuneCountInString(study) > textMax:
		return m, model.Errorf(model.Invalid, "请写党支部研究的记录：什么时候开的会、什么意见")
	}
	if err := actor.Require(model.VerbMatter, m.VillageID); err != nil {
		return m, err
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		m.CreatedAt = s.now()
		if err := s.store.DB(ctx).Create(&m).Error; err != nil {
			return err
		}
		return s.reach(ctx, actor, m, Step{State: m.State, Record: study, UploadID: in.UploadID})
	})
	return m, err
}

// Step takes a matter one state on.
type Step struct {
	Matter   Ref
	State    model.MatterState
	Record   string // minutes, in short
	UploadID string // the minutes; needed for a resolution that a meeting took
	Subject  string // disclosure/ID for the two publications
}

// Advance takes a matter to the next state; none can be skipped. A resolution
// comes from a poll by itself, or from a meeting by its minutes; each publication
// needs its published disclosure.
func (s *Service) Advance(ctx context.Context, actor model.Actor, in Step) (model.Matter, error) {
	in.Record = strings.TrimSpace(in.Record)
	var m model.Matter
	if in.Record == "" || utf8.RuneCountInString(in.Record) > textMax || len(in.Subject) > 64 || len(in.UploadID) > 32 {
		return m, model.Errorf(model.Invalid, "请写会议或公开的记录：什么时间、什么结果")
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if m, err = s.matter(s.store.Locked(ctx), in.Matter); err != nil {
			return err
		}
		if err := actor.Require(model.VerbPoll, m.VillageID); err != nil {
			return err
		}
		if err := s.mayAdvance(ctx, m, in); err != nil {
			return err
		}
		m.State = in.State
		return s.step(ctx, actor, m, in)
	})
	return m, err
}

func (s *Service) mayAdvance(ctx context.Context, m model.Matter, in Step) error {
	next, over := nextState(m.State)
	switch {
	case !m.EndedAt.IsZero():
		return model.Errorf(model.Conflict, "这个议题已经终止")
	case over:
		return model.Errorf(model.Conflict, "这个议题的六步都走完了")
	case in.State != next:
		return model.Errorf(model.Conflict, "现在是“%s”，下一步只能是“%s”，不能跳", MatterTitle(m.State), MatterTitle(next))
	}
	switch in.State {
	case model.MatterResolved:
		if in.UploadID == "" {
			return model.Errorf(model.Invalid, "开会作的决议要上传有签名的会议记录；网上投票通过的会自动记上")
		}
	case model.MatterPublished, model.MatterExecuted:
		id, named := strings.CutPrefix(in.Subject, "disclosure/")
		if !named || s.o.Published == nil {
			return model.Errorf(model.Invalid, "请先在村务公开里发布，再写上公开的编号")
		}
		return s.published(ctx, m, in, id)
	}
	return nil
}

// published: each of the two publications is a disclosure of its own.
func (s *Service) published(ctx context.Context, m model.Matter, in Step, disclosureID string) error {
	out, err := s.o.Published(ctx, m.VillageID, disclosureID)
	if err != nil {
		return err
	}
	if !out {
		return model.Errorf(model.Conflict, "这份公开还没有发布")
	}
	var used int64
	err = s.store.DB(ctx).Model(&model.MatterStep{}).Where("village_id = ? AND matter_id = ? AND subject = ?", m.VillageID, m.ID, in.Subject).Count(&used).Error
	if err == nil && used > 0 {
		return model.Errorf(model.Conflict, "决议公开和实施结果公开是两份，这一份已经用过了")
	}
	return err
}

func nextState(state model.MatterState) (next model.MatterState, over bool) {
	all := model.MatterStates()
	at := slices.Index(all, state)
	if at == len(all)-1 {
		return "", true
	}
	return all[at+1], false
}

// step writes that a locked matter has come to a state.
func (s *Service) step(ctx context.Context, actor model.Actor, m model.Matter, in Step) error {
	err := s.store.DB(ctx).Model(&model.Matter{}).Where("village_id = ? AND id = ?", m.VillageID, m.ID).UpdateColumn("state", m.State).Error
	if err != nil {
		return err
	}
	return s.reach(ctx, actor, m, in)
}

func (s *Service) reach(ctx context.Context, actor model.Actor, m model.Matter, in Step) error {
	if err := s.attach(ctx, actor, m.VillageID, in.UploadID, "matter/"+m.ID); err != nil {
		return err
	}
	row := model.MatterStep{VillageID: m.VillageID, MatterID: m.ID, State: m.State, At: s.now(), ByID: actor.VillagerID, ByName: actor.Name,
		Record: in.Record, UploadID: in.UploadID, Subject: in.Subject}
	if err := s.store.DB(ctx).Create(&row).Error; err != nil {
		return err
	}
	if err := s.Audit.Note(ctx, actor, m.VillageID, "matter."+string(m.State), "matter/"+m.ID, ""); err != nil {
		return err
	}
	duty := map[model.MatterState]string{model.MatterResolved: "decision", model.MatterPublished: "execution"}[m.State]
	if duty == "" || s.o.Owe == nil {
		return nil
	}
	return s.o.Owe(ctx, m.VillageID, duty, "matter/"+m.ID, m.Title)
}

// resolved takes the matter on that a binding poll passed.
func (s *Service) resolved(ctx context.Context, p model.Poll) error {
	if p.MatterID == "" || p.Effect != model.EffectBinding || !p.Passed {
		return nil
	}
	m, err := s.matter(s.store.Locked(ctx), Ref{p.VillageID, p.MatterID})
	if err != nil || m.State != model.MatterReviewed || !m.EndedAt.IsZero() {
		return err // ended, or resolved by a meeting meanwhile
	}
	m.State = model.MatterResolved
	return s.step(ctx, system(), m, Step{State: m.State, Record: resultText(p), Subject: RefOf(p).subject()})
}

// EndMatter gives a matter up, with the reason.
func (s *Service) EndMatter(ctx context.Context, actor model.Actor, ref Ref, reason string) error {
	reason, err := needReason(reason)
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		m, err := s.matter(s.store.Locked(ctx), ref)
		if err != nil {
			return err
		}
		if err := actor.Require(model.VerbPoll, m.VillageID); err != nil {
			return err
		}
		if !m.EndedAt.IsZero() || m.State == model.MatterExecuted {
			return model.Errorf(model.Conflict, "这个议题已经终止或办完了")
		}
		err = s.store.DB(ctx).Model(&model.Matter{}).Where("village_id = ? AND id = ?", m.VillageID, m.ID).
			UpdateColumns(map[string]any{"ended_at": s.now(), "ended_reason": reason}).Error
		if err != nil {
			return err
		}
		return s.Audit.Note(ctx, actor, m.VillageID, "matter.end", "matter/"+m.ID, reason)
	})
}

func (s *Service) matter(db *gorm.DB, ref Ref) (model.Matter, error) {
	var m model.Matter
	err := db.Where("village_id = ? AND id = ?", ref.VillageID, ref.ID).Take(&m).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return m, model.Errorf(model.Unknown, "没有找到这个议题，请检查编号")
	}
	return m, err
}

// Course is a matter with the steps that it has taken.
type Course struct {
	Matter model.Matter
	Steps  []model.MatterStep // in their order
}

// Matter shows a matter's course to somebody of its village.
func (s *Service) Matter(ctx context.Context, actor model.Actor, ref Ref) (Course, error) {
	var c Course
	var err error
	if c.Matter, err = s.matter(s.store.DB(ctx), ref); err != nil {
		return c, err
	}
	if err := s.mayRead(actor, model.Poll{VillageID: ref.VillageID, State: model.PollNoticed}); err != nil {
		return c, err
	}
	err = s.store.DB(ctx).Where("village_id = ? AND matter_id = ?", ref.VillageID, ref.ID).Find(&c.Steps).Error
	all := model.MatterStates()
	slices.SortFunc(c.Steps, func(a, b model.MatterStep) int { return slices.Index(all, a.State) - slices.Index(all, b.State) })
	return c, err
}

// Matters lists a village's matters, the newest first; the next page begins after
// next.
func (s *Service) Matters(ctx context.Context, actor model.Actor, villageID, after string, limit int) (matters []model.Matter, next string, err error) {
	if err := s.mayRead(actor, model.Poll{VillageID: villageID, State: model.PollNoticed}); err != nil {
		return nil, "", err
	}
	if limit < 1 || limit > pageMax {
		limit = pageMax
	}
	db := s.store.DB(ctx).Where("village_id = ?", villageID)
	if after != "" {
		db = db.Where("id < ?", after)
	}
	if err := db.Order("id DESC").Limit(limit + 1).Find(&matters).Error; err != nil {
		return nil, "", err
	}
	if len(matters) > limit {
		matters = matters[:limit]
		next = matters[limit-1].ID
	}
	return matters, next, nil
}
