package casework

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
)

// Sign joins a group appeal (附议), or asks its speaker when the case isn't one
// yet. It tells nothing of what the case says.
func (s *Service) Sign(ctx context.Context, actor model.Actor, ref Ref) (joined bool, err error) {
	_, err = s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		switch {
		case actor.HelpedBy != "":
			return nil, model.Errorf(model.Forbidden, "附议要由本人来，不能代办")
		case hidden(c) || actor.VillageID != c.VillageID || !actor.Known():
			return nil, NoCase()
		case c.AskedBy(actor):
			return nil, model.Errorf(model.Conflict, "#%d 就是您提的，不用附议", c.Number)
		case !c.Open():
			return nil, model.Errorf(model.Conflict, "#%d 已经办结，不能再附议", c.Number)
		}
		if accusing := accused(c); len(accusing) > 0 {
			kin, err := s.people.Kin(ctx, c.VillageID, accusing...)
			if err != nil {
				return nil, err
			}
			if kin[actor.VillagerID] {
				return nil, NoCase()
			}
		}
		row := model.CaseSigner{VillageID: c.VillageID, CaseID: c.ID, Signer: actor.Person().Recipient(), Name: actor.Name, AskedAt: model.At(s.store.Now())}
		if c.Joinable {
			row.JoinedAt = row.AskedAt
		}
		err := s.store.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, model.Errorf(model.Conflict, "您已经附议过 #%d", c.Number)
		}
		if err != nil {
			return nil, err
		}
		joined = c.Joinable
		if !joined {
			return nil, s.tellAsker(ctx, c, message{what: "signer/" + model.NewID(), text: wantsToSignText(c, actor)})
		}
		return nil, s.signed(ctx, c, actor)
	})
	return joined, err
}

// OpenForSigners makes the case a group appeal with its asker as the speaker;
// whoever asked to sign has then signed.
func (s *Service) OpenForSigners(ctx context.Context, actor model.Actor, ref Ref) (model.Case, error) {
	return s.hand(ctx, ref, func(ctx context.Context, c *model.Case) ([]string, error) {
		if err := s.ownWord(ctx, actor, c); err != nil {
			return nil, err
		}
		if c.Confidential {
			return nil, model.Errorf(model.Conflict, "#%d 是保密留言，不能联名", c.Number)
		}
		err := s.store.DB(ctx).Model(&model.CaseSigner{}).Where("village_id = ? AND case_id = ? AND joined_at = 0", c.VillageID, c.ID).
			UpdateColumn("joined_at", model.At(s.store.Now())).Error
		if err != nil {
			return nil, err
		}
		c.Joinable = true
		return []string{"joinable"}, s.note(ctx, c, actor, model.EventJoined, Said{Text: "同意联名"})
	})
}

func (s *Service) signed(ctx context.Context, c *model.Case, actor model.Actor) error {
	if err := s.note(ctx, c, actor, model.EventJoined, Said{}); err != nil {
		return err
	}
	return s.tellHandler(ctx, c, "signed/"+model.NewID(), signedText(c, actor), "")
}

// signers are those who joined, the speaker not among them.
func (s *Service) signers(ctx context.Context, c *model.Case) ([]model.Person, error) {
	if !c.Joinable {
		return nil, nil
	}
	var rows []model.CaseSigner
	err := s.store.DB(ctx).Where("village_id = ? AND case_id = ? AND joined_at > 0", c.VillageID, c.ID).Limit(2000).Find(&rows).Error
	people := make([]model.Person, len(rows))
	for i, row := range rows {
		people[i] = model.ParseRecipient(row.Signer)
	}
	return people, err
}

func (s *Service) hasSigned(ctx context.Context, c *model.Case, person model.Person) (bool, error) {
	var row model.CaseSigner
	err := s.store.DB(ctx).Take(&row, "village_id = ? AND case_id = ? AND signer = ?", c.VillageID, c.ID, person.Recipient()).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nil
	}
	return err == nil && !row.JoinedAt.IsZero(), err
}
