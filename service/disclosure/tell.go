package disclosure

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
)

// Audiences of a telling.
const (
	toEveryone    = "everyone"    // all living villagers of full age, wherever they live
	toMembers     = "members"     // of the Party
	toOffice      = "office"      // the branch and the committees
	toReaders     = "readers"     // the persons named
	toSubscribers = "subscribers" // of the public log's heads
)

const (
	tellBatch    = 200
	tellingsDue  = 20
	subscribeMax = 2000
)

// publishedEvent names what reach is asked for.
func publishedEvent(ref Ref, version int) string {
	return fmt.Sprintf("disclosure/%s/%d", ref.ID, version)
}

// announce begins to tell those who must know. All others learn of it by the
// monthly digest: each notice costs a person's subscription, and mass sending is
// not used at all (four a month, shared by all villages of an account).
func (s *Service) announce(ctx context.Context, d model.Disclosure, v model.DisclosureVersion, everyone bool) error {
	var audience string
	switch {
	case d.Scope == model.ScopeParty:
		audience = toMembers
	case d.Scope == model.ScopeOrganisation:
		audience = toOffice
	case d.Scope == model.ScopeNamed:
		audience = toReaders
	case everyone || v.Version > 1:
		audience = toEveryone
	default:
		return nil
	}
	return s.tell(ctx, model.DisclosureTelling{VillageID: d.VillageID, Event: publishedEvent(Ref{ID: d.ID}, v.Version), Audience: audience, DisclosureID: d.ID, Text: publishedText(d, v)})
}

func (s *Service) tell(ctx context.Context, row model.DisclosureTelling) error {
	row.CreatedAt = s.now()
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.store.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return model.Errorf(model.Conflict, "这条消息已经在发")
		}
		return err
	})
	if model.IsCode(err, model.Conflict) {
		return nil // told already
	}
	return err
}

// TellDue puts the notices of what was announced, some hundred at a time so that
// no transaction grows with the village. It returns how many it put. Replicas may
// run it at once: the same event reaches the same person once.
func (s *Service) TellDue(ctx context.Context) (int, error) {
	var due []model.DisclosureTelling
	err := s.store.DB(ctx).Where("done_at = 0").Order("created_at").Limit(tellingsDue).Find(&due).Error
	if err != nil {
		return 0, err
	}
	total := 0
	var failed error
	for _, row := range due {
		for {
			n, done, err := s.tellSome(ctx, row)
			total += n
			failed = errors.Join(failed, err)
			if done || err != nil {
				break
			}
		}
	}
	return total, failed
}

// tellSome tells the next ones of the audience.
func (s *Service) tellSome(ctx context.Context, telling model.DisclosureTelling) (n int, done bool, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		n, done = 0, false
		var row model.DisclosureTelling
		err := s.store.Locked(ctx).Take(&row, "village_id = ? AND event = ?", telling.VillageID, telling.Event).Error
		if err != nil {
			return err
		}
		if done = !row.DoneAt.IsZero(); done {
			return nil
		}
		people, last, err := s.audience(ctx, row)
		if err != nil {
			return err
		}
		notes := make([]notice.Note, len(people))
		for i, person := range people {
			notes[i] = notice.Note{VillageID: row.VillageID, To: person, Event: row.Event, Role: notice.RoleOther, Text: row.Text, Private: row.Audience == toReaders}
		}
		if err := s.Notices.Put(ctx, notes...); err != nil {
			return err
		}
		n, done, row.AfterID = len(people), len(people) < tellBatch, last
		if done {
			row.DoneAt = s.now()
		}
		return s.store.DB(ctx).Model(&row).Select("after_id", "done_at").Updates(&row).Error
	})
	return n, done, err
}

// audience is the next batch of those whom a telling is for.
func (s *Service) audience(ctx context.Context, row model.DisclosureTelling) (people []model.Person, last string, err error) {
	if row.Audience == toSubscribers {
		var recipients []string
		err := s.store.DB(ctx).Model(&model.DisclosureSubscriber{}).Where("village_id = ? AND recipient > ?", row.VillageID, row.AfterID).
			Order("recipient").Limit(tellBatch).Pluck("recipient", &recipients).Error
		for _, r := range recipients {
			people, last = append(people, model.ParseRecipient(r)), r
		}
		return people, last, err
	}
	query := s.store.DB(ctx).Model(&model.Villager{}).Where("villagers.village_id = ? AND villagers.id > ? AND villagers.state = ?", row.VillageID, row.AfterID, model.VillagerLiving)
	switch row.Audience {
	case toEveryone:
		query = query.Where("villagers.born_on <= ? AND villagers.standing <> ?", s.now().AddDate(-18, 0, 0).Format(time.DateOnly), model.StandingStaff)
	case toMembers:
		query = query.Where("villagers.political IN ?", partyWords())
	case toOffice:
		query = query.Where(`EXISTS (SELECT 1 FROM role_grants g WHERE g.village_id = villagers.village_id AND g.villager_id = villagers.id AND g.live = 'live' AND g.role IN ?)`,
			[]model.Role{model.RoleBranchSecretary, model.RoleFirstSecretary, model.RoleCommittee})
	case toReaders:
		query = query.Where(`EXISTS (SELECT 1 FROM disclosure_readers r WHERE r.village_id = villagers.village_id AND r.disclosure_id = ? AND r.villager_id = villagers.id)`, row.DisclosureID)
	}
	var ids []string
	err = query.Order("villagers.id").Limit(tellBatch).Pluck("villagers.id", &ids).Error
	for _, id := range ids {
		people, last = append(people, model.Person{VillageID: row.VillageID, ID: id}), id
	}
	return people, last, err
}

