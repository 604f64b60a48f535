package membership

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/village"
)

// Request is something that a cadre answers by its number: somebody who wants to
// be bound (Helper and Elder are empty), or somebody who wants to help an elder.
type Request struct {
	VillageID string
	Number    int64
	Name      string // who wants to be bound
	Phone     string // theirs, masked
	Helper    string // who wants to help
	Elder     string
	Scope     Scope
	Months    int
	AskedAt   model.Time
}

// Confirmed is what 確认 N did.
type Confirmed struct {
	Request Request
	Person  model.Villager // who is bound now, or is helped
}

// Confirm answers a request in person: the cadre has seen who asks (or, for a
// helper, has asked the elder). householdNo tells people of one name apart, 外 for
// staff. Errors: Unknown (no such request, or nobody of the name), Conflict
// (several of the name, with the list; answered already), Forbidden (oneself).
func (s *Service) Confirm(ctx context.Context, actor model.Actor, villageID string, number int64, householdNo string) (Confirmed, error) {
	var done Confirmed
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbBindOthers, villageID); err != nil {
			return err
		}
		row, err := s.bindRequest(ctx, villageID, number)
		if err != nil {
			return err
		}
		if row == nil {
			done, err = s.confirmHelp(ctx, actor, villageID, number)
			return err
		}
		done.Request, err = s.opened(*row)
		if err != nil {
			return err
		}
		who := village.Named{Name: done.Request.Name, HouseholdNo: householdNo}
		if done.Person, err = s.people.One(ctx, villageID, who); err != nil {
			return whoIsMeant(err, number, done.Request.Name)
		}
		if done.Person, err = s.people.BindInPerson(ctx, actor, done.Person.Person(), row.Account, row.OpenID); err != nil {
			return err
		}
		if err := s.decide(ctx, actor, *row, model.RequestConfirmed, "", done.Person.ID); err != nil {
			return err
		}
		return s.tell(ctx, villageID, sender(*row), "request/"+row.ID+"/done", confirmedText(done.Person.Name))
	})
	return done, err
}

// whoIsMeant says what to answer when the name alone doesn't do.
func whoIsMeant(err error, number int64, name string) error {
	switch {
	case model.IsCode(err, model.Conflict):
		return model.Errorf(model.Conflict, severalOfName, model.AsError(err).Message, number)
	case model.IsCode(err, model.Unknown):
		return model.Errorf(model.Unknown, nobodyOfName, name, number)
	}
	return err
}

// Refuse answers a request with no; whoever asked is told the reason.
func (s *Service) Refuse(ctx context.Context, actor model.Actor, villageID string, number int64, reason string) (Request, error) {
	var done Request
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbBindOthers, villageID); err != nil {
			return err
		}
		reason = clip(strings.TrimSpace(reason), reasonMax)
		if reason == "" {
			return model.Errorf(model.Invalid, refuseHow, number)
		}
		row, err := s.bindRequest(ctx, villageID, number)
		if err != nil {
			return err
		}
		if row == nil {
			done, err = s.refuseHelp(ctx, actor, villageID, number, reason)
			return err
		}
		if done, err = s.opened(*row); err != nil {
			return err
		}
		if err := s.decide(ctx, actor, *row, model.RequestRefused, reason, ""); err != nil {
			return err
		}
		if err := s.audit.Note(ctx, actor, villageID, "request.refuse", "request/"+row.ID, ""); err != nil {
			return err
		}
		return s.tell(ctx, villageID, sender(*row), "request/"+row.ID+"/done", refusedText(reason))
	})
	return done, err
}

// Pending lists the requests of a village that wait for a cadre, the oldest first.
// The next page begins after the last one's number.
func (s *Service) Pending(ctx context.Context, actor model.Actor, villageID string, after int64, limit int) ([]Request, error) {
	var all []Request
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbBindOthers, villageID); err != nil {
			return err
		}
		var binds []model.BindRequest
		var helps []model.Helper
		open := func() *gorm.DB {
			return s.store.DB(ctx).Where("village_id = ? AND state = ? AND number > ?", villageID, model.RequestOpen, after).Order("number").Limit(bounded(limit))
		}
		if err := errors.Join(open().Find(&binds).Error, open().Find(&helps).Error); err != nil {
			return err
		}
		var err error
		if all, err = s.merged(binds, helps, bounded(limit)); err != nil || len(binds) == 0 {
			return err
		}
		return s.audit.Note(ctx, actor, villageID, "request.read", "requests", "")
	})
	return all, err
}

// merged puts both kinds in the order of their numbers.
func (s *Service) merged(binds []model.BindRequest, helps []model.Helper, limit int) ([]Request, error) {
	var all []Request
	for len(all) < limit && len(binds)+len(helps) > 0 {
		if len(binds) == 0 || len(helps) > 0 && helps[0].Number < binds[0].Number {
			all, helps = append(all, requestOf(helps[0])), helps[1:]
			continue
		}
		next, err := s.opened(binds[0])
		if err != nil {
			return nil, err
		}
		all, binds = append(all, next), binds[1:]
	}
	return all, nil
}

// bindRequest is the request of that number to be bound, or nil: it is none, or
// one of a helper.
func (s *Service) bindRequest(ctx context.Context, villageID string, number int64) (*model.BindRequest, error) {
	var row model.BindRequest
	err := s.store.Locked(ctx).Where("village_id = ? AND number = ?", villageID, number).Take(&row).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case row.State != model.RequestOpen:
		return nil, model.Errorf(model.Conflict, alreadyDecided, number)
	}
	return &row, nil
}

// opened is a request with what is sealed in it.
func (s *Service) opened(row model.BindRequest) (Request, error) {
	name, err := s.keys.Open(row.NameSealed, row.Owner())
	if err != nil {
		return Request{}, err
	}
	phone, err := s.keys.Open(row.PhoneSealed, row.Owner())
	return Request{VillageID: row.VillageID, Number: row.Number, Name: name, Phone: model.MaskPhone(phone), AskedAt: row.AskedAt}, err
}

// decide ends a request, which then forgets name and phone.
func (s *Service) decide(ctx context.Context, actor model.Actor, row model.BindRequest, state, reason, villagerID string) error {
	return s.store.DB(ctx).Model(&model.BindRequest{}).Where("village_id = ? AND id = ?", row.VillageID, row.ID).
		UpdateColumns(map[string]any{"state": state, "once": row.ID, "reason": reason, "villager_id": villagerID,
			"name_sealed": model.Secret{}, "phone_sealed": model.Secret{}, "decided_at": s.now(), "decided_by": audit.ActorID(actor)}).Error
}

func sender(row model.BindRequest) model.Person {
	return model.Person{Account: row.Account, OpenID: row.OpenID}
}

// Asked says which of these villages have an open request of that number.
func (s *Service) Asked(ctx context.Context, villages []string, number int64) ([]string, error) {
	var binds, helps []string
	open := func(of any) *gorm.DB {
		return s.store.DB(ctx).Model(of).Where("village_id IN ? AND number = ? AND state = ?", villages, number, model.RequestOpen).Order("village_id").Limit(listMax)
	}
	err := errors.Join(open(&model.BindRequest{}).Pluck("village_id", &binds).Error, open(&model.Helper{}).Pluck("village_id", &helps).Error)
	return append(binds, helps...), err
}
