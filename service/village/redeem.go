package village

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

// missWindow is how long wrong codes are counted together, and how long a sender
// is locked after the last one allowed.
const missWindow = time.Hour

// claimTries is how often a code that is free is tried to be used up.
const claimTries = 3

// Redeemed is what an invitation code led to: who is bound now, or for a
// household's code the members among whom the sender must choose, or that the
// code was no good.
type Redeemed struct {
	Village  model.Village
	Villager model.Villager   // zero while the sender must choose
	Choices  []model.Villager // then RedeemAs finishes
	Refused  string           // what to tell whose code was wrong, expired or used

	refusal *model.Error
}

// Err is the refusal as an error, for doors that answer with a status.
func (r Redeemed) Err() error {
	if r.refusal == nil {
		return nil
	}
	return r.refusal
}

// missed is an error for which the sender counts a miss.
type missed struct{ reason *model.Error }

func (m *missed) Error() string { return m.reason.Error() }

// Redeem binds a sender by an invitation code. A wrong, expired or used code is
// counted, and too many of them lock the sender. The count must be committed, so
// such a code is no error but Redeemed.Refused; a locked sender is an error.
func (s *Service) Redeem(ctx context.Context, account, openid, code string) (Redeemed, error) {
	return s.redeem(ctx, wechatID{account, openid}, code, "")
}

// RedeemAs is Redeem by a household's code for the member chosen.
func (s *Service) RedeemAs(ctx context.Context, account, openid, code, villagerID string) (Redeemed, error) {
	return s.redeem(ctx, wechatID{account, openid}, code, villagerID)
}

func (s *Service) redeem(ctx context.Context, who wechatID, code, choice string) (Redeemed, error) {
	var done Redeemed
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		identity, err := s.lockIdentity(ctx, who.account, who.openid)
		if err != nil {
			return err
		}
		limit, err := s.store.Rule(ctx, "invitation.misses", "", s.store.Now())
		if err != nil {
			return err
		}
		if err := s.notLocked(identity, int(limit)); err != nil {
			return err
		}
		done, err = s.tryCode(ctx, identity, code, choice)
		var miss *missed
		if errors.As(err, &miss) {
			done, err = s.miss(ctx, identity, int(limit), miss.reason)
		}
		return err
	})
	if err != nil {
		return Redeemed{}, err
	}
	return done, nil
}

// lockIdentity reads a sender, new ones too, and locks the row.
func (s *Service) lockIdentity(ctx context.Context, account, openid string) (model.Identity, error) {
	var identity model.Identity
	take := func() error { return identityOf(s.store.Locked(ctx), account, openid).Take(&identity).Error }
	err := take()
	if errors.Is(err, gorm.ErrRecordNotFound) {
		if err = s.meet(ctx, account, openid); err == nil {
			err = take()
		}
	}
	return identity, err
}

func (s *Service) notLocked(identity model.Identity, limit int) error {
	until := identity.MissesSince.Add(missWindow)
	if identity.Misses >= limit && s.store.Now().Before(until) {
		return model.Errorf(model.TooMany, "邀请码输错太多次，请在%s以后再试", until.In(model.Shanghai).Format("15:04"))
	}
	return nil
}

// miss counts a wrong code and says how many tries are left.
func (s *Service) miss(ctx context.Context, identity model.Identity, limit int, why *model.Error) (Redeemed, error) {
	now := s.store.Now()
	misses, since := identity.Misses+1, identity.MissesSince
	if now.Sub(since.Time) >= missWindow {
		misses, since = 1, model.At(now)
	}
	refusal := model.Errorf(why.Code, "%s。还可以试%d次", why.Message, limit-misses)
	if misses >= limit {
		since = model.At(now)
		until := since.Add(missWindow).In(model.Shanghai).Format("15:04")
		refusal = model.Errorf(why.Code, "%s。已经错了%d次，请在%s以后再试", why.Message, misses, until)
	}
	return Redeemed{Refused: refusal.Message, refusal: refusal}, identityOf(s.store.DB(ctx), identity.Account, identity.OpenID).
		UpdateColumns(map[string]any{"misses": misses, "misses_since": since}).Error
}

