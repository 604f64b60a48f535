// Package privacy is what a person may ask of their own data (个人信息保护法 ch. IV):
// to know what they agreed to, to have it all in hand, to be forgotten; and the
// periods after which data goes by itself.
package privacy

import (
	"context"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/media"
	"cunwu/service/mediation"
	"cunwu/service/membership"
	"cunwu/service/merit"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/session"
	"cunwu/service/village"
)

// Rooms are the rooms that keep personal data.
type Rooms struct {
	People  *village.Service
	Cases   *casework.Service
	Notices *notice.Service
	Media   *media.Service
	Audit   *audit.Service
	Chain   *audit.Chain
	// Disputes are what the person has a part in; nil: there are none.
	Disputes *mediation.Service
	// Members know who helps whom and who asked to be bound; nil: nobody.
	Members *membership.Service
	// Merit keeps points; nil: nobody has any.
	Merit *merit.Service
	// Polls keep who took part in what; nil: nobody.
	Polls *poll.Service
	// Sessions keep second factors; nil: nobody has one.
	Sessions *session.Service
	// Forget are the rooms that privacy doesn't know (dialogue, session): each
	// forgets the telephones, inside the transaction.
	Forget []func(ctx context.Context, f village.Forgotten) error
	// Retain are likewise the sweeps of such rooms.
	Retain []Retainer
}

// Retainer is a room's sweep of what is past its time; it returns how many rows.
type Retainer struct {
	Name string
	Run  func(ctx context.Context) (int, error)
}

// Service is the privacy room.
type Service struct {
	store *model.Store
	Rooms
}

// New makes the service.
func New(store *model.Store, rooms Rooms) *Service { return &Service{store: store, Rooms: rooms} }

func (s *Service) now() model.Time { return model.At(s.store.Now()) }

// owner decides whose data is meant and whether the actor may have it: one's own
// with a telephone that has proved to be the person's, or anybody's for the
// operator, before whom the person stands (of names them).
func (s *Service) owner(ctx context.Context, actor model.Actor, of model.Person) (model.Person, error) {
	own := model.Person{VillageID: actor.VillageID, ID: actor.VillagerID}
	if of.Zero() {
		of = own
	}
	if of.ID == "" {
		return of, model.Errorf(model.Forbidden, "请先绑定您的身份，再办理个人信息的事")
	}
	if !actor.Known() || !own.Is(of) {
		return of, actor.Require(model.VerbPersonal, of.VillageID)
	}
	strong, err := s.People.BoundStrongly(ctx, actor)
	if err == nil && !strong {
		err = model.Errorf(model.Forbidden, "为了不让别人冒领，请先用手机号核对身份，或请村干部当面确认，再来办理")
	}
	return model.Person{VillageID: of.VillageID, ID: of.ID}, err
}
