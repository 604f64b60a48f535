package village

import (
	"context"
	"errors"

	"cunwu/model"
)

const (
	unionMax    = 20  // senders that are one human
	learnMax    = 100 // senders asked about in one sweep
	learnErrors = 3   // failures in a row after which a sweep gives up
)

// LearnUnion stores the unionid of a sender, and joins all senders with it: what
// is bound to one of them is bound to each.
func (s *Service) LearnUnion(ctx context.Context, account, openid, unionid string) error {
	if unionid == "" {
		return s.MarkChecked(ctx, account, openid)
	}
	return s.store.Tx(ctx, func(ctx context.Context) error {
		if _, err := s.lockIdentity(ctx, account, openid); err != nil {
			return err
		}
		err := identityOf(s.store.DB(ctx), account, openid).
			UpdateColumns(map[string]any{"unionid": unionid, "union_checked_at": s.now()}).Error
		if err != nil {
			return err
		}
		return s.joinUnion(ctx, unionid)
	})
}

// joinUnion copies bindings between the senders who are one human, with the
// greatest strength that one of them has. The rows are locked, so that a person
// who is unbound meanwhile stays unbound.
func (s *Service) joinUnion(ctx context.Context, unionid string) error {
	if unionid == "" {
		return nil
	}
	var identities []model.Identity
	err := s.store.Locked(ctx).Where("unionid = ?", unionid).Order("account, openid").Limit(unionMax).Find(&identities).Error
	if err != nil || len(identities) < 2 {
		return err
	}
	var bound []model.Binding
	err = s.store.Locked(ctx).Table("bindings b").Select("b.*").
		Joins("JOIN identities i ON i.account = b.account AND i.openid = b.openid").
		Joins("JOIN villagers p ON p.village_id = b.village_id AND p.id = b.villager_id").
		Where("i.unionid = ? AND b.ended_at = 0 AND p.state = ?", unionid, model.VillagerLiving).
		Order("b.bound_at, b.village_id, b.villager_id").Limit(bindingsMax).Scan(&bound).Error
	if err != nil || len(bound) == 0 {
		return err
	}
	for _, missing := range missingBindings(identities, bound) {
		if err := s.putBinding(ctx, missing); err != nil {
			return err
		}
	}
	for _, identity := range identities {
		if identity.VillagerID != "" {
			continue
		}
		first := model.Person{VillageID: bound[0].VillageID, ID: bound[0].VillagerID}
		if err := s.speak(ctx, identity.Account, identity.OpenID, first); err != nil {
			return err
		}
	}
	return nil
}

// missingBindings are those that each sender lacks, or has only in a weaker form.
func missingBindings(identities []model.Identity, bound []model.Binding) []model.Binding {
	type key struct {
		person model.Person
		sender wechatID
	}
	has := map[key]model.Binding{}
	best := map[model.Person]model.Binding{}
	var people []model.Person
	for _, b := range bound {
		person := model.Person{VillageID: b.VillageID, ID: b.VillagerID}
		has[key{person, wechatID{b.Account, b.OpenID}}] = b
		known, ok := best[person]
		if !ok {
			people = append(people, person)
		}
		if !ok || b.Strong() && !known.Strong() {
			best[person] = b
		}
	}
	var missing []model.Binding
	for _, identity := range identities {
		for _, person := range people {
			b := best[person]
			own, ok := has[key{person, wechatID{identity.Account, identity.OpenID}}]
			if ok && (own.Strong() || !b.Strong()) {
				continue
			}
			b.Account, b.OpenID = identity.Account, identity.OpenID
			missing = append(missing, b)
		}
	}
	return missing
}

// sameHuman returns the sender and whoever has the same unionid.
func (s *Service) sameHuman(ctx context.Context, account, openid string) (map[wechatID]bool, error) {
	same := map[wechatID]bool{{account, openid}: true}
	own := identityOf(s.store.DB(ctx), account, openid).Select("unionid").Where("unionid <> ''")
	var others []model.Identity
	err := s.store.DB(ctx).Where("unionid IN (?)", own).Limit(unionMax).Find(&others).Error
	for _, other := range others {
		same[wechatID{other.Account, other.OpenID}] = true
	}
	return same, err
}

// Unlearned returns senders whose unionid was never asked for, those seen last
// first.
func (s *Service) Unlearned(ctx context.Context, limit int) ([]model.Identity, error) {
	var identities []model.Identity
	err := s.store.DB(ctx).Where("union_checked_at = 0").Order("seen_at DESC, account, openid").
		Limit(min(max(limit, 0), learnMax)).Find(&identities).Error
	return identities, err
}

// MarkChecked notes that a sender's unionid was asked for, and that there is none.
func (s *Service) MarkChecked(ctx context.Context, account, openid string) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		return identityOf(s.store.DB(ctx), account, openid).UpdateColumn("union_checked_at", s.now()).Error
	})
}

// LearnDue asks for the unionids that are missing, outside of any transaction,
// and returns how many senders were settled. fetch returns an empty unionid, or
// the class SendRecipient, for whoever has none; after any other error the sender
// stays due, and a few of them in a row end the sweep.
func (s *Service) LearnDue(ctx context.Context, fetch func(ctx context.Context, account, openid string) (string, error)) (int, error) {
	due, err := s.Unlearned(ctx, learnMax)
	if err != nil {
		return 0, err
	}
	learned, failed := 0, 0
	for _, identity := range due {
		unionid, problem := fetch(ctx, identity.Account, identity.OpenID)
		var send *model.SendError
		if errors.As(problem, &send) && send.Class == model.SendRecipient {
			unionid, problem = "", nil
		}
		if problem != nil {
			err = problem
			if failed++; failed == learnErrors || ctx.Err() != nil {
				break
			}
			continue
		}
		failed = 0
		if problem := s.LearnUnion(ctx, identity.Account, identity.OpenID, unionid); problem != nil {
			return learned, problem
		}
		learned++
	}
	return learned, err
}
