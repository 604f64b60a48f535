package disclosure

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"cunwu/model"
)

// Kinds of leaf in the public log.
const (
	logPublication = "publication"
	logCorrection  = "correction"
	logWithdrawal  = "withdrawal"
	logAnswer      = "answer"
)

// Publish makes the version in preparation public. It takes its place in the
// catalogue: of two people who publish one period, one wins and the other is
// told. everyone: all of the village are told at once, not only by the digest.
func (s *Service) Publish(ctx context.Context, actor model.Actor, ref Ref, everyone bool) (model.Disclosure, error) {
	return s.mine(ctx, actor, ref, func(ctx context.Context, d *model.Disclosure) ([]string, error) {
		v, err := s.pendingVersion(ctx, *d)
		if err != nil {
			return nil, err
		}
		if err := s.ready(ctx, *d, v); err != nil {
			return nil, err
		}
		first := d.Current == 0
		v.PublishedBy, v.PublishedName, v.PublishedAt = actor.VillagerID, actor.Name, s.now()
		if first {
			d.PublishedAt = v.PublishedAt
			if err := s.claim(ctx, *d); err != nil {
				return nil, err
			}
		}
		if err := s.store.DB(ctx).Model(&v).Select("published_by", "published_name", "published_at").Updates(&v).Error; err != nil {
			return nil, err
		}
		d.State, d.Title, d.Current, d.Pending = model.DisclosurePublished, v.Title, v.Version, 0
		if err := s.settleAccounts(ctx, *d, v); err != nil {
			return nil, err
		}
		if err := s.index(ctx, *d, v); err != nil {
			return nil, err
		}
		if err := s.logVersion(ctx, *d, v); err != nil {
			return nil, err
		}
		if err := s.Audit.Note(ctx, actor, d.VillageID, string(model.VerbDisclose), subject(*d), fmt.Sprintf("第%d版", v.Version)); err != nil {
			return nil, err
		}
		return []string{"state", "title", "current", "pending", "published_at"}, s.announce(ctx, *d, v, everyone)
	})
}

// ready says whether whoever must stand for the version does.
func (s *Service) ready(ctx context.Context, d model.Disclosure, v model.DisclosureVersion) error {
	switch {
	case d.State == model.DisclosureWithdrawn:
		return model.Errorf(model.Conflict, "“%s”已经撤下，请另写一份", d.Title)
	case d.Kind == model.DiscloseParty && v.ApprovedAt.IsZero():
		return model.Errorf(model.Conflict, "党务公开要先由另一位书记审批")
	case d.Kind != model.DiscloseParty && v.SignedAt.IsZero():
		return model.Errorf(model.Conflict, "要先由村务监督委员会签字才能公开")
	}
	sums, err := s.mediaSums(ctx, d.VillageID, split(v.MediaIDs))
	if err != nil {
		return err
	}
	for _, sum := range sums {
		if strings.HasSuffix(sum, ":") {
			return model.Errorf(model.Conflict, "有附件还没有收好或已经丢失，请换一个再公开")
		}
	}
	if v.Finance {
		return s.balances(ctx, d, v.Version)
	}
	return nil
}

// claim takes the disclosure's place in the catalogue. The row decides: only one
// disclosure can stand in it.
func (s *Service) claim(ctx context.Context, d model.Disclosure) error {
	duty, err := s.duty(ctx, d.VillageID, d.Duty)
	if err != nil {
		return err
	}
	due, title := model.AddDays(s.store.Now(), duty.DueDays), d.Title
	if p, ok := parseSpan(d.Period, duty.Months); ok {
		due, title = duty.due(p), p.words(duty.Months)+duty.Title
	}
	if d.Scope != model.ScopePublic && duty.Months == 0 {
		title = duty.Title // the calendar is public
	}
	slot, err := s.newSlot(ctx, d.VillageID, duty, d.Period, title, due)
	if err != nil {
		return err
	}
	if _, err := s.insertSlot(ctx, slot); err != nil {
		return err
	}
	taken := s.store.DB(ctx).Model(&model.DisclosureSlot{}).
		Where("village_id = ? AND duty = ? AND period = ? AND disclosure_id = ''", d.VillageID, d.Duty, d.Period).
		UpdateColumns(map[string]any{"disclosure_id": d.ID, "published_at": d.PublishedAt, "act_at": model.Time{}})
	if taken.Error == nil && taken.RowsAffected == 0 {
		return errTaken(slot)
	}
	return taken.Error
}

