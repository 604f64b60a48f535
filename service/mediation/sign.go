package mediation

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"cunwu/model"
)

// Sign confirms exactly the text that has this hash, on the signer's own WeChat
// identity. First the parties, each on a phone of their own; then the mediator,
// whose signature brings the committee's seal and the effect. In chat nobody signs.
func (s *Service) Sign(ctx context.Context, actor model.Actor, ref Ref, hash string) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		a, err := s.toSign(ctx, d, hash)
		if err != nil {
			return err
		}
		if a.Form != model.FormSigned {
			return model.Errorf(model.Conflict, "这份协议要在纸上签名，请到调解员那里签")
		}
		if err := s.ownPhone(ctx, d); err != nil {
			return err
		}
		switch {
		case d.party():
			if err := maySign(d); err != nil {
				return err
			}
			if err := s.putSignature(ctx, d, a); err != nil {
				return err
			}
			return s.tellLeader(ctx, d)
		case d.leads():
			return s.signLast(ctx, d, a)
		}
		return model.Errorf(model.Forbidden, "这份协议不由您签名")
	})
}

// toSign is the version that may be signed now.
func (s *Service) toSign(ctx context.Context, d *desk, hash string) (*model.DisputeAgreement, error) {
	if d.State != model.DisputeMediating {
		return nil, model.Errorf(model.Conflict, "#%d 不在调解中，不能签名", d.Number)
	}
	a, err := s.current(ctx, d.Dispute)
	switch {
	case err != nil:
		return nil, err
	case a == nil || !a.EffectiveAt.IsZero():
		return nil, model.Errorf(model.Conflict, "#%d 没有等签名的协议", d.Number)
	case a.Hash != hash:
		return nil, model.Errorf(model.Conflict, "协议已经改过，以前的签名作废。请重新看全文，再签名")
	}
	return a, nil
}

// ownPhone sees that it is the person who signs: not a helper, and a binding that
// was proved by more than a code.
func (s *Service) ownPhone(ctx context.Context, d *desk) error {
	if d.actor.HelpedBy != "" {
		return model.Errorf(model.Forbidden, "签名不能代办，请本人来签，或在纸上签")
	}
	var b model.Binding
	err := s.store.DB(ctx).Where("village_id = ? AND villager_id = ? AND account = ? AND openid = ? AND ended_at = 0", d.actor.VillageID, d.actor.VillagerID, d.actor.Account, d.actor.OpenID).Take(&b).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return err
	}
	if err != nil || !b.Strong() {
		return model.Errorf(model.Forbidden, "签名要先核对手机号，或请网格员当面确认身份；也可以在纸上签")
	}
	return nil
}

func maySign(d *desk) error {
	if d.takesPart() {
		return nil
	}
	return model.Errorf(model.Forbidden, "您没有参加这次调解，不能签名")
}

func (s *Service) putSignature(ctx context.Context, d *desk, a *model.DisputeAgreement) error {
	row := model.DisputeSignature{VillageID: d.VillageID, DisputeID: d.ID, Version: a.Version, Signer: d.actor.VillagerID, Part: d.part, Name: d.actor.Name,
		Account: d.actor.Account, OpenID: d.actor.OpenID, Hash: a.Hash, At: s.now()}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.store.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return model.Errorf(model.Conflict, "这份协议您已经签过；一个微信只能给一个人签，共用手机的另一位请在纸上签").Because(err)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.Audit.Note(ctx, d.actor, d.VillageID, "dispute.sign", d.ID, a.Hash)
}

func (s *Service) signLast(ctx context.Context, d *desk, a *model.DisputeAgreement) error {
	if err := s.notKin(ctx, d); err != nil {
		return err
	}
	if err := unflagged(d); err != nil {
		return err
	}
	signed, err := s.signatures(ctx, d.Dispute, a.Version)
	if err != nil {
		return err
	}
	for _, p := range d.joined() {
		if !slices.ContainsFunc(signed, func(x model.DisputeSignature) bool { return x.Signer == p.Acts() && x.Hash == a.Hash }) {
			return model.Errorf(model.TooEarly, "%s还没有签名，等当事人都签了您再签", p.Name)
		}
	}
	if err := s.putSignature(ctx, d, a); err != nil {
		return err
	}
	return s.takeEffect(ctx, d, a)
}

func (s *Service) signatures(ctx context.Context, d *model.Dispute, version int) ([]model.DisputeSignature, error) {
	var found []model.DisputeSignature
	err := s.store.DB(ctx).Where("village_id = ? AND dispute_id = ? AND version = ?", d.VillageID, d.ID, version).Order("at, signer").Limit(maxParties + 2).Find(&found).Error
	return found, err
}

// RecordPaper records the paper that everybody signed with a pen, uploaded by
// whoever conducts the mediation: always where the law wants ink, and for whoever
// has no phone. The parties are told.
func (s *Service) RecordPaper(ctx context.Context, actor model.Actor, ref Ref, hash, uploadID string) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := s.mustLead(ctx, d); err != nil {
			return err
		}
		a, err := s.toSign(ctx, d, hash)
		if err != nil {
			return err
		}
		if a.Form == model.FormOral {
			return model.Errorf(model.Conflict, "这是口头协议，没有要签的纸")
		}
		if err := unflagged(d); err != nil {
			return err
		}
		if uploadID == "" {
			return model.Errorf(model.Invalid, "请先上传签好名的协议照片或PDF")
		}
		if err := s.attach(ctx, d, []string{uploadID}); err != nil {
			return err
		}
		a.PaperID = uploadID
		return s.takeEffect(ctx, d, a)
	})
}
