package membership

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/village"
)

// Scope is what a helper may do for an elder. Votes are in no scope.
type Scope []string

// What a scope may hold.
const (
	ScopeCases   = "cases"   // file messages, add words, read those of the elder
	ScopeReading = "reading" // read the elder's messages
	ScopeMerit   = "merit"   // points
)

// Words says a scope as people do.
func (sc Scope) Words() string {
	var words []string
	for _, part := range []struct{ is, word string }{{ScopeCases, "留言"}, {ScopeReading, "查看"}, {ScopeMerit, "积分"}} {
		if slices.Contains(sc, part.is) {
			words = append(words, part.word)
		}
	}
	return strings.Join(words, "、")
}

// Help is somebody who helps an elder, or asks to.
type Help struct {
	ID         string // public, with the village in it
	VillageID  string // of the elder
	Number     int64
	Elder      model.Person
	ElderName  string
	Helper     model.Person
	HelperName string
	Scope      Scope
	Months     int
	State      string // open | agreed | refused | ended | lapsed
	AskedAt    model.Time
	AgreedAt   model.Time
	Until      model.Time // how long the request or the consent holds
}

func helpOf(h model.Helper) Help {
	return Help{ID: model.PublicID(h.VillageID, h.ID), VillageID: h.VillageID, Number: h.Number, Elder: h.Elder(), ElderName: h.ElderName,
		Helper: h.Helping(), HelperName: h.HelperName, Scope: scopeOf(h), Months: h.Months, State: h.State,
		AskedAt: h.AskedAt, AgreedAt: h.AgreedAt, Until: h.LapsesAt}
}

func requestOf(h model.Helper) Request {
	return Request{VillageID: h.VillageID, Number: h.Number, Helper: h.HelperName, Elder: h.ElderName, Scope: scopeOf(h), Months: h.Months, AskedAt: h.AskedAt}
}

func scopeOf(h model.Helper) Scope {
	var sc Scope
	for _, part := range []struct {
		is   string
		held bool
	}{{ScopeCases, h.ForCases}, {ScopeReading, h.ForReading}, {ScopeMerit, h.ForMerit}} {
		if part.held {
			sc = append(sc, part.is)
		}
	}
	return sc
}

// HelpRef names a help: by its number in the village, or by its id.
type HelpRef struct {
	VillageID string
	Number    int64
	ID        string
}

// AskHelp is what a helper asks for.
type AskHelp struct {
	VillageID string // of the elder
	Elder     village.Named
	Scope     Scope
	Months    int
}

// AskToHelp asks an elder whether the actor may act for them (代办). The elder
// agrees in chat; whoever has no WeChat of their own is asked in person by a grid
// worker or cadre. Errors: Invalid (scope, months), Unknown and Conflict (the
// elder's name; asked already), TooMany.
func (s *Service) AskToHelp(ctx context.Context, actor model.Actor, in AskHelp) (Help, error) {
	var row model.Helper
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if !actor.Known() || actor.HelpedBy != "" {
			return model.Errorf(model.Forbidden, "请先绑定您自己，再替老人代办")
		}
		most, err := s.rule(ctx, "help.months_max")
		if err != nil {
			return err
		}
		if in.Months < 1 || in.Months > most {
			return model.Errorf(model.Invalid, "代办的期限请写1到%d个月", most)
		}
		elder, err := s.elder(ctx, actor, in)
		if err != nil {
			return err
		}
		if row, err = s.newHelp(ctx, actor, elder, in); err != nil {
			return err
		}
		if err := s.notTooMany(ctx, row); err != nil {
			return err
		}
		if err := s.insertHelp(ctx, &row); err != nil {
			return err
		}
		return s.askElder(ctx, row)
	})
	return helpOf(row), err
}

