package poll

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// What an objection to the roll says.
const (
	ObjectMissing = "missing" // somebody isn't on it who should be
	ObjectWrong   = "wrong"   // somebody is on it who shouldn't be
)

const (
	objectionOpen     = "open"
	objectionAccepted = "accepted"
	objectionDeclined = "declined"
	objectionsMax     = 100 // open ones of one poll by one person are 5 at most, see below
	objectionsOwn     = 5
)

// Objection is what a villager says about the roll.
type Objection struct {
	Poll  Ref
	Kind  string
	About village.Named // nobody named: the actor
	Text  string
}

// Object raises an objection to the roll, until the poll's ObjectionsUntil.
func (s *Service) Object(ctx context.Context, actor model.Actor, in Objection) (model.PollObjection, error) {
	text := strings.TrimSpace(in.Text)
	o := model.PollObjection{VillageID: in.Poll.VillageID, PollID: in.Poll.ID, ID: model.NewID(), ByID: actor.VillagerID, ByName: actor.Name,
		Kind: in.Kind, AboutID: actor.VillagerID, AboutName: actor.Name, Text: text, State: objectionOpen}
	if in.Kind != ObjectMissing && in.Kind != ObjectWrong {
		return o, model.Errorf(model.Invalid, "请写明是漏了人（missing）还是多了人（wrong）")
	}
	if text == "" || utf8.RuneCountInString(text) > 500 {
		return o, model.Errorf(model.Invalid, "请写明理由，不超过500个字")
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		p, err := s.poll(s.store.Locked(ctx), in.Poll)
		if err != nil {
			return err
		}
		if err := citizen(actor, p.VillageID); err != nil {
			return err
		}
		if err := s.objectable(ctx, p, actor); err != nil {
			return err
		}
		if in.About.Name != "" {
			about, err := s.villager(ctx, p.VillageID, in.About)
			if err != nil {
				return err
			}
			o.AboutID, o.AboutName = about.ID, about.Name
		}
		entry, err := s.onRoll(ctx, in.Poll, o.AboutID)
		switch {
		case err != nil:
			return err
		case in.Kind == ObjectMissing && entry != nil:
			return model.Errorf(model.Conflict, "%s已经在名册上", o.AboutName)
		case in.Kind == ObjectWrong && entry == nil:
			return model.Errorf(model.Conflict, "%s不在名册上", o.AboutName)
		}
		o.CreatedAt = s.now()
		if err := s.store.DB(ctx).Create(&o).Error; err != nil {
			return err
		}
		return s.tellManagers(ctx, p, "objection/"+o.ID, objectionText(p, o))
	})
	return o, err
}

func (s *Service) objectable(ctx context.Context, p model.Poll, actor model.Actor) error {
	switch now := s.store.Now(); {
	case p.State == model.PollDraft:
		return unknownPoll()
	case p.State != model.PollNoticed || now.After(p.ObjectionsUntil.Time):
		return model.Errorf(model.Gone, "对名册提意见的时间已过（到%s）", when(p.ObjectionsUntil.Time))
	}
	var mine int64
	err := s.of(ctx, RefOf(p)).Model(&model.PollObjection{}).Where("by_id = ?", actor.VillagerID).Count(&mine).Error
	if err == nil && mine >= objectionsOwn {
		return model.Errorf(model.TooMany, "一个投票每人最多提%d次名册意见，请到村委会当面说", objectionsOwn)
	}
	return err
}

// Objections are those of a poll, the oldest first: all for who decides or
// watches, one's own for anybody else.
func (s *Service) Objections(ctx context.Context, actor model.Actor, ref Ref) ([]model.PollObjection, error) {
	p, err := s.poll(s.store.DB(ctx), ref)
	if err != nil {
		return nil, err
	}
	rows := s.of(ctx, ref)
	if !actor.May(model.VerbPoll, p.VillageID) && !actor.May(model.VerbPollWatch, p.VillageID) {
		if err := actor.Require(model.VerbVote, p.VillageID); err != nil {
			return nil, err
		}
		rows = rows.Where("by_id = ?", actor.VillagerID)
	}
	var all []model.PollObjection
	return all, rows.Order("id").Limit(objectionsMax).Find(&all).Error
}

