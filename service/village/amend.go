package village

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
)

// Field is an entry of somebody's line on the roll.
type Field string

// The fields that can be put right.
const (
	FieldName      Field = "name"
	FieldPhone     Field = "phone"
	FieldIDNumber  Field = "id_number"
	FieldResidence Field = "residence"
	FieldPolitical Field = "political"
	FieldRelation  Field = "relation"
	FieldGroup     Field = "group" // of the whole household
)

// Title is the field's name as people say it; empty: there is no such field.
func (f Field) Title() string {
	switch f {
	case FieldName:
		return "姓名"
	case FieldPhone:
		return "手机号"
	case FieldIDNumber:
		return "身份证号"
	case FieldResidence:
		return "现居地"
	case FieldPolitical:
		return "政治面貌"
	case FieldRelation:
		return "与户主关系"
	case FieldGroup:
		return "村民小组"
	}
	return ""
}

// Clean reads a value for the field as the roll writes it.
func (f Field) Clean(value string) (string, error) {
	most := nameMax
	switch f {
	case FieldPhone:
		return ParsePhone(value)
	case FieldIDNumber:
		id, err := model.ParseIDNumber(cleanDigits(value))
		return string(id), err
	case FieldName:
		value = cleanName(value)
	case FieldPolitical, FieldRelation:
		value, most = cleanCell(value), shortMax
	case FieldResidence, FieldGroup:
		value = cleanCell(value)
	default:
		return "", model.Errorf(model.Invalid, "能更正的有：姓名、手机号、身份证号、现居地、政治面貌、与户主关系、村民小组")
	}
	switch {
	case value == "":
		return "", model.Errorf(model.Invalid, "请写明%s应该是什么", f.Title())
	case utf8.RuneCountInString(value) > most:
		return "", model.Errorf(model.Invalid, "%s超过%d个字，请核对", f.Title(), most)
	case strings.ContainsRune(value, utf8.RuneError):
		return "", model.Errorf(model.Invalid, "%s里有认不出的字，请重新填写", f.Title())
	case f == FieldRelation && value == headRelation:
		return "", model.Errorf(model.Invalid, "换户主要和全家一起办，请联系村委会")
	}
	return value, nil
}

// Amend puts a field of somebody's line right. Whoever calls has seen that it may
// be done, and asked the case's word; the log says which field, not what.
func (s *Service) Amend(ctx context.Context, actor model.Actor, who model.Person, field Field, value string) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbCorrect, who.VillageID); err != nil {
			return err
		}
		value, err := field.Clean(value)
		if err != nil {
			return err
		}
		person, err := s.lockPerson(ctx, who.VillageID, who.ID)
		if err != nil {
			return err
		}
		if err := s.notSelf(ctx, actor, person, "不能改自己在名册上的内容，请由另一位村干部办理"); err != nil {
			return err
		}
		if err := s.amend(ctx, person, field, value); err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, person.VillageID, string(model.VerbCorrect), "villager/"+person.ID, string(field))
	})
}

func (s *Service) amend(ctx context.Context, person model.Villager, field Field, value string) error {
	columns := map[string]any{"updated_at": s.now()}
	switch field {
	case FieldGroup:
		if person.HouseholdID == "" {
			return model.Errorf(model.Conflict, "%s没有户号，不在任何小组", person.Name)
		}
		return s.store.DB(ctx).Model(&model.Household{}).Where("village_id = ? AND id = ?", person.VillageID, person.HouseholdID).
			UpdateColumn("group_name", value).Error
	case FieldPhone:
		columns["phone_index"], columns["phone_sealed"] = s.keys.Index(model.IndexPhone, value), s.keys.Seal(value, person.Owner())
	case FieldIDNumber:
		if err := s.nobodyElse(ctx, person, value); err != nil {
			return err
		}
		id := model.IDNumber(value)
		columns["id_index"], columns["id_sealed"] = s.keys.Index(model.IndexID, value), s.keys.Seal(value, person.Owner())
		columns["born_on"], columns["gender"] = id.BornOn(), id.Gender()
	default:
		columns[string(field)] = value
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.store.DB(ctx).Model(&model.Villager{}).Where("village_id = ? AND id = ?", person.VillageID, person.ID).UpdateColumns(columns).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return errListed()
		}
		return err
	})
	return err
}

// nobodyElse looks for another person with the ID number under an older key, which
// the unique index doesn't see.
func (s *Service) nobodyElse(ctx context.Context, person model.Villager, number string) error {
	var others int64
	err := s.store.DB(ctx).Model(&model.Villager{}).Where("village_id = ? AND id_index IN ? AND id <> ?", person.VillageID,
		s.keys.Indexes(model.IndexID, number), person.ID).Count(&others).Error
	if err == nil && others > 0 {
		err = errListed()
	}
	return err
}

func errListed() error {
	return model.Errorf(model.Conflict, "名册里已有这个身份证号的人，请先核对是不是重复登记")
}
