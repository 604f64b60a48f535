package poll

import (
	"context"
	"strings"
	"unicode/utf8"

	"cunwu/model"
)

const remarkMax = 500

// Topic is what is talked about: a poll, a matter or a proposal.
type Topic struct {
	VillageID string
	Kind      string // poll | matter | proposal
	ID        string
}

// Say adds a remark under a topic. Others see it once its words passed the check.
func (s *Service) Say(ctx context.Context, actor model.Actor, topic Topic, text string) (model.Remark, error) {
	r := model.Remark{VillageID: topic.VillageID, TopicID: topic.ID, ID: model.NewID(), ByID: actor.VillagerID, ByName: actor.Name, Text: strings.TrimSpace(text)}
	if r.Text == "" || utf8.RuneCountInString(r.Text) > remarkMax {
		return r, model.Errorf(model.Invalid, "请写您的意见，不超过%d个字", remarkMax)
	}
	if err := citizen(actor, topic.VillageID); err != nil {
		return r, err
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := s.topic(ctx, actor, topic); err != nil {
			return err
		}
		r.CreatedAt = s.now()
		if err := s.store.DB(ctx).Create(&r).Error; err != nil {
			return err
		}
		return s.check(ctx, actor, r.VillageID, "remark/"+r.ID, r.Text)
	})
	return r, err
}

// topic refuses what doesn't exist or isn't for the actor.
func (s *Service) topic(ctx context.Context, actor model.Actor, topic Topic) error {
	ref := Ref{topic.VillageID, topic.ID}
	var err error
	switch topic.Kind {
	case "poll":
		return s.maySee(ctx, actor, ref)
	case "matter":
		_, err = s.matter(s.store.DB(ctx), ref)
	case "proposal":
		_, err = s.proposal(s.store.DB(ctx), ref)
	default:
		err = model.Errorf(model.Invalid, "请写明是在哪个投票、议题或提议下说的")
	}
	return err
}

// Hide takes a remark out of sight, with the reason; it stays, and is counted.
func (s *Service) Hide(ctx context.Context, actor model.Actor, topic Topic, remarkID, reason string) error {
	reason, err := needReason(reason)
	if err != nil {
		return err
	}
	if err := actor.Require(model.VerbReview, topic.VillageID); err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		done := s.store.DB(ctx).Model(&model.Remark{}).Where("village_id = ? AND topic_id = ? AND id = ? AND hidden_at = 0", topic.VillageID, topic.ID, remarkID).
			UpdateColumns(map[string]any{"hidden_at": s.now(), "hidden_by": actor.VillagerID, "hidden_reason": reason})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return model.Errorf(model.Unknown, "没有找到这条意见，或者已经隐藏")
		}
		return s.Audit.Note(ctx, actor, topic.VillageID, "remark.hide", "remark/"+remarkID, reason)
	})
}

// Discussion is what was said under a topic, the oldest first.
type Discussion struct {
	Remarks []model.Remark
	Hidden  int // of the whole topic
	Next    string
}

// Discussion shows a page of a topic's remarks: those that passed the check and
// weren't hidden, and one's own.
func (s *Service) Discussion(ctx context.Context, actor model.Actor, topic Topic, after string, limit int) (Discussion, error) {
	var d Discussion
	if err := s.mayRead(actor, model.Poll{VillageID: topic.VillageID, State: model.PollNoticed}); err != nil {
		return d, err
	}
	if err := s.topic(ctx, actor, topic); err != nil {
		return d, err
	}
	if limit < 1 || limit > pageMax {
		limit = pageMax
	}
	var hidden int64
	of := s.store.DB(ctx).Model(&model.Remark{}).Where("village_id = ? AND topic_id = ?", topic.VillageID, topic.ID)
	if err := of.Where("hidden_at > 0").Count(&hidden).Error; err != nil {
		return d, err
	}
	d.Hidden = int(hidden)
	var rows []model.Remark
	err := s.store.DB(ctx).Where("village_id = ? AND topic_id = ? AND id > ? AND hidden_at = 0", topic.VillageID, topic.ID, after).Order("id").Limit(limit + 1).Find(&rows).Error
	if err != nil {
		return d, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		d.Next = rows[limit-1].ID
	}
	shown, err := mayShow(ctx, s, topic.VillageID, rows, func(r model.Remark) string { return "remark/" + r.ID })
	for i, r := range rows {
		if err == nil && (shown[i] || r.ByID == actor.VillagerID) {
			d.Remarks = append(d.Remarks, r)
		}
	}
	return d, err
}

func (s *Service) check(ctx context.Context, actor model.Actor, villageID, subject, text string) error {
	if s.o.Check == nil {
		return nil
	}
	return s.o.Check(ctx, actor, villageID, subject, text)
}

// mayShow says of each row whether its words passed the check.
func mayShow[T any](ctx context.Context, s *Service, villageID string, rows []T, subject func(T) string) ([]bool, error) {
	shown := make([]bool, len(rows))
	subjects := make([]string, len(rows))
	for i, row := range rows {
		subjects[i], shown[i] = subject(row), s.o.MayShow == nil
	}
	if s.o.MayShow == nil {
		return shown, nil
	}
	passed, err := s.o.MayShow(ctx, villageID, subjects)
	for i := range subjects {
		shown[i] = passed[subjects[i]]
	}
	return shown, err
}
