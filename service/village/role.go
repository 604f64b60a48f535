package village

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
)

// live is RoleGrant.Live while a grant holds.
const live = "live"

// GrantRole says who is to hold which role of a village or township.
type GrantRole struct {
	Unit        string
	Name        string
	HouseholdNo string
	ID          string // see Named
	Role        model.Role
	// Outsider is somebody who serves the village without being on its roster (a
	// first secretary, a lawyer). The people of a township always are.
	Outsider bool
}

// EndRole says whose role ends.
type EndRole struct {
	Unit        string
	Name        string
	HouseholdNo string
	ID          string // see Named
	Role        model.Role
}

// Grant gives somebody a role, and returns who it is.
func (s *Service) Grant(ctx context.Context, actor model.Actor, in GrantRole) (model.Villager, error) {
	var person model.Villager
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		unit, err := s.lockUnit(ctx, in.Unit)
		if err != nil {
			return err
		}
		if err := actor.Require(model.VerbGrant, unit.ID); err != nil {
			return err
		}
		if err := fits(in.Role, unit); err != nil {
			return err
		}
		if person, err = s.grantee(ctx, unit, in); err != nil {
			return err
		}
		if err := s.notSelf(ctx, actor, person, "不能给自己授予角色，请由其他管理员办理"); err != nil {
			return err
		}
		if err := s.apart(ctx, person, in.Role); err != nil {
			return err
		}
		return s.grant(ctx, actor, person, in.Role)
	})
	if err != nil {
		return model.Villager{}, err
	}
	return person, nil
}

// fits says whether the role exists at a unit of this kind.
func fits(role model.Role, unit model.Village) error {
	switch {
	case role.Title() == "":
		return model.Errorf(model.Invalid, "没有“%s”这个角色，请核对", role)
	case role == model.RoleVillager:
		return model.Errorf(model.Invalid, "名册上的人都是村民，不用授予")
	case ofTownship(role) && unit.Kind != model.UnitTownship:
		return model.Errorf(model.Invalid, "“%s”是镇里的角色，请在镇（--township）授予", role.Title())
	case !ofTownship(role) && unit.Kind == model.UnitTownship:
		return model.Errorf(model.Invalid, "“%s”是村里的角色，请在村（--village）授予", role.Title())
	}
	return nil
}

// ofTownship says whether a role stands in a township and holds for its villages.
func ofTownship(role model.Role) bool { return role == model.RoleTownship }

func (s *Service) grant(ctx context.Context, actor model.Actor, person model.Villager, role model.Role) error {
	row := model.RoleGrant{VillageID: person.VillageID, ID: model.NewID(), VillagerID: person.ID, Role: role, Live: live,
		GrantedAt: s.now(), GrantedBy: audit.ActorID(actor)}
	err := s.store.DB(ctx).Create(&row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "%s已经是%s，不用再授予", person.Name, role.Title())
	}
	if err != nil {
		return err
	}
	err = s.audit.Note(ctx, actor, person.VillageID, string(model.VerbGrant), "villager/"+person.ID, string(role))
	if err != nil || s.hooks.RoleGranted == nil {
		return err
	}
	return s.hooks.RoleGranted(ctx, person.VillageID)
}

// grantee finds who is meant. An outsider is looked for among the staff only, so
// that a villager of the same name never gets what was meant for them.
func (s *Service) grantee(ctx context.Context, unit model.Village, in GrantRole) (model.Villager, error) {
	who := Named{Name: in.Name, HouseholdNo: in.HouseholdNo, ID: in.ID}
	all, err := s.bearers(ctx, unit.ID, who)
	if err != nil {
		return model.Villager{}, err
	}
	found := living(all)
	if in.ID != "" {
		return s.only(ctx, unit.ID, who, found)
	}
	outsider := in.Outsider || unit.Kind == model.UnitTownship
	if outsider {
		found = slices.DeleteFunc(found, func(p model.Villager) bool { return p.Standing != model.StandingStaff })
	}
	if len(found) > 0 || !outsider {
		return s.only(ctx, unit.ID, who, found)
	}
	if in.HouseholdNo != "" {
		return model.Villager{}, model.Errorf(model.Invalid, "不在名册上的人没有户号，请去掉户号")
	}
	return s.employ(ctx, unit.ID, cleanName(in.Name))
}

// employ puts somebody who serves the unit without living there on its list.
func (s *Service) employ(ctx context.Context, unitID, name string) (model.Villager, error) {
	if utf8.RuneCountInString(name) > nameMax {
		return model.Villager{}, model.Errorf(model.Invalid, "姓名超过%d个字，请核对", nameMax)
	}
	id, now := model.NewID(), s.now()
	person := model.Villager{VillageID: unitID, ID: id, Name: name, IDIndex: "staff:" + id,
		Standing: model.StandingStaff, State: model.VillagerLiving, CreatedAt: now, UpdatedAt: now}
	return person, s.store.DB(ctx).Create(&person).Error
}

