package membership

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/village"
)

// CorrectionKindName is the kind of case that a correction of the roll is.
const CorrectionKindName = "correction"

const evidenceMax = 500 // characters

// CorrectionKind says who decides on corrections: a grid worker or the committee;
// on silence the branch; then the township. room is asked when a case is decided,
// long after it was built.
func CorrectionKind(room func() *Service) casework.Kind {
	return casework.Kind{Name: CorrectionKindName, Title: "更正名册的申请", Verb: model.VerbCorrect, Tiers: []casework.Tier{
		{Title: "网格员、村委会", Roles: []model.Role{model.RoleGridWorker, model.RoleCommittee}},
		{Title: "村党支部", Roles: []model.Role{model.RoleBranchSecretary, model.RoleFirstSecretary}},
		{Title: "镇里", Roles: []model.Role{model.RoleTownship}},
	}, Decision: &casework.Decision{
		Take: func(ctx context.Context, actor model.Actor, c model.Case, adopted bool) error {
			return room().correct(ctx, actor, c, adopted)
		},
		Closed: func(ctx context.Context, c model.Case) error { return room().correctionClosed(ctx, c) },
		Words:  correctedWords,
	}}
}

// NewCorrection is what somebody says is wrong about themselves on the roll.
type NewCorrection struct {
	Field    village.Field
	Value    string // what it should be
	Evidence string // why, and what shows it
	MediaID  string // a picture of it, attached by the caller
}

// CorrectionView is a correction as its asker sees it.
type CorrectionView struct {
	ID         string // public, with the village in it
	Field      village.Field
	FieldTitle string
	State      string // open | confirmed | refused | lapsed
	CaseID     string // public
	CaseNumber int64
	AskedAt    model.Time
	DecidedAt  model.Time
}

// RequestCorrection asks to have the actor's own entry on the roll put right
// (个人信息保护法第四十六条). It becomes a case, which is answered by yes or no.
// Errors: Invalid (field, form), Conflict (asked already).
func (s *Service) RequestCorrection(ctx context.Context, actor model.Actor, in NewCorrection) (CorrectionView, error) {
	if !actor.Known() || actor.HelpedBy != "" {
		return CorrectionView{}, model.Errorf(model.Forbidden, "更正名册要由本人提出，请先绑定")
	}
	value, err := in.Field.Clean(in.Value)
	if err != nil {
		return CorrectionView{}, err
	}
	evidence := strings.TrimSpace(in.Evidence)
	if evidence == "" && in.MediaID == "" {
		return CorrectionView{}, model.Errorf(model.Invalid, "请写明为什么要更正、有什么可以证明")
	}
	row := model.Correction{VillageID: actor.VillageID, ID: model.NewID(), VillagerID: actor.VillagerID, Field: string(in.Field),
		Once: actor.VillagerID + "/" + string(in.Field), State: model.RequestOpen, AskedAt: s.now()}
	row.ValueSealed = s.keys.Seal(value, row.Owner())
	var number int64
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		said := casework.Said{Text: correctionText(in.Field, shown(in.Field, value), clip(evidence, evidenceMax)), MediaID: in.MediaID}
		c, err := s.cases.Open(ctx, actor, casework.NewCase{VillageID: actor.VillageID, Kind: CorrectionKindName, Said: said})
		if err != nil {
			return err
		}
		row.CaseID, number = c.ID, c.Number
		err = s.store.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return model.Errorf(model.Conflict, "您已经申请更正%s了，等村里核实就行", in.Field.Title())
		}
		if err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, actor.VillageID, "correction.ask", "correction/"+row.ID, row.Field)
	})
	return correctionView(row, number), err
}

// shown is a value as its case may show it.
func shown(field village.Field, value string) string {
	switch field {
	case village.FieldPhone:
		return model.MaskPhone(value)
	case village.FieldIDNumber:
		return model.MaskIDNumber(value)
	}
	return value
}

