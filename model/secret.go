package model

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
)

// Secret is a personal field as the database holds it: sealed. It can only be
// made by a Keyring, so a plain string never reaches the column, and it masks
// itself wherever it is printed.
type Secret struct{ sealed []byte }

// sealMark begins every sealed field and no plain text, so that a plain one that
// reached the column is noticed when it is read.
const sealMark = 0

// Value stores the sealed bytes.
func (s Secret) Value() (driver.Value, error) { return s.sealed, nil }

// Scan reads the sealed bytes.
func (s *Secret) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		s.sealed = nil
	case []byte:
		if len(v) > 0 && v[0] != sealMark {
			return errors.New("model.Secret: the column holds something that was never sealed")
		}
		s.sealed = append([]byte(nil), v...)
	default:
		return fmt.Errorf("model.Secret: cannot read %T", src)
	}
	return nil
}

// GormDataType names the column's type.
func (Secret) GormDataType() string { return "varbinary" }

// Empty says whether there is nothing sealed.
func (s Secret) Empty() bool { return len(s.sealed) == 0 }

// String masks the secret.
func (Secret) String() string { return "***" }

// MarshalJSON masks the secret.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"***"`), nil }

// LogValue masks the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// Keyring seals personal fields and makes their blind indexes. Both keys come
// from the installation's secret key, apart from each other (HKDF, RFC 5869).
// Older secret keys still open what they sealed.
type Keyring struct {
	seal  []sealer // the first one seals
	index []byte
}

type sealer struct {
	id   [4]byte
	aead cipher.AEAD
}

// NewKeyring derives the keys. current and every older key are 32 bytes, the
// newest first. The indexes come from the first key that the installation ever
// had, so that a rotation doesn't make people unknown: it must stay in the list.
func NewKeyring(current []byte, older ...[]byte) (*Keyring, error) {
	ring, first := &Keyring{}, current
	if len(older) > 0 {
		first = older[len(older)-1]
	}
	for _, key := range append([][]byte{current}, older...) {
		if len(key) != 32 {
			return nil, errors.New("a secret key is 32 bytes")
		}
		s, err := newSealer(key)
		if err != nil {
			return nil, err
		}
		ring.seal = append(ring.seal, s)
	}
	var err error
	ring.index, err = hkdf.Key(sha256.New, first, nil, "cunwu blind index", 32)
	return ring, err
}

func newSealer(key []byte) (sealer, error) {
	var s sealer
	derived, err := hkdf.Key(sha256.New, key, nil, "cunwu field encryption", 32)
	if err != nil {
		return s, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return s, err
	}
	s.aead, err = cipher.NewGCMWithRandomNonce(block)
	sum := sha256.Sum256(append([]byte("cunwu key id"), derived...))
	copy(s.id[:], sum[:])
	return s, err
}

// Derive returns a 32-byte key for another purpose (cookies, HMACs), told apart
// by its label.
func (k *Keyring) Derive(label string) ([]byte, error) {
	return hkdf.Key(sha256.New, k.index, nil, "cunwu "+label, 32)
}

// Seal encrypts plain; owner (village and row) is bound to it, so that a sealed
// field moved to another row doesn't open.
func (k *Keyring) Seal(plain, owner string) Secret {
	if plain == "" {
		return Secret{}
	}
	s := k.seal[0]
	return Secret{sealed: s.aead.Seal(append([]byte{sealMark}, s.id[:]...), nil, []byte(plain), []byte(owner))}
}

// Open decrypts what Seal made for the same owner.
func (k *Keyring) Open(secret Secret, owner string) (string, error) {
	if secret.Empty() {
		return "", nil
	}
	for _, s := range k.seal {
		if len(secret.sealed) > 5 && [4]byte(secret.sealed[1:5]) == s.id {
			plain, err := s.aead.Open(nil, nil, secret.sealed[5:], []byte(owner))
			return string(plain), err
		}
	}
	return "", errors.New("sealed under a secret key that this server doesn't have")
}

// Index is the blind index of value: equal values of one kind have equal
// indexes, and nothing can be read back without the key.
func (k *Keyring) Index(kind, value string) string {
	mac := hmac.New(sha256.New, k.index)
	fmt.Fprintf(mac, "%s\x00%s", kind, value)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
