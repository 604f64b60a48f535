package membership

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/audit"
)

// MayHelp says whether the actor may do something of this scope for the elder now,
// and returns whom to act as: the elder, without roles and without telephone, so
// that a vote or a verdict is beyond it. Each use is in the audit log. Errors:
// Forbidden, Invalid (no such scope).
func (s *Service) MayHelp(ctx context.Context, actor model.Actor, elder model.Person, scope string) (model.Actor, error) {
	column, known := map[string]string{ScopeCases: "for_cases", ScopeReading: "for_reading", ScopeMerit: "for_merit"}[scope]
	if !known {
		return model.Actor{}, model.Errorf(model.Invalid, "这件事不能代办，要由本人来")
	}
	if !actor.Known() || actor.HelpedBy != "" {
		return model.Actor{}, mayNotHelp()
	}
	var acting model.Actor
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var row model.Helper
		err := s.store.DB(ctx).Where("village_id = ? AND elder_id = ? AND state = ? AND helper_village = ? AND helper_id = ?",
			elder.VillageID, elder.ID, model.HelpAgreed, actor.VillageID, actor.VillagerID).
			Where(column+" = ? AND lapses_at > ?", true, s.now()).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return mayNotHelp()
		}
		if err != nil {
			return err
		}
		if err := s.bothThere(ctx, row); err != nil {
			return err
		}
		acting = model.Actor{VillageID: row.VillageID, VillagerID: row.ElderID, Name: row.ElderName, HelpedBy: actor.VillagerID}
		return s.audit.Note(ctx, actor, row.VillageID, "help.use", "helper/"+row.ID, scope)
	})
	return acting, err
}

func mayNotHelp() error {
	return model.Errorf(model.Forbidden, "您没有替这位乡亲办这件事的授权，或授权已到期。请先提出代办，等他（她）同意")
}

// Helpers lists who helps the actor and whom the actor helps, open requests among
// them, the newest first.
func (s *Service) Helpers(ctx context.Context, actor model.Actor) (ofMine, byMe []Help, err error) {
	if !actor.Known() {
		return nil, nil, nil
	}
	states := []string{model.RequestOpen, model.HelpAgreed}
	var mine, others []model.Helper
	err = errors.Join(
		s.store.DB(ctx).Where("village_id = ? AND elder_id = ? AND state IN ?", actor.VillageID, actor.VillagerID, states).
			Order("number DESC").Limit(listMax).Find(&mine).Error,
		s.store.DB(ctx).Where("helper_village = ? AND helper_id = ? AND state IN ?", actor.VillageID, actor.VillagerID, states).
			Order("asked_at DESC, id DESC").Limit(listMax).Find(&others).Error)
	for _, row := range mine {
		ofMine = append(ofMine, helpOf(row))
	}
	for _, row := range others {
		byMe = append(byMe, helpOf(row))
	}
	return ofMine, byMe, err
}

// EndHelp takes a consent or a request back: the elder, the helper, or a cadre.
func (s *Service) EndHelp(ctx context.Context, actor model.Actor, ref HelpRef) (Help, error) {
	var row model.Helper
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if row, err = s.helper(ctx, ref); err != nil {
			return err
		}
		party := row.Elder().Is(actor.Person()) || row.Helping().Is(actor.Person())
		switch {
		case actor.HelpedBy != "" || !party && !actor.May(model.VerbBindOthers, row.VillageID):
			return noSuchHelp()
		case row.State != model.RequestOpen && row.State != model.HelpAgreed:
			return model.Errorf(model.Conflict, "这个代办已经结束，不用再取消")
		}
		if err := s.close(ctx, audit.ActorID(actor), &row, model.HelpEnded, ""); err != nil {
			return err
		}
		if err := s.audit.Note(ctx, actor, row.VillageID, "help.end", "helper/"+row.ID, ""); err != nil {
			return err
		}
		return s.tellEnded(ctx, row, actor.Person(), "已取消")
	})
	return helpOf(row), err
}

// tellEnded tells the helper and the elder, whoever of them didn't do it.
func (s *Service) tellEnded(ctx context.Context, row model.Helper, by model.Person, how string) error {
	for _, party := range []model.Person{row.Helping(), row.Elder()} {
		if party.Is(by) {
			continue
		}
		if err := s.tell(ctx, row.VillageID, party, "help/"+row.ID+"/ended", endedText(row, how)); err != nil {
			return err
		}
	}
	return nil
}

// PersonGone ends the helps of somebody who died or moved away; village calls it in
// the transaction that records it.
func (s *Service) PersonGone(ctx context.Context, person model.Person) error {
	states := []string{model.RequestOpen, model.HelpAgreed}
	var helped, helping []model.Helper
	err := errors.Join(
		s.store.DB(ctx).Where("village_id = ? AND elder_id = ? AND state IN ?", person.VillageID, person.ID, states).Limit(listMax).Find(&helped).Error,
		s.store.DB(ctx).Where("helper_village = ? AND helper_id = ? AND state IN ?", person.VillageID, person.ID, states).Limit(listMax).Find(&helping).Error)
	if err != nil {
		return err
	}
	for _, row := range append(helped, helping...) {
		if err := s.close(ctx, "", &row, model.HelpEnded, "一方已不在名册上"); err != nil {
			return err
		}
		if err := s.tellEnded(ctx, row, person, "已停止"); err != nil {
			return err
		}
	}
	return nil
}

// Helped lists the open and agreed helps of that number in these villages, for
// whoever may end them.
func (s *Service) Helped(ctx context.Context, villages []string, number int64) ([]Help, error) {
	var rows []model.Helper
	err := s.store.DB(ctx).Where("village_id IN ? AND number = ? AND state IN ?", villages, number, []string{model.RequestOpen, model.HelpAgreed}).
		Order("village_id").Limit(listMax).Find(&rows).Error
	helps := make([]Help, 0, len(rows))
	for _, row := range rows {
		helps = append(helps, helpOf(row))
	}
	return helps, err
}
