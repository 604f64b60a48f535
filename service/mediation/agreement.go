package mediation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	maxPromises = 60
	maxFen      = 100_000_000_00 // a hundred million yuan: more is a slip of the keyboard
)

// Draft is what the parties agreed on (人民调解法 第二十九条). The parties' own
// data come from the roll.
type Draft struct {
	Form           string // model.FormSigned, FormInk or FormOral
	Facts          string // the main facts and what is in dispute
	Responsibility string // who bears what
	Content        string // what is agreed
	Manner         string // how it is done
	Promises       []Promise
	OnlyProperty   bool // nothing in it is about marriage, adoption or other identity: a court may confirm it
}

// Promise is something that a side does by a day.
type Promise struct {
	By    string // model.PartApplicant or PartRespondent
	What  string
	Fen   int64  // 0: no money
	DueOn string // 2006-01-02
}

// WriteAgreement writes a version of the agreement from the template of the
// dispute's kind. An earlier version, and every signature under it, is void.
func (s *Service) WriteAgreement(ctx context.Context, actor model.Actor, ref Ref, in Draft) (model.DisputeAgreement, error) {
	var a model.DisputeAgreement
	_, err := s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := s.mustLead(ctx, d); err != nil {
			return err
		}
		if d.State != model.DisputeMediating {
			return model.Errorf(model.Conflict, "#%d 不在调解中，不能写协议", d.Number)
		}
		matter, err := matterOf(d.Kind)
		if err != nil {
			return err
		}
		if err := in.check(matter, s.store.Now()); err != nil {
			return err
		}
		if a, err = s.draft(ctx, d, matter, in); err != nil {
			return err
		}
		if in.Form == model.FormOral {
			return s.oral(ctx, d, &a)
		}
		return s.tellSides(ctx, d, model.PartBoth)
	})
	return a, err
}

// oral is in effect at once (人民调解法 第三十一条); the parties are told, and may
// say that it isn't so.
func (s *Service) oral(ctx context.Context, d *desk, a *model.DisputeAgreement) error {
	if err := unflagged(d); err != nil {
		return err
	}
	return s.takeEffect(ctx, d, a)
}

// check sees that nothing is missing that the law wants.
func (in *Draft) check(matter Matter, now time.Time) error {
	switch {
	case in.Form != model.FormSigned && in.Form != model.FormInk && in.Form != model.FormOral:
		return model.Errorf(model.Invalid, "请选协议的形式：电子签名、纸上签名或口头")
	case in.Form == model.FormSigned && matter.Ink:
		return model.Errorf(model.Invalid, "%s的协议不能用电子签名（电子签名法第三条），请选纸上签名", matter.Name)
	}
	var err error
	for _, part := range []struct {
		text *string
		name string
	}{{&in.Facts, "纠纷的主要事实、争议事项"}, {&in.Responsibility, "各方的责任"}, {&in.Content, "协议的内容"}, {&in.Manner, "怎么履行"}} {
		if *part.text, err = words(*part.text, maxFacts, part.name); err != nil {
			return err
		}
	}
	if len(in.Promises) == 0 || len(in.Promises) > maxPromises {
		return model.Errorf(model.Invalid, "请写明谁在哪天前做什么（1到%d项）", maxPromises)
	}
	for i := range in.Promises {
		if err := in.Promises[i].check(now); err != nil {
			return err
		}
	}
	return nil
}

func (p *Promise) check(now time.Time) error {
	var err error
	if p.What, err = words(p.What, 200, "要做什么"); err != nil {
		return err
	}
	day, err := time.ParseInLocation(time.DateOnly, p.DueOn, model.Shanghai)
	today, _ := time.ParseInLocation(time.DateOnly, now.Format(time.DateOnly), model.Shanghai)
	switch {
	case err != nil || day.Before(today) || day.After(today.AddDate(30, 0, 0)):
		return model.Errorf(model.Invalid, "“%s”的日期不对，请写成 2026-09-03 这样，不早于今天", clip(p.What, 20))
	case !isParty(p.By):
		return model.Errorf(model.Invalid, "请写明“%s”由甲方还是乙方做", clip(p.What, 20))
	case p.Fen < 0 || p.Fen > maxFen:
		return model.Errorf(model.Invalid, "“%s”的金额不对，请核对", clip(p.What, 20))
	}
	return nil
}

