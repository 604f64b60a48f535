package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/village"
)

// SignInLife is how long a code is good, how long a QR code may be scanned, and
// how long the browser has then.
const SignInLife = 5 * time.Minute

const (
	codeTries = 8
	codeSize  = 8 // digits
	codeSpace = 100_000_000
)

// ChatCode makes the code of 8 digits by which the sender, whether bound or not,
// signs a browser in once within 5 minutes. The sender's earlier code is void. It
// runs in the chat's transaction.
func (s *Service) ChatCode(ctx context.Context, sender *village.Sender) (code string, err error) {
	if s.keys == nil {
		return "", noBrowsers()
	}
	for range codeTries {
		number, err := rand.Int(rand.Reader, big.NewInt(codeSpace))
		if err != nil {
			return "", err
		}
		code = fmt.Sprintf("%0*d", codeSize, number.Int64())
		err = s.store.Tx(ctx, func(ctx context.Context) error { return s.putCode(ctx, sender.Identity, code) })
		if !model.IsCode(err, model.Conflict) {
			return code, err
		}
	}
	return "", model.Errorf(model.Away, "登录码暂时发不出来，请再回一次：登录")
}

// putCode keeps the sender's code in place of the one before. Conflict: somebody
// has the same one, or the sender asked twice at once.
func (s *Service) putCode(ctx context.Context, of model.Identity, code string) error {
	now := s.store.Now()
	row := model.SignInCode{Account: of.Account, OpenID: of.OpenID, CodeIndex: s.keys.Index(model.IndexSignInCode, code),
		ToldAt: model.At(now), ExpiresAt: model.At(now.Add(SignInLife))}
	var taken int64 // under an older key, which the unique index doesn't see
	err := s.store.DB(ctx).Model(&model.SignInCode{}).Where("code_index IN ?", s.keys.Indexes(model.IndexSignInCode, code)).Count(&taken).Error
	if err != nil {
		return err
	}
	if taken > 0 {
		return model.Errorf(model.Conflict, "这个登录码已经有了")
	}
	put := s.store.DB(ctx).Model(&model.SignInCode{}).Where("account = ? AND openid = ?", of.Account, of.OpenID).
		UpdateColumns(map[string]any{"code_index": row.CodeIndex, "told_at": row.ToldAt, "expires_at": row.ExpiresAt})
	if err = put.Error; err == nil && put.RowsAffected == 0 {
		err = s.store.DB(ctx).Create(&row).Error
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "这个登录码已经有了")
	}
	return err
}

// SignInByCode signs in, once, the browser in which the code was typed; spaces and
// full-width digits are taken as people type them. Errors: Invalid (wrong, expired,
// used, or everything was signed out since), Away (the code stays good). Whoever
// opens this to the world bounds how often it may be tried: 8 digits can be guessed.
func (s *Service) SignInByCode(ctx context.Context, code, label string) (Signed, error) {
	if s.keys == nil {
		return Signed{}, noBrowsers()
	}
	code, ok := digits(code, codeSize)
	if !ok {
		return Signed{}, wrongCode()
	}
	var row model.SignInCode
	var sender *village.Sender
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if row, err = s.takeCode(ctx, code); err != nil {
			return err
		}
		if sender, err = s.people.Sender(ctx, row.Account, row.OpenID, s.home(row.Account)); err != nil {
			return err
		}
		if !row.ToldAt.After(sender.Identity.SignedOutAt.Time) {
			return wrongCode()
		}
		return nil
	})
	if err != nil {
		return Signed{}, err
	}
	signed, err := s.begin(ctx, sender, DoorCode, label, row.ToldAt.Time)
	if err != nil {
		s.giveBack(ctx, &row)
	}
	return signed, err
}

// takeCode uses a code up.
func (s *Service) takeCode(ctx context.Context, code string) (model.SignInCode, error) {
	var row model.SignInCode
	err := s.store.DB(ctx).Take(&row, "code_index IN ? AND expires_at > ?", s.keys.Indexes(model.IndexSignInCode, code), model.At(s.store.Now())).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, wrongCode()
	}
	if err != nil {
		return row, err
	}
	used := s.store.DB(ctx).Where("account = ? AND openid = ? AND code_index = ?", row.Account, row.OpenID, row.CodeIndex).Delete(&model.SignInCode{})
	if used.Error == nil && used.RowsAffected == 0 {
		return row, wrongCode() // somebody else was faster
	}
	return row, used.Error
}

// giveBack makes good again what was used up for a session that could not be kept,
// unless there is a newer one.
func (s *Service) giveBack(ctx context.Context, row any) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), forgetting)
	defer cancel()
	if err := s.store.DB(ctx).Create(row).Error; err != nil && !errors.Is(err, gorm.ErrDuplicatedKey) {
		s.log.ErrorContext(ctx, "a sign-in that failed could not be given back", "error", err)
	}
}

// digits reads so many digits, with the spaces, dashes and full-width signs that
// people type.
func digits(text string, size int) (string, bool) {
	if len(text) > 16*size {
		return "", false
	}
	read := strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '\u00a0' || r == '　' || r == '-' || r == '－':
			return -1
		}
		return r
	}, text)
	return read, len(read) == size && strings.Trim(read, "0123456789") == ""
}

func wrongCode() error {
	return model.Errorf(model.Invalid, "登录码不对，或者过了5分钟、已经用过。请在公众号里再回：登录")
}

func noBrowsers() error {
	return model.Errorf(model.Forbidden, "这里还不能在网页上登录，请从微信里打开")
}
