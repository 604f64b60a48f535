package notice

import (
	"context"
	"fmt"
	"time"

	"cunwu/model"
)

// identity is a WeChat identity through which a recipient can be reached, as
// it stood when it was read.
type identity struct {
	Account     string
	OpenID      string `gorm:"column:openid"`
	Followed    bool
	Persons     int // how many persons it speaks for: a shared phone
	MessageAt   model.Time
	MessageLeft int
	ActionAt    model.Time
	ActionLeft  int
	byAction    bool // the slot taken was the action window's
}

// route is one way to a recipient.
type route struct {
	channel    string
	to         *identity
	templateID string
	grantedAt  model.Time
}

// key tells routes apart; a window or quota opened anew is another route.
func (r *route) key() string {
	switch r.channel {
	case model.ChannelChat:
		return fmt.Sprintf("%s/%s/%s/%v/%v", r.channel, r.to.Account, r.to.OpenID, r.to.MessageAt, r.to.ActionAt)
	default:
		return fmt.Sprintf("%s/%s/%s/%s/%v", r.channel, r.to.Account, r.to.OpenID, r.templateID, r.grantedAt)
	}
}

// lane is what WeChat limits or refuses as a whole: an account's channel.
func (r *route) lane() string { return r.to.Account + "/" + r.channel }

const identityColumns = `COALESCE(i.followed, TRUE) AS followed,
	COALESCE(w.message_at, 0) AS message_at, COALESCE(w.message_left, 0) AS message_left,
	COALESCE(w.action_at, 0) AS action_at, COALESCE(w.action_left, 0) AS action_left`

// identities are those that speak for the recipient now, the last seen first.
func (s *Service) identities(ctx context.Context, recipient string) ([]identity, error) {
	var found []identity
	person := model.ParseRecipient(recipient)
	if person.ID == "" {
		err := s.store.DB(ctx).Raw(`SELECT x.account, x.openid, 1 AS persons, `+identityColumns+` FROM (SELECT ? AS account, ? AS openid) x
			LEFT JOIN identities i ON i.account = x.account AND i.openid = x.openid
			LEFT JOIN windows w ON w.account = x.account AND w.openid = x.openid`, person.Account, person.OpenID).Scan(&found).Error
		return found, err
	}
	err := s.store.DB(ctx).Raw(`SELECT b.account, b.openid, `+identityColumns+`,
		(SELECT COUNT(*) FROM bindings o WHERE o.account = b.account AND o.openid = b.openid AND o.ended_at = 0) AS persons
		FROM bindings b
		LEFT JOIN identities i ON i.account = b.account AND i.openid = b.openid
		LEFT JOIN windows w ON w.account = b.account AND w.openid = b.openid
		WHERE b.village_id = ? AND b.villager_id = ? AND b.ended_at = 0
		ORDER BY COALESCE(i.seen_at, 0) DESC, b.bound_at DESC`, person.VillageID, person.ID).Scan(&found).Error
	return found, err
}

// routes are the ways to the recipient that are open now, in the order of
// choice: a chat that is open, a one-time subscription, a template.
func (s *Service) routes(ctx context.Context, n *model.Notice, now time.Time) ([]route, []identity, error) {
	identities, err := s.identities(ctx, n.Recipient)
	if err != nil || len(identities) == 0 {
		return nil, nil, err
	}
	var chats, templates []route
	wanted := map[string]string{} // account → template id of the subscription
	for k := range identities {
		i := &identities[k]
		if i.openSlots(now) > 0 {
			chats = append(chats, route{channel: model.ChannelChat, to: i})
		}
		t := s.o.Templates(i.Account)
		if t.Subscribe != "" {
			wanted[i.Account] = t.Subscribe
		}
		if t.Template != "" && i.Followed {
			templates = append(templates, route{channel: model.ChannelTemplate, to: i, templateID: t.Template})
		}
	}
	if n.Text == "" {
		return chats, identities, nil // a voice or picture goes by chat alone
	}
	grants, err := s.grants(ctx, identities, wanted)
	return append(append(chats, grants...), templates...), identities, err
}

// grants are the one-time sends that these identities have left.
func (s *Service) grants(ctx context.Context, identities []identity, wanted map[string]string) ([]route, error) {
	var found []route
	for k := range identities {
		i := &identities[k]
		templateID := wanted[i.Account]
		if templateID == "" {
			continue
		}
		var rows []model.Subscription
		err := s.store.DB(ctx).Where("account = ? AND openid = ? AND template_id = ? AND `left` > 0", i.Account, i.OpenID, templateID).
			Limit(1).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		if len(rows) == 1 {
			found = append(found, route{channel: model.ChannelSubscribe, to: i, templateID: templateID, grantedAt: rows[0].UpdatedAt})
		}
	}
	return found, nil
}

// recipients are own and all others for whom this identity is the only way.
func (s *Service) recipients(ctx context.Context, i *identity, own string) ([]string, error) {
	var bound []model.Person
	err := s.store.DB(ctx).Raw(`SELECT b.village_id, b.villager_id AS id FROM bindings b WHERE b.account = ? AND b.openid = ? AND b.ended_at = 0
		AND NOT EXISTS (SELECT 1 FROM bindings o WHERE o.village_id = b.village_id AND o.villager_id = b.villager_id AND o.ended_at = 0
		 AND (o.account <> b.account OR o.openid <> b.openid))`, i.Account, i.OpenID).Scan(&bound).Error
	all := []string{own}
	for _, person := range append(bound, model.Person{Account: i.Account, OpenID: i.OpenID}) {
		if r := person.Recipient(); r != own {
			all = append(all, r)
		}
	}
	return all, err
}