// Reach says by which channel a publication reached whom, and who wasn't
// reached: grid workers call these and tick them with notice.Told.
func (s *Service) Reach(ctx context.Context, actor model.Actor, ref Ref) (notice.Reach, error) {
	d, err := s.get(ctx, actor, ref)
	if err != nil {
		return notice.Reach{}, err
	}
	return s.Notices.Reach(ctx, actor, d.VillageID, publishedEvent(ref, d.Current))
}

// Subscribe gives the actor the village's signed heads, once a month at most:
// whoever holds one can tell whether the log was changed. Unsubscribe ends it.
func (s *Service) Subscribe(ctx context.Context, actor model.Actor, villageID string) error {
	if actor.Person().Zero() || actor.VillageID != villageID {
		return model.Errorf(model.Forbidden, "请先绑定再订阅")
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		var there int64
		if err := s.store.DB(ctx).Model(&model.DisclosureSubscriber{}).Where("village_id = ?", villageID).Limit(subscribeMax + 1).Count(&there).Error; err != nil {
			return err
		}
		if there > subscribeMax {
			return model.Errorf(model.TooMany, "订阅的人已满，请从公示栏的二维码保存首页")
		}
		err := s.store.DB(ctx).Create(&model.DisclosureSubscriber{VillageID: villageID, Recipient: actor.Person().Recipient(), Since: s.now()}).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return model.Errorf(model.Conflict, "您已经订阅了")
		}
		return err
	})
}

// Unsubscribe ends the subscription.
func (s *Service) Unsubscribe(ctx context.Context, actor model.Actor, villageID string) error {
	return s.store.DB(ctx).Where("village_id = ? AND recipient = ?", villageID, actor.Person().Recipient()).Delete(&model.DisclosureSubscriber{}).Error
}

// DigestDue begins, once a month and village, the digest to everyone and the
// head to its subscribers. It returns how many it began.
func (s *Service) DigestDue(ctx context.Context) (int, error) {
	month := spanOf(s.store.Now(), 1)
	last := spanOf(month.from.AddDate(0, 0, -1), 1)
	total := 0
	var failed error
	for after := ""; ; {
		units, err := s.villages(ctx, after)
		if err != nil || len(units) == 0 {
			return total, errors.Join(failed, err)
		}
		for _, unit := range units {
			after = unit.ID
			n, err := s.digestOf(ctx, unit, last)
			total += n
			failed = errors.Join(failed, err)
		}
	}
}

func (s *Service) villages(ctx context.Context, after string) ([]model.Village, error) {
	var units []model.Village
	err := s.store.DB(ctx).Where("id > ? AND kind = ?", after, model.UnitVillage).Order("id").Limit(tellBatch).Find(&units).Error
	return units, err
}

func (s *Service) digestOf(ctx context.Context, unit model.Village, last span) (int, error) {
	event := "digest/" + last.name
	var there int64
	err := s.store.DB(ctx).Model(&model.DisclosureTelling{}).Where("village_id = ? AND event = ?", unit.ID, event).Count(&there).Error
	if err != nil || there > 0 || unit.CreatedAt.After(last.upTo) {
		return 0, err
	}
	var published []model.Disclosure
	err = s.store.DB(ctx).Where("village_id = ? AND state = ? AND scope = ? AND published_at >= ? AND published_at < ?", unit.ID, model.DisclosurePublished, model.ScopePublic, model.At(last.from), model.At(last.upTo)).
		Order("published_at").Limit(listMax).Find(&published).Error
	if err != nil {
		return 0, err
	}
	slots, err := s.Calendar(ctx, model.Actor{}, unit.ID, last.from.AddDate(-1, 0, 0), s.store.Now())
	if err != nil {
		return 0, err
	}
	var missing []Slot
	for _, slot := range slots {
		if slot.State == StateLate || slot.State == StateVeryLate {
			missing = append(missing, slot)
		}
	}
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		err := s.tell(ctx, model.DisclosureTelling{VillageID: unit.ID, Event: event, Audience: toEveryone, Text: digestText(unit.Name, published, missing)})
		if err != nil {
			return err
		}
		head, err := s.Log.Head(ctx, unit.ID)
		if model.IsCode(err, model.Unknown) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.tell(ctx, model.DisclosureTelling{VillageID: unit.ID, Event: strings.Replace(event, "digest", "head", 1), Audience: toSubscribers, Text: headText(unit.Name, head)})
	})
	return 1, err
}
