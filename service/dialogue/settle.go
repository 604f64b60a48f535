package dialogue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/notice"
)

const settleBatch = 100

// SettleDue does what silence means for every question that waited long enough,
// and returns how many it settled. Each dialogue is locked as in a turn, so
// replicas may run it at once.
func (s *Service) SettleDue(ctx context.Context) (int, error) {
	total := 0
	var failed error
	for {
		var due []model.Dialogue
		err := s.store.DB(ctx).Select("account", "openid").Where("due_at > 0 AND due_at <= ?", model.At(s.store.Now())).
			Order("due_at").Limit(settleBatch).Find(&due).Error
		if err != nil {
			return total, err
		}
		for _, row := range due {
			n, err := s.settle(ctx, row.Account, row.OpenID)
			if err != nil {
				failed = errors.Join(failed, err)
				if err := s.postpone(ctx, row); err != nil {
					return total, errors.Join(failed, err)
				}
			}
			total += n
		}
		if len(due) < settleBatch {
			return total, failed
		}
	}
}

// postpone lets a dialogue that can't be settled wait, so that it doesn't keep
// the others waiting.
func (s *Service) postpone(ctx context.Context, row model.Dialogue) error {
	return s.store.DB(ctx).Model(&model.Dialogue{}).Where("account = ? AND openid = ?", row.Account, row.OpenID).
		UpdateColumn("due_at", model.At(s.store.Now().Add(time.Minute))).Error
}

func (s *Service) settle(ctx context.Context, account, openid string) (int, error) {
	n := 0
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		n = 0
		t := &turn{Service: s, in: model.Incoming{Account: account, OpenID: openid}}
		if err := t.load(ctx); err != nil {
			return err
		}
		var err error
		if t.sender, err = t.people.Sender(ctx, account, openid, t.home(account)); err != nil {
			return err
		}
		t.actor = t.sender.Actor
		var due stack
		t.stack = slices.DeleteFunc(t.stack, func(f frame) bool {
			over := !f.DueAt.IsZero() && !f.DueAt.After(t.now())
			if over {
				due = append(due, f)
			}
			return over
		})
		for _, f := range due {
			n++
			if err := t.silent(ctx, f); err != nil {
				return err
			}
		}
		return t.save(ctx)
	})
	return n, err
}

// silent does what silence means.
func (t *turn) silent(ctx context.Context, f frame) error {
	switch f.Kind {
	case askJoin:
		return t.joinSilently(ctx, f)
	case askAccused:
		out, err := t.accuse(ctx, f, true)
		if err != nil {
			return err
		}
		t.ask(frame{Kind: inPrivate, Speaker: f.Speaker, Case: casework.RefOf(out.Case), Number: out.Case.Number}, privateStays)
		return t.tell(ctx, f, out.Case, fmt.Sprintf(privateOpened, out.Case.Number))
	case askSide:
		return t.sideSilent(ctx, f)
	case askClaim:
		return t.claimSilent(ctx, f)
	case askDanger:
		_, err := t.cases.Wake(ctx, t.as(f.Speaker), f.Case)
		if model.AsError(err) != nil {
			return nil //nolint:nilerr // withdrawn or unbound meanwhile: there is nobody to wake for
		}
		return err
	}
	return nil
}

// joinSilently adds the words to the open case, or, if that has been closed
// meanwhile, opens one for them.
func (t *turn) joinSilently(ctx context.Context, f frame) error {
	for i, said := range f.Messages {
		_, err := t.cases.Add(ctx, t.as(f.Speaker), f.Case, said, "joined_by_silence")
		if model.AsError(err) != nil {
			out, err := t.help.Open(ctx, t.as(f.Speaker), help.Message{Said: said, More: f.Messages[i+1:]})
			if err != nil {
				return err
			}
			return t.tell(ctx, f, out.Case, takenReply(out))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) tell(ctx context.Context, f frame, c model.Case, text string) error {
	return t.notices.Put(ctx, notice.Note{VillageID: c.VillageID, To: t.as(f.Speaker).Person(), Event: "dialogue/" + c.ID, Role: "asker",
		CaseID: c.ID, Private: c.Confidential, Text: text})
}

// Late sends as a notice what a turn answered when WeChat no longer waited.
func (s *Service) Late(ctx context.Context, in model.Incoming, reply model.Reply) error {
	if reply.Text == "" {
		return nil
	}
	sender, err := s.people.Sender(ctx, in.Account, in.OpenID, s.home(in.Account))
	if err != nil {
		return err
	}
	return s.notices.Put(ctx, notice.Note{VillageID: sender.Actor.VillageID, To: model.Person{Account: in.Account, OpenID: in.OpenID},
		Event: "late/" + clip(in.Key, 100), Role: "asker", Private: true, Text: reply.Text})
}
