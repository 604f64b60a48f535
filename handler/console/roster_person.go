package console

import (
	"context"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/village"
)

// personPage is a person with what may be done for them.
type personPage struct {
	village.Card

	Today                     time.Time
	Mark, Bind, Invite, Enrol bool
	Self                      bool // nobody does it for themselves
	F                         typed
}

func (s *console) personPage(ctx context.Context, v *web.Visit) (personPage, error) {
	page := personPage{Today: s.Now(), Mark: v.Actor.May(model.VerbRoster, v.Village), Bind: v.Actor.May(model.VerbBindOthers, v.Village),
		Invite: v.Actor.May(model.VerbInvite, v.Village), Enrol: v.Actor.May(model.VerbImport, v.Village), F: typedIn(v, "kin", "kin_house", "relation")}
	var err error
	page.Card, err = s.People.Card(ctx, v.Actor, personOf(v))
	page.Self = v.Actor.Person().Is(personOf(v))
	return page, err
}

func personOf(v *web.Visit) model.Person {
	return model.Person{VillageID: v.Village, ID: rowID(v, "id")}
}

// thatPerson is the one of the address, as use cases want people named.
func thatPerson(v *web.Visit) village.Named { return village.Named{ID: rowID(v, "id")} }

func (s *console) person(ctx context.Context, v *web.Visit) error {
	page, err := s.personPage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("person", page.Name, page)
}

// forPerson does something for the person of the page, and comes back to it.
func (s *console) forPerson(ctx context.Context, v *web.Visit, run func(ctx context.Context) (said string, err error)) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		said, err := run(ctx)
		return web.Then{To: below(v, "roster", "people", rowID(v, "id")), Said: said}, err
	})
	if err == nil {
		return nil
	}
	page, failed := s.personPage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "person", page.Name, page)
}

func (s *console) markPerson(ctx context.Context, v *web.Visit) error {
	return s.forPerson(ctx, v, func(ctx context.Context) (string, error) {
		person, err := s.People.MarkState(ctx, v.Actor, v.Village, thatPerson(v), v.Text("state"))
		return "记下了：" + person.Name + personState(person.State), err
	})
}

func (s *console) confirmPerson(ctx context.Context, v *web.Visit) error {
	return s.forPerson(ctx, v, func(ctx context.Context) (string, error) {
		_, err := s.People.ConfirmInPerson(ctx, v.Actor, v.Village, thatPerson(v))
		return "记下了：已经当面确认是本人", err
	})
}

func (s *console) unbindPerson(ctx context.Context, v *web.Visit) error {
	return s.forPerson(ctx, v, func(ctx context.Context) (string, error) {
		n, err := s.People.Unbind(ctx, v.Actor, v.Village, thatPerson(v))
		return "解绑了" + count(n) + "个微信。要再用，请给一个新的邀请码", err
	})
}

func (s *console) addKin(ctx context.Context, v *web.Visit) error {
	return s.forPerson(ctx, v, func(ctx context.Context) (string, error) {
		return "登记好了。有关他们的事会自动回避", s.People.AddKin(ctx, v.Actor, v.Village, thatPerson(v), named(v, "kin"), v.Text("relation"))
	})
}

func (s *console) dropKin(ctx context.Context, v *web.Visit) error {
	return s.forPerson(ctx, v, func(ctx context.Context) (string, error) {
		return "去掉了", s.People.DropKin(ctx, v.Actor, v.Village, thatPerson(v), village.Named{ID: v.Text("kin_id")})
	})
}
