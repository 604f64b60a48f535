package session

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/village"
)

// ScenePrefix begins the scene of a QR code that signs a browser in.
const ScenePrefix = "login_"

const (
	sceneSize  = 24 // random bytes
	accountMax = 64
	sceneMax   = 64 // characters: what WeChat takes
	secretMax  = 64
)

// AskScan begins the sign-in of a browser that shows a QR code of the official
// account: whoever scans it within 5 minutes is signed in there. The secret is for
// the browser's cookie alone; the QR code carries the scene, from which nobody can
// tell the secret. Errors: Invalid (no account).
func (s *Service) AskScan(ctx context.Context, account, text string) (secret, scene string, err error) {
	if s.keys == nil {
		return "", "", noBrowsers()
	}
	if account == "" || len(account) > accountMax {
		return "", "", model.Errorf(model.Invalid, "没有找到这个公众号，请从村里给的网址打开")
	}
	secret, scene = random(secretSize), ScenePrefix+random(sceneSize)
	now := s.store.Now()
	row := model.SignInScan{SecretIndex: s.keys.Index(model.IndexSignInSecret, secret), SceneIndex: s.keys.Index(model.IndexSignInScene, scene),
		Account: account, Label: label(text), AskedAt: model.At(now), ExpiresAt: model.At(now.Add(SignInLife))}
	if err := s.store.DB(ctx).Create(&row).Error; err != nil {
		return "", "", err
	}
	return secret, scene, nil
}

// Scanned takes down, in the chat's transaction, who scanned the QR code of a
// scene, and returns what the browser calls itself. The first one is signed in,
// and may scan again. Errors: Invalid (no such code, expired, or somebody else's).
func (s *Service) Scanned(ctx context.Context, sender *village.Sender, scene string) (text string, err error) {
	if s.keys == nil {
		return "", noBrowsers()
	}
	if len(scene) > sceneMax {
		return "", staleScene()
	}
	who, now := sender.Identity, s.store.Now()
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		open := s.store.DB(ctx).Model(&model.SignInScan{}).Where("scene_index IN ? AND account = ? AND openid IN ? AND expires_at > ?",
			s.keys.Indexes(model.IndexSignInScene, scene), who.Account, []string{"", who.OpenID}, model.At(now))
		taken := open.UpdateColumns(map[string]any{"openid": who.OpenID, "scanned_at": model.At(now), "expires_at": model.At(now.Add(SignInLife))})
		if taken.Error != nil {
			return taken.Error
		}
		if taken.RowsAffected == 0 {
			return staleScene()
		}
		return s.store.DB(ctx).Model(&model.SignInScan{}).Where("scene_index IN ?", s.keys.Indexes(model.IndexSignInScene, scene)).Pluck("label", &text).Error
	})
	return text, err
}

// FinishScan is what the browser that shows the QR code asks every few seconds: it
// is signed in, once, when somebody has scanned it. Not done: nobody has yet.
// Errors: Invalid (unknown, expired, used, or whoever scanned it signed out
// everywhere since), Away (ask again).
func (s *Service) FinishScan(ctx context.Context, secret string) (signed Signed, done bool, err error) {
	if s.keys == nil {
		return Signed{}, false, noBrowsers()
	}
	if secret == "" || len(secret) > secretMax {
		return Signed{}, false, staleScan()
	}
	row, err := s.scanOf(ctx, secret)
	if err != nil || row.OpenID == "" {
		return Signed{}, false, err
	}
	var sender *village.Sender
	err = s.store.Tx(ctx, func(ctx context.Context) error {
		used := s.store.DB(ctx).Where("secret_index = ?", row.SecretIndex).Delete(&model.SignInScan{})
		if used.Error != nil {
			return used.Error
		}
		var err error
		if sender, err = s.people.Sender(ctx, row.Account, row.OpenID, s.home(row.Account)); err != nil {
			return err
		}
		if used.RowsAffected == 0 || !row.ScannedAt.After(sender.Identity.SignedOutAt.Time) {
			return staleScan()
		}
		return nil
	})
	if err != nil {
		return Signed{}, false, err
	}
	if signed, err = s.begin(ctx, sender, DoorScan, row.Label, row.ScannedAt.Time); err != nil {
		s.giveBack(ctx, &row)
	}
	return signed, err == nil, err
}

func (s *Service) scanOf(ctx context.Context, secret string) (model.SignInScan, error) {
	var row model.SignInScan
	err := s.store.DB(ctx).Take(&row, "secret_index IN ? AND expires_at > ?", s.keys.Indexes(model.IndexSignInSecret, secret), model.At(s.store.Now())).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, staleScan()
	}
	return row, err
}

// random is so many random bytes as text that stands in cookies and scenes.
func random(size int) string {
	raw := make([]byte, size)
	_, _ = rand.Read(raw) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(raw)
}

func staleScene() error {
	return model.Errorf(model.Invalid, "这个登录二维码过期了，或者已经有人扫过。请刷新网页，再扫一次")
}

func staleScan() error {
	return model.Errorf(model.Invalid, "二维码过期了，请刷新网页，再扫一次")
}
