package casework

import (
	"context"
	"fmt"

	"cunwu/model"
	"cunwu/service/notice"
)

// need is what a helper wants to do with a case.
type need int

const (
	toRead need = iota
	toAdd
)

// onBehalf checks what somebody files for another: the person speaks for
// themselves where nobody else may know.
func onBehalf(actor model.Actor, in *NewCase) error {
	if !in.By.Known() || in.By.Person().Is(actor.Person()) {
		in.By = model.Actor{}
		return nil
	}
	if in.Confidential {
		return model.Errorf(model.Forbidden, "保密的话要由本人来说，不能代办")
	}
	return nil
}

// writer is whose words the case begins with.
func writer(actor model.Actor, in NewCase) model.Actor {
	if in.By.Known() {
		return in.By
	}
	return actor
}

// byHelper says whether a line of the timeline was written for the asker.
func byHelper(c *model.Case, e model.CaseEvent) bool {
	return c.AskerID != "" && e.ByID != "" && e.ByID != c.AskerID
}

// ownWord refuses what only the asker says: whether it is solved, the stars, taking
// it back. A helper may act for the asker in all else, and is told so; to anybody
// else there is no such case.
func (s *Service) ownWord(ctx context.Context, actor model.Actor, c *model.Case) error {
	helps := actor.HelpedBy != ""
	if !c.AskedBy(actor) {
		var err error
		if helps, err = s.helps(ctx, actor, c, toRead); err != nil || !helps {
			return orNoCase(err)
		}
	}
	if helps {
		return model.Errorf(model.Forbidden, "#%d 这一步要由本人来做，不能代办", c.Number)
	}
	return nil
}

// mayAdd says whether the actor may add words: the asker, or who helps with cases.
func (s *Service) mayAdd(ctx context.Context, actor model.Actor, c *model.Case) (bool, error) {
	if c.AskedBy(actor) {
		return true, nil
	}
	return s.helps(ctx, actor, c, toAdd)
}

func orNoCase(err error) error {
	if err != nil {
		return err
	}
	return NoCase()
}

// helps says whether the actor helps the asker of this case now (代办). Of a hidden
// case nobody else learns, and of an accusation neither the accused nor their kin.
func (s *Service) helps(ctx context.Context, actor model.Actor, c *model.Case, what need) (bool, error) {
	if hidden(c) || c.AskerID == "" || !actor.Known() || actor.HelpedBy != "" {
		return false, nil
	}
	var found int64
	err := s.store.DB(ctx).Model(&model.Helper{}).
		Where("village_id = ? AND elder_id = ? AND state = ? AND helper_village = ? AND helper_id = ?", c.AskerVillage, c.AskerID, model.HelpAgreed, actor.VillageID, actor.VillagerID).
		Where("lapses_at > ? AND (for_cases = ? OR for_reading = ?)", model.At(s.store.Now()), true, what == toRead).Count(&found).Error
	if err != nil || found == 0 {
		return false, err
	}
	accusing := accused(c)
	if len(accusing) == 0 {
		return true, nil
	}
	kin, err := s.people.Kin(ctx, c.VillageID, accusing...)
	return err == nil && !kin[actor.VillagerID], err
}

// tellFiled tells the asker that somebody filed this for them.
func (s *Service) tellFiled(ctx context.Context, c *model.Case, said Said) error {
	if c.HelperID == "" {
		return nil
	}
	return s.tellAsker(ctx, c, message{what: "filed", text: filedText(c, said)})
}

// tellHelper tells whoever filed the case for its asker, as long as they help.
func (s *Service) tellHelper(ctx context.Context, c *model.Case, m message) error {
	if c.HelperID == "" {
		return nil
	}
	helper := model.Actor{VillageID: c.HelperVillage, VillagerID: c.HelperID}
	helps, err := s.helps(ctx, helper, c, toRead)
	if err != nil || !helps {
		return err
	}
	text := m.text
	m.to, m.role, m.question = helper.Person(), notice.RoleOther, ""
	m.text = func(label string) string { return fmt.Sprintf("您代%s办的 ", asker(c)) + text(label) }
	return s.tell(ctx, c, m)
}

// writtenBy names the asker, and whoever wrote for them.
func writtenBy(c *model.Case) string {
	if c.HelperID == "" {
		return asker(c)
	}
	return fmt.Sprintf("%s（%s代写）", asker(c), c.HelperName)
}

func filedText(c *model.Case, s Said) line {
	return func(label string) string {
		return fmt.Sprintf("%s %s替您留了言：%s\n不是您的意思，请回“撤回 %s”；不要他（她）再代办，请回“取消代办”。", label, c.HelperName, clip(said(s), 300), label)
	}
}
