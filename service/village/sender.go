package village

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"cunwu/model"
)

// personsMax bounds the persons of one telephone, rowsMax what is read of one, and
// heldMax the villages of a township.
const (
	personsMax = 50
	rowsMax    = 2000
	heldMax    = 5000
)

// Sender is a WeChat sender with everybody whom the telephone speaks for.
type Sender struct {
	Identity model.Identity
	Actor    model.Actor // the person speaking now; a stranger when nobody is bound
	Persons  []Known     // in the order in which they were bound
}

// Known is a villager to whom a sender is bound. Of the roll there is no more than
// the doors need: who it is, the household and the residence.
type Known struct {
	Villager model.Villager
	Village  model.Village
	Strength string
	Actor    model.Actor
}

// wechatID is a WeChat sender as one account knows them.
type wechatID struct{ account, openid string }

// senderRow is a sender with one of the persons, if any, and one of that person's
// roles, if any.
type senderRow struct {
	Identity model.Identity `gorm:"embedded;embeddedPrefix:i_"`
	Strength string
	BoundAt  model.Time
	Villager model.Villager  `gorm:"embedded;embeddedPrefix:p_"`
	Village  model.Village   `gorm:"embedded;embeddedPrefix:u_"`
	Grant    model.RoleGrant `gorm:"embedded;embeddedPrefix:g_"`
}

// Sender loads a WeChat sender, or meets one for the first time. It stands before
// every chat message and every call of the API: one statement for a known person,
// one more for a township's. A stranger speaks to the village chosen before, else
// to defaultVillage, else to the account's only one; when there is none of these,
// Actor.VillageID is empty.
func (s *Service) Sender(ctx context.Context, account, openid, defaultVillage string) (*Sender, error) {
	if sender, ok := model.Expected[*Sender](ctx, expectedSender(account, openid)); ok {
		return sender, nil
	}
	rows, err := s.senderRows(ctx, account, openid)
	if err == nil && len(rows) == 0 {
		if err = s.meet(ctx, account, openid); err == nil {
			rows, err = s.senderRows(ctx, account, openid)
		}
	}
	if err != nil {
		return nil, err
	}
	sender := senderOf(rows)
	if len(sender.Persons) == 0 {
		return sender, s.stranger(ctx, sender, defaultVillage)
	}
	return sender, s.introduce(ctx, sender)
}

// senderOf puts a sender's rows together: those of a person follow each other.
func senderOf(rows []senderRow) *Sender {
	sender := &Sender{}
	for _, row := range rows {
		sender.Identity = row.Identity
		if row.Villager.ID == "" {
			continue
		}
		last := len(sender.Persons) - 1
		if last < 0 || !sender.Persons[last].Villager.Person().Is(row.Villager.Person()) {
			if last+1 == personsMax {
				break
			}
			last++
			sender.Persons = append(sender.Persons, Known{Villager: row.Villager, Village: row.Village, Strength: row.Strength})
		}
		if row.Grant.ID != "" {
			known := &sender.Persons[last]
			known.Actor.Holds = append(known.Actor.Holds, model.Held{VillageID: row.Village.ID, Role: row.Grant.Role})
		}
	}
	return sender
}

// senderRows are sorted here: the database would do so in a temporary table.
func (s *Service) senderRows(ctx context.Context, account string, openids ...string) ([]senderRow, error) {
	var rows []senderRow
	err := s.store.DB(ctx).Raw(`SELECT `+
		columnsOf("i", "account, openid, unionid, village_id, villager_id, followed, seen_at, union_checked_at, misses, misses_since, signed_out_at")+`, `+
		columnsOf("p", "village_id, id, household_id, name, residence, state")+`, `+
		columnsOf("u", "id, kind, name, township_id, account, phone, created_at")+`, `+
		columnsOf("g", "id, role, granted_at")+`, b.strength AS strength, b.bound_at AS bound_at
		FROM identities i
		LEFT JOIN bindings b ON b.account = i.account AND b.openid = i.openid AND b.ended_at = 0
		LEFT JOIN villagers p ON p.village_id = b.village_id AND p.id = b.villager_id AND p.state = ?
		LEFT JOIN villages u ON u.id = p.village_id
		LEFT JOIN role_grants g ON g.village_id = p.village_id AND g.villager_id = p.id AND g.live = ?
		WHERE i.account = ? AND i.openid IN ? LIMIT ?`, model.VillagerLiving, live, account, openids, rowsMax*len(openids)).Find(&rows).Error
	slices.SortFunc(rows, func(a, b senderRow) int {
		return cmp.Or(a.BoundAt.Compare(b.BoundAt.Time), strings.Compare(a.Villager.VillageID, b.Villager.VillageID), strings.Compare(a.Villager.ID, b.Villager.ID),
			a.Grant.GrantedAt.Compare(b.Grant.GrantedAt.Time), strings.Compare(a.Grant.ID, b.Grant.ID))
	})
	return rows, err
}

