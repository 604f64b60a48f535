package api

import (
	"context"
	"net/http"
	"time"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/session"
)

type loginInput struct {
	Body struct {
		Code  string `json:"code" minLength:"1" maxLength:"256" doc:"wx.login 得到的 code，只能用一次"`
		Label string `json:"label,omitempty" maxLength:"100" doc:"手机叫什么，登录列表里给本人看"`
	}
}

type loginShape struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at" doc:"一直在用就会延长"`
	MeShape
}

func (a *API) login(ctx context.Context, in *loginInput) (*answer[loginShape], error) {
	signed, err := a.Sessions.SignIn(ctx, session.SignIn{Door: session.DoorMini, Code: in.Body.Code, Label: in.Body.Label})
	if err != nil {
		return nil, err
	}
	me, err := a.shapeOfMe(ctx, signed.Sender)
	return &answer[loginShape]{loginShape{Token: signed.Token, ExpiresAt: signed.Session.ExpiresAt.In(model.Shanghai), MeShape: me}}, err
}

func (a *API) logout(ctx context.Context, who Caller, _ *nothing) (*done, error) {
	return &done{}, a.Sessions.End(ctx, who.Sender, who.Session.ID)
}

type sessionShape struct {
	ID        string    `json:"id"`
	Door      string    `json:"door" enum:"mini,page,code,scan" doc:"小程序或网页"`
	Label     string    `json:"label"`
	Current   bool      `json:"current" doc:"就是现在这一次"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
}

func (a *API) sessions(ctx context.Context, who Caller, _ *nothing) (*answer[list[sessionShape]], error) {
	all, err := a.Sessions.List(ctx, who.Sender)
	if err != nil {
		return nil, err
	}
	var shapes []sessionShape
	for _, s := range all {
		shapes = append(shapes, sessionShape{ID: s.ID, Door: s.Door, Label: s.Label, Current: s.ID == who.Session.ID,
			CreatedAt: s.CreatedAt.In(model.Shanghai), SeenAt: s.SeenAt.In(model.Shanghai)})
	}
	return listOf(shapes, ""), nil
}

type endSessionInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *API) endSession(ctx context.Context, who Caller, in *endSessionInput) (*done, error) {
	return &done{}, a.Sessions.End(ctx, who.Sender, in.ID)
}

func (a *API) endSessions(ctx context.Context, who Caller, _ *nothing) (*done, error) {
	return &done{}, a.Sessions.EndAll(ctx, who.Sender)
}

type bindInput struct {
	Body struct {
		InviteCode string `json:"invite_code,omitempty" maxLength:"32" doc:"8位邀请码"`
		PersonID   string `json:"person_id,omitempty" maxLength:"80" doc:"一户的邀请码：选的是哪个人（choices 里的 id）"`
		PhoneCode  string `json:"phone_code,omitempty" maxLength:"256" doc:"手机号按钮得到的 code，只能用一次：要再提交，请再点一次按钮"`
		Name       string `json:"name,omitempty" maxLength:"64"`
		Village    string `json:"village,omitempty" maxLength:"32" doc:"哪个村；不写就在能找的村里找"`
	}
}

type choiceShape struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type boundShape struct {
	State   membership.BoundState `json:"state" enum:"bound,pending,choose_person,choose_village" doc:"bound 绑好了；pending 等村里确认"`
	Person  *personShape          `json:"person"`
	Number  int64                 `json:"number,omitempty" doc:"请求的编号，村里的人用它确认"`
	Choices []choiceShape         `json:"choices,omitempty" doc:"要从里面选一个，再提交一次"`
}

type boundAnswer struct {
	Status int
	Body   boundShape
}

func (a *API) bind(ctx context.Context, who Caller, in *bindInput) (*boundAnswer, error) {
	bound, err := a.bound(ctx, who, in)
	if err == nil {
		err = bound.Err()
	}
	if err != nil {
		return nil, err
	}
	out := &boundAnswer{Status: http.StatusAccepted, Body: boundShape{State: bound.State, Number: bound.Number}}
	if bound.State == membership.StateBound {
		p := shapeOfPerson(bound.Person)
		out.Status, out.Body.Person = http.StatusOK, &p
	}
	for _, c := range bound.Choices {
		id := c.ID
		if bound.State == membership.StateChoosePerson {
			id = model.PublicID(bound.VillageID, c.ID)
		}
		out.Body.Choices = append(out.Body.Choices, choiceShape{id, c.Name})
	}
	return out, nil
}

func (a *API) bound(ctx context.Context, who Caller, in *bindInput) (membership.Bound, error) {
	b := in.Body
	switch {
	case b.InviteCode != "" && b.PhoneCode != "" || b.InviteCode == "" && b.PhoneCode == "":
		return membership.Bound{}, model.Errorf(model.Invalid, "请用邀请码，或者用手机号和姓名，二选一")
	case b.InviteCode != "":
		person, err := optionalPerson(b.PersonID)
		if err != nil {
			return membership.Bound{}, err
		}
		return a.Members.BindByCode(ctx, who.Sender, b.InviteCode, person.ID)
	case b.Name == "":
		return membership.Bound{}, model.Errorf(model.Invalid, "请写上姓名")
	}
	phone, err := a.Sessions.Phone(ctx, b.PhoneCode)
	if err != nil {
		return membership.Bound{}, err
	}
	return a.Members.BindByPhone(ctx, who.Sender, b.Village, b.Name, phone)
}

// optionalPerson is a person whom a field may name.
func optionalPerson(public string) (model.Person, error) {
	if public == "" {
		return model.Person{}, nil
	}
	villageID, id, err := model.ParsePublicID(public)
	return model.Person{VillageID: villageID, ID: id}, err
}
