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

// Keyring seals personal fields and makes their blind indexes. Each secret key
// gives one key for the one and one for the other (HKDF, RFC 5869). The newest
// one writes; every one in the ring still reads and finds.
type Keyring struct{ keys []fieldKey } // the newest first

type fieldKey struct {
	id    [4]byte
	aead  cipher.AEAD
	index []byte
}

// NewKeyring derives the keys. current and every older key are 32 bytes, the
// newest first. An older one may go once Store.Reseal has run.
func NewKeyring(current []byte, older ...[]byte) (*Keyring, error) {
	ring := &Keyring{}
	for _, secret := range append([][]byte{current}, older...) {
		if len(secret) != 32 {
			return nil, errors.New("a secret key is 32 bytes")
		}
		key, err := newFieldKey(secret)
		if err != nil {
			return nil, err
		}
		ring.keys = append(ring.keys, key)
	}
	return ring, nil
}

func newFieldKey(secret []byte) (fieldKey, error) {
	var k fieldKey
	derived, err := hkdf.Key(sha256.New, secret, nil, "cunwu field encryption", 32)
	if err != nil {
		return k, err
	}
	if k.index, err = hkdf.Key(sha256.New, secret, nil, "cunwu blind index", 32); err != nil {
		return k, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return k, err
	}
	k.aead, err = cipher.NewGCMWithRandomNonce(block)
	sum := sha256.Sum256(append([]byte("cunwu key id"), derived...))
	copy(k.id[:], sum[:])
	return k, err
}

// Derive returns a 32-byte key for another purpose, told apart by its label. It
// changes with the secret key: for what must stay verifiable after a rotation
// take Store.LastingKey.
func (k *Keyring) Derive(label string) ([]byte, error) {
	return hkdf.Key(sha256.New, k.keys[0].index, nil, "cunwu "+label, 32)
}

// Seal encrypts plain; owner (village and row) is bound to it, so that a sealed
// field moved to another row doesn't open.
func (k *Keyring) Seal(plain, owner string) Secret {
	if plain == "" {
		return Secret{}
	}
	key := k.keys[0]
	return Secret{sealed: key.aead.Seal(append([]byte{sealMark}, key.id[:]...), nil, []byte(plain), []byte(owner))}
}

// Open decrypts what Seal made for the same owner.
func (k *Keyring) Open(secret Secret, owner string) (string, error) {
	if secret.Empty() {
		return "", nil
	}
	for _, key := range k.keys {
		if secret.under(key) {
			plain, err := key.aead.Open(nil, nil, secret.sealed[5:], []byte(owner))
			return string(plain), err
		}
	}
	return "", errors.New("sealed under a secret key that this server doesn't have")
}

func (s Secret) under(key fieldKey) bool {
	return len(s.sealed) > 5 && [4]byte(s.sealed[1:5]) == key.id
}

// Current says whether the secret is sealed under the newest key, or is empty.
func (k *Keyring) Current(secret Secret) bool { return secret.Empty() || secret.under(k.keys[0]) }

// Index is the blind index of value under the newest key: equal values of one
// kind have equal indexes, and nothing can be read back without the key. It is
// for writing; whoever looks for a row takes Indexes.
func (k *Keyring) Index(kind, value string) string { return k.keys[0].blind(kind, value) }

// Indexes are the blind indexes of value under every key, the newest first: a row
// may still stand under an older one.
func (k *Keyring) Indexes(kind, value string) []string {
	all := make([]string, len(k.keys))
	for i, key := range k.keys {
		all[i] = key.blind(kind, value)
	}
	return all
}

func (k fieldKey) blind(kind, value string) string {
	mac := hmac.New(sha256.New, k.index)
	fmt.Fprintf(mac, "%s\x00%s", kind, value)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