// elder finds who shall be helped. Of several with the name nothing is told that
// a villager doesn't know.
func (s *Service) elder(ctx context.Context, actor model.Actor, in AskHelp) (model.Villager, error) {
	found, err := s.people.Find(ctx, in.VillageID, in.Elder.Name, in.Elder.HouseholdNo)
	if err != nil {
		return model.Villager{}, err
	}
	switch {
	case len(found) == 0:
		return model.Villager{}, model.Errorf(model.Unknown, "名册里没有“%s”，请核对姓名和户号", in.Elder.Name)
	case len(found) > 1:
		return model.Villager{}, model.Errorf(model.Conflict, "叫“%s”的有%d人，请写明户号", in.Elder.Name, len(found))
	case found[0].Person().Is(actor.Person()):
		return model.Villager{}, model.Errorf(model.Invalid, "自己的事自己就能办，不用代办")
	}
	return found[0], nil
}

func (s *Service) newHelp(ctx context.Context, actor model.Actor, elder model.Villager, in AskHelp) (model.Helper, error) {
	row := model.Helper{VillageID: elder.VillageID, ID: model.NewID(), ElderID: elder.ID, ElderName: elder.Name,
		HelperVillage: actor.VillageID, HelperID: actor.VillagerID, HelperName: actor.Name,
		Once:   elder.ID + "/" + actor.VillageID + "/" + actor.VillagerID,
		Months: in.Months, State: model.RequestOpen, AskedAt: s.now()}
	for _, part := range in.Scope {
		switch part {
		case ScopeCases:
			row.ForCases = true
		case ScopeReading:
			row.ForReading = true
		case ScopeMerit:
			row.ForMerit = true
		default:
			return row, model.Errorf(model.Invalid, "能代办的只有：留言（cases）、查看（reading）、积分（merit）。投票要由本人来")
		}
	}
	if len(in.Scope) == 0 {
		return row, model.Errorf(model.Invalid, "请写明代办什么：留言（cases）、查看（reading）、积分（merit）")
	}
	var err error
	row.LapsesAt, err = s.daysOn(ctx, "request.life")
	return row, err
}

// notTooMany bounds the helpers of an elder and the elders of a helper. Both rows
// are locked, so that the count is sharp.
func (s *Service) notTooMany(ctx context.Context, row model.Helper) error {
	most, err := s.rule(ctx, "help.persons_max")
	if err != nil {
		return err
	}
	var locked []model.Villager
	err = s.store.Locked(ctx).Select("id").Where("(village_id, id) IN ?", [][]any{{row.VillageID, row.ElderID}, {row.HelperVillage, row.HelperID}}).
		Order("village_id, id").Find(&locked).Error
	if err != nil {
		return err
	}
	states := []string{model.RequestOpen, model.HelpAgreed}
	var helpers, elders int64
	err = errors.Join(
		s.store.DB(ctx).Model(&model.Helper{}).Where("village_id = ? AND elder_id = ? AND state IN ?", row.VillageID, row.ElderID, states).Count(&helpers).Error,
		s.store.DB(ctx).Model(&model.Helper{}).Where("helper_village = ? AND helper_id = ? AND state IN ?", row.HelperVillage, row.HelperID, states).Count(&elders).Error)
	switch {
	case err != nil:
		return err
	case int(helpers) >= most:
		return model.Errorf(model.TooMany, "%s已经有%d位代办人，请先取消一位", row.ElderName, helpers)
	case int(elders) >= most:
		return model.Errorf(model.TooMany, "您已经替%d位乡亲代办，请先取消一位", elders)
	}
	return nil
}

func (s *Service) insertHelp(ctx context.Context, row *model.Helper) error {
	var err error
	if row.Number, err = s.store.NextNumber(ctx, row.VillageID, series); err != nil {
		return err
	}
	err = s.store.DB(ctx).Create(row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "您已经向%s提过代办了，等他（她）答复就行", row.ElderName)
	}
	return err
}

// askElder asks the elder on a telephone that isn't the helper's, or else has
// somebody ask in person.
func (s *Service) askElder(ctx context.Context, row model.Helper) error {
	apart, err := s.people.BoundApart(ctx, row.Elder(), row.Helping())
	if err != nil {
		return err
	}
	if !apart {
		return s.tellAttendants(ctx, row.VillageID, "help/"+row.ID, askInPersonText(row))
	}
	return s.notices.Put(ctx, askElderNote(row))
}