// Decide answers an objection; an accepted one changes the roll. Nobody decides
// on their own, or on what they said.
func (s *Service) Decide(ctx context.Context, actor model.Actor, ref Ref, objectionID string, accept bool, reason string) error {
	reason, err := needReason(reason)
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		p, err := s.managed(ctx, actor, ref, model.VerbPoll)
		if err != nil {
			return err
		}
		var o model.PollObjection
		err = s.of(ctx, ref).Where("id = ?", objectionID).Take(&o).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			return model.Errorf(model.Unknown, "没有找到这条名册意见")
		case err != nil:
			return err
		case p.State != model.PollNoticed || o.State != objectionOpen:
			return model.Errorf(model.Conflict, "这条名册意见已经处理过了")
		case o.ByID == actor.VillagerID || o.AboutID == actor.VillagerID:
			return model.Errorf(model.Forbidden, "涉及自己的名册意见，要由别人来定")
		}
		state := objectionDeclined
		if accept {
			state = objectionAccepted
			if err := s.accepted(ctx, p, o); err != nil {
				return err
			}
		}
		err = s.of(ctx, ref).Model(&model.PollObjection{}).Where("id = ?", o.ID).
			UpdateColumns(map[string]any{"state": state, "decided_at": s.now(), "decided_by": actor.VillagerID, "reason": reason}).Error
		if err != nil {
			return err
		}
		size, err := s.electorate(ctx, ref)
		if err != nil {
			return err
		}
		if err := s.set(ctx, ref, model.PollNoticed, map[string]any{"electorate": size, "look_at": p.OpensAt}); err != nil {
			return err
		}
		if err := s.Audit.Note(ctx, actor, p.VillageID, "poll.objection", ref.subject(), state); err != nil {
			return err
		}
		return s.Notices.Put(ctx, notice.Note{VillageID: p.VillageID, To: model.Person{VillageID: p.VillageID, ID: o.ByID},
			Event: ref.event("objection/" + o.ID), Role: notice.RoleAsker, Text: decidedText(p, o, accept, reason)})
	})
}

func (s *Service) accepted(ctx context.Context, p model.Poll, o model.PollObjection) error {
	if o.Kind == ObjectWrong {
		return s.strike(ctx, RefOf(p), o.AboutID)
	}
	var person model.Villager
	err := s.store.DB(ctx).Where("village_id = ? AND id = ? AND state = ?", p.VillageID, o.AboutID, model.VillagerLiving).Take(&person).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return model.Errorf(model.Conflict, "名册里已经没有%s了", o.AboutName)
	}
	if err != nil {
		return err
	}
	return s.enlist(ctx, p, person)
}

// villager finds the one living villager who is meant.
func (s *Service) villager(ctx context.Context, villageID string, who village.Named) (model.Villager, error) {
	found, err := s.People.Find(ctx, villageID, who.Name, who.HouseholdNo)
	switch {
	case err != nil:
		return model.Villager{}, err
	case len(found) == 0:
		return model.Villager{}, model.Errorf(model.Unknown, "村里的名册没有“%s”，请核对姓名和户号", who.Name)
	case len(found) > 1:
		return model.Villager{}, model.Errorf(model.Conflict, "叫“%s”的有%d人，请写上户号", who.Name, len(found))
	}
	return found[0], nil
}

func needReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > reasonMax {
		return "", model.Errorf(model.Invalid, "请写明原因，不超过%d个字", reasonMax)
	}
	return reason, nil
}

// citizen: a villager of the village, known by a binding.
func citizen(actor model.Actor, villageID string) error {
	if !actor.Known() {
		return model.Errorf(model.Forbidden, "请先绑定：回“绑定”加上村里给的8位邀请码")
	}
	return actor.Require(model.VerbVote, villageID)
}
