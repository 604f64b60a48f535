package merit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cunwu/model"
)

const sheetLinesMax = 100

// SheetLine is a line of a paper sheet: who took what.
type SheetLine struct {
	HouseholdNo string `json:"household"`
	Goods       string `json:"goods"` // its name in the store
	Quantity    int64  `json:"quantity"`
}

// NewSheet is a paper sheet of a day without a network, as one person reads it.
type NewSheet struct {
	VillageID string
	Sheet     string // the number printed on the paper
	HeldOn    string // 2026-03-04
	Lines     []SheetLine
}

// SheetResult is what became of an entry. Nothing is booked before both entries
// agree and every line can be paid.
type SheetResult struct {
	State    string   // model.SheetEntered, SheetDiffers, SheetPosted
	Problems []string // the lines that differ, or why it couldn't be booked
}

// EnterSheet keeps the actor's reading of a sheet. Two people of different
// households enter it; when both agree, all lines are booked together, and
// otherwise none. Entering it again replaces one's own reading.
func (s *Service) EnterSheet(ctx context.Context, actor model.Actor, in NewSheet) (SheetResult, error) {
	var out SheetResult
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		out = SheetResult{}
		if err := s.keeps(actor, in.VillageID); err != nil {
			return err
		}
		if err := s.checkSheet(ctx, actor, &in); err != nil {
			return err
		}
		sheet, err := s.openSheet(ctx, actor, in)
		if err != nil {
			return err
		}
		if err := s.setEntry(ctx, actor, &sheet, in); err != nil {
			return err
		}
		out, err = s.compareSheet(ctx, actor, &sheet)
		if err != nil {
			return err
		}
		sheet.State = out.State
		err = s.store.DB(ctx).Model(&sheet).Select("state", "held_on", "first_id", "first_name", "second_id", "second_name", "first_lines", "second_lines", "posted_at").
			Updates(&sheet).Error
		if err != nil {
			return err
		}
		return s.audit.Note(ctx, actor, in.VillageID, "merit.sheet", "sheet/"+in.Sheet, out.State)
	})
	return out, err
}

func (s *Service) checkSheet(ctx context.Context, actor model.Actor, in *NewSheet) error {
	in.Sheet = strings.TrimSpace(in.Sheet)
	switch {
	case !actor.Known():
		return model.Errorf(model.Forbidden, "请用自己的微信录入")
	case in.Sheet == "" || len(in.Sheet) > 32:
		return model.Errorf(model.Invalid, "请写上纸单的编号")
	case !isDay(in.HeldOn) || in.HeldOn > s.today():
		return model.Errorf(model.Invalid, "请写上是哪一天的单子，例如 %s", s.today())
	case len(in.Lines) == 0 || len(in.Lines) > sheetLinesMax:
		return model.Errorf(model.Invalid, "一张单子应有1到%d行", sheetLinesMax)
	}
	for i, l := range in.Lines {
		l.HouseholdNo, l.Goods = strings.TrimSpace(l.HouseholdNo), strings.TrimSpace(l.Goods)
		in.Lines[i] = l
		if l.Quantity < 1 || l.Quantity > quantityMax {
			return model.Errorf(model.Invalid, "第%d行的数量应为1到%d", i+1, quantityMax)
		}
		house, err := s.houseNumbered(ctx, in.VillageID, l.HouseholdNo)
		if err != nil {
			return err
		}
		if err := ignoreUnknown(s.outside(ctx, in.VillageID, actor.VillagerID, house.ID, fmt.Sprintf("第%d行是您自己家，请由另外的人录入", i+1))); err != nil {
			return err
		}
	}
	slices.SortStableFunc(in.Lines, func(a, b SheetLine) int {
		return cmp.Or(cmp.Compare(a.HouseholdNo, b.HouseholdNo), cmp.Compare(a.Goods, b.Goods), cmp.Compare(a.Quantity, b.Quantity))
	})
	return nil
}

// openSheet is the sheet's one row, locked.
func (s *Service) openSheet(ctx context.Context, actor model.Actor, in NewSheet) (model.MeritSheet, error) {
	row := model.MeritSheet{VillageID: in.VillageID, Sheet: in.Sheet, State: model.SheetEntered, HeldOn: in.HeldOn, CreatedAt: s.now()}
	if err := s.insertOnce(ctx, &row); err != nil {
		return row, err
	}
	row = model.MeritSheet{}
	err := s.store.Locked(ctx).Take(&row, "village_id = ? AND sheet = ?", in.VillageID, in.Sheet).Error
	if err == nil && row.State == model.SheetPosted {
		return row, model.Errorf(model.Conflict, "%s号单子已经入账，不用再录", in.Sheet)
	}
	return row, err
}

