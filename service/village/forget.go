package village

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
)

// forgetBatch bounds one statement that removes what is past its time.
const forgetBatch = 500

// Personal is what the roll and the bindings know of one person, opened.
type Personal struct {
	Villager  model.Villager
	IDNumber  string
	Phone     string
	Village   model.Village
	Household model.Household
	Bindings  []model.Binding // ended ones, too
	Roles     []model.RoleGrant
}

// Personal opens a person's own data, for the person or for whoever may do so in
// their presence; the latter is noted.
func (s *Service) Personal(ctx context.Context, actor model.Actor, person model.Person) (Personal, error) {
	var p Personal
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if !actor.Known() || !actor.Person().Is(person) {
			if err := actor.Require(model.VerbPersonal, person.VillageID); err != nil {
				return err
			}
			if err := s.audit.Read(ctx, actor, person.VillageID, "villager/"+person.ID); err != nil {
				return err
			}
		}
		var err error
		p, err = s.personal(ctx, person)
		return err
	})
	return p, err
}

func (s *Service) personal(ctx context.Context, person model.Person) (Personal, error) {
	var p Personal
	db := s.store.DB(ctx)
	err := db.Take(&p.Villager, "village_id = ? AND id = ?", person.VillageID, person.ID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return p, unknownPerson()
	}
	if err != nil {
		return p, err
	}
	if p.IDNumber, err = s.keys.Open(p.Villager.IDSealed, p.Villager.Owner()); err != nil {
		return p, err
	}
	if p.Phone, err = s.keys.Open(p.Villager.PhoneSealed, p.Villager.Owner()); err != nil {
		return p, err
	}
	if p.Village, err = s.Get(ctx, person.VillageID); err != nil {
		return p, err
	}
	err = db.Limit(1).Find(&p.Household, "village_id = ? AND id = ?", person.VillageID, p.Villager.HouseholdID).Error
	if err == nil {
		err = db.Where("village_id = ? AND villager_id = ?", person.VillageID, person.ID).Order("bound_at").Limit(bindingsMax).Find(&p.Bindings).Error
	}
	if err == nil {
		err = db.Where("village_id = ? AND villager_id = ?", person.VillageID, person.ID).Order("id").Limit(bindingsMax).Find(&p.Roles).Error
	}
	return p, err
}

// BoundStrongly says whether the actor's telephone has proved to be the person's:
// by the phone number or before a cadre.
func (s *Service) BoundStrongly(ctx context.Context, actor model.Actor) (bool, error) {
	if !actor.Known() || actor.HelpedBy != "" {
		return false, nil
	}
	var rows []model.Binding
	err := s.store.DB(ctx).Where("village_id = ? AND villager_id = ? AND account = ? AND openid = ? AND ended_at = 0",
		actor.VillageID, actor.VillagerID, actor.Account, actor.OpenID).Limit(1).Find(&rows).Error
	return len(rows) > 0 && rows[0].Strong(), err
}

// Forgotten is whom Forget made unknown: the person, and the telephones that speak
// for nobody else.
type Forgotten struct {
	Person  model.Person
	Senders []model.Identity
}

// Forget removes, in the caller's transaction, how a person is reached and
// recognised: bindings, WeChat identities that nobody else uses, the phone number.
// The entry on the roll stays. before is told in time for other rooms to forget
// the telephones, too. Whoever holds a role can't be forgotten.
func (s *Service) Forget(ctx context.Context, person model.Person, before func(ctx context.Context, f Forgotten) error) error {
	if !model.InTx(ctx) {
		return errors.New("village: somebody is forgotten inside a transaction")
	}
	villager, err := s.lockPerson(ctx, person.VillageID, person.ID)
	if err != nil {
		return err
	}
	var roles int64
	err = s.store.DB(ctx).Model(&model.RoleGrant{}).Where("village_id = ? AND villager_id = ? AND live = ?", person.VillageID, person.ID, live).Count(&roles).Error
	if err != nil {
		return err
	}
	if roles > 0 {
		return model.Errorf(model.Conflict, "%s还有职务，请先免职再删除个人信息", villager.Name)
	}
	bound, err := s.bindingsOf(ctx, villager)
	if err != nil {
		return err
	}
	if err := s.signOutAll(ctx, villager); err != nil {
		return err
	}
	if _, err := s.endBindings(ctx, bound); err != nil {
		return err
	}
	f := Forgotten{Person: person}
	if f.Senders, err = s.alone(ctx, person); err != nil {
		return err
	}
	if err := before(ctx, f); err != nil {
		return err
	}
	return s.drop(ctx, f)
}

