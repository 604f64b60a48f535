package casework

import (
	"context"
	"slices"

	"cunwu/model"
)

// CanTake says whether exactly this name is borne by somebody to whom the case
// may be transferred.
func (s *Service) CanTake(ctx context.Context, c model.Case, name string) (bool, error) {
	found, err := s.takers(ctx, &c, name)
	return len(found) > 0, err
}

func (s *Service) takers(ctx context.Context, c *model.Case, name string) ([]holder, error) {
	all, err := s.holders(ctx, c.VillageID, s.kinds[c.Kind].roles())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(h holder) bool {
		return h.Name != name || c.Confidential && h.Role != model.RoleTownship
	}), nil
}

// Transfer gives the case to another role holder; the clocks run on.
func (s *Service) Transfer(ctx context.Context, actor model.Actor, ref Ref, name string) (model.Case, error) {
	return s.handle(ctx, actor, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		found, err := s.takers(ctx, c, name)
		if err != nil {
			return nil, err
		}
		barred, err := s.barred(ctx, c)
		if err != nil {
			return nil, err
		}
		switch {
		case len(found) == 0:
			return nil, model.Errorf(model.Unknown, "没有叫“%s”的经办人，请核对姓名", name)
		case !c.Awaiting():
			return nil, model.Errorf(model.Conflict, "#%d 已经答复，不能再转", c.Number)
		case barred[found[0].VillagerID]:
			return nil, model.Errorf(model.Forbidden, "#%d 不能转给%s：要回避", c.Number, name)
		case found[0].person().Is(c.Handler()):
			return nil, model.Errorf(model.Conflict, "#%d 现在就由%s办", c.Number, name)
		}
		seq, err := s.endClock(ctx, c, "transferred")
		if err != nil {
			return nil, err
		}
		h := found[0]
		c.HandlerVillage, c.HandlerID, c.HandlerName = h.VillageID, h.VillagerID, h.Name
		c.Tier = s.tierOf(c, h.Role)
		if err := s.note(ctx, c, actor, model.EventMoved, Said{Text: "转交" + h.Name}); err != nil {
			return nil, err
		}
		if err := s.setAct(ctx, c); err != nil {
			return nil, err
		}
		return handlerColumns(), s.handedOn(ctx, c, seq, movedToYou(c, "转交给您"))
	})
}

// tierOf is the tier that a role acts in, for this case's kind.
func (s *Service) tierOf(c *model.Case, role model.Role) int {
	for i, tier := range s.kinds[c.Kind].Tiers {
		if slices.Contains(tier.Roles, role) {
			return i
		}
	}
	return c.Tier
}

// handedOn starts the new handler's clock and tells the new handler and the asker.
func (s *Service) handedOn(ctx context.Context, c *model.Case, seq int, text line) error {
	if err := s.startClock(ctx, c, seq); err != nil {
		return err
	}
	voice, err := s.lastMedia(ctx, c)
	if err != nil {
		return err
	}
	if err := s.tellHandler(ctx, c, "moved", text, voice); err != nil {
		return err
	}
	return s.tellAsker(ctx, c, message{what: "moved", text: movedText(c)})
}

// lastMedia is the asker's last voice or picture, which a new handler must hear
// or see too.
func (s *Service) lastMedia(ctx context.Context, c *model.Case) (string, error) {
	var ids []string
	err := s.store.DB(ctx).Model(&model.CaseEvent{}).Where("village_id = ? AND case_id = ? AND kind = ? AND media_id <> ''", c.VillageID, c.ID, model.EventSaid).
		Order("id DESC").Limit(1).Pluck("media_id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// Swap gives the case to another handler at the asker's wish, once.
func (s *Service) Swap(ctx context.Context, actor model.Actor, ref Ref) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if err := s.ownWord(ctx, actor, c); err != nil {
			return nil, err
		}
		switch {
		case !c.SwappedAt.IsZero():
			return nil, model.Errorf(model.Conflict, "#%d 已经换过一次人。不满意可以在答复后回2，事情会交到镇里", c.Number)
		case !c.Awaiting():
			return nil, model.Errorf(model.Conflict, "#%d 已经答复。没解决请回“#%d 2”", c.Number, c.Number)
		}
		before := *c
		if err := s.assign(ctx, s.kinds[c.Kind], c, c.Tier, []string{c.HandlerID}); err != nil {
			return nil, err
		}
		if c.HandlerID == "" {
			*c = before
			return nil, model.Errorf(model.Conflict, "#%d 暂时没有别的人可以办，仍由%s办理", c.Number, c.HandlerName)
		}
		c.SwappedAt = model.At(s.store.Now())
		if err := s.note(ctx, c, actor, model.EventMoved, Said{Text: "提问人要求换人，改由" + c.HandlerName + "办理"}); err != nil {
			return nil, err
		}
		seq, err := s.endClock(ctx, &before, "swapped")
		if err != nil {
			return nil, err
		}
		if err := s.startClock(ctx, c, seq); err != nil {
			return nil, err
		}
		return append(handlerColumns(), "swapped_at"), s.tellHandler(ctx, c, "moved", movedToYou(c, "提问人要求换人，换由您办理"), "")
	})
}

