// Package publiclog is the tamper-evident log of what a village made public: an
// append-only Merkle tree (RFC 6962, by tlog) whose signed heads outsiders hold.
// A use case only leaves a pending row; one fenced sealer per village puts the
// rows in order, so that nobody waits for a hot head.
package publiclog

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"cunwu/model"
)

const (
	kindMax    = 32
	subjectMax = 160
	saltSize   = 32
)

// kinds of entry that the log makes itself
const (
	kindKey    = "key"    // the key that signs from here on
	kindErased = "erased" // the salt of an earlier entry is gone, on purpose
)

// Service is the public log of all villages.
type Service struct {
	store *model.Store
	keys  *model.Keyring
}

// New makes the service.
func New(store *model.Store, keys *model.Keyring) *Service { return &Service{store: store, keys: keys} }

// Append puts a leaf into the village's log, inside the caller's transaction:
// what is undone was never public. The leaf stands for content under a salt of
// its own, and holds nothing of it. kind and subject are public.
func (s *Service) Append(ctx context.Context, villageID, kind, subject string, content []byte) error {
	if kind == "" || len(kind) > kindMax || subject == "" || len(subject) > subjectMax || strings.ContainsAny(kind+subject, "\n\r") {
		return fmt.Errorf("publiclog: kind %q or subject %q is empty or too long", kind, subject)
	}
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return err
	}
	return s.store.Later(ctx, model.LogPending{
		VillageID: villageID, ID: model.NewID(), At: model.At(s.store.Now()), Kind: kind, Subject: subject,
		Salt: hex.EncodeToString(salt), Commitment: Commitment(salt, content),
	})
}

// Commitment is what a leaf says of its content: hex of SHA-256 over the salt,
// the content's length (8 bytes, big-endian) and the content.
func Commitment(salt, content []byte) string {
	h := sha256.New()
	h.Write(salt)
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(content)))
	h.Write(size[:])
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// Record is the leaf's bytes, whose tlog.RecordHash stands in the tree.
func Record(e model.LogEntry) []byte {
	return fmt.Appendf(nil, "cunwu log entry 1\n%s\n%d\n%s\n%d\n%s\n%s\n%s\n%s\n",
		e.VillageID, e.Idx, e.ID, e.At.UnixMilli(), e.Kind, e.Subject, e.SaltSum, e.Commitment)
}

func sumOf(saltHex string) string {
	sum := sha256.Sum256([]byte("cunwu log salt\n" + saltHex))
	return hex.EncodeToString(sum[:])
}
