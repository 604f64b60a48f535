package model

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"gorm.io/gorm"
)

// LastingKey returns the 32-byte key of this name, which stays the same however
// often the secret key is changed; the first call draws it. Seals and signatures
// that must be verifiable for years are made with one. create is false where a
// missing key means that somebody removed it, as when what it signed is there.
func (s *Store) LastingKey(ctx context.Context, keys *Keyring, name string, create bool) ([]byte, error) {
	key, err := s.storedKey(ctx, keys, name)
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return key, err
	}
	if !create {
		return nil, errors.New("the stored key " + name + " is gone")
	}
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails
	row := LastingKey{Name: name, CreatedAt: At(s.Now())}
	row.Sealed = keys.Seal(hex.EncodeToString(fresh), row.Owner())
	err = s.Tx(ctx, func(ctx context.Context) error {
		err := s.DB(ctx).Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return Errorf(Conflict, "密钥已经有了")
		}
		return err
	})
	if err != nil && !IsCode(err, Conflict) {
		return nil, err
	}
	return s.storedKey(ctx, keys, name) // whoever was first
}

func (s *Store) storedKey(ctx context.Context, keys *Keyring, name string) ([]byte, error) {
	var row LastingKey
	if err := s.DB(ctx).Take(&row, "name = ?", name).Error; err != nil {
		return nil, err
	}
	text, err := keys.Open(row.Sealed, row.Owner())
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(text)
}

// Owner is what the sealed key is bound to.
func (k LastingKey) Owner() string { return "key/" + k.Name }
