package village

import (
	"context"

	"cunwu/model"
)

func expectedSender(account, openid string) string { return "village/sender/" + account + "/" + openid }

// ExpectSenders reads many of an account's senders at once, for the turns that
// will ask for them in this transaction, and returns those who are known.
// Strangers are left to be met one by one.
func (s *Service) ExpectSenders(ctx context.Context, account string, openids []string) ([]*Sender, error) {
	rows, err := s.senderRows(ctx, account, openids...)
	if err != nil {
		return nil, err
	}
	of := map[string][]senderRow{}
	for _, row := range rows {
		of[row.Identity.OpenID] = append(of[row.Identity.OpenID], row)
	}
	var known []*Sender
	for _, openid := range openids {
		sender := senderOf(of[openid])
		if len(sender.Persons) > 0 {
			known = append(known, sender)
		}
	}
	if err := s.introduce(ctx, known...); err != nil {
		return nil, err
	}
	for _, sender := range known {
		model.Expect(ctx, expectedSender(account, sender.Identity.OpenID), sender, "identities", "bindings", "villagers", "villages", "role_grants")
	}
	return known, nil
}
