package village

import (
	"context"

	"cunwu/model"
)

// SpeakAsPerson lets this one of a telephone's persons speak.
func (s *Service) SpeakAsPerson(ctx context.Context, account, openid string, person model.Person) (model.Villager, error) {
	return s.change(ctx, account, openid, func(sender *Sender) (Known, error) {
		for _, k := range sender.Persons {
			if k.Villager.Person().Is(person) {
				return k, nil
			}
		}
		return Known{}, model.Errorf(model.Unknown, "这个微信没有绑定这个人。已绑定：%s", list(sender.Persons))
	})
}
