package session

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/village"
)

// issuer is what stands above the codes on the phone.
const issuer = "村务"

const (
	step        = 30 // seconds of a time code
	stepCode    = 6  // digits
	stepSkew    = 1  // steps that a phone's clock may be away
	factorMiss  = 5  // wrong codes within factorSpan lock it for as long
	factorSpan  = 15 * time.Minute
	factorDraft = 24 * time.Hour // an enrolment that nobody confirmed goes after that
)

// SecondFactor says whether the person speaking now has confirmed a second factor.
func (s *Service) SecondFactor(ctx context.Context, sender *village.Sender) (enrolled bool, err error) {
	since, err := s.SecondFactorSince(ctx, sender.Actor.Person())
	return !since.IsZero(), err
}

// SecondFactorSince is when the person confirmed a second factor; zero: there is none.
func (s *Service) SecondFactorSince(ctx context.Context, who model.Person) (model.Time, error) {
	f, err := s.factorOf(ctx, who)
	return f.ConfirmedAt, err
}

// factorID is the id of the person's confirmed second factor, or "".
func (s *Service) factorID(ctx context.Context, who model.Person) (string, error) {
	f, err := s.factorOf(ctx, who)
	if f.ConfirmedAt.IsZero() {
		return "", err
	}
	return f.ID, err
}

// factorOf is the person's second factor, confirmed or not; a zero one if there is none.
func (s *Service) factorOf(ctx context.Context, who model.Person) (model.SecondFactor, error) {
	var f []model.SecondFactor
	if who.ID == "" {
		return model.SecondFactor{}, nil
	}
	err := of(s.store.DB(ctx), who).Limit(1).Find(&f).Error
	return append(f, model.SecondFactor{})[0], err
}

func of(db *gorm.DB, who model.Person) *gorm.DB {
	return db.Where("village_id = ? AND villager_id = ?", who.VillageID, who.ID)
}

// Enrol draws a fresh key of time codes (TOTP, RFC 6238: SHA-1, 6 digits, 30 s) for
// the person speaking now, as the otpauth URL that an authenticator on the phone
// reads. It counts from the first code that is proved. Errors: Forbidden (nobody
// is bound), Conflict (there is one that counts: only ResetSecondFactor removes it).
func (s *Service) Enrol(ctx context.Context, sender *village.Sender) (otpauthURL string, err error) {
	who := sender.Actor.Person()
	if s.keys == nil {
		return "", noBrowsers()
	}
	if who.ID == "" {
		return "", model.Errorf(model.Forbidden, "请先在公众号里绑定您的身份，再设置动态码")
	}
	unit, err := s.people.Get(ctx, who.VillageID)
	if err != nil {
		return "", err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: unit.Name + " " + sender.Actor.Name, Period: step})
	if err != nil {
		return "", err
	}
	f := model.SecondFactor{VillageID: who.VillageID, VillagerID: who.ID, ID: model.NewID(), MadeAt: model.At(s.store.Now())}
	f.KeySealed = s.keys.Seal(key.Secret(), f.Owner())
	for range 2 { // somebody may enrol at the same time
		err = s.store.Tx(ctx, func(ctx context.Context) error { return s.putFactor(ctx, f) })
		if !model.IsCode(err, model.Conflict) {
			break
		}
	}
	if err != nil {
		return "", err
	}
	return key.URL(), nil
}

// putFactor keeps a key in place of one that was never confirmed. What was missed
// before still counts.
func (s *Service) putFactor(ctx context.Context, f model.SecondFactor) error {
	again := of(s.store.DB(ctx).Model(&model.SecondFactor{}), model.Person{VillageID: f.VillageID, ID: f.VillagerID}).Where("confirmed_at = 0").
		UpdateColumns(map[string]any{"id": f.ID, "key_sealed": f.KeySealed, "made_at": f.MadeAt, "last_step": 0})
	if again.Error != nil || again.RowsAffected > 0 {
		return again.Error
	}
	err := s.store.DB(ctx).Create(&f).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "您已经设置过动态码了。手机换了或丢了，请找系统管理员重置")
	}
	return err
}

// ResetSecondFactor removes a person's second factor, who lost the phone: what was
// proved with it counts no more, and they enrol anew. Nobody does so for
// themselves. Errors: Forbidden, Unknown (there is none).
func (s *Service) ResetSecondFactor(ctx context.Context, actor model.Actor, who model.Person) error {
	return s.store.Tx(ctx, func(ctx context.Context) error {
		if err := actor.Require(model.VerbGrant, who.VillageID); err != nil {
			return err
		}
		if err := s.people.NotSelf(ctx, actor, who, "自己的动态码不能自己重置，请找别的系统管理员"); err != nil {
			return err
		}
		gone := of(s.store.DB(ctx), who).Delete(&model.SecondFactor{})
		if gone.Error != nil {
			return gone.Error
		}
		if gone.RowsAffected == 0 {
			return model.Errorf(model.Unknown, "他（她）没有设置动态码，不用重置")
		}
		return s.audit.Note(ctx, actor, who.VillageID, "second_factor.reset", "villager/"+who.ID, "")
	})
}

// stepOf is the step whose code this is, among those near now.
func stepOf(key, code string, now time.Time) (int64, bool, error) {
	for at := now.Unix()/step - stepSkew; at <= now.Unix()/step+stepSkew; at++ {
		want, err := hotp.GenerateCode(key, uint64(at)) //nolint:gosec // after 1970
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at, true, nil
		}
	}
	return 0, false, nil
}
