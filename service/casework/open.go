package casework

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/notice"
)

const gathering = 90 * time.Second // what follows the first words within it comes as one addition

// NewCase is what somebody asks.
type NewCase struct {
	VillageID    string
	Kind         string
	Said         Said
	More         []Said // further messages that came before the case could be opened
	Confidential bool   // township only, under a random number
	Urgent       bool
	Neutral      bool        // its notices must not tell what it is about
	Accused      []string    // villager ids of office holders it accuses
	By           model.Actor // who files it on the actor's behalf; nobody: the actor
	Joinable     bool        // others may sign it without asking
}

// Open opens a case, finds who must act, starts the clocks and tells them.
func (s *Service) Open(ctx context.Context, actor model.Actor, in NewCase) (model.Case, error) {
	if err := actor.Require(model.VerbAsk, in.VillageID); err != nil {
		return model.Case{}, err
	}
	kind, ok := s.kinds[in.Kind]
	if !ok {
		return model.Case{}, fmt.Errorf("casework: no kind %q", in.Kind)
	}
	if err := onBehalf(actor, &in); err != nil {
		return model.Case{}, err
	}
	var c model.Case
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		now := model.At(s.store.Now())
		c = newCase(actor, in, now)
		if err := s.number(ctx, &c); err != nil {
			return err
		}
		if err := s.assign(ctx, kind, &c, firstTier(kind, in), nil); err != nil {
			return err
		}
		if err := s.insert(ctx, &c); err != nil {
			return err
		}
		if err := s.startClock(ctx, &c, 1); err != nil {
			return err
		}
		if err := s.record(ctx, &c, writer(actor, in), append([]Said{in.Said}, in.More...)); err != nil {
			return err
		}
		if err := s.tellFiled(ctx, &c, in.Said); err != nil {
			return err
		}
		if err := s.tellHandler(ctx, &c, "opened", openedNews(kind, &c, in.Said), in.Said.MediaID); err != nil {
			return err
		}
		for _, more := range in.More {
			if err := s.tellAddition(ctx, &c, more); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

func newCase(actor model.Actor, in NewCase, now model.Time) model.Case {
	return model.Case{
		VillageID: in.VillageID, ID: model.NewID(), Kind: in.Kind, Topic: model.TopicHelp, State: model.CaseSubmitted,
		Confidential: in.Confidential, Urgent: in.Urgent, Neutral: in.Neutral, Joinable: in.Joinable,
		AskerVillage: actor.VillageID, AskerID: actor.VillagerID, AskerAccount: actor.Account, AskerOpenID: actor.OpenID, AskerName: actor.Name,
		HelperVillage: in.By.VillageID, HelperID: in.By.VillagerID, HelperName: in.By.Name,
		AccusedIDs: strings.Join(in.Accused, ","), Summary: summary(in.Said), Spoken: in.Said.Voice,
		OpenedAt: now, SaidAt: now, RulesOn: now.Format("2006-01-02"),
	}
}

// firstTier is where a case starts: confidential ones with the last resort.
func firstTier(kind Kind, in NewCase) int {
	if in.Confidential {
		return kind.last()
	}
	return 0
}

// number gives the case its number; a confidential one a random one, so that
// nobody can tell from the gaps that there is one.
func (s *Service) number(ctx context.Context, c *model.Case) error {
	var err error
	if c.Confidential {
		c.Number = 100_000 + rand.Int64N(900_000)
		return nil
	}
	c.Number, err = s.store.NextNumber(ctx, c.VillageID, "case")
	return err
}

// insert stores the case; a random number that is taken is drawn again. An
// ordinary one that meets a random one fails the transaction, and gets the next
// number when it is run again.
func (s *Service) insert(ctx context.Context, c *model.Case) error {
	if !c.Confidential {
		return s.store.Later(ctx, *c)
	}
	for range 8 {
		err := s.store.Tx(ctx, func(ctx context.Context) error {
			err := s.store.DB(ctx).Create(c).Error
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				return model.Errorf(model.Conflict, "编号已被占用").Because(err)
			}
			return err
		})
		if !model.IsCode(err, model.Conflict) {
			return err
		}
		if err := s.number(ctx, c); err != nil {
			return err
		}
	}
	return errors.New("casework: no free number found")
}

func (s *Service) record(ctx context.Context, c *model.Case, actor model.Actor, all []Said) error {
	for _, said := range all {
		if err := s.note(ctx, c, actor, model.EventSaid, said); err != nil {
			return err
		}
	}
	return nil
}

// Add adds the asker's further words to the case. flag says why they joined it
// when nobody said so.
func (s *Service) Add(ctx context.Context, actor model.Actor, ref Ref, said Said, flag string) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if helps, err := s.mayAdd(ctx, actor, c); err != nil || !helps {
			return nil, orNoCase(err)
		}
		if !c.Open() {
			return nil, model.Errorf(model.Conflict, "#%d 已经办结。有新的情况请直接留言", c.Number)
		}
		if err := s.note(ctx, c, actor, model.EventSaid, said); err != nil {
			return nil, err
		}
		c.SaidAt, c.AskedBackAt, c.Spoken = model.At(s.store.Now()), model.Time{}, said.Voice
		columns := []string{"said_at", "asked_back_at", "spoken"}
		if flag != "" {
			c.Flagged = flag
			columns = append(columns, "flagged")
		}
		return columns, s.tellAddition(ctx, c, said)
	})
}

func (s *Service) tellAddition(ctx context.Context, c *model.Case, said Said) error {
	if c.HandlerID == "" {
		return nil
	}
	return s.tell(ctx, c, message{what: "more", to: c.Handler(), role: notice.RoleHandler, text: additionText(c, said), mediaID: said.MediaID, delay: gathering})
}

// Wake tells more people at once of an emergency: the branch, the committee and
// the grid workers; kin of the asker and the accused are left out.
func (s *Service) Wake(ctx context.Context, actor model.Actor, ref Ref) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if !c.AskedBy(actor) && !actor.Operator {
			return nil, NoCase()
		}
		if !c.Open() {
			return nil, model.Errorf(model.Conflict, "#%d 已经办结。还有危险请拨110、119、120", c.Number)
		}
		if err := s.note(ctx, c, actor, model.EventUrgent, Said{}); err != nil {
			return nil, err
		}
		c.Urgent = true
		return []string{"urgent"}, s.wakeAll(ctx, c)
	})
}

func (s *Service) wakeAll(ctx context.Context, c *model.Case) error {
	barred, err := s.barred(ctx, c)
	if err != nil {
		return err
	}
	roles := []model.Role{model.RoleBranchSecretary, model.RoleFirstSecretary, model.RoleCommittee, model.RoleGridWorker}
	if c.Confidential {
		roles = []model.Role{model.RoleTownship}
	}
	holders, err := s.holders(ctx, c.VillageID, roles)
	if err != nil {
		return err
	}
	alarm := event(c, "urgent/"+model.NewID()) // every alarm wakes anew
	var notes []notice.Note
	for _, h := range holders {
		if barred[h.VillagerID] {
			continue // kin of the asker, whom the danger may come from, and the accused
		}
		label, err := s.label(ctx, c, message{to: h.person()})
		if err != nil {
			return err
		}
		notes = append(notes, notice.Note{VillageID: c.VillageID, To: h.person(), Event: alarm, Role: "handler",
			CaseID: c.ID, Urgent: true, Private: private(c), Text: urgentText(c)(label)})
	}
	return s.notices.Put(ctx, notes...)
}
