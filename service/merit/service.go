// Package merit is the village's merit points: the rule book that an assembly
// adopted, claims and their review, a double-entry ledger that can't lie, the
// store, and what supervisors look at. Points gate nothing else: no other room
// knows this one.
package merit

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/notice"
	"cunwu/service/paper"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

// KindName is the kind of case that an objection or appeal is.
const KindName = "merit"

// Kind says who decides on objections and appeals: the supervision committee,
// then the township. room is asked when a case is decided, long after it was
// built.
func Kind(room func() *Service) casework.Kind {
	return casework.Kind{Name: KindName, Title: "积分异议", Verb: model.VerbMeritJudge, Tiers: []casework.Tier{
		{Title: "村务监督委员会", Roles: []model.Role{model.RoleSupervisor}},
		{Title: "镇里", Roles: []model.Role{model.RoleTownship}},
	}, Decision: &casework.Decision{
		Take: func(ctx context.Context, actor model.Actor, c model.Case, adopted bool) error {
			return room().judge(ctx, actor, c, adopted)
		},
		Closed: func(ctx context.Context, c model.Case) error { return room().disputeClosed(ctx, c) },
		Words:  judgedWords,
	}}
}

// Rooms are the rooms that merit calls.
type Rooms struct {
	People  *village.Service
	Cases   *casework.Service
	Notices *notice.Service
	Log     *publiclog.Service
	Audit   *audit.Service
	Press   *paper.Press // nil: nothing is printed
}

// Options are what a service is given from rooms that it doesn't know.
type Options struct {
	// Picture reads a kept picture. Nil with no error: it isn't there yet; plain
	// says that it is there and no picture.
	Picture func(ctx context.Context, villageID, mediaID string) (body []byte, plain bool, err error)
	// Discard has files removed, in the caller's transaction.
	Discard func(ctx context.Context, villageID string, ids ...string) error
	// Attach makes uploads belong to subject, in the caller's transaction.
	Attach func(ctx context.Context, actor model.Actor, villageID string, ids []string, subject string) error
	// Check has pictures of a subject checked before others see them, and MayShow
	// says of which subjects all passed; Uncheck forgets what was to be checked.
	// Without them pictures are for those alone who decide.
	Check   func(ctx context.Context, actor model.Actor, villageID, subject string, mediaIDs ...string) error
	MayShow func(ctx context.Context, villageID string, subjects []string) (map[string]bool, error)
	Uncheck func(ctx context.Context, villageID, subject string) error
}

// Service keeps the points of all villages.
type Service struct {
	store   *model.Store
	people  *village.Service
	cases   *casework.Service
	notices *notice.Service
	log     *publiclog.Service
	audit   *audit.Service
	press   *paper.Press
	o       Options
}

// New makes the service.
func New(store *model.Store, rooms Rooms, o Options) *Service {
	if o.Picture == nil {
		o.Picture = func(context.Context, string, string) ([]byte, bool, error) { return nil, false, nil }
	}
	if o.Attach == nil {
		o.Attach = func(context.Context, model.Actor, string, []string, string) error { return nil }
	}
	if o.Discard == nil {
		o.Discard = func(context.Context, string, ...string) error { return nil }
	}
	return &Service{store: store, people: rooms.People, cases: rooms.Cases, notices: rooms.Notices, log: rooms.Log, audit: rooms.Audit, press: rooms.Press, o: o}
}

// Ref names a claim, redemption or story.
type Ref struct{ VillageID, ID string }

func (s *Service) now() model.Time { return model.At(s.store.Now()) }

func (s *Service) today() string { return s.store.Now().Format(time.DateOnly) }

func (s *Service) rule(ctx context.Context, name string) (int, error) {
	n, err := s.store.Rule(ctx, name, "", s.store.Now())
	return int(n), err
}

// member is the actor as a villager of this village.
func member(actor model.Actor, villageID string) error {
	if !actor.Known() || actor.VillageID != villageID {
		return model.Errorf(model.Forbidden, "请先绑定：回“绑定”加上村里给的8位邀请码")
	}
	return actor.Require(model.VerbMerit, villageID)
}

// MaySpend says, by an error, whether the actor's binding lets them redeem points.
func (s *Service) MaySpend(ctx context.Context, actor model.Actor) error { return s.strong(ctx, actor) }

// strong refuses whoever is bound by a code alone: points are worth something.
func (s *Service) strong(ctx context.Context, by model.Actor) error {
	var n int64
	err := s.store.DB(ctx).Model(&model.Binding{}).
		Where("village_id = ? AND villager_id = ? AND account = ? AND openid = ? AND ended_at = 0 AND strength IN ?",
			by.VillageID, by.VillagerID, by.Account, by.OpenID, []string{model.BoundByPhone, model.BoundInPerson}).Count(&n).Error
	if err == nil && n == 0 {
		return model.Errorf(model.Forbidden, "用积分要先核实身份。请找网格员当面确认，或在小程序里用手机号绑定")
	}
	return err
}

// villager reads a living person of the village.
func (s *Service) villager(ctx context.Context, villageID, id string) (model.Villager, error) {
	var v model.Villager
	found := s.store.DB(ctx).Where("village_id = ? AND id = ? AND state = ?", villageID, id, model.VillagerLiving).Limit(1).Find(&v)
	if found.Error == nil && found.RowsAffected == 0 {
		return v, model.Errorf(model.Unknown, "名册里没有这个人，请核对")
	}
	return v, found.Error
}

// household is the person's household, without which there is no account.
func (s *Service) household(ctx context.Context, villageID, personID string) (string, error) {
	v, err := s.villager(ctx, villageID, personID)
	if err == nil && v.HouseholdID == "" {
		return "", model.Errorf(model.Forbidden, "积分记在户上，%s不在本村的户里，请联系村委会", v.Name)
	}
	return v.HouseholdID, err
}