func (s *Service) tryCode(ctx context.Context, identity model.Identity, code, choice string) (Redeemed, error) {
	var row model.Invitation
	code = cleanDigits(code)
	err := s.store.DB(ctx).Where("code_index IN ?", s.codeIndexes(code)).Take(&row).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return Redeemed{}, &missed{model.Errorf(model.Invalid, "邀请码不对，请核对8位数字再发一次")}
	case err != nil:
		return Redeemed{}, err
	case !row.UsedAt.IsZero():
		return s.usedCode(ctx, identity, row)
	case !s.store.Now().Before(row.ExpiresAt.Time):
		return Redeemed{}, &missed{model.Errorf(model.Gone, "这个邀请码已经过期，请向村干部要一个新的")}
	}
	done := Redeemed{}
	if done.Village, err = s.Get(ctx, row.VillageID); err != nil {
		return Redeemed{}, err
	}
	if row.VillagerID == "" {
		if row.VillagerID, done.Choices, err = s.memberOf(ctx, row, choice); err != nil || row.VillagerID == "" {
			return done, err
		}
		done.Choices = nil
	} else if choice != "" && choice != row.VillagerID {
		return Redeemed{}, model.Errorf(model.Invalid, "这个邀请码不是给这个人的，请向村干部要一个新的")
	}
	if err := s.claim(ctx, identity, code, row.VillagerID); err != nil {
		return Redeemed{}, err
	}
	done.Villager, err = s.bind(ctx, identity, row)
	return done, err
}

// memberOf decides which member of the household is meant: the one chosen, or
// the only one; nobody yet when the sender must choose.
func (s *Service) memberOf(ctx context.Context, row model.Invitation, choice string) (string, []model.Villager, error) {
	members, err := s.members(ctx, row.VillageID, row.HouseholdID)
	if err != nil {
		return "", nil, err
	}
	chosen := slices.IndexFunc(members, func(p model.Villager) bool { return p.ID == choice })
	switch {
	case len(members) == 0:
		return "", nil, model.Errorf(model.Gone, "这一户现在没有人在名册上，请联系村干部")
	case chosen >= 0:
		return choice, members, nil
	case choice != "":
		return "", nil, model.Errorf(model.Invalid, "这个人不在这一户，请重新选择")
	case len(members) == 1:
		return members[0].ID, members, nil
	}
	return "", members, nil
}

// claim uses the code up: of several who try at once, one. The row may be indexed
// anew meanwhile and slip by under its other index, so it is looked at again.
func (s *Service) claim(ctx context.Context, identity model.Identity, code, villagerID string) error {
	for range claimTries {
		row := func() *gorm.DB {
			return s.store.DB(ctx).Model(&model.Invitation{}).Where("code_index IN ? AND used_at = 0", s.codeIndexes(code))
		}
		used := row().UpdateColumns(map[string]any{"used_at": s.now(), "used_by": usedBy(identity), "villager_id": villagerID})
		if used.Error != nil || used.RowsAffected > 0 {
			return used.Error
		}
		var free int64
		if err := row().Count(&free).Error; err != nil {
			return err
		}
		if free == 0 {
			break
		}
	}
	return alreadyUsed()
}

func usedBy(identity model.Identity) string { return identity.Account + "/" + identity.OpenID }

func alreadyUsed() error {
	return &missed{model.Errorf(model.Gone, "这个邀请码已经用过了，请向村干部要一个新的")}
}

// usedCode is no miss for whoever used it: people scan their slip again.
func (s *Service) usedCode(ctx context.Context, identity model.Identity, row model.Invitation) (Redeemed, error) {
	if row.UsedBy != usedBy(identity) {
		return Redeemed{}, alreadyUsed()
	}
	sender, err := s.Sender(ctx, identity.Account, identity.OpenID, "")
	if err != nil {
		return Redeemed{}, err
	}
	for _, known := range sender.Persons {
		if known.Villager.VillageID == row.VillageID && known.Villager.ID == row.VillagerID {
			return Redeemed{Village: known.Village, Villager: known.Villager},
				s.speak(ctx, identity.Account, identity.OpenID, known.Villager.Person())
		}
	}
	return Redeemed{}, alreadyUsed()
}

// bind joins the sender with the villager, who speaks from now on.
func (s *Service) bind(ctx context.Context, identity model.Identity, row model.Invitation) (model.Villager, error) {
	person, err := s.lockPerson(ctx, row.VillageID, row.VillagerID)
	if err != nil {
		return person, err
	}
	if person.State != model.VillagerLiving {
		return person, model.Errorf(model.Gone, "%s已不在名册上，不能绑定，有误请联系村干部", person.Name)
	}
	err = s.join(ctx, person, model.Binding{VillageID: person.VillageID, VillagerID: person.ID, Account: identity.Account,
		OpenID: identity.OpenID, Strength: model.BoundByCode, BoundAt: s.now()})
	if err != nil {
		return person, err
	}
	if err := s.speak(ctx, identity.Account, identity.OpenID, person.Person()); err != nil {
		return person, err
	}
	if err := s.joinUnion(ctx, identity.UnionID); err != nil {
		return person, err
	}
	actor := model.Actor{VillageID: person.VillageID, VillagerID: person.ID, Name: person.Name,
		Account: identity.Account, OpenID: identity.OpenID}
	return person, s.audit.Note(ctx, actor, person.VillageID, "binding.redeem", "villager/"+person.ID, "")
}