// Withdraw ends the case at the asker's wish.
func (s *Service) Withdraw(ctx context.Context, actor model.Actor, ref Ref) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if err := s.ownWord(ctx, actor, c); err != nil {
			return nil, err
		}
		switch {
		case !c.Open():
			return nil, model.Errorf(model.Conflict, "#%d 已经办结，不用撤回", c.Number)
		}
		if err := s.note(ctx, c, actor, model.EventWithdrawn, Said{}); err != nil {
			return nil, err
		}
		columns, err := s.close(ctx, c, model.ClosedWithdrawn)
		if err != nil {
			return nil, err
		}
		if err := s.notices.Drop(ctx, c.VillageID, event(c, "more"), c.Handler()); err != nil {
			return nil, err
		}
		if err := s.tellHandler(ctx, c, "withdrawn", withdrawnText(c), ""); err != nil {
			return nil, err
		}
		return columns, s.tellSigners(ctx, c, message{what: "withdrawn", text: withdrawnText(c)})
	})
}

// RoleEnded moves the open cases of somebody who lost a role to whoever acts
// now; their clocks run on. village calls it in the transaction that ends the
// role.
func (s *Service) RoleEnded(ctx context.Context, unit string, person model.Person) error {
	var held []model.Case
	err := s.store.DB(ctx).Where("handler_village = ? AND handler_id = ? AND state <> ? AND kind NOT IN ?", unit, person.ID, model.CaseClosed, s.led()).
		Order("id").Limit(5000).Find(&held).Error
	if err != nil {
		return err
	}
	for _, c := range held {
		if _, err := s.hand(ctx, RefOf(c), s.succeed); err != nil {
			return err
		}
	}
	return nil
}

// succeed finds the successor of a handler who may have lost the role.
func (s *Service) succeed(ctx context.Context, c *model.Case) ([]string, error) {
	kind := s.kinds[c.Kind]
	holders, err := s.holders(ctx, c.VillageID, kind.roles())
	if err != nil {
		return nil, err
	}
	if holds(holders, c.HandlerID) {
		return nil, nil
	}
	before := *c
	if err := s.assign(ctx, kind, c, c.Tier, nil); err != nil {
		return nil, err
	}
	if err := s.keepClock(ctx, c, &before); err != nil {
		return nil, err
	}
	if !c.Awaiting() {
		c.ActAt = before.ActAt
		return handlerColumns(), nil
	}
	seq, err := s.endClock(ctx, &before, "role_ended")
	if err != nil {
		return nil, err
	}
	if err := s.note(ctx, c, model.Console(), model.EventMoved, Said{Text: before.HandlerName + "不再任职，改由" + orNobody(c.HandlerName) + "办理"}); err != nil {
		return nil, err
	}
	return handlerColumns(), s.handedOn(ctx, c, seq, movedToYou(c, "由您接手"))
}

func holds(holders []holder, villagerID string) bool {
	return slices.ContainsFunc(holders, func(h holder) bool { return h.VillagerID == villagerID })
}

// RoleGranted has the cases that nobody could act on looked at again.
func (s *Service) RoleGranted(ctx context.Context, unit string) error {
	now := model.At(s.store.Now())
	return s.store.DB(ctx).Model(&model.Case{}).
		Where("(village_id = ? OR village_id IN (SELECT id FROM villages WHERE township_id = ?)) AND handler_id = '' AND state IN ? AND kind NOT IN ?", unit, unit,
			[]model.CaseState{model.CaseSubmitted, model.CaseInProgress}, s.led()).
		UpdateColumn("act_at", now).Error
}
