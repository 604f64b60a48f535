package poll

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
)

// Rounds of notices to everybody on a roll.
const (
	roundNotice   = "notice"
	roundOpened   = "opened"
	roundRemind   = "remind" // to those who haven't voted
	roundExtended = "extended"
	roundResult   = "result"
)

const (
	roundBatch = 50
	rollPage   = 500
)

// round plans a round of notices.
func (s *Service) round(ctx context.Context, ref Ref, kind string, at model.Time) error {
	return s.store.DB(ctx).Create(&model.PollRound{VillageID: ref.VillageID, PollID: ref.ID, Kind: kind, LookAt: at}).Error
}

// TellDue tells a page of every round that is due, until none is left, and
// returns how many notices it put. Replicas may run it at once: a page is told
// under its round's lock, and the same event reaches the same person once.
func (s *Service) TellDue(ctx context.Context) (int, error) {
	total := 0
	for {
		var due []model.PollRound
		err := s.store.DB(ctx).Where("done = ? AND look_at <= ?", false, s.now()).Order("look_at").Limit(roundBatch).Find(&due).Error
		if err != nil || len(due) == 0 {
			return total, err
		}
		for _, r := range due {
			n, failed := s.page(ctx, r)
			total += n
			if failed != nil {
				err = errors.Join(err, failed, s.moveRound(ctx, r, map[string]any{"look_at": model.At(s.store.Now().Add(postponed))}))
			}
		}
		if err != nil || ctx.Err() != nil {
			return total, errors.Join(err, ctx.Err())
		}
	}
}

func (s *Service) moveRound(ctx context.Context, r model.PollRound, columns map[string]any) error {
	return s.of(ctx, Ref{r.VillageID, r.PollID}).Model(&model.PollRound{}).Where("kind = ?", r.Kind).UpdateColumns(columns).Error
}

// page tells the next people of a round.
func (s *Service) page(ctx context.Context, seen model.PollRound) (int, error) {
	n := 0
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		n = 0
		var r model.PollRound
		err := s.store.Locked(ctx).Where("village_id = ? AND poll_id = ? AND kind = ?", seen.VillageID, seen.PollID, seen.Kind).Take(&r).Error
		if err != nil || r.Done || r.Reached != seen.Reached {
			return err // another replica told it
		}
		p, err := s.poll(s.store.DB(ctx), Ref{r.VillageID, r.PollID})
		if err != nil {
			return err
		}
		people, err := s.toTell(ctx, p, r)
		if err != nil {
			return err
		}
		text := roundText(p, r.Kind)
		for _, id := range people {
			role := notice.RoleOther
			if r.Kind == roundNotice {
				role = notice.RoleAsker // who isn't reached in time goes on the call list
			}
			err := s.Notices.Put(ctx, notice.Note{VillageID: p.VillageID, To: model.Person{VillageID: p.VillageID, ID: id}, Event: RefOf(p).event(r.Kind), Role: role, Text: text})
			if err != nil {
				return err
			}
		}
		n = len(people)
		if n < rollPage {
			return s.moveRound(ctx, r, map[string]any{"done": true})
		}
		return s.moveRound(ctx, r, map[string]any{"reached": people[n-1]})
	})
	return n, err
}

// toTell are the next people on the roll; of a reminder those whose vote isn't
// cast. A reminder for a poll that is over reaches nobody.
func (s *Service) toTell(ctx context.Context, p model.Poll, r model.PollRound) ([]string, error) {
	if r.Kind != roundResult && p.State != model.PollNoticed && p.State != model.PollOpen {
		return nil, nil
	}
	var people []string
	roll := s.store.DB(ctx).Table("poll_voters v").Where("v.village_id = ? AND v.poll_id = ? AND v.person_id > ? AND v.listed = ?", p.VillageID, p.ID, r.Reached, true)
	if r.Kind == roundRemind || r.Kind == roundExtended {
		roll = roll.Where("NOT EXISTS (SELECT 1 FROM poll_turnouts t WHERE t.village_id = v.village_id AND t.poll_id = v.poll_id AND t.voter_id = v.voter_id)")
	}
	err := roll.Order("v.person_id").Limit(rollPage).Pluck("v.person_id", &people).Error
	return people, err
}

// tellManagers tells whoever puts polls in the village.
func (s *Service) tellManagers(ctx context.Context, p model.Poll, what, text string) error {
	holders, err := s.People.Holders(ctx, p.VillageID, model.RoleBranchSecretary, model.RoleCommittee)
	if err != nil {
		return err
	}
	for _, h := range holders {
		err := s.Notices.Put(ctx, notice.Note{VillageID: p.VillageID, To: h.Person(), Event: RefOf(p).event(what), Role: notice.RoleHandler, Text: text})
		if err != nil {
			return err
		}
	}
	return nil
}

// Reach says whom a poll's notice reached and whom it didn't.
func (s *Service) Reach(ctx context.Context, actor model.Actor, ref Ref) (notice.Reach, error) {
	return s.Notices.Reach(ctx, actor, ref.VillageID, ref.event(roundNotice))
}

// midway is a scope: polls of a village that somebody may vote in now.
func midway(db *gorm.DB, villageID string, now time.Time) *gorm.DB {
	return db.Where("p.village_id = ? AND p.state = ? AND p.closes_at > ?", villageID, model.PollOpen, model.At(now))
}
