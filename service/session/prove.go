package session

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
)

// Prove takes the time code of the person speaking now: the session is strong from
// then on (Session.Strong, read by Who), and an enrolment is confirmed. A code is
// good once, and none before it afterwards. Errors: SignedOut, Invalid (wrong or
// used), Conflict (not enrolled), TooMany (5 wrong ones within 15 minutes lock it
// for 15), Away (take the next code).
func (s *Service) Prove(ctx context.Context, token, code string) error {
	kept, sender, err := s.Who(ctx, token)
	if err != nil {
		return err
	}
	if s.keys == nil {
		return noBrowsers()
	}
	code, ok := digits(code, stepCode)
	if !ok {
		return model.Errorf(model.Invalid, "请填手机上现在的6位数字")
	}
	var factor string
	var refused error // what was missed is committed
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		factor, refused, err = s.proved(ctx, sender.Actor, code)
		return err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return err
	}
	found, err := s.keeper.Strengthen(ctx, kept.Owner, kept.ID, factor)
	switch {
	case err != nil:
		return away(err)
	case !found:
		return signedOut()
	}
	return nil
}

// proved uses a code up, or counts the miss.
func (s *Service) proved(ctx context.Context, actor model.Actor, code string) (id string, refused, err error) {
	var f model.SecondFactor
	who, now := actor.Person(), s.store.Now()
	err = of(s.store.Locked(ctx), who).Take(&f).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", nil, model.Errorf(model.Conflict, "您还没有设置动态码，请先设置")
	}
	if err != nil {
		return "", nil, err
	}
	if now.Before(f.LockedUntil.Time) {
		return "", nil, locked(f)
	}
	key, err := s.keys.Open(f.KeySealed, f.Owner())
	if err != nil {
		return "", nil, err
	}
	at, ok, err := stepOf(key, code, now)
	switch {
	case err != nil:
		return "", nil, err
	case !ok:
		refused, err = s.missed(ctx, actor, f)
		return "", refused, err
	case at <= f.LastStep:
		return "", nil, model.Errorf(model.Invalid, "这个动态码已经用过。请等手机上换了新的再填（30秒一换）")
	}
	columns := map[string]any{"last_step": at, "misses": 0}
	if f.ConfirmedAt.IsZero() {
		columns["confirmed_at"] = model.At(now)
		err = s.audit.Note(ctx, actor, who.VillageID, "second_factor.enrol", "villager/"+who.ID, "")
	}
	if err == nil {
		err = of(s.store.DB(ctx).Model(&model.SecondFactor{}), who).UpdateColumns(columns).Error
	}
	return f.ID, nil, err
}

// missed counts a wrong code and says what follows from it.
func (s *Service) missed(ctx context.Context, actor model.Actor, f model.SecondFactor) (refused, err error) {
	now := model.At(s.store.Now())
	f.Misses++
	if f.Misses == 1 || now.Sub(f.MissesSince.Time) >= factorSpan {
		f.Misses, f.MissesSince = 1, now
	}
	refused = model.Errorf(model.Invalid, "动态码不对，请看手机上现在的6位数字。还可以试%d次", factorMiss-f.Misses)
	if f.Misses >= factorMiss {
		f.Misses, f.LockedUntil = 0, model.At(now.Add(factorSpan))
		refused = locked(f)
		if err := s.audit.Note(ctx, actor, f.VillageID, "second_factor.lock", "villager/"+f.VillagerID, ""); err != nil {
			return nil, err
		}
	}
	return refused, of(s.store.DB(ctx).Model(&model.SecondFactor{}), model.Person{VillageID: f.VillageID, ID: f.VillagerID}).
		UpdateColumns(map[string]any{"misses": f.Misses, "misses_since": f.MissesSince, "locked_until": f.LockedUntil}).Error
}

func locked(f model.SecondFactor) error {
	return model.Errorf(model.TooMany, "动态码错得太多，请在%s以后再试", f.LockedUntil.In(model.Shanghai).Format("15:04"))
}
