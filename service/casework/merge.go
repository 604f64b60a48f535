package casework

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"cunwu/model"
)

// Merge closes a case that asks the same as another one of its kind: its asker
// signs the other, and gets the answer with the rest.
func (s *Service) Merge(ctx context.Context, actor model.Actor, from, into Ref) (model.Case, error) {
	return s.handle(ctx, actor, from, func(ctx context.Context, c *model.Case) ([]string, error) {
		if from == into || from.VillageID != into.VillageID {
			return nil, model.Errorf(model.Invalid, "请选同村的另一件")
		}
		if !c.Awaiting() || hidden(c) {
			return nil, model.Errorf(model.Conflict, "#%d 已经答复或不能合并", c.Number)
		}
		other, err := s.handle(ctx, actor, into, func(ctx context.Context, o *model.Case) ([]string, error) {
			if !o.Awaiting() || hidden(o) || o.Kind != c.Kind {
				return nil, model.Errorf(model.Conflict, "#%d 已经答复或不是同一类，不能并到它那里", o.Number)
			}
			o.Joinable = true
			return []string{"joinable"}, s.joinSigners(ctx, c, o)
		})
		if err != nil {
			return nil, err
		}
		if err := s.note(ctx, c, actor, model.EventJoined, Said{Text: fmt.Sprintf("并到 #%d", other.Number)}); err != nil {
			return nil, err
		}
		columns, err := s.close(ctx, c, model.ClosedJoined)
		if err != nil {
			return nil, err
		}
		return columns, s.tellAsker(ctx, c, message{what: "merged", text: mergedText(&other)})
	})
}

// joinSigners makes the asker and the signers of a case signers of the other.
func (s *Service) joinSigners(ctx context.Context, c, other *model.Case) error {
	people, err := s.signers(ctx, c)
	if err != nil {
		return err
	}
	for _, person := range append(people, c.Asker()) {
		if other.Asker().Is(person) {
			continue
		}
		row := model.CaseSigner{VillageID: other.VillageID, CaseID: other.ID, Signer: person.Recipient(), JoinedAt: model.At(s.store.Now()), AskedAt: model.At(s.store.Now())}
		if c.Asker().Is(person) {
			row.Name = c.AskerName
		}
		err := s.store.Tx(ctx, func(ctx context.Context) error {
			err := s.store.DB(ctx).Create(&row).Error
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				return model.Errorf(model.Conflict, "已经联名").Because(err)
			}
			return err
		})
		if err != nil && !model.IsCode(err, model.Conflict) {
			return err
		}
	}
	return nil
}