// alone are the identities that this person is or was bound to and nobody else is.
func (s *Service) alone(ctx context.Context, person model.Person) ([]model.Identity, error) {
	var senders []model.Identity
	err := s.store.DB(ctx).Table("identities i").Select("i.*").
		Joins("JOIN bindings b ON b.account = i.account AND b.openid = i.openid AND b.village_id = ? AND b.villager_id = ?", person.VillageID, person.ID).
		Where("NOT EXISTS (SELECT 1 FROM bindings o WHERE o.account = i.account AND o.openid = i.openid AND o.ended_at = 0)").
		Order("i.account, i.openid").Limit(bindingsMax).Scan(&senders).Error
	return senders, err
}

func (s *Service) drop(ctx context.Context, f Forgotten) error {
	db := s.store.DB(ctx)
	for _, sender := range f.Senders {
		if err := identityOf(db, sender.Account, sender.OpenID).Delete(&model.Identity{}).Error; err != nil {
			return err
		}
	}
	err := db.Where("village_id = ? AND villager_id = ?", f.Person.VillageID, f.Person.ID).Delete(&model.Binding{}).Error
	if err == nil && s.hooks.Gone != nil {
		err = s.hooks.Gone(ctx, f.Person)
	}
	if err != nil {
		return err
	}
	return db.Model(&model.Villager{}).Where("village_id = ? AND id = ?", f.Person.VillageID, f.Person.ID).
		UpdateColumns(map[string]any{"phone_index": "", "phone_sealed": model.Secret{}, "updated_at": s.now()}).Error
}

// ForgetRoll empties the entry of somebody who is on the roll no longer, in the
// caller's transaction, and says whether it did: whoever lives here stays on it.
func (s *Service) ForgetRoll(ctx context.Context, person model.Person) (bool, error) {
	if !model.InTx(ctx) {
		return false, errors.New("village: somebody is forgotten inside a transaction")
	}
	villager, err := s.lockPerson(ctx, person.VillageID, person.ID)
	if err != nil || villager.State == model.VillagerLiving {
		return false, err
	}
	db := s.store.DB(ctx)
	err = db.Where("village_id = ? AND (person_id = ? OR kin_id = ?)", person.VillageID, person.ID, person.ID).Delete(&model.Kinship{}).Error
	if err == nil {
		err = db.Model(&model.Household{}).Where("village_id = ? AND id = ? AND head_id = ?", person.VillageID, villager.HouseholdID, person.ID).UpdateColumn("head_id", "").Error
	}
	if err != nil {
		return false, err
	}
	return true, db.Model(&model.Villager{}).Where("village_id = ? AND id = ?", person.VillageID, person.ID).
		UpdateColumns(map[string]any{"name": forgottenName, "gender": "", "born_on": "", "id_index": "erased:" + person.ID, "id_sealed": model.Secret{},
			"phone_index": "", "phone_sealed": model.Secret{}, "relation": "", "residence": "", "political": "", "updated_at": s.now()}).Error
}

// forgottenName stands where the name of somebody stood who was forgotten.
const forgottenName = "（已删除）"

// RetainDue removes invitations that expired longer ago than rule
// retain.invitation says, and returns how many.
func (s *Service) RetainDue(ctx context.Context) (int, error) {
	days, err := s.store.Rule(ctx, "retain.invitation", "", s.store.Now())
	if err != nil {
		return 0, err
	}
	total, before := 0, model.At(s.store.Now().AddDate(0, 0, -int(days)))
	for ctx.Err() == nil {
		var codes []string
		err := s.store.DB(ctx).Model(&model.Invitation{}).Where("expires_at < ?", before).Order("expires_at").Limit(forgetBatch).Pluck("code_index", &codes).Error
		if err != nil || len(codes) == 0 {
			return total, err
		}
		removed := s.store.DB(ctx).Where("code_index IN ?", codes).Delete(&model.Invitation{})
		if removed.Error != nil {
			return total, removed.Error
		}
		total += int(removed.RowsAffected)
	}
	return total, ctx.Err()
}
