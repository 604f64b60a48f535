package village

import (
	"context"
	"errors"
	"regexp"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
)

// unitsMax bounds the villages of one account.
const unitsMax = 500

var codeForm = regexp.MustCompile(`^[a-z0-9]{2,32}$`)

// NewUnit describes a village, or a township, to be created.
type NewUnit struct {
	Code     string
	Name     string
	Kind     string // model.UnitVillage, also when empty, or model.UnitTownship
	Township string // code of the township that a village belongs to; may be empty
	Account  string // app id of the official account; empty: the first one
	Phone    string // the office's number
}

// Create creates a village or a township.
func (s *Service) Create(ctx context.Context, actor model.Actor, in NewUnit) (model.Village, error) {
	unit, err := in.unit()
	if err != nil {
		return model.Village{}, err
	}
	if err := actor.Require(model.VerbCreate, unit.ID); err != nil {
		return model.Village{}, err
	}
	unit.CreatedAt = s.now()
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		if err := s.checkTownship(ctx, unit.TownshipID); err != nil {
			return err
		}
		err := s.store.DB(ctx).Create(&unit).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return model.Errorf(model.Conflict, "代码“%s”已经有了，请换一个", unit.ID)
		}
		if err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, unit.ID, string(model.VerbCreate), "unit/"+unit.ID, unit.Kind)
	})
	if err != nil {
		return model.Village{}, err
	}
	return unit, nil
}

func (in NewUnit) unit() (model.Village, error) {
	unit := model.Village{ID: in.Code, Kind: in.Kind, Name: cleanCell(in.Name), TownshipID: in.Township,
		Account: in.Account, Phone: cleanCell(in.Phone)}
	if unit.Kind == "" {
		unit.Kind = model.UnitVillage
	}
	switch {
	case unit.Kind != model.UnitVillage && unit.Kind != model.UnitTownship:
		return unit, model.Errorf(model.Invalid, "种类应为 village（村）或 township（镇）")
	case !codeForm.MatchString(unit.ID):
		return unit, model.Errorf(model.Invalid, "代码应为2到32个小写字母或数字，例如 yunxi")
	case unit.Name == "" || utf8.RuneCountInString(unit.Name) > nameMax:
		return unit, model.Errorf(model.Invalid, "请写明名称，不超过%d个字", nameMax)
	case len(unit.Account) > 64 || len(unit.Phone) > 32:
		return unit, model.Errorf(model.Invalid, "公众号AppID不超过64位，电话不超过32位")
	case unit.Kind == model.UnitTownship && unit.TownshipID != "":
		return unit, model.Errorf(model.Invalid, "镇不能再属于别的镇，请去掉所属镇的代码")
	}
	return unit, nil
}

func (s *Service) checkTownship(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	township, err := s.Get(ctx, id)
	if model.IsCode(err, model.Unknown) || err == nil && township.Kind != model.UnitTownship {
		return model.Errorf(model.Invalid, "没有代码为“%s”的镇，请先创建镇（种类 township）", id)
	}
	return err
}

// Get returns a village or township by its code.
func (s *Service) Get(ctx context.Context, id string) (model.Village, error) {
	return takeUnit(s.store.DB(ctx), id)
}

// lockUnit is Get with the row locked: what is decided about a unit's people as
// a whole (imports, grants) happens one after the other.
func (s *Service) lockUnit(ctx context.Context, id string) (model.Village, error) {
	return takeUnit(s.store.Locked(ctx), id)
}

func takeUnit(db *gorm.DB, id string) (model.Village, error) {
	var unit model.Village
	err := db.Where("id = ?", id).Take(&unit).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return unit, model.Errorf(model.Unknown, "没有代码为“%s”的村或镇，请核对", id)
	}
	return unit, err
}

// All returns the villages that an official account serves: its own, and those
// that name no account. With an empty account only the latter, which are the
// first account's.
func (s *Service) All(ctx context.Context, account string) ([]model.Village, error) {
	var units []model.Village
	err := s.served(ctx, account).Order("id").Limit(unitsMax).Find(&units).Error
	return units, err
}

// AllVillages returns every village, for a door that serves them all.
func (s *Service) AllVillages(ctx context.Context) ([]model.Village, error) {
	var units []model.Village
	err := s.store.DB(ctx).Where("kind = ?", model.UnitVillage).Order("id").Limit(unitsMax).Find(&units).Error
	return units, err
}

func (s *Service) served(ctx context.Context, account string) *gorm.DB {
	return s.store.DB(ctx).Where("kind = ? AND account IN ?", model.UnitVillage, []string{account, ""})
}
