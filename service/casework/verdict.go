package casework

import (
	"context"
	"unicode/utf8"

	"cunwu/model"
	"cunwu/service/notice"
)

// Verdict is the asker's own word on whether the answer solved it.
func (s *Service) Verdict(ctx context.Context, actor model.Actor, ref Ref, solved bool, text string) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if err := s.ownWord(ctx, actor, c); err != nil {
			return nil, err
		}
		return s.verdict(ctx, actor, c, solved, text)
	})
}

// EnterSpoken enters the verdict that the asker spoke. Whoever enters it isn't
// the handler, so that nobody hears the own praise.
func (s *Service) EnterSpoken(ctx context.Context, actor model.Actor, ref Ref, solved bool) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if c.Handler().Is(actor.Person()) {
			return nil, model.Errorf(model.Forbidden, "#%d 是您办的，回访结果要由别人来听、来记", c.Number)
		}
		switch listens, err := s.listens(ctx, actor, c); {
		case err != nil:
			return nil, err
		case !listens:
			return nil, NoCase()
		}
		columns, err := s.verdict(ctx, actor, c, solved, "（语音回访，由"+actor.Name+"代录）")
		if err != nil {
			return nil, err
		}
		return columns, s.tellAsker(ctx, c, message{what: "entered", text: enteredText(solved)})
	})
}

// SpokenIsNew opens a case of its own for what the asker spoke: the listener heard
// that it was no verdict.
func (s *Service) SpokenIsNew(ctx context.Context, actor model.Actor, ref Ref) (model.Case, error) {
	var opened model.Case
	_, err := s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		listens, err := s.listens(ctx, actor, c)
		if err != nil {
			return nil, err
		}
		if !listens {
			return nil, NoCase()
		}
		var spoken model.CaseEvent
		err = s.store.DB(ctx).Where("village_id = ? AND case_id = ? AND kind = ?", c.VillageID, c.ID, model.EventSpoken).Order("id DESC").Take(&spoken).Error
		if err != nil {
			return nil, err
		}
		asker := model.Actor{VillageID: c.AskerVillage, VillagerID: c.AskerID, Name: c.AskerName, Account: c.AskerAccount, OpenID: c.AskerOpenID}
		if asker.VillageID == "" {
			asker.VillageID = c.VillageID
		}
		opened, err = s.Open(ctx, asker, NewCase{VillageID: c.VillageID, Kind: c.Kind, Said: Said{MediaID: spoken.MediaID, Voice: true}, Confidential: c.Confidential, Neutral: c.Neutral})
		if err != nil {
			return nil, err
		}
		return nil, s.tellAsker(ctx, &opened, message{what: "opened/asker", text: openedText(&opened)})
	})
	return opened, err
}

func (s *Service) verdict(ctx context.Context, actor model.Actor, c *model.Case, solved bool, text string) ([]string, error) {
	switch {
	case c.Awaiting():
		return nil, model.Errorf(model.TooEarly, "#%d 村里还没有答复，答复后再请您评价", c.Number)
	case c.State == model.CaseClosed && c.ClosedHow != model.ClosedUnconfirmed:
		return nil, model.Errorf(model.Conflict, "#%d 已经办结。有新的情况请直接留言", c.Number)
	case solved:
		return s.solved(ctx, actor, c, text)
	}
	return s.reopen(ctx, actor, c, text)
}

func (s *Service) solved(ctx context.Context, actor model.Actor, c *model.Case, text string) ([]string, error) {
	if err := s.note(ctx, c, actor, model.EventVerdict, Said{Text: text}); err != nil {
		return nil, err
	}
	c.SolvedByAsker = model.At(s.store.Now())
	columns, err := s.close(ctx, c, model.ClosedByAsker)
	if err != nil {
		return nil, err
	}
	return append(columns, "solved_by_asker"), s.tellHandler(ctx, c, "solved", solvedText(c), "")
}

// reopen gives the case back: the original clock resumes where the answer had
// stopped it. Once too often, it goes to the last resort instead.
func (s *Service) reopen(ctx context.Context, actor model.Actor, c *model.Case, text string) ([]string, error) {
	most, err := s.rule(ctx, c, "case.reopen_max")
	if err != nil {
		return nil, err
	}
	if err := s.note(ctx, c, actor, model.EventReopened, Said{Text: text}); err != nil {
		return nil, err
	}
	seq, err := s.endClock(ctx, c, "replied")
	if err != nil {
		return nil, err
	}
	now := s.store.Now()
	c.DueAt = model.At(model.AddWorkingDays(now, model.WorkingDaysLeft(c.RepliedAt.Time, c.DueAt.Time)))
	c.State, c.SolvedByCadre, c.RemindedAt, c.SaidAt, c.ClosedHow, c.ClosedAt = model.CaseInProgress, model.Time{}, model.Time{}, model.At(now), "", model.Time{}
	c.Reopened++
	if err := s.handBack(ctx, c, c.Reopened > most); err != nil {
		return nil, err
	}
	if err := s.setAct(ctx, c); err != nil {
		return nil, err
	}
	if err := s.startClock(ctx, c, seq); err != nil {
		return nil, err
	}
	columns := append(handlerColumns(), "solved_by_cadre", "said_at", "reopened", "closed_how", "closed_at")
	return columns, s.tellHandler(ctx, c, "reopened", reopenedText(c, text), "")
}