func (s *Service) logVersion(ctx context.Context, d model.Disclosure, v model.DisclosureVersion) error {
	content, err := s.content(ctx, d, v)
	if err != nil {
		return err
	}
	kind := logPublication
	if v.Version > 1 {
		kind = logCorrection
	}
	return s.Log.Append(ctx, d.VillageID, kind, versionSubject(d, v.Version), content)
}

func versionSubject(d model.Disclosure, version int) string {
	return fmt.Sprintf("%s/%d", subject(d), version)
}

// Withdraw takes a disclosure down. The record stays with the reason, and its
// period is owed again.
func (s *Service) Withdraw(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.Disclosure, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > reasonMax {
		return model.Disclosure{}, model.Errorf(model.Invalid, "请写明为什么撤下，不超过%d个字", reasonMax)
	}
	return s.mine(ctx, actor, ref, func(ctx context.Context, d *model.Disclosure) ([]string, error) {
		if d.State != model.DisclosurePublished {
			return nil, model.Errorf(model.Conflict, "“%s”现在没有公开，不用撤", d.Title)
		}
		d.State, d.WithdrawnAt, d.WithdrawnBy, d.WithdrawnName, d.WithdrawnReason = model.DisclosureWithdrawn, s.now(), actor.VillagerID, actor.Name, reason
		if err := s.vacate(ctx, *d); err != nil {
			return nil, err
		}
		db := s.store.DB(ctx).Where("village_id = ? AND disclosure_id = ?", d.VillageID, d.ID)
		if err := db.Delete(&model.DisclosureTerm{}).Error; err != nil {
			return nil, err
		}
		err := s.store.DB(ctx).Model(&model.FinanceStatement{}).Where("village_id = ? AND disclosure_id = ?", d.VillageID, d.ID).UpdateColumn("published", false).Error
		if err != nil {
			return nil, err
		}
		if err := s.Log.Append(ctx, d.VillageID, logWithdrawal, subject(*d), withdrawalContent(*d)); err != nil {
			return nil, err
		}
		columns := []string{"state", "withdrawn_at", "withdrawn_by", "withdrawn_name", "withdrawn_reason"}
		return columns, s.Audit.Note(ctx, actor, d.VillageID, "disclosure.withdraw", subject(*d), "")
	})
}

// vacate empties the disclosure's place in the catalogue.
func (s *Service) vacate(ctx context.Context, d model.Disclosure) error {
	return s.store.DB(ctx).Model(&model.DisclosureSlot{}).Where("village_id = ? AND duty = ? AND period = ? AND disclosure_id = ?", d.VillageID, d.Duty, d.Period, d.ID).
		UpdateColumns(map[string]any{"disclosure_id": "", "published_at": model.Time{}, "stage": 0, "act_at": s.now()}).Error
}

// Post records that the disclosure hangs on the physical board: from the day of
// the photo the statutory days run.
func (s *Service) Post(ctx context.Context, actor model.Actor, ref Ref, photoID string, on time.Time) (model.Disclosure, error) {
	return s.mine(ctx, actor, ref, func(ctx context.Context, d *model.Disclosure) ([]string, error) {
		switch {
		case d.State != model.DisclosurePublished:
			return nil, model.Errorf(model.Conflict, "“%s”还没有公开，公开后再贴到公示栏", d.Title)
		case photoID == "":
			return nil, model.Errorf(model.Invalid, "请附上公示栏的照片")
		case on.After(s.store.Now()) || on.Before(d.PublishedAt.AddDate(0, 0, -1)):
			return nil, model.Errorf(model.Invalid, "张贴的日期不对，应在公开之后、今天之前")
		}
		days, err := s.rule(ctx, "disclosure.posted")
		if err != nil {
			return nil, err
		}
		if err := s.attach(ctx, actor, *d, []string{photoID}); err != nil {
			return nil, err
		}
		d.PostedAt, d.PostedUntil, d.BoardMediaID = model.At(on), model.At(model.AddDays(on, days)), photoID
		return []string{"posted_at", "posted_until", "board_media_id"}, s.Audit.Note(ctx, actor, d.VillageID, "disclosure.post", subject(*d), "")
	})
}
