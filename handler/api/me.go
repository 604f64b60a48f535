package api

import (
	"context"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/village"
)

type villageShape struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type personShape struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Village     villageShape `json:"village"`
	Group       string       `json:"group" doc:"村民小组"`
	HouseholdNo string       `json:"household_no" doc:"户号"`
	Residence   string       `json:"residence" doc:"现居地：本村或城市名"`
	Roles       []model.Role `json:"roles" nullable:"false"`
	Strong      bool         `json:"strong" doc:"核对过手机号或当面确认过，可以投票、用积分、导出资料"`
}

// MeShape is who is signed in.
type MeShape struct {
	Person  *personShape  `json:"person" doc:"正在说话的人；没绑定是 null"`
	Persons []personShape `json:"persons" nullable:"false" doc:"这个微信绑定的所有人"`
	Village string        `json:"village" doc:"没绑定时留言给哪个村；空的还没选"`
}

type meAnswer = answer[MeShape]

func (a *API) me(ctx context.Context, who Caller, _ *nothing) (*meAnswer, error) {
	shape, err := a.shapeOfMe(ctx, who.Sender)
	return &meAnswer{shape}, err
}

func (a *API) shapeOfMe(ctx context.Context, sender *village.Sender) (MeShape, error) {
	me := MeShape{Persons: []personShape{}, Village: sender.Actor.VillageID}
	all, err := a.Members.Me(ctx, sender)
	for _, profile := range all {
		p := shapeOfPerson(profile)
		me.Persons = append(me.Persons, p)
		if profile.Speaking {
			me.Person = &p
		}
	}
	return me, err
}

func shapeOfPerson(p membership.Profile) personShape {
	return personShape{ID: p.ID, Name: p.Name, Village: villageShape{p.Village.ID, p.Village.Name}, Group: p.Group, HouseholdNo: p.HouseholdNo,
		Residence: p.Residence, Roles: append([]model.Role{model.RoleVillager}, p.Roles...), Strong: p.Strong}
}

type speakerInput struct {
	Body struct {
		PersonID string `json:"person_id,omitempty" maxLength:"80" doc:"换成这个人（persons 里的 id）"`
		Village  string `json:"village,omitempty" maxLength:"32" doc:"换到这个村；没绑定的人用它选村"`
	}
}

// speaker lets another of the phone's persons speak, or another village be
// addressed.
func (a *API) speaker(ctx context.Context, who Caller, in *speakerInput) (*meAnswer, error) {
	if err := a.choose(ctx, who, in.Body.PersonID, in.Body.Village); err != nil {
		return nil, err
	}
	sender, err := a.People.Sender(ctx, who.Actor.Account, who.Actor.OpenID, "")
	if err != nil {
		return nil, err
	}
	shape, err := a.shapeOfMe(ctx, sender)
	return &meAnswer{shape}, err
}

func (a *API) choose(ctx context.Context, who Caller, personID, villageID string) error {
	account, openid := who.Actor.Account, who.Actor.OpenID
	switch {
	case personID != "":
		of, id, err := model.ParsePublicID(personID)
		if err != nil {
			return err
		}
		_, err = a.People.SpeakAsPerson(ctx, account, openid, model.Person{VillageID: of, ID: id})
		return err
	case villageID == "":
		return model.Errorf(model.Invalid, "请选一个人，或者一个村")
	case len(who.Sender.Persons) == 0:
		return a.People.Address(ctx, who.Sender, villageID)
	}
	_, err := a.People.SwitchVillage(ctx, account, openid, villageID)
	return err
}