// DecideCorrection answers a correction, by its id or its case's, with yes or no and the reason. Nobody
// decides on their own, nor on that of somebody bound to their telephone.
func (s *Service) DecideCorrection(ctx context.Context, actor model.Actor, villageID, id string, accept bool, reason string) (model.Case, error) {
	var row model.Correction
	err := s.store.DB(ctx).Where("village_id = ? AND (id = ? OR case_id = ?)", villageID, id, id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return model.Case{}, model.Errorf(model.Unknown, "没有找到这个更正申请，请核对编号")
	}
	if err != nil {
		return model.Case{}, err
	}
	return s.cases.Decide(ctx, actor, casework.Ref{VillageID: villageID, ID: row.CaseID}, accept, reason)
}

// Corrections lists the actor's own, the newest first.
func (s *Service) Corrections(ctx context.Context, actor model.Actor, limit int) ([]CorrectionView, error) {
	if !actor.Known() {
		return nil, nil
	}
	var rows []struct {
		Row    model.Correction `gorm:"embedded"`
		Number int64
	}
	err := s.store.DB(ctx).Table("corrections x").Select("x.*, c.number").
		Joins("JOIN cases c ON c.village_id = x.village_id AND c.id = x.case_id").
		Where("x.village_id = ? AND x.villager_id = ?", actor.VillageID, actor.VillagerID).
		Order("x.asked_at DESC, x.id DESC").Limit(bounded(limit)).Scan(&rows).Error
	views := make([]CorrectionView, 0, len(rows))
	for _, row := range rows {
		views = append(views, correctionView(row.Row, row.Number))
	}
	return views, err
}

func correctionView(row model.Correction, number int64) CorrectionView {
	field := village.Field(row.Field)
	return CorrectionView{ID: model.PublicID(row.VillageID, row.ID), Field: field, FieldTitle: field.Title(), State: row.State,
		CaseID: model.PublicID(row.VillageID, row.CaseID), CaseNumber: number, AskedAt: row.AskedAt, DecidedAt: row.DecidedAt}
}

// correct does what was decided on a case; the case's row is locked.
func (s *Service) correct(ctx context.Context, actor model.Actor, c model.Case, adopted bool) error {
	var row model.Correction
	err := s.store.DB(ctx).Where("village_id = ? AND case_id = ? AND state = ?", c.VillageID, c.ID, model.RequestOpen).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return model.Errorf(model.Conflict, "#%d 已经有结果了", c.Number)
	}
	if err != nil {
		return err
	}
	who := model.Person{VillageID: row.VillageID, ID: row.VillagerID}
	if err := s.people.NotSelf(ctx, actor, who, "自己或绑在自己微信上的人的更正，请由另一位村干部办理"); err != nil {
		return err
	}
	state := model.RequestRefused
	if adopted {
		state = model.RequestConfirmed
		value, err := s.keys.Open(row.ValueSealed, row.Owner())
		if err != nil {
			return err
		}
		if err := s.people.Amend(ctx, actor, who, village.Field(row.Field), value); err != nil {
			return err
		}
	}
	return s.endCorrection(ctx, row, state, audit.ActorID(actor))
}

// correctionClosed forgets the value of a correction that was withdrawn or not
// taken.
func (s *Service) correctionClosed(ctx context.Context, c model.Case) error {
	var open []model.Correction
	err := s.store.DB(ctx).Where("village_id = ? AND case_id = ? AND state = ?", c.VillageID, c.ID, model.RequestOpen).Find(&open).Error
	for _, row := range open {
		err = errors.Join(err, s.endCorrection(ctx, row, model.RequestLapsed, ""))
	}
	return err
}

func (s *Service) endCorrection(ctx context.Context, row model.Correction, state, by string) error {
	return s.store.DB(ctx).Model(&model.Correction{}).Where("village_id = ? AND id = ?", row.VillageID, row.ID).
		UpdateColumns(map[string]any{"state": state, "once": row.ID, "value_sealed": model.Secret{}, "decided_at": s.now(), "decided_by": by}).Error
}
