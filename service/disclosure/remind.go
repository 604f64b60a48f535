package disclosure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

// Stages of a slot's reminders.
const (
	stageReminded = 1 // whoever owes it knows
	stageLate     = 2 // the supervisors know
	stageVeryLate = 3 // the township knows
)

const actBatch = 100

// RemindDue writes the periods that have ended into the catalogue, reminds
// whoever owes one, and tells the supervision committee of late ones and the
// township of very late ones. It returns how many reminders it gave.
func (s *Service) RemindDue(ctx context.Context) (int, error) {
	var failed error
	for after := ""; ; {
		units, err := s.villages(ctx, after)
		if err != nil {
			return 0, err
		}
		if len(units) == 0 {
			break
		}
		for _, unit := range units {
			after = unit.ID
			failed = errors.Join(failed, s.openPeriods(ctx, unit.ID))
		}
	}
	total := 0
	for {
		var due []model.DisclosureSlot
		err := s.store.DB(ctx).Where("act_at > 0 AND act_at <= ?", s.now()).Order("act_at").Limit(actBatch).Find(&due).Error
		if err != nil {
			return total, errors.Join(failed, err)
		}
		acted := 0
		for _, slot := range due {
			n, err := s.remind(ctx, slot)
			if failed = errors.Join(failed, err); err == nil {
				acted++
			}
			total += n
		}
		if acted == 0 || len(due) < actBatch {
			return total, failed
		}
	}
}

// openPeriods writes what is owed by now and isn't written yet.
func (s *Service) openPeriods(ctx context.Context, villageID string) error {
	duties, err := s.Catalogue(ctx, villageID)
	if err != nil {
		return err
	}
	owed, err := s.owed(ctx, villageID, duties)
	if err != nil {
		return err
	}
	var rows []model.DisclosureSlot
	err = s.store.DB(ctx).Select("duty", "period").Where("village_id = ?", villageID).Find(&rows).Error
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, row := range rows {
		have[row.Duty+"/"+row.Period] = true
	}
	for _, row := range owed {
		if have[row.Duty+"/"+row.Period] {
			continue
		}
		if _, err := s.insertSlot(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// remind takes a slot to the stage that its age asks for; whoever should know of
// the stages skipped on the way is told with it.
func (s *Service) remind(ctx context.Context, seen model.DisclosureSlot) (int, error) {
	told := 0
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		told = 0
		var slot model.DisclosureSlot
		err := s.store.Locked(ctx).Take(&slot, "village_id = ? AND duty = ? AND period = ?", seen.VillageID, seen.Duty, seen.Period).Error
		if err != nil {
			return err
		}
		if slot.DisclosureID != "" || slot.ActAt.IsZero() || slot.ActAt.After(s.store.Now()) {
			return nil // published, or reminded by another replica meanwhile
		}
		stage, next := s.stage(slot)
		if stage > slot.Stage {
			if told, err = s.tellOwed(ctx, slot, stage); err != nil {
				return err
			}
		}
		return s.store.DB(ctx).Model(&model.DisclosureSlot{}).Where("village_id = ? AND duty = ? AND period = ?", slot.VillageID, slot.Duty, slot.Period).
			UpdateColumns(map[string]any{"stage": stage, "act_at": next}).Error
	})
	return told, err
}

// stage is how far the slot has come, and when it comes further.
func (s *Service) stage(slot model.DisclosureSlot) (int, model.Time) {
	now := s.store.Now()
	switch {
	case now.After(slot.VeryLateAt.Time):
		return stageVeryLate, model.Time{}
	case now.After(slot.DueAt.Time):
		return stageLate, model.At(slot.VeryLateAt.Add(time.Second))
	}
	return stageReminded, model.At(slot.DueAt.Add(time.Second))
}

func (s *Service) tellOwed(ctx context.Context, slot model.DisclosureSlot, stage int) (int, error) {
	unit, err := s.People.Get(ctx, slot.VillageID)
	if err != nil {
		return 0, err
	}
	text, roles := remindText(slot), []model.Role{model.RoleCommittee, model.RoleBranchSecretary}
	if slot.Kind == model.DiscloseParty {
		roles = []model.Role{model.RoleBranchSecretary}
	}
	switch {
	case stage == stageLate:
		text, roles = lateText(slot), append(roles, model.RoleSupervisor)
	case stage == stageVeryLate:
		text, roles = veryLateText(unit.Name, slot), append(roles, model.RoleSupervisor)
	}
	people, err := s.People.Holders(ctx, slot.VillageID, roles...)
	if err != nil {
		return 0, err
	}
	if stage == stageVeryLate {
		above, err := s.People.HoldersFor(ctx, slot.VillageID, model.RoleTownship)
		if err != nil {
			return 0, err
		}
		people = append(people, above...)
	}
	notes := make([]notice.Note, len(people))
	for i, v := range people {
		notes[i] = notice.Note{VillageID: slot.VillageID, To: v.Person(), Event: fmt.Sprintf("owed/%s/%s/%d", slot.Duty, slot.Period, stage), Role: notice.RoleHandler, Text: text}
	}
	return len(notes), s.Notices.Put(ctx, notes...)
}
