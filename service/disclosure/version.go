package disclosure

import (
	"context"
	"slices"
	"strings"

	"cunwu/model"
)

// writeVersion writes the version in preparation, over the one before if there
// is one; vouchers stay with the items that they were given to.
func (s *Service) writeVersion(ctx context.Context, actor model.Actor, d model.Disclosure, p prepared, reason string) error {
	vouchers, err := s.vouchers(ctx, d)
	if err != nil {
		return err
	}
	v := model.DisclosureVersion{VillageID: d.VillageID, DisclosureID: d.ID, Version: d.Pending, Title: p.Title, Text: p.Text, Reason: reason,
		MediaIDs: strings.Join(p.MediaIDs, ","), Finance: p.accounts != nil, WrittenBy: actor.VillagerID, WrittenName: actor.Name, WrittenAt: s.now()}
	if err := s.dropVersion(ctx, v); err != nil {
		return err
	}
	files := slices.Clone(p.MediaIDs)
	if p.FinanceID != "" {
		files = append(files, p.FinanceID)
	}
	if err := s.attach(ctx, actor, d, files); err != nil {
		return err
	}
	if err := s.store.DB(ctx).Create(&v).Error; err != nil {
		return err
	}
	if p.accounts == nil {
		return nil
	}
	return s.writeAccounts(ctx, d, v.Version, *p.accounts, vouchers)
}

// attach gives uploads to the disclosure; those that are its own already stay,
// for a correction keeps the pictures of the version before.
func (s *Service) attach(ctx context.Context, actor model.Actor, d model.Disclosure, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	var own []string
	err := s.store.DB(ctx).Model(&model.Media{}).Where("village_id = ? AND id IN ? AND subject = ?", d.VillageID, ids, subject(d)).Pluck("id", &own).Error
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(own, id) })
	if len(fresh) == 0 {
		return nil
	}
	if s.Attach == nil {
		return model.Errorf(model.Away, "现在不能附文件，请稍后再试")
	}
	return s.Attach(ctx, actor, d.VillageID, fresh, subject(d))
}

// dropVersion takes a version that was never public.
func (s *Service) dropVersion(ctx context.Context, v model.DisclosureVersion) error {
	for _, row := range []any{&model.DisclosureVersion{}, &model.FinanceStatement{}, &model.FinanceItem{}} {
		err := s.store.DB(ctx).Where("village_id = ? AND disclosure_id = ? AND version = ?", v.VillageID, v.DisclosureID, v.Version).Delete(row).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) writeReaders(ctx context.Context, d model.Disclosure, ids []string) error {
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		var there int64
		err := s.store.DB(ctx).Model(&model.Villager{}).Where("village_id = ? AND id = ?", d.VillageID, id).Count(&there).Error
		if err != nil {
			return err
		}
		if there == 0 {
			return model.Errorf(model.Invalid, "指定的人里有一位不在名册上，请重新选择")
		}
		if err := s.store.DB(ctx).Create(&model.DisclosureReader{VillageID: d.VillageID, DisclosureID: d.ID, VillagerID: id}).Error; err != nil {
			return err
		}
	}
	return nil
}

func split(ids string) []string {
	if ids == "" {
		return nil
	}
	return strings.Split(ids, ",")
}