// notSelf refuses what nobody does for themselves: as the person they are, or as
// another one who is bound to the same telephone.
func (s *Service) notSelf(ctx context.Context, actor model.Actor, person model.Villager, refusal string) error {
	if actor.Known() && actor.Person().Is(person.Person()) {
		return model.Errorf(model.Forbidden, "%s", refusal)
	}
	if actor.OpenID == "" {
		return nil
	}
	own, err := s.sameHuman(ctx, actor.Account, actor.OpenID)
	if err != nil {
		return err
	}
	bound, err := s.bindingsOf(ctx, person)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(bound, func(b model.Binding) bool { return own[wechatID{b.Account, b.OpenID}] }) {
		return model.Errorf(model.Forbidden, "%s", refusal)
	}
	return nil
}

// apart keeps the supervision committee and those whom it supervises apart, near
// relatives included (村民委员会组织法 37).
func (s *Service) apart(ctx context.Context, person model.Villager, role model.Role) error {
	var others []model.Role
	switch role {
	case model.RoleSupervisor:
		others = []model.Role{model.RoleCommittee, model.RoleBranchSecretary, model.RoleFirstSecretary}
	case model.RoleCommittee, model.RoleBranchSecretary, model.RoleFirstSecretary:
		others = []model.Role{model.RoleSupervisor}
	default:
		return nil
	}
	holders, err := s.Holders(ctx, person.VillageID, others...)
	if err != nil {
		return err
	}
	kin, err := s.Kin(ctx, person.VillageID, person.ID)
	if err != nil {
		return err
	}
	for _, holder := range holders {
		switch {
		case holder.ID == person.ID:
			return model.Errorf(model.Conflict, "村务监督委员不能由村“两委”成员兼任：请先结束%s现在的角色", person.Name)
		case kin[holder.ID]:
			return model.Errorf(model.Conflict, "村务监督委员不能由村“两委”成员的近亲属担任：%s与%s是近亲属，请另选人", person.Name, holder.Name)
		}
	}
	return nil
}

// End ends a role that somebody holds, and returns who it was.
func (s *Service) End(ctx context.Context, actor model.Actor, in EndRole) (model.Villager, error) {
	var person model.Villager
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		unit, err := s.lockUnit(ctx, in.Unit)
		if err != nil {
			return err
		}
		if err := actor.Require(model.VerbGrant, unit.ID); err != nil {
			return err
		}
		if person, err = s.holder(ctx, unit.ID, in); err != nil {
			return err
		}
		return s.end(ctx, actor, person, in.Role)
	})
	if err != nil {
		return model.Villager{}, err
	}
	return person, nil
}

// holder finds who is meant among those of the name who hold the role: two may
// bear the name, and the dead hold a role until it is ended.
func (s *Service) holder(ctx context.Context, unitID string, in EndRole) (model.Villager, error) {
	who := Named{Name: in.Name, HouseholdNo: in.HouseholdNo, ID: in.ID}
	all, err := s.bearers(ctx, unitID, who)
	if err != nil {
		return model.Villager{}, err
	}
	ids := make([]string, 0, len(all))
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	var holding []string
	err = s.store.DB(ctx).Model(&model.RoleGrant{}).
		Where("village_id = ? AND villager_id IN ? AND role = ? AND live = ?", unitID, ids, in.Role, live).
		Pluck("villager_id", &holding).Error
	if err != nil {
		return model.Villager{}, err
	}
	if len(all) > 0 && len(holding) == 0 {
		return model.Villager{}, model.Errorf(model.Unknown, "%s现在不是%s，请核对姓名和角色", all[0].Name, in.Role.Title())
	}
	all = slices.DeleteFunc(all, func(p model.Villager) bool { return !slices.Contains(holding, p.ID) })
	return s.only(ctx, unitID, who, all)
}

func (s *Service) end(ctx context.Context, actor model.Actor, person model.Villager, role model.Role) error {
	ended := s.store.DB(ctx).Model(&model.RoleGrant{}).
		Where("village_id = ? AND villager_id = ? AND role = ? AND live = ?", person.VillageID, person.ID, role, live).
		UpdateColumns(map[string]any{"live": gorm.Expr("id"), "ended_at": s.now(), "ended_by": audit.ActorID(actor)})
	if ended.Error != nil {
		return ended.Error
	}
	if ended.RowsAffected == 0 {
		return model.Errorf(model.Unknown, "%s现在不是%s，请核对姓名和角色", person.Name, role.Title())
	}
	if err := s.signOutAll(ctx, person); err != nil {
		return err
	}
	err := s.audit.Note(ctx, actor, person.VillageID, "role.end", "villager/"+person.ID, string(role))
	if err != nil || s.hooks.RoleEnded == nil {
		return err
	}
	return s.hooks.RoleEnded(ctx, person.VillageID, person.Person())
}
