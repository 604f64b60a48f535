package disclosure

import (
	"context"
	"slices"

	"cunwu/model"
)

// MayOpen says whether the actor may see a file that belongs to the disclosure:
// everybody who may read it sees what stands in a published version, its vouchers
// and the board's photo; the rest (drafts, the accounts as they were uploaded)
// only who prepares, signs or approves.
func (s *Service) MayOpen(ctx context.Context, actor model.Actor, ref Ref, mediaID string) (bool, error) {
	err := s.MayRead(ctx, actor, ref)
	if model.AsError(err) != nil {
		return false, nil //nolint:nilerr // what may not be read has no files
	}
	if err != nil || insider(actor, ref.VillageID) || actor.May(model.VerbApprove, ref.VillageID) {
		return err == nil, err
	}
	var d model.Disclosure
	var shown []model.DisclosureVersion
	db := s.store.DB(ctx)
	if err := db.Select("board_media_id").Take(&d, "village_id = ? AND id = ?", ref.VillageID, ref.ID).Error; err != nil {
		return false, err
	}
	err = db.Select("version", "media_ids").Where("village_id = ? AND disclosure_id = ? AND published_at > 0", ref.VillageID, ref.ID).
		Order("version").Limit(listMax).Find(&shown).Error
	if err != nil || d.BoardMediaID == mediaID {
		return err == nil, err
	}
	var versions []int
	for _, v := range shown {
		if slices.Contains(split(v.MediaIDs), mediaID) {
			return true, nil
		}
		versions = append(versions, v.Version)
	}
	var given []string
	err = db.Model(&model.FinanceItem{}).Where("village_id = ? AND disclosure_id = ? AND version IN ? AND voucher_ids <> ''", ref.VillageID, ref.ID, versions).
		Limit(rowsMax*listMax).Pluck("voucher_ids", &given).Error
	return slices.ContainsFunc(given, func(ids string) bool { return slices.Contains(split(ids), mediaID) }), err
}

// Logged is what the public log stands for with a version, byte by byte, and its
// leaf, for whoever may read the disclosure: with the leaf's salt anybody can
// recompute its commitment. TooEarly: it isn't sealed yet.
func (s *Service) Logged(ctx context.Context, actor model.Actor, ref Ref, number int) (content []byte, leaf model.LogEntry, err error) {
	view, err := s.Get(ctx, actor, ref, number)
	if err != nil {
		return nil, leaf, err
	}
	if view.Version.PublishedAt.IsZero() || view.Disclosure.State == model.DisclosureWithdrawn {
		return nil, leaf, errNone()
	}
	if len(view.Leaves) == 0 {
		return nil, leaf, model.Errorf(model.TooEarly, "刚公开的内容还在入账，请一分钟后再看")
	}
	content, err = s.content(ctx, view.Disclosure, view.Version)
	return content, view.Leaves[0], err
}
