package disclosure

import (
	"context"

	"cunwu/model"
)

// SignOff is the supervision committee's signature under the version in
// preparation (VCOL on the supervision committee). digest is the View's: what
// was read is what is signed. Committee members and their near relatives, and
// whoever wrote it, can't sign.
func (s *Service) SignOff(ctx context.Context, actor model.Actor, ref Ref, digest string) (model.Disclosure, error) {
	return s.hand(ctx, ref, func(ctx context.Context, d *model.Disclosure) ([]string, error) {
		if err := s.reads(ctx, actor, *d); err != nil {
			return nil, err
		}
		if err := actor.Require(model.VerbSignOff, d.VillageID); err != nil {
			return nil, err
		}
		if d.Kind == model.DiscloseParty {
			return nil, model.Errorf(model.Conflict, "党务公开由党组织审核，不用村务监督委员会签字")
		}
		v, err := s.asRead(ctx, *d, digest)
		if err != nil {
			return nil, err
		}
		if err := s.independent(ctx, actor, *d, v); err != nil {
			return nil, err
		}
		v.SignedBy, v.SignedName, v.SignedAt = actor.VillagerID, actor.Name, s.now()
		if err := s.store.DB(ctx).Model(&v).Select("signed_by", "signed_name", "signed_at").Updates(&v).Error; err != nil {
			return nil, err
		}
		return nil, s.Audit.Note(ctx, actor, d.VillageID, "disclosure.sign", subject(*d), "")
	})
}

// asRead is the version in preparation, if it still is what the actor has read.
func (s *Service) asRead(ctx context.Context, d model.Disclosure, digest string) (model.DisclosureVersion, error) {
	v, err := s.pendingVersion(ctx, d)
	if err != nil {
		return v, err
	}
	now, err := s.digest(ctx, d, v)
	if err == nil && now != digest {
		err = model.Errorf(model.Conflict, "这份稿子刚改过，请重新看一遍再签")
	}
	return v, err
}

// independent refuses a signature that the supervised would give themselves.
func (s *Service) independent(ctx context.Context, actor model.Actor, d model.Disclosure, v model.DisclosureVersion) error {
	supervised := []model.Role{model.RoleCommittee, model.RoleBranchSecretary, model.RoleFirstSecretary}
	if actor.HasRole(d.VillageID, supervised...) {
		return model.Errorf(model.Forbidden, "村两委成员不能替村务监督委员会签字，请由监督委员签")
	}
	holders, err := s.People.Holders(ctx, d.VillageID, supervised...)
	if err != nil {
		return err
	}
	ids := []string{v.WrittenBy}
	for _, h := range holders {
		ids = append(ids, h.ID)
	}
	kin, err := s.People.Kin(ctx, d.VillageID, ids...)
	if err != nil {
		return err
	}
	if kin[actor.VillagerID] {
		return model.Errorf(model.Forbidden, "您和村两委成员或写稿的人是近亲属或一家人，按规定要回避，请由别的监督委员签")
	}
	return nil
}

// Checks are what a party disclosure is reviewed for (党务公开条例).
type Checks struct {
	Secrecy  bool // nothing secret in it
	Need     bool // it should be known
	Accuracy bool // it is true
}

// Approve is the second person's approval of a party disclosure.
func (s *Service) Approve(ctx context.Context, actor model.Actor, ref Ref, digest string, checks Checks) (model.Disclosure, error) {
	return s.hand(ctx, ref, func(ctx context.Context, d *model.Disclosure) ([]string, error) {
		if err := s.reads(ctx, actor, *d); err != nil {
			return nil, err
		}
		if err := actor.Require(model.VerbApprove, d.VillageID); err != nil {
			return nil, err
		}
		v, err := s.asRead(ctx, *d, digest)
		switch {
		case err != nil:
			return nil, err
		case d.Kind != model.DiscloseParty:
			return nil, model.Errorf(model.Conflict, "这一份要由村务监督委员会签字")
		case v.WrittenBy == actor.VillagerID:
			return nil, model.Errorf(model.Forbidden, "自己写的不能自己审批，请由另一位书记审批")
		case !checks.Secrecy || !checks.Need || !checks.Accuracy:
			return nil, model.Errorf(model.Invalid, "保密、必要、真实三项都查过才能审批；不能公开的请退回修改")
		}
		v.ApprovedBy, v.ApprovedName, v.ApprovedAt = actor.VillagerID, actor.Name, s.now()
		if err := s.store.DB(ctx).Model(&v).Select("approved_by", "approved_name", "approved_at").Updates(&v).Error; err != nil {
			return nil, err
		}
		return nil, s.Audit.Note(ctx, actor, d.VillageID, "disclosure.approve", subject(*d), "")
	})
}