func (s *Service) draft(ctx context.Context, d *desk, matter Matter, in Draft) (model.DisputeAgreement, error) {
	text, err := s.agreementText(ctx, d, matter, in)
	if err != nil {
		return model.DisputeAgreement{}, err
	}
	if err := s.voidDraft(ctx, d); err != nil {
		return model.DisputeAgreement{}, err
	}
	var last int
	err = s.store.DB(ctx).Model(&model.DisputeAgreement{}).Select("COALESCE(MAX(version), 0)").Where("village_id = ? AND dispute_id = ?", d.VillageID, d.ID).Scan(&last).Error
	if err != nil {
		return model.DisputeAgreement{}, err
	}
	d.Version = last + 1
	a := model.DisputeAgreement{VillageID: d.VillageID, DisputeID: d.ID, Version: d.Version, Form: in.Form, Text: text, Hash: hashOf(text),
		Confirmable: matter.Confirm == ConfirmYes || matter.Confirm == ConfirmProperty && in.OnlyProperty, DraftedAt: s.now(), DraftedBy: d.actor.Name}
	if err := s.store.DB(ctx).Create(&a).Error; err != nil {
		return a, err
	}
	rows := make([]model.DisputePromise, len(in.Promises))
	for i, p := range in.Promises {
		rows[i] = model.DisputePromise{VillageID: d.VillageID, DisputeID: d.ID, Version: d.Version, Seq: i + 1, BySide: p.By, What: p.What, AmountFen: p.Fen, DueOn: p.DueOn, State: model.PromiseDue}
	}
	return a, s.store.DB(ctx).Create(&rows).Error
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// voidDraft makes the version that isn't in effect void, with its signatures.
func (s *Service) voidDraft(ctx context.Context, d *desk) error {
	if d.Version == 0 {
		return nil
	}
	return s.store.DB(ctx).Model(&model.DisputeAgreement{}).Where("village_id = ? AND dispute_id = ? AND version = ? AND effective_at = 0 AND voided_at = 0", d.VillageID, d.ID, d.Version).
		UpdateColumn("voided_at", s.now()).Error
}

// current is the version that is worked on or in effect.
func (s *Service) current(ctx context.Context, d *model.Dispute) (*model.DisputeAgreement, error) {
	if d.Version == 0 {
		return nil, nil
	}
	var a model.DisputeAgreement
	err := s.store.DB(ctx).Take(&a, "village_id = ? AND dispute_id = ? AND version = ?", d.VillageID, d.ID, d.Version).Error
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && !a.VoidedAt.IsZero() {
		return nil, nil
	}
	return &a, err
}

// takeEffect is the moment from which the agreement binds; the time for asking
// the court together runs (人民调解法 第三十三条).
func (s *Service) takeEffect(ctx context.Context, d *desk, a *model.DisputeAgreement) error {
	a.EffectiveAt = s.now()
	if err := s.store.DB(ctx).Model(a).Select("effective_at", "paper_id").Updates(a).Error; err != nil {
		return err
	}
	d.State, d.AgreedAt, d.EffectiveAt, d.Asking, d.DueAt = model.DisputeAgreed, a.EffectiveAt, a.EffectiveAt, "", model.Time{}
	d.ConfirmBy, d.ConfirmedAt, d.ConfirmRemindedAt = model.Time{}, model.Time{}, model.Time{}
	if a.Confirmable {
		var err error
		if d.ConfirmBy, err = s.after(ctx, d.Dispute, a.EffectiveAt.Time, "confirmation"); err != nil {
			return err
		}
	}
	if d.LawyerID != "" {
		if err := s.unseat(ctx, d.Dispute, s.now(), model.PartLawyer); err != nil {
			return err
		}
	}
	if err := s.Audit.Note(ctx, d.actor, d.VillageID, "dispute.agreement", d.ID, a.Form); err != nil {
		return err
	}
	if err := s.tellAll(ctx, d); err != nil {
		return err
	}
	return s.Cases.Conclude(ctx, d.actor, RefOf(*d.Dispute), "达成协议")
}
