package mediation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

const maxSessions = 100

// PlanSession fixes a meeting; the parties are told, and reminded the day before.
func (s *Service) PlanSession(ctx context.Context, actor model.Actor, ref Ref, at time.Time, place string) (model.DisputeSession, error) {
	var session model.DisputeSession
	_, err := s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		var err error
		session, err = s.plan(ctx, d, at, place)
		return err
	})
	return session, err
}

func (s *Service) plan(ctx context.Context, d *desk, at time.Time, place string) (model.DisputeSession, error) {
	var none model.DisputeSession
	if err := s.mustLead(ctx, d); err != nil {
		return none, err
	}
	place, err := words(place, 60, "在哪里开")
	switch {
	case err != nil:
		return none, err
	case d.State != model.DisputeMediating:
		return none, model.Errorf(model.Conflict, "#%d 还没开始调解，或者已经结束，不能约时间", d.Number)
	case !at.After(s.store.Now()) || at.After(s.store.Now().AddDate(1, 0, 0)):
		return none, model.Errorf(model.Invalid, "开会的时间要在今后一年内，请核对日期")
	}
	sessions, err := s.sessions(ctx, d.Dispute)
	if err != nil {
		return none, err
	}
	if len(sessions) >= maxSessions {
		return none, model.Errorf(model.TooMany, "#%d 已经开了%d次会，请结束或上交", d.Number, maxSessions)
	}
	if slices.ContainsFunc(sessions, func(m model.DisputeSession) bool { return m.HeldAt.IsZero() }) {
		return none, model.Errorf(model.Conflict, "#%d 上一次会还没有记录。没开成的，记录里写明，再约新的", d.Number)
	}
	session := model.DisputeSession{VillageID: d.VillageID, DisputeID: d.ID, Seq: len(sessions) + 1, PlannedAt: model.At(at), Place: place, ByName: d.actor.Name}
	if err := s.store.DB(ctx).Create(&session).Error; err != nil {
		return none, err
	}
	return session, s.tellAll(ctx, d)
}

func (s *Service) sessions(ctx context.Context, d *model.Dispute) ([]model.DisputeSession, error) {
	var found []model.DisputeSession
	err := s.store.DB(ctx).Where("village_id = ? AND dispute_id = ?", d.VillageID, d.ID).Order("seq").Limit(maxSessions).Find(&found).Error
	return found, err
}

// Held is what came of a meeting.
type Held struct {
	Seq      int      // of the session; 0: the one that is planned, or, without one, a meeting just held
	Attended []string // names
	Record   string
	Next     time.Time // of the next meeting; zero: none
	Place    string    // of the next meeting
}

// RecordSession records who attended and what was said; everybody who takes part
// may read it.
func (s *Service) RecordSession(ctx context.Context, actor model.Actor, ref Ref, in Held) (model.Dispute, error) {
	return s.hand(ctx, actor, ref, func(ctx context.Context, d *desk) error {
		if err := s.mustLead(ctx, d); err != nil {
			return err
		}
		if d.State != model.DisputeMediating {
			return model.Errorf(model.Conflict, "#%d 不在调解中，不能记录", d.Number)
		}
		record, err := words(in.Record, maxFacts, "调解会的情况")
		if err != nil {
			return err
		}
		attended, err := words(strings.Join(in.Attended, "、"), 200, "谁到了场")
		if err != nil {
			return err
		}
		session, err := s.toRecord(ctx, d, in.Seq)
		if err != nil {
			return err
		}
		session.HeldAt, session.Attended, session.Record, session.ByName = s.now(), attended, record, actor.Name
		err = s.store.DB(ctx).Model(&session).Select("held_at", "attended", "record", "by_name").Updates(&session).Error
		if err != nil {
			return err
		}
		if !in.Next.IsZero() {
			_, err := s.plan(ctx, d, in.Next, in.Place)
			return err
		}
		return s.tellSides(ctx, d, model.PartBoth)
	})
}

func (s *Service) toRecord(ctx context.Context, d *desk, seq int) (model.DisputeSession, error) {
	query := s.store.DB(ctx).Where("village_id = ? AND dispute_id = ? AND held_at = 0", d.VillageID, d.ID)
	if seq > 0 {
		query = query.Where("seq = ?", seq)
	}
	var session model.DisputeSession
	err := query.Order("seq").Take(&session).Error
	switch {
	case err == nil:
		return session, nil
	case !errors.Is(err, gorm.ErrRecordNotFound):
		return session, err
	case seq > 0:
		return session, model.Errorf(model.Unknown, "没有这次会，或者已经记录过")
	}
	sessions, err := s.sessions(ctx, d.Dispute)
	if err != nil {
		return session, err
	}
	if len(sessions) >= maxSessions {
		return session, model.Errorf(model.TooMany, "#%d 已经开了%d次会，请结束或上交", d.Number, maxSessions)
	}
	session = model.DisputeSession{VillageID: d.VillageID, DisputeID: d.ID, Seq: len(sessions) + 1, PlannedAt: s.now(), ByName: d.actor.Name}
	return session, s.store.DB(ctx).Create(&session).Error
}
