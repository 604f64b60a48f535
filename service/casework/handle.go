package casework

import (
	"context"
	"strings"

	"cunwu/model"
)

// Reply answers: the clock stops, and the asker is asked whether it is solved.
func (s *Service) Reply(ctx context.Context, actor model.Actor, ref Ref, said Said) (model.Case, error) {
	if strings.TrimSpace(said.Text) == "" && said.MediaID == "" {
		return model.Case{}, model.Errorf(model.Invalid, "答复不能是空的，请写上内容")
	}
	return s.handle(ctx, actor, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if err := s.answerable(c); err != nil {
			return nil, err
		}
		return s.reply(ctx, actor, c, said)
	})
}

// Finish says that it is done, without further words.
func (s *Service) Finish(ctx context.Context, actor model.Actor, ref Ref) (model.Case, error) {
	return s.handle(ctx, actor, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if err := s.answerable(c); err != nil {
			return nil, err
		}
		columns, err := s.reply(ctx, actor, c, Said{Text: finishedText})
		c.SolvedByCadre = c.RepliedAt
		return append(columns, "solved_by_cadre"), err
	})
}

// answerable refuses words where a decision is wanted.
func (s *Service) answerable(c *model.Case) error {
	if s.kinds[c.Kind].Decision == nil {
		return nil
	}
	return model.Errorf(model.Conflict, "#%d 是%s，请核实后回“#%d 采纳 理由”或“#%d 不采纳 理由”；要问对方，回“#%d 问 内容”", c.Number, s.kinds[c.Kind].Title, c.Number, c.Number, c.Number)
}

func (s *Service) reply(ctx context.Context, actor model.Actor, c *model.Case, said Said) ([]string, error) {
	now := model.At(s.store.Now())
	c.ReplyID = model.NewID()
	if err := s.noteAs(ctx, c.ReplyID, c, actor, model.EventReplied, said); err != nil {
		return nil, err
	}
	s.contacted(c)
	if c.Awaiting() {
		if _, err := s.endClock(ctx, c, "replied"); err != nil {
			return nil, err
		}
	}
	c.State, c.RepliedAt, c.AskedBackAt, c.ClosedHow, c.ClosedAt = model.CaseReplied, now, model.Time{}, "", model.Time{}
	if err := s.setAct(ctx, c); err != nil {
		return nil, err
	}
	columns := []string{"state", "contacted_at", "reply_id", "replied_at", "asked_back_at", "closed_how", "closed_at", "act_at"}
	if replied := s.kinds[c.Kind].Replied; replied != nil {
		if err := replied(ctx, actor, *c, said); err != nil {
			return nil, err
		}
	}
	return columns, s.tellReply(ctx, actor, c, said)
}

// AskBack asks the asker something: first contact, no answer; the clock runs on.
func (s *Service) AskBack(ctx context.Context, actor model.Actor, ref Ref, said Said) (model.Case, error) {
	return s.handle(ctx, actor, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if !c.Awaiting() {
			return nil, model.Errorf(model.Conflict, "#%d 已经答复过了。要再说什么，请直接回“#%d 内容”", c.Number, c.Number)
		}
		if err := s.note(ctx, c, actor, model.EventAsked, said); err != nil {
			return nil, err
		}
		s.contacted(c)
		c.AskedBackAt = model.At(s.store.Now())
		if err := s.setAct(ctx, c); err != nil {
			return nil, err
		}
		columns := []string{"state", "contacted_at", "asked_back_at", "act_at", "reminded_at"}
		err := s.tellAsker(ctx, c, message{what: "asked", question: QuestionAskedBack, text: askedBackText(c, actor, said), mediaID: said.MediaID})
		if err != nil {
			return nil, err
		}
		return columns, s.tellHelper(ctx, c, message{what: "asked", text: askedBackText(c, actor, said), mediaID: said.MediaID})
	})
}

// Contact says 收到: first contact only, and nothing when there was one.
func (s *Service) Contact(ctx context.Context, actor model.Actor, ref Ref) (first bool, err error) {
	_, err = s.handle(ctx, actor, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if first = c.Awaiting() && c.ContactedAt.IsZero(); !first {
			return nil, nil
		}
		if err := s.note(ctx, c, actor, model.EventContact, Said{}); err != nil {
			return nil, err
		}
		s.contacted(c)
		if err := s.setAct(ctx, c); err != nil {
			return nil, err
		}
		return []string{"state", "contacted_at", "act_at", "reminded_at"}, s.tellAsker(ctx, c, message{what: "contact", text: contactText(c, actor)})
	})
	return first, err
}

// contacted records the first contact in this tier.
func (s *Service) contacted(c *model.Case) {
	if c.ContactedAt.IsZero() {
		c.ContactedAt, c.RemindedAt = model.At(s.store.Now()), model.Time{}
	}
	if c.State == model.CaseSubmitted {
		c.State = model.CaseInProgress
	}
}

