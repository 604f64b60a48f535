package disclosure

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/casework"
)

// KindName is the kind of case that a question about a disclosure is.
const KindName = "question"

// Kind says who answers questions: the committee and the branch; on silence the
// first secretary, then the township. replied is the service's Answered.
func Kind(replied func(ctx context.Context, actor model.Actor, c model.Case, said casework.Said) error) casework.Kind {
	return casework.Kind{Name: KindName, Title: "对公开的提问", Replied: replied, Tiers: []casework.Tier{
		{Title: "村委会", Roles: []model.Role{model.RoleCommittee, model.RoleBranchSecretary}},
		{Title: "党支部", Roles: []model.Role{model.RoleBranchSecretary, model.RoleFirstSecretary}},
		{Title: "镇里", Roles: []model.Role{model.RoleTownship}},
	}}
}

// Ask opens a case for a question about a disclosure; further questions of the
// same person are cases of their own. Others may sign it (附议).
func (s *Service) Ask(ctx context.Context, actor model.Actor, ref Ref, said casework.Said) (model.Case, error) {
	var c model.Case
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		d, err := s.get(ctx, actor, ref)
		if err != nil {
			return err
		}
		if d.State != model.DisclosurePublished {
			return model.Errorf(model.Conflict, "“%s”已经不在公开，有疑问请直接留言", d.Title)
		}
		said.Text = Short(said.Text, 2000)
		if said.Text == "" && said.MediaID == "" {
			return model.Errorf(model.Invalid, "请写下您的问题")
		}
		about := said
		if about.Text != "" {
			about.Text = questionAbout(d) + about.Text
		}
		c, err = s.Cases.Open(ctx, actor, casework.NewCase{VillageID: d.VillageID, Kind: KindName, Said: about, Joinable: d.Scope == model.ScopePublic})
		if err != nil {
			return err
		}
		text := said.Text
		if text == "" {
			text = spokenQuestion
		}
		q := model.DisclosureQuestion{VillageID: d.VillageID, CaseID: c.ID, DisclosureID: d.ID, Number: c.Number,
			AskerID: actor.VillagerID, Nickname: nickname(actor), Question: text, AskedAt: s.now()}
		if err := s.wantShown(ctx, actor, d, q); err != nil {
			return err
		}
		return s.store.Later(ctx, q)
	})
	return c, err
}

// nickname is what stands before a question: the family name only.
func nickname(actor model.Actor) string {
	for _, r := range actor.Name {
		return string(r) + "姓乡亲"
	}
	return "一位乡亲"
}

// Answered keeps an answer under the disclosure and puts it into the public log,
// in the answer's transaction. Whoever answers has read the question, so that it
// stands there with the answer unless its check said that it must not. casework
// calls it.
func (s *Service) Answered(ctx context.Context, actor model.Actor, c model.Case, said casework.Said) error {
	var q model.DisclosureQuestion
	err := s.store.Locked(ctx).Take(&q, "village_id = ? AND case_id = ?", c.VillageID, c.ID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	q.Answer, q.Answers, q.AnsweredAt = said.Text, q.Answers+1, s.now()
	if q.Answer == "" {
		q.Answer = spokenAnswer
	}
	if err := s.store.DB(ctx).Model(&q).Select("answer", "answers", "answered_at").Updates(&q).Error; err != nil {
		return err
	}
	if s.Vouch != nil {
		if err := s.Vouch(ctx, actor, q.VillageID, questionSubject(q)); err != nil {
			return err
		}
	}
	return s.Log.Append(ctx, c.VillageID, logAnswer, answerSubject(q), answerContent(q))
}

// Questions lists the answered questions under a disclosure, after a case's id: to
// others than the asker and the village's own people without those whose words
// didn't pass the check.
func (s *Service) Questions(ctx context.Context, actor model.Actor, ref Ref, after string, limit int) ([]model.DisclosureQuestion, error) {
	d, err := s.get(ctx, actor, ref)
	if err != nil {
		return nil, err
	}
	return s.answered(ctx, actor, d, after, limit)
}

// Join makes one of two questions about the same disclosure: whoever handles
// them says that they ask the same.
func (s *Service) Join(ctx context.Context, actor model.Actor, villageID, fromCase, intoCase string) (model.Case, error) {
	var c model.Case
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var both []model.DisclosureQuestion
		err := s.store.DB(ctx).Where("village_id = ? AND case_id IN ?", villageID, []string{fromCase, intoCase}).Limit(2).Find(&both).Error
		if err != nil {
			return err
		}
		if len(both) != 2 || both[0].DisclosureID != both[1].DisclosureID {
			return model.Errorf(model.Invalid, "只能合并对同一份公开的提问，请核对编号")
		}
		c, err = s.Cases.Merge(ctx, actor, casework.Ref{VillageID: villageID, ID: fromCase}, casework.Ref{VillageID: villageID, ID: intoCase})
		return err
	})
	return c, err
}

// Forget takes somebody's words out of the questions, when their data is erased;
// the log keeps that there was an answer. The actor's rights are the caller's.
func (s *Service) Forget(ctx context.Context, person model.Person) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		var asked []model.DisclosureQuestion
		err := s.store.DB(ctx).Where("village_id = ? AND asker_id = ? AND asker_id <> ''", person.VillageID, person.ID).Limit(1000).Find(&asked).Error
		if err != nil {
			return err
		}
		for _, q := range asked {
			for n := 1; n <= q.Answers; n++ {
				each := q
				each.Answers = n
				if err := s.Log.Erase(ctx, q.VillageID, logAnswer, answerSubject(each)); err != nil {
					return err
				}
			}
			if s.Uncheck != nil {
				if err := s.Uncheck(ctx, q.VillageID, questionSubject(q)); err != nil {
					return err
				}
			}
			err := s.store.DB(ctx).Model(&q).Select("question", "nickname", "asker_id").
				Updates(&model.DisclosureQuestion{Question: erasedQuestion, Nickname: "一位乡亲"}).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}