// columnsOf names a table's columns apart from those of the others: p.id AS p_id.
func columnsOf(table, names string) string {
	var list []string
	for name := range strings.SplitSeq(names, ",") {
		name = strings.TrimSpace(name)
		list = append(list, table+"."+name+" AS "+table+"_"+name)
	}
	return strings.Join(list, ", ")
}

// meet stores a sender who was never seen; somebody may do so at the same time.
func (s *Service) meet(ctx context.Context, account, openid string) error {
	if account == "" || openid == "" {
		return model.Errorf(model.Invalid, "没有认出您的微信，请重新进入再试")
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		return s.store.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).
			Create(&model.Identity{Account: account, OpenID: openid}).Error
	})
}

func (s *Service) stranger(ctx context.Context, sender *Sender, defaultVillage string) error {
	id := sender.Identity
	sender.Actor = model.Actor{VillageID: id.VillageID, Account: id.Account, OpenID: id.OpenID}
	if id.VillageID != "" {
		return nil
	}
	if defaultVillage != "" {
		_, err := s.Get(ctx, defaultVillage)
		if err == nil {
			sender.Actor.VillageID = defaultVillage
		}
		if !model.IsCode(err, model.Unknown) {
			return err
		}
	}
	var only []string
	err := s.served(ctx, id.Account).Model(&model.Village{}).Limit(2).Pluck("id", &only).Error
	if len(only) == 1 {
		sender.Actor.VillageID = only[0]
	}
	return err
}

// introduce makes the actors of the senders' persons and lets the current one of
// each speak; the first one when that person is bound no longer.
func (s *Service) introduce(ctx context.Context, senders ...*Sender) error {
	for _, sender := range senders {
		id := sender.Identity
		for i := range sender.Persons {
			known := &sender.Persons[i]
			known.Actor = model.Actor{VillageID: known.Villager.VillageID, VillagerID: known.Villager.ID, Name: known.Villager.Name,
				Account: id.Account, OpenID: id.OpenID, Holds: known.Actor.Holds}
		}
	}
	if err := s.spread(ctx, senders); err != nil {
		return err
	}
	for _, sender := range senders {
		id := sender.Identity
		current := slices.IndexFunc(sender.Persons, func(known Known) bool {
			return known.Villager.VillageID == id.VillageID && known.Villager.ID == id.VillagerID
		})
		sender.Actor = sender.Persons[max(current, 0)].Actor
	}
	return nil
}

// spread lets what a township's people hold count in each of its villages too.
func (s *Service) spread(ctx context.Context, senders []*Sender) error {
	var officers []*model.Actor
	for _, sender := range senders {
		for i := range sender.Persons {
			if known := &sender.Persons[i]; known.Village.Kind == model.UnitTownship && len(known.Actor.Holds) > 0 {
				officers = append(officers, &known.Actor)
			}
		}
	}
	return s.spreadTo(ctx, officers...)
}

func (s *Service) spreadTo(ctx context.Context, officers ...*model.Actor) error {
	var units []string
	for _, officer := range officers {
		units = append(units, officer.VillageID)
	}
	if len(units) == 0 {
		return nil
	}
	var children []model.Village
	err := s.store.DB(ctx).Select("id", "township_id").Where("township_id IN ?", units).Order("id").Limit(heldMax).Find(&children).Error
	for _, officer := range officers {
		var all []model.Held
		for _, held := range officer.Holds {
			all = append(all, held)
			for _, child := range children {
				if child.TownshipID == officer.VillageID {
					all = append(all, model.Held{VillageID: child.ID, Role: held.Role})
				}
			}
		}
		officer.Holds = all
	}
	return err
}

// ActorOf is a person as an actor, with what they hold. Somebody whom no village
// knows is the sender that they are.
func (s *Service) ActorOf(ctx context.Context, person model.Person) (model.Actor, error) {
	actor := model.Actor{VillageID: person.VillageID, VillagerID: person.ID, Account: person.Account, OpenID: person.OpenID}
	if person.ID == "" {
		return actor, nil
	}
	var rows []struct {
		Name, Kind string
		Role       model.Role
	}
	err := s.store.DB(ctx).Raw(`SELECT p.name, u.kind, g.role FROM villagers p
		LEFT JOIN villages u ON u.id = p.village_id
		LEFT JOIN role_grants g ON g.village_id = p.village_id AND g.villager_id = p.id AND g.live = ?
		WHERE p.village_id = ? AND p.id = ? ORDER BY g.granted_at, g.id`, live, person.VillageID, person.ID).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = unknownPerson()
	}
	if err != nil {
		return model.Actor{}, err
	}
	for _, row := range rows {
		if row.Role != "" {
			actor.Holds = append(actor.Holds, model.Held{VillageID: person.VillageID, Role: row.Role})
		}
	}
	actor.Name = rows[0].Name
	if rows[0].Kind != model.UnitTownship || len(actor.Holds) == 0 {
		return actor, nil
	}
	return actor, s.spreadTo(ctx, &actor)
}