// handBack finds who acts on a reopened case: the same handler, a successor if
// that one holds the role no longer, or the last resort once it was reopened too
// often.
func (s *Service) handBack(ctx context.Context, c *model.Case, tooOften bool) error {
	kind, before := s.kinds[c.Kind], *c
	all, err := s.holders(ctx, c.VillageID, kind.roles())
	if err != nil {
		return err
	}
	up, tier := tooOften && c.Tier < kind.last(), c.Tier
	if !up && holds(all, c.HandlerID) {
		return nil
	}
	if up {
		tier = kind.last()
	}
	if err := s.assign(ctx, kind, c, tier, nil); err != nil {
		return err
	}
	if up && c.HandlerID == "" && holds(all, before.HandlerID) {
		*c = before
		return nil
	}
	if up && c.HandlerID != "" {
		return nil
	}
	return s.keepClock(ctx, c, &before)
}

// Stars rates a solved case, 1 to 5, with words if there are any.
func (s *Service) Stars(ctx context.Context, actor model.Actor, ref Ref, stars int, text string) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if err := s.ownWord(ctx, actor, c); err != nil {
			return nil, err
		}
		switch {
		case stars < 1 || stars > 5:
			return nil, model.Errorf(model.Invalid, "请回1到5的一个数字，5是最满意")
		case c.SolvedByAsker.IsZero():
			return nil, model.Errorf(model.TooEarly, "先请您回1（解决了）或2（没解决），再打分")
		case c.Stars > 0:
			return nil, model.Errorf(model.Conflict, "#%d 您已经打过分了，谢谢", c.Number)
		}
		c.Stars, c.StarsText = stars, clip(text, 200)
		if err := s.note(ctx, c, actor, model.EventStars, Said{Text: starsEvent(stars, c.StarsText)}); err != nil {
			return nil, err
		}
		return []string{"stars", "stars_text"}, s.tellHandler(ctx, c, "stars", starsText(c), "")
	})
}

// Spoken keeps a verdict given by voice and asks somebody other than the handler
// to hear and enter it.
func (s *Service) Spoken(ctx context.Context, actor model.Actor, ref Ref, mediaID string) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if err := s.ownWord(ctx, actor, c); err != nil {
			return nil, err
		}
		if err := s.note(ctx, c, actor, model.EventSpoken, Said{MediaID: mediaID}); err != nil {
			return nil, err
		}
		listeners, err := s.listeners(ctx, c)
		if err != nil {
			return nil, err
		}
		var notes []notice.Note
		for _, h := range listeners {
			notes = append(notes, notice.Note{VillageID: c.VillageID, To: h.person(), Event: event(c, "spoken/"+mediaID), Role: "handler",
				CaseID: c.ID, Private: private(c), Text: spokenText(c), MediaID: mediaID})
		}
		return nil, s.notices.Put(ctx, notes...)
	})
}

// listeners are those who may hear a spoken verdict: a grid worker or supervisor
// first, else the committee or the township; never the handler.
func (s *Service) listeners(ctx context.Context, c *model.Case) ([]holder, error) {
	order := []model.Role{model.RoleGridWorker, model.RoleSupervisor, model.RoleCommittee, model.RoleFirstSecretary, model.RoleBranchSecretary, model.RoleTownship}
	if c.Confidential {
		order = []model.Role{model.RoleTownship}
	}
	all, err := s.holders(ctx, c.VillageID, order)
	if err != nil {
		return nil, err
	}
	barred, err := s.barred(ctx, c)
	if err != nil {
		return nil, err
	}
	var author string // of the answer that is judged
	err = s.store.DB(ctx).Model(&model.CaseEvent{}).Where("village_id = ? AND case_id = ? AND id = ?", c.VillageID, c.ID, c.ReplyID).Pluck("by_id", &author).Error
	if err != nil {
		return nil, err
	}
	for _, role := range order {
		for _, h := range all {
			if h.Role == role && h.VillagerID != c.HandlerID && h.VillagerID != author && !barred[h.VillagerID] {
				return []holder{h}, nil
			}
		}
	}
	return nil, nil
}

// clip cuts text to n characters.
func clip(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