// setEntry keeps the actor's reading as the first or the second.
func (s *Service) setEntry(ctx context.Context, actor model.Actor, sheet *model.MeritSheet, in NewSheet) error {
	text, err := json.Marshal(in.Lines)
	if err != nil {
		return err
	}
	switch {
	case sheet.FirstID == "" || sheet.FirstID == actor.VillagerID:
		sheet.FirstID, sheet.FirstName, sheet.FirstLines, sheet.HeldOn = actor.VillagerID, actor.Name, string(text), in.HeldOn
	case sheet.SecondID == "" || sheet.SecondID == actor.VillagerID:
		first, err := s.villager(ctx, sheet.VillageID, sheet.FirstID)
		if err != nil {
			return ignoreUnknown(err)
		}
		if first.HouseholdID != "" {
			if err := ignoreUnknown(s.outside(ctx, sheet.VillageID, actor.VillagerID, first.HouseholdID, "要由两户的人各录一遍，您和"+sheet.FirstName+"是一家")); err != nil {
				return err
			}
		}
		sheet.SecondID, sheet.SecondName, sheet.SecondLines = actor.VillagerID, actor.Name, string(text)
	default:
		return model.Errorf(model.Conflict, "%s号单子由%s和%s录入，请由他们核对", sheet.Sheet, sheet.FirstName, sheet.SecondName)
	}
	return nil
}

// compareSheet books the sheet if both readings agree.
func (s *Service) compareSheet(ctx context.Context, actor model.Actor, sheet *model.MeritSheet) (SheetResult, error) {
	if sheet.FirstLines == "" || sheet.SecondLines == "" {
		return SheetResult{State: model.SheetEntered}, nil
	}
	var first, second []SheetLine
	for _, part := range []struct {
		text string
		into *[]SheetLine
	}{{sheet.FirstLines, &first}, {sheet.SecondLines, &second}} {
		if err := json.Unmarshal([]byte(part.text), part.into); err != nil {
			return SheetResult{}, err
		}
	}
	if different := differences(sheet, first, second); len(different) > 0 {
		return SheetResult{State: model.SheetDiffers, Problems: different}, nil
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error { return s.bookSheet(ctx, actor, sheet, first) })
	if refused := model.AsError(err); refused != nil {
		return SheetResult{State: model.SheetEntered, Problems: []string{refused.Message}}, nil //nolint:nilerr // both entries stay, nothing is booked
	}
	sheet.PostedAt = s.now()
	sheet.FirstLines, sheet.SecondLines = "", "" // each line is a redemption now
	return SheetResult{State: model.SheetPosted}, err
}

// differences are the lines that only one of the two read.
func differences(sheet *model.MeritSheet, first, second []SheetLine) []string {
	count := map[SheetLine]int{}
	for _, l := range first {
		count[l]++
	}
	for _, l := range second {
		count[l]--
	}
	var out []string
	for l, n := range count {
		who := sheet.FirstName
		if n < 0 {
			who = sheet.SecondName
		}
		if n != 0 {
			out = append(out, fmt.Sprintf("户号%s %s×%d：只有%s录了", l.HouseholdNo, l.Goods, l.Quantity, who))
		}
	}
	slices.Sort(out)
	return out
}

// bookSheet books every line, or none.
func (s *Service) bookSheet(ctx context.Context, actor model.Actor, sheet *model.MeritSheet, lines []SheetLine) error {
	for i, l := range lines {
		house, err := s.houseNumbered(ctx, sheet.VillageID, l.HouseholdNo)
		if err != nil {
			return err
		}
		var goods model.MeritGoods
		found := s.store.DB(ctx).Where("village_id = ? AND name = ?", sheet.VillageID, l.Goods).Limit(1).Find(&goods)
		if found.Error != nil {
			return found.Error
		}
		if found.RowsAffected == 0 {
			return model.Errorf(model.Unknown, "没有叫“%s”的商品，请核对名称", l.Goods)
		}
		now := s.now()
		r := model.MeritRedemption{Channel: model.RedeemBySheet, HouseholdID: house.ID, PersonName: sheet.Sheet, KeeperID: sheet.FirstID,
			KeeperName: sheet.FirstName, WitnessID: sheet.SecondID, KeeperAt: now, VillagerAt: now}
		err = s.reserve(ctx, actor, NewRedemption{VillageID: sheet.VillageID, GoodsID: goods.ID, Quantity: l.Quantity}, &r)
		if refused := model.AsError(err); refused != nil {
			return model.Errorf(refused.Code, "第%d行（户号%s）：%s", i+1, l.HouseholdNo, refused.Message)
		}
		if err != nil {
			return err
		}
		if err := s.settle(ctx, actor, &r); err != nil {
			return err
		}
	}
	return nil
}
