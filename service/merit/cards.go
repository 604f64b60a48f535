package merit

import (
	"context"

	"cunwu/model"
)

const cardsMost = 200 // issued at once

// Card is a household's card as it is printed: its number is kept nowhere.
type Card struct{ HouseholdNo, Number string }

// IssueCards is IssueCard for several households: all of them, or none. Errors:
// Invalid (none, or too many), Unknown (no such household).
func (s *Service) IssueCards(ctx context.Context, actor model.Actor, villageID string, households []string) ([]Card, error) {
	if len(households) == 0 || len(households) > cardsMost {
		return nil, model.Errorf(model.Invalid, "请写户号，一次最多发%d张卡", cardsMost)
	}
	var cards []Card
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		cards = nil
		for _, no := range households {
			number, err := s.IssueCard(ctx, actor, villageID, no)
			if err != nil {
				return err
			}
			cards = append(cards, Card{no, number})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return cards, nil
}
