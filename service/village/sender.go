package village

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"cunwu/model"
)

// personsMax bounds the persons of one telephone, heldMax what they hold.
const (
	personsMax = 50
	heldMax    = 5000
)

// Sender is a WeChat sender with everybody whom the telephone speaks for.
type Sender struct {
	Identity model.Identity
	Actor    model.Actor // the person speaking now; a stranger when nobody is bound
	Persons  []Known     // in the order in which they were bound
}

// Known is a villager to whom a sender is bound.
type Known struct {
	Villager model.Villager
	Village  model.Village
	Strength string
	Actor    model.Actor
}

// wechatID is a WeChat sender as one account knows them.
type wechatID struct{ account, openid string }

// senderRow is a sender with one of the persons, if any.
type senderRow struct {
	Identity model.Identity `gorm:"embedded;embeddedPrefix:i_"`
	Strength string
	Villager model.Villager `gorm:"embedded;embeddedPrefix:p_"`
	Village  model.Village  `gorm:"embedded;embeddedPrefix:u_"`
}

// Sender loads a WeChat sender, or meets one for the first time. It stands before
// every chat message: two statements for a known person. A stranger speaks to
// the village chosen before, else to defaultVillage, else to the account's only
// one; when there is none of these, Actor.VillageID is empty.
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
	return sender, s.acquaint(ctx, sender)
}

// senderOf puts a sender's rows together.
func senderOf(rows []senderRow) *Sender {
	sender := &Sender{}
	for _, row := range rows {
		sender.Identity = row.Identity
		if row.Villager.ID != "" {
			sender.Persons = append(sender.Persons, Known{Villager: row.Villager, Village: row.Village, Strength: row.Strength})
		}
	}
	return sender
}

func (s *Service) senderRows(ctx context.Context, account string, openids ...string) ([]senderRow, error) {
	var rows []senderRow
	err := s.store.DB(ctx).Raw(`SELECT `+
		columnsOf("i", "account, openid, unionid, village_id, villager_id, followed, seen_at, union_checked_at, misses, misses_since, signed_out_at")+`, `+
		columnsOf("p", `village_id, id, household_id, name, gender, born_on, id_index, id_sealed, phone_index, phone_sealed,
			relation, standing, residence, political, state, created_at, updated_at`)+`, `+
		columnsOf("u", "id, kind, name, township_id, account, phone, created_at")+`, b.strength AS strength
		FROM identities i
		LEFT JOIN bindings b ON b.account = i.account AND b.openid = i.openid AND b.ended_at = 0
		LEFT JOIN villagers p ON p.village_id = b.village_id AND p.id = b.villager_id AND p.state = ?
		LEFT JOIN villages u ON u.id = p.village_id
		WHERE i.account = ? AND i.openid IN ?
		ORDER BY b.bound_at, b.village_id, b.villager_id LIMIT ?`, model.VillagerLiving, account, openids, personsMax*len(openids)).Scan(&rows).Error
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

// acquaint makes the actors of a sender's persons and lets the current one
// speak; the first one when that person is bound no longer.
func (s *Service) acquaint(ctx context.Context, sender *Sender) error {
	people := make([]model.Person, 0, len(sender.Persons))
	for _, known := range sender.Persons {
		people = append(people, known.Villager.Person())
	}
	holds, err := s.holds(ctx, people...)
	if err == nil {
		sender.introduce(holds)
	}
	return err
}

// introduce makes the actors of the sender's persons.
func (sender *Sender) introduce(holds map[model.Person][]model.Held) {
	id := sender.Identity
	for i := range sender.Persons {
		known := &sender.Persons[i]
		known.Actor = model.Actor{VillageID: known.Villager.VillageID, VillagerID: known.Villager.ID, Name: known.Villager.Name,
			Account: id.Account, OpenID: id.OpenID, Holds: holds[known.Villager.Person()]}
	}
	current := slices.IndexFunc(sender.Persons, func(known Known) bool {
		return known.Villager.VillageID == id.VillageID && known.Villager.ID == id.VillagerID
	})
	sender.Actor = sender.Persons[max(current, 0)].Actor
}

// holds reads what these persons hold: in their unit, and for a township's people
// in each of its villages besides.
func (s *Service) holds(ctx context.Context, people ...model.Person) (map[model.Person][]model.Held, error) {
	var rows []struct {
		UnitID, VillagerID, ChildID string
		Role                        model.Role
	}
	theirs := s.store.DB(ctx)
	for _, p := range people {
		theirs = theirs.Or("g.village_id = ? AND g.villager_id = ?", p.VillageID, p.ID)
	}
	err := s.store.DB(ctx).Table("role_grants g").
		Select("g.village_id AS unit_id, g.villager_id, g.role, COALESCE(c.id, '') AS child_id").
		Joins("LEFT JOIN villages c ON c.township_id = g.village_id").
		Where("g.live = ?", live).Where(theirs).
		Order("g.granted_at, g.id, c.id").Limit(heldMax).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	holds := map[model.Person][]model.Held{}
	for _, row := range rows {
		person := model.Person{VillageID: row.UnitID, ID: row.VillagerID}
		own := model.Held{VillageID: row.UnitID, Role: row.Role}
		if !slices.Contains(holds[person], own) {
			holds[person] = append(holds[person], own)
		}
		if row.ChildID != "" {
			holds[person] = append(holds[person], model.Held{VillageID: row.ChildID, Role: row.Role})
		}
	}
	return holds, nil
}

// ActorOf is a person as an actor, with what they hold. Somebody whom no village
// knows is the sender that they are.
func (s *Service) ActorOf(ctx context.Context, person model.Person) (model.Actor, error) {
	actor := model.Actor{VillageID: person.VillageID, VillagerID: person.ID, Account: person.Account, OpenID: person.OpenID}
	if person.ID == "" {
		return actor, nil
	}
	key := model.Person{VillageID: person.VillageID, ID: person.ID}
	var villager model.Villager
	err := s.store.DB(ctx).Where("village_id = ? AND id = ?", key.VillageID, key.ID).Take(&villager).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return model.Actor{}, unknownPerson()
	}
	if err != nil {
		return model.Actor{}, err
	}
	holds, err := s.holds(ctx, key)
	actor.Name, actor.Holds = villager.Name, holds[key]
	return actor, err
}