// Extend moves the reply's due date, once, with a reason that the asker is told.
func (s *Service) Extend(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.Case, error) {
	return s.handle(ctx, actor, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		switch {
		case strings.TrimSpace(reason) == "":
			return nil, model.Errorf(model.Invalid, "延期要写原因，例如：#%d 延期 等零件到货", c.Number)
		case !c.ExtendedAt.IsZero():
			return nil, model.Errorf(model.Conflict, "#%d 已经延期过一次，不能再延", c.Number)
		case !c.Awaiting():
			return nil, model.Errorf(model.Conflict, "#%d 已经答复，不用延期", c.Number)
		}
		days, err := s.rule(ctx, c, "case.extension")
		if err != nil {
			return nil, err
		}
		c.ExtendedAt = model.At(s.store.Now())
		c.DueAt = model.At(model.AddWorkingDays(c.DueAt.Time, days))
		s.contacted(c)
		if err := s.note(ctx, c, actor, model.EventExtended, Said{Text: reason}); err != nil {
			return nil, err
		}
		if err := s.setAct(ctx, c); err != nil {
			return nil, err
		}
		columns := []string{"state", "contacted_at", "extended_at", "due_at", "act_at", "reminded_at"}
		return columns, s.tellAsker(ctx, c, message{what: "extended", text: extendedText(c, reason)})
	})
}

// Reject closes what isn't the village's to answer, with the reason and the
// right door.
func (s *Service) Reject(ctx context.Context, actor model.Actor, ref Ref, reason string) (model.Case, error) {
	return s.handle(ctx, actor, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if strings.TrimSpace(reason) == "" {
			return nil, model.Errorf(model.Invalid, "不受理要写原因和该找哪里，例如：#%d 不受理 社保的事请到镇便民中心", c.Number)
		}
		if !c.Awaiting() {
			return nil, model.Errorf(model.Conflict, "#%d 已经答复，不能再不受理", c.Number)
		}
		if err := s.note(ctx, c, actor, model.EventRejected, Said{Text: reason}); err != nil {
			return nil, err
		}
		s.contacted(c)
		columns, err := s.close(ctx, c, model.ClosedRejected)
		if err != nil {
			return nil, err
		}
		if err := s.tellAsker(ctx, c, message{what: "rejected", text: rejectedText(c, reason)}); err != nil {
			return nil, err
		}
		if err := s.tellHelper(ctx, c, message{what: "rejected", text: rejectedText(c, reason)}); err != nil {
			return nil, err
		}
		return append(columns, "contacted_at"), s.tellSigners(ctx, c, message{what: "rejected", text: rejectedText(c, reason)})
	})
}

// Decide answers a suggestion: adopted or not, always with the reason. It isn't
// asked whether that "solved" anything.
func (s *Service) Decide(ctx context.Context, actor model.Actor, ref Ref, adopted bool, reason string) (model.Case, error) {
	return s.handle(ctx, actor, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if strings.TrimSpace(reason) == "" {
			return nil, model.Errorf(model.Invalid, "采纳或不采纳都要写理由，例如：#%d 采纳 列入明年计划", c.Number)
		}
		text := decidedText(adopted, reason)
		topic := model.TopicSuggestion
		if d := s.kinds[c.Kind].Decision; d != nil {
			if err := d.Take(ctx, actor, *c, adopted); err != nil {
				return nil, err
			}
			text, topic = func(label string) string { return label + " " + d.Words(adopted, reason) }, c.Topic
		}
		c.ReplyID = model.NewID()
		if err := s.noteAs(ctx, c.ReplyID, c, actor, model.EventReplied, Said{Text: reason}); err != nil {
			return nil, err
		}
		s.contacted(c)
		c.Topic, c.RepliedAt = topic, model.At(s.store.Now())
		columns, err := s.close(ctx, c, model.ClosedDecided)
		if err != nil {
			return nil, err
		}
		if err := s.tellAsker(ctx, c, message{what: "decided", text: text}); err != nil {
			return nil, err
		}
		if err := s.tellHelper(ctx, c, message{what: "decided", text: text}); err != nil {
			return nil, err
		}
		return append(columns, "topic", "contacted_at", "reply_id", "replied_at"), s.tellSigners(ctx, c, message{what: "decided", text: text})
	})
}

// SetTopic says what sort of message it is.
func (s *Service) SetTopic(ctx context.Context, actor model.Actor, ref Ref, topic string) (model.Case, error) {
	return s.handle(ctx, actor, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		switch topic {
		case model.TopicHelp, model.TopicQuestion, model.TopicSuggestion, model.TopicComplaint, model.TopicThanks:
		default:
			return nil, model.Errorf(model.Invalid, "类别只能是：求助、咨询、意见建议、投诉、感谢")
		}
		c.Topic = topic
		return []string{"topic"}, s.note(ctx, c, actor, model.EventTopic, Said{Text: topic})
	})
}

// handle is hand for whoever may act on the case.
func (s *Service) handle(ctx context.Context, actor model.Actor, ref Ref, fn func(ctx context.Context, c *model.Case) ([]string, error)) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if err := s.mayHandle(ctx, actor, c); err != nil {
			return nil, err
		}
		if !c.Open() && c.ClosedHow != model.ClosedUnconfirmed {
			return nil, model.Errorf(model.Conflict, "#%d 已经办结", c.Number)
		}
		return fn(ctx, c)
	})
}

// close ends the case and its clocks. From then on ActAt is when its words go.
func (s *Service) close(ctx context.Context, c *model.Case, how string) ([]string, error) {
	if c.Awaiting() {
		if _, err := s.endClock(ctx, c, how); err != nil {
			return nil, err
		}
	}
	now := s.store.Now()
	years, err := s.store.Rule(ctx, "retain.case", "", now)
	if err != nil {
		return nil, err
	}
	c.State, c.ClosedHow, c.ClosedAt, c.ActAt = model.CaseClosed, how, model.At(now), model.At(now.AddDate(int(years), 0, 0))
	if d := s.kinds[c.Kind].Decision; d != nil {
		if err := d.Closed(ctx, *c); err != nil {
			return nil, err
		}
	}
	return []string{"state", "closed_how", "closed_at", "act_at"}, nil
}
