package membership

import (
	"context"
	"slices"

	"cunwu/model"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// BoundState is how an attempt to be bound ended.
type BoundState string

// The states.
const (
	StateBound         BoundState = "bound"          // Person is who speaks now
	StatePending       BoundState = "pending"        // somebody will confirm in person; Number names the request
	StateChoosePerson  BoundState = "choose_person"  // a household's code: call again with one of Choices
	StateChooseVillage BoundState = "choose_village" // no match, and it isn't known in which village to ask
	StateRefused       BoundState = "refused"        // see Err
)

// Choice is something to choose from.
type Choice struct{ ID, Name string }

// Bound is what an attempt to be bound led to. It must be committed whatever it
// is, for it counts wrong tries: only afterwards may Err be returned.
type Bound struct {
	State     BoundState
	Person    Profile
	VillageID string
	Number    int64
	Choices   []Choice
	refusal   error
}

// Err is the refusal, for doors that answer with a status.
func (b Bound) Err() error { return b.refusal }

// BindByCode binds the sender by an invitation code; villagerID is the member
// chosen for a household's code, else empty. Errors: TooMany (locked for an hour).
func (s *Service) BindByCode(ctx context.Context, sender *village.Sender, code, villagerID string) (Bound, error) {
	id := sender.Identity
	redeem := func() (village.Redeemed, error) { return s.people.Redeem(ctx, id.Account, id.OpenID, code) }
	if villagerID != "" {
		redeem = func() (village.Redeemed, error) {
			return s.people.RedeemAs(ctx, id.Account, id.OpenID, code, villagerID)
		}
	}
	done, err := redeem()
	switch {
	case err != nil:
		return Bound{}, err
	case done.Refused != "":
		return Bound{State: StateRefused, refusal: done.Err()}, nil
	case len(done.Choices) > 0:
		bound := Bound{State: StateChoosePerson, VillageID: done.Village.ID}
		for _, member := range done.Choices {
			bound.Choices = append(bound.Choices, Choice{ID: member.ID, Name: member.Name})
		}
		return bound, nil
	}
	return s.bound(ctx, sender, done.Villager)
}

// BindByPhone binds the sender to the person whose name and phone (confirmed by
// WeChat) stand on the roll of the village; villageID empty: of any village that
// the sender's account serves. Without exactly one match it becomes a request that
// a grid worker or cadre confirms in chat; the same again is the same request.
// Errors: Invalid (form), Unknown (village), TooMany (locked for an hour).
func (s *Service) BindByPhone(ctx context.Context, sender *village.Sender, villageID, name, phone string) (Bound, error) {
	name, err := village.FieldName.Clean(name)
	if err != nil {
		return Bound{}, err
	}
	if phone, err = village.ParsePhone(phone); err != nil {
		return Bound{}, err
	}
	var bound Bound
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		units, err := s.served(ctx, sender, villageID)
		if err != nil {
			return err
		}
		ids := make([]string, 0, len(units))
		for _, unit := range units {
			ids = append(ids, unit.ID)
		}
		found, err := s.people.BindByPhone(ctx, sender.Identity.Account, sender.Identity.OpenID, ids, name, phone)
		if err != nil {
			return err
		}
		if found.Found {
			bound, err = s.bound(ctx, sender, found.Villager)
			return err
		}
		where := sender.Actor.VillageID
		if len(units) == 1 {
			where = units[0].ID
		}
		if !slices.Contains(ids, where) {
			bound = Bound{State: StateChooseVillage}
			for _, unit := range units {
				bound.Choices = append(bound.Choices, Choice{ID: unit.ID, Name: unit.Name})
			}
			return nil
		}
		bound, err = s.request(ctx, sender.Identity, where, name, phone)
		return err
	})
	return bound, err
}

// served are the villages among which the sender may be looked for.
func (s *Service) served(ctx context.Context, sender *village.Sender, villageID string) ([]model.Village, error) {
	list := func() ([]model.Village, error) { return s.people.All(ctx, sender.Identity.Account) }
	if sender.Identity.Account == s.mini {
		list = func() ([]model.Village, error) { return s.people.AllVillages(ctx) }
	}
	units, err := list()
	if err != nil || villageID == "" {
		return units, err
	}
	units = slices.DeleteFunc(units, func(unit model.Village) bool { return unit.ID != villageID })
	if len(units) == 0 {
		return nil, model.Errorf(model.Unknown, "没有这个村，请重新选择")
	}
	return units, nil
}

func (s *Service) bound(ctx context.Context, sender *village.Sender, who model.Villager) (Bound, error) {
	now, err := s.people.Sender(ctx, sender.Identity.Account, sender.Identity.OpenID, "")
	if err != nil {
		return Bound{}, err
	}
	all, err := s.Me(ctx, now)
	if err != nil {
		return Bound{}, err
	}
	i := slices.IndexFunc(all, func(p Profile) bool { return p.Person.Is(who.Person()) })
	if i < 0 {
		return Bound{}, model.Errorf(model.Conflict, "绑定刚被解除，请再试一次")
	}
	return Bound{State: StateBound, Person: all[i], VillageID: who.VillageID}, nil
}

// toldMost bounds how many telephones are told of another one.
const toldMost = 20

// BoundAgain tells each telephone that spoke for a person before that another one
// does now: a code or slip may have been taken. village calls it in the transaction
// of the binding. A notice to the person could reach the new telephone alone.
func (s *Service) BoundAgain(ctx context.Context, person model.Villager, others []model.Person) error {
	var notes []notice.Note
	event := "bound/" + model.NewID()
	for _, sender := range others[:min(len(others), toldMost)] {
		notes = append(notes, notice.Note{VillageID: person.VillageID, To: sender, Event: event, Role: notice.RoleOther, Text: boundAgainText(person.Name)})
	}
	return s.notices.Put(ctx, notes...)
}
