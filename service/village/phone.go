package village

import (
	"context"
	"slices"

	"cunwu/model"
	"cunwu/service/audit"
)

// Matched is what a name and a phone number led to: who is bound now, or nobody.
type Matched struct {
	Villager model.Villager
	Village  model.Village
	Found    bool
}

// BindByPhone binds a sender to the one living person of these villages who has
// this name and this phone on the roll; WeChat has confirmed the phone. A weaker
// binding of theirs gets as strong. Anything but one match is counted like a wrong
// code, and too many of them lock the sender (TooMany). The count must be
// committed, so no match is no error.
func (s *Service) BindByPhone(ctx context.Context, account, openid string, villages []string, name, phone string) (Matched, error) {
	var done Matched
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		done = Matched{}
		identity, err := s.lockIdentity(ctx, account, openid)
		if err != nil {
			return err
		}
		limit, err := s.store.Rule(ctx, "invitation.misses", "", s.store.Now())
		if err != nil {
			return err
		}
		if err := s.notLocked(identity, int(limit)); err != nil {
			return model.Errorf(model.TooMany, "姓名和手机号与名册对不上的次数太多，请在%s以后再试，或当面找网格员", lockedUntil(identity)).Because(err)
		}
		found, err := s.phoneOwners(ctx, villages, name, phone)
		if err != nil {
			return err
		}
		if len(found) != 1 {
			_, err = s.miss(ctx, identity, int(limit), model.Errorf(model.Unknown, "姓名和手机号与名册对不上"))
			return err
		}
		done.Found = true
		if done.Villager, err = s.bindAs(ctx, identity, found[0].Person(), model.BoundByPhone, model.Actor{}); err != nil {
			return err
		}
		done.Village, err = s.Get(ctx, done.Villager.VillageID)
		return err
	})
	return done, err
}

func lockedUntil(identity model.Identity) string {
	return identity.MissesSince.Add(missWindow).In(model.Shanghai).Format("15:04")
}

// phoneOwners are the living people of the villages with this name and phone.
func (s *Service) phoneOwners(ctx context.Context, villages []string, name, phone string) ([]model.Villager, error) {
	phone, err := ParsePhone(phone)
	if err != nil {
		return nil, err
	}
	if name = cleanName(name); name == "" {
		return nil, model.Errorf(model.Invalid, "请写明姓名")
	}
	if len(villages) == 0 {
		return nil, nil
	}
	var found []model.Villager
	err = s.store.DB(ctx).Where("village_id IN ? AND phone_index IN ? AND state = ?", villages, s.keys.Indexes(model.IndexPhone, phone), model.VillagerLiving).
		Limit(bearersMax).Find(&found).Error
	return slices.DeleteFunc(found, func(p model.Villager) bool { return p.Name != name }), err
}

// BindInPerson binds the sender of a request to a person whom a cadre saw. Nobody
// does this for themselves, nor for a telephone or a person that is bound to their
// own.
func (s *Service) BindInPerson(ctx context.Context, actor model.Actor, person model.Person, account, openid string) (model.Villager, error) {
	var villager model.Villager
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbBindOthers, person.VillageID); err != nil {
			return err
		}
		identity, err := s.lockIdentity(ctx, account, openid)
		if err != nil {
			return err
		}
		refusal := "不能确认自己，也不能确认绑在自己微信上的人，请由另一位村干部办理"
		if err := s.NotSelf(ctx, actor, person, refusal); err != nil {
			return err
		}
		own, err := s.speaksFor(ctx, identity, actor)
		if err != nil {
			return err
		}
		if own {
			return model.Errorf(model.Forbidden, "%s", refusal)
		}
		villager, err = s.bindAs(ctx, identity, person, model.BoundInPerson, actor)
		return err
	})
	return villager, err
}

// speaksFor says whether the identity is one of the actor's own telephones.
func (s *Service) speaksFor(ctx context.Context, identity model.Identity, actor model.Actor) (bool, error) {
	if actor.OpenID != "" {
		own, err := s.sameHuman(ctx, actor.Account, actor.OpenID)
		if err != nil || own[wechatID{identity.Account, identity.OpenID}] {
			return err == nil, err
		}
	}
	if !actor.Known() {
		return false, nil
	}
	return s.SpeaksAs(ctx, identity.Account, identity.OpenID, actor.Person())
}

// SpeaksAs says whether this sender, or another one of the same human, is bound to
// the person.
func (s *Service) SpeaksAs(ctx context.Context, account, openid string, person model.Person) (bool, error) {
	same, err := s.sameHuman(ctx, account, openid)
	if err != nil {
		return false, err
	}
	bound, err := s.bindingsOf(ctx, model.Villager{VillageID: person.VillageID, ID: person.ID})
	return slices.ContainsFunc(bound, func(b model.Binding) bool { return same[wechatID{b.Account, b.OpenID}] }), err
}

// BoundApart says whether the person is bound to a telephone that doesn't speak
// for the other one, too.
func (s *Service) BoundApart(ctx context.Context, person, other model.Person) (bool, error) {
	bound, err := s.bindingsOf(ctx, model.Villager{VillageID: person.VillageID, ID: person.ID})
	if err != nil {
		return false, err
	}
	for _, b := range bound {
		shared, err := s.SpeaksAs(ctx, b.Account, b.OpenID, other)
		if err != nil || !shared {
			return err == nil, err
		}
	}
	return false, nil
}

// NotSelf refuses, with these words, what nobody does for themselves: as the
// person, or as another one who is bound to the same telephone.
func (s *Service) NotSelf(ctx context.Context, actor model.Actor, person model.Person, refusal string) error {
	return s.notSelf(ctx, actor, model.Villager{VillageID: person.VillageID, ID: person.ID}, refusal)
}

// bindAs joins the sender with a living person, who speaks from now on; by is who
// confirmed it, nobody when the person's own proof did.
func (s *Service) bindAs(ctx context.Context, identity model.Identity, who model.Person, strength string, by model.Actor) (model.Villager, error) {
	person, err := s.lockPerson(ctx, who.VillageID, who.ID)
	if err != nil {
		return person, err
	}
	if person.State != model.VillagerLiving {
		return person, model.Errorf(model.Gone, "%s已不在名册上，不能绑定，有误请联系村干部", person.Name)
	}
	b := model.Binding{VillageID: person.VillageID, VillagerID: person.ID, Account: identity.Account, OpenID: identity.OpenID,
		Strength: strength, BoundAt: s.now(), BoundBy: audit.ActorID(by)}
	if err := s.join(ctx, person, b); err != nil {
		return person, err
	}
	if err := s.speak(ctx, identity.Account, identity.OpenID, person.Person()); err != nil {
		return person, err
	}
	if err := s.joinUnion(ctx, identity.UnionID); err != nil {
		return person, err
	}
	noted, verb := by, "binding.confirm"
	if !by.Known() && !by.Operator {
		verb = "binding." + strength
		noted = model.Actor{VillageID: person.VillageID, VillagerID: person.ID, Name: person.Name, Account: identity.Account, OpenID: identity.OpenID}
	}
	return person, s.audit.Note(ctx, noted, person.VillageID, verb, "villager/"+person.ID, "")
}

// ParsePhone reads a mobile number as people write it.
func ParsePhone(text string) (string, error) {
	phone := cleanPhone(text)
	if !phoneForm.MatchString(phone) {
		return "", model.Errorf(model.Invalid, "手机号应为11位手机号码，请核对")
	}
	return phone, nil
}
