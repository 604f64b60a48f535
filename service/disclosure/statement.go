package disclosure

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
)

const (
	itemBatch = 200
	itemsMax  = 500 // items of one page
)

// periodKey keeps the accounts of different duties apart.
func periodKey(d model.Disclosure) string { return d.Duty + "/" + d.Period }

// itemKey tells items of two versions apart, for their vouchers.
type itemKey struct {
	day, party, purpose, invoice string
	income                       bool
	amount                       int64
}

func keyOf(i model.FinanceItem) itemKey {
	return itemKey{i.Day, i.Party, i.Purpose, i.Invoice, i.Income, i.Amount}
}

// vouchers are those that the latest version's items were given.
func (s *Service) vouchers(ctx context.Context, d model.Disclosure) (map[itemKey]string, error) {
	var items []model.FinanceItem
	err := s.store.DB(ctx).Where("village_id = ? AND disclosure_id = ? AND voucher_ids <> ''", d.VillageID, d.ID).Order("version").Find(&items).Error
	kept := map[itemKey]string{}
	for _, i := range items {
		kept[keyOf(i)] = i.VoucherIDs
	}
	return kept, err
}

func (s *Service) writeAccounts(ctx context.Context, d model.Disclosure, version int, a Accounts, vouchers map[itemKey]string) error {
	statement := model.FinanceStatement{VillageID: d.VillageID, DisclosureID: d.ID, Version: version, Period: periodKey(d),
		Opening: a.Opening, Income: a.Income, Expense: a.Expense, Closing: a.Closing}
	if err := s.store.DB(ctx).Create(&statement).Error; err != nil {
		return err
	}
	items := slices.Clone(a.Items)
	if err := s.markDoubled(ctx, d, items); err != nil {
		return err
	}
	for i := range items {
		items[i].VillageID, items[i].DisclosureID, items[i].Version = d.VillageID, d.ID, version
		items[i].VoucherIDs = vouchers[keyOf(items[i])]
	}
	if len(items) == 0 {
		return nil
	}
	return s.store.DB(ctx).CreateInBatches(items, itemBatch).Error
}

// markDoubled flags the items whose invoice stands twice here, or in another
// disclosure of the village.
func (s *Service) markDoubled(ctx context.Context, d model.Disclosure, items []model.FinanceItem) error {
	seen := map[string]int{}
	for _, i := range items {
		seen[i.Invoice]++
	}
	delete(seen, "")
	numbers := make([]string, 0, len(seen))
	for number := range seen {
		numbers = append(numbers, number)
	}
	elsewhere := map[string]bool{}
	for some := range slices.Chunk(numbers, itemBatch) {
		var found []string
		err := s.store.DB(ctx).Model(&model.FinanceItem{}).Where("village_id = ? AND invoice IN ? AND disclosure_id <> ?", d.VillageID, some, d.ID).
			Distinct("invoice").Pluck("invoice", &found).Error
		if err != nil {
			return err
		}
		for _, number := range found {
			elsewhere[number] = true
		}
	}
	for n, i := range items {
		items[n].Doubled = i.Invoice != "" && (seen[i.Invoice] > 1 || elsewhere[i.Invoice])
	}
	return nil
}

// balances: the opening balance of a period is the closing one of the period
// before, if that is public.
func (s *Service) balances(ctx context.Context, d model.Disclosure, version int) error {
	now, err := s.statement(ctx, d, version)
	if err != nil {
		return err
	}
	if now.Opening+now.Income-now.Expense != now.Closing {
		return model.Errorf(model.Conflict, "账不平，差%s元，请改好再公开", Yuan(now.Closing-now.Opening-now.Income+now.Expense))
	}
	last, adjacent, err := s.lastClosing(ctx, d)
	if err != nil || !adjacent || last.Closing == now.Opening {
		return err
	}
	return model.Errorf(model.Conflict, "期初余额%s和上一期公开的期末余额%s对不上，差%s元。请核对，或先更正上一期", Yuan(now.Opening), Yuan(last.Closing), Yuan(now.Opening-last.Closing))
}

// lastClosing is the latest public statement before the disclosure's period, and
// whether it is of the period just before.
func (s *Service) lastClosing(ctx context.Context, d model.Disclosure) (model.FinanceStatement, bool, error) {
	var found []model.FinanceStatement
	err := s.store.DB(ctx).Where("village_id = ? AND published = ? AND period >= ? AND period < ?", d.VillageID, true, d.Duty+"/", periodKey(d)).
		Order("period DESC").Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return model.FinanceStatement{}, false, err
	}
	return found[0], found[0].Period == d.Duty+"/"+before(d.Period), nil
}

// before names the period before this one.
func before(period string) string {
	for _, months := range []int{1, 3, 12} {
		if p, ok := parseSpan(period, months); ok {
			return spanOf(p.from.AddDate(0, 0, -1), months).name
		}
	}
	return ""
}

func (s *Service) statement(ctx context.Context, d model.Disclosure, version int) (model.FinanceStatement, error) {
	var row model.FinanceStatement
	err := s.store.DB(ctx).Take(&row, "village_id = ? AND disclosure_id = ? AND version = ?", d.VillageID, d.ID, version).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, model.Errorf(model.Unknown, "“%s”没有收支明细", d.Title)
	}
	return row, err
}

// settleAccounts makes the published version's accounts those that count.
func (s *Service) settleAccounts(ctx context.Context, d model.Disclosure, v model.DisclosureVersion) error {
	db := s.store.DB(ctx).Model(&model.FinanceStatement{}).Where("village_id = ? AND disclosure_id = ?", d.VillageID, d.ID)
	if err := db.Session(&gorm.Session{}).Where("version <> ?", v.Version).UpdateColumn("published", false).Error; err != nil {
		return err
	}
	return s.store.DB(ctx).Model(&model.FinanceStatement{}).Where("village_id = ? AND disclosure_id = ? AND version = ?", d.VillageID, d.ID, v.Version).UpdateColumn("published", true).Error
}

// Voucher gives pictures to an item of the version in preparation; signatures
// under it are void.
func (s *Service) Voucher(ctx context.Context, actor model.Actor, ref Ref, seq int, mediaIDs []string) error {
	_, err := s.mine(ctx, actor, ref, func(ctx context.Context, d *model.Disclosure) ([]string, error) {
		v, err := s.pendingVersion(ctx, *d)
		if err != nil {
			return nil, err
		}
		if len(mediaIDs) == 0 || len(mediaIDs) > 9 {
			return nil, model.Errorf(model.Invalid, "请附1到9张票据照片")
		}
		if err := s.attach(ctx, actor, *d, mediaIDs); err != nil {
			return nil, err
		}
		given := s.store.DB(ctx).Model(&model.FinanceItem{}).Where("village_id = ? AND disclosure_id = ? AND version = ? AND seq = ?", d.VillageID, d.ID, d.Pending, seq).
			UpdateColumn("voucher_ids", strings.Join(mediaIDs, ","))
		if given.Error == nil && given.RowsAffected == 0 {
			return nil, model.Errorf(model.Unknown, "没有第%d笔，请核对", seq)
		}
		if given.Error != nil {
			return nil, given.Error
		}
		void := model.DisclosureVersion{VillageID: v.VillageID, DisclosureID: v.DisclosureID, Version: v.Version}
		return nil, s.store.DB(ctx).Model(&void).Select("signed_by", "signed_name", "signed_at", "approved_by", "approved_name", "approved_at").Updates(&void).Error
	})
	return err
}
