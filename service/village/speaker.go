package village

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
)

// identityOf is the one row of a WeChat sender.
func identityOf(db *gorm.DB, account, openid string) *gorm.DB {
	return db.Model(&model.Identity{}).Where("account = ? AND openid = ?", account, openid)
}

// speak makes a person (an empty villager id: nobody) the one who speaks now.
func (s *Service) speak(ctx context.Context, account, openid string, person model.Person) error {
	return identityOf(s.store.DB(ctx), account, openid).
		UpdateColumns(map[string]any{"village_id": person.VillageID, "villager_id": person.ID}).Error
}

// Address sets the village that a stranger speaks to; an empty id forgets it.
func (s *Service) Address(ctx context.Context, sender *Sender, villageID string) error {
	if len(sender.Persons) > 0 {
		return model.Errorf(model.Conflict, "您已经绑定了%s，换村请发“换村”", list(sender.Persons))
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if villageID != "" {
			unit, err := s.Get(ctx, villageID)
			if err != nil {
				return err
			}
			if unit.Kind != model.UnitVillage {
				return model.Errorf(model.Invalid, "“%s”不是村，请选一个村", unit.Name)
			}
		}
		return s.speak(ctx, sender.Identity.Account, sender.Identity.OpenID, model.Person{VillageID: villageID})
	})
	if err == nil {
		sender.Identity.VillageID, sender.Actor.VillageID = villageID, villageID
	}
	return err
}

// SpeakAs lets another of a telephone's persons speak: 我是 姓名. Of two with the
// name, the one of the village spoken to now is meant.
func (s *Service) SpeakAs(ctx context.Context, account, openid, name string) (model.Villager, error) {
	name = cleanName(name)
	return s.change(ctx, account, openid, func(sender *Sender) (Known, error) {
		named := slices.DeleteFunc(slices.Clone(sender.Persons), func(k Known) bool { return k.Villager.Name != name })
		here := slices.DeleteFunc(slices.Clone(named), func(k Known) bool { return k.Village.ID != sender.Actor.VillageID })
		switch {
		case len(named) == 0:
			return Known{}, model.Errorf(model.Unknown, "这个微信没有绑定“%s”。已绑定：%s", name, list(sender.Persons))
		case len(here) == 1:
			return here[0], nil
		case len(named) > 1:
			return Known{}, model.Errorf(model.Conflict, "这个微信绑定了%d个“%s”（%s），请先发“换村”", len(named), name, list(named))
		}
		return named[0], nil
	})
}

// SwitchVillage lets the person of another village speak (换村): of the same name
// if there is one, else the first one bound there.
func (s *Service) SwitchVillage(ctx context.Context, account, openid, villageID string) (model.Villager, error) {
	return s.change(ctx, account, openid, func(sender *Sender) (Known, error) {
		there := slices.DeleteFunc(slices.Clone(sender.Persons), func(k Known) bool { return k.Village.ID != villageID })
		if len(there) == 0 {
			return Known{}, model.Errorf(model.Unknown, "这个微信在那个村没有绑定的人。已绑定：%s", list(sender.Persons))
		}
		same := slices.IndexFunc(there, func(k Known) bool { return k.Villager.Name == sender.Actor.Name })
		return there[max(same, 0)], nil
	})
}

func (s *Service) change(ctx context.Context, account, openid string, choose func(*Sender) (Known, error)) (model.Villager, error) {
	var chosen Known
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		sender, err := s.Sender(ctx, account, openid, "")
		if err != nil {
			return err
		}
		if len(sender.Persons) == 0 {
			return model.Errorf(model.Conflict, "这个微信还没有绑定村民，请发“绑定”加8位邀请码")
		}
		if chosen, err = choose(sender); err != nil {
			return err
		}
		return s.speak(ctx, account, openid, chosen.Villager.Person())
	})
	if err != nil {
		return model.Villager{}, err
	}
	return chosen.Villager, nil
}

// list names persons with their villages: 张明（云溪村）、李华（石桥村）.
func list(persons []Known) string {
	var names []string
	for _, k := range persons {
		names = append(names, fmt.Sprintf("%s（%s）", k.Villager.Name, k.Village.Name))
	}
	return strings.Join(names, "、")
}

// Seen notes a sign of life of a sender, and whether they follow the account.
func (s *Service) Seen(ctx context.Context, account, openid string, followed bool) error {
	now := s.now()
	done := identityOf(s.store.DB(ctx), account, openid).
		UpdateColumns(map[string]any{"followed": followed, "seen_at": now})
	if done.Error != nil || done.RowsAffected > 0 {
		return done.Error
	}
	if account == "" || openid == "" {
		return model.Errorf(model.Invalid, "没有认出您的微信，请重新进入再试")
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		again := clause.OnConflict{DoUpdates: clause.AssignmentColumns([]string{"followed", "seen_at"}),
			Columns: []clause.Column{{Name: "account"}, {Name: "openid"}}}
		return s.store.DB(ctx).Clauses(again).
			Create(&model.Identity{Account: account, OpenID: openid, Followed: followed, SeenAt: now}).Error
	})
}
