package publiclog

import (
	"context"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"cunwu/model"
)

// origin names the village's log in its heads, and its key.
func origin(villageID string) string { return "cunwu/" + villageID }

// signer is the village's key: Ed25519, from a key that a change of the
// installation's secret doesn't touch. It is drawn for an empty log only.
func (s *Service) signer(ctx context.Context, villageID string, empty bool) (signer note.Signer, verifier string, err error) {
	lasting, err := s.store.LastingKey(ctx, s.keys, "public log", empty)
	if err != nil {
		return nil, "", err
	}
	seed, err := hkdf.Key(sha256.New, lasting, nil, "cunwu public log "+villageID, ed25519.SeedSize)
	if err != nil {
		return nil, "", err
	}
	public, ok := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	if !ok {
		return nil, "", fmt.Errorf("publiclog: no public key")
	}
	verifier, err = note.NewEd25519VerifierKey(origin(villageID), public)
	if err != nil {
		return nil, "", err
	}
	hash := strings.Split(verifier, "+")[1]
	const ed25519Key = 1
	private := "PRIVATE+KEY+" + origin(villageID) + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{ed25519Key}, seed...))
	signer, err = note.NewSigner(private)
	return signer, verifier, err
}

// Verifier is the village's public key in note's form, for whoever holds a head.
func (s *Service) Verifier(ctx context.Context, villageID string) (string, error) {
	_, verifier, err := s.signer(ctx, villageID, true)
	return verifier, err
}

// headText is what is signed: a checkpoint (origin, size, root hash in base64),
// then when, and the size of the head before.
func headText(villageID string, size int64, hash [32]byte, at model.Time, previous int64) string {
	return fmt.Sprintf("%s\n%d\n%s\n%s\n%d\n", origin(villageID), size, base64.StdEncoding.EncodeToString(hash[:]),
		at.In(model.Shanghai).Format(timeForm), previous)
}

const timeForm = "2006-01-02T15:04:05.000Z07:00"

// Held is a head as somebody outside holds it.
type Held struct {
	VillageID string
	Size      int64
	Hash      [32]byte
	At        time.Time
	Previous  int64
	text      string
}

// ParseHead reads the text of a head, with its signature or without: what a QR
// code on the board, a notice or a saved page gives.
func ParseHead(text string) (Held, error) {
	unreadable := model.Errorf(model.Invalid, "这不是公开账本的签名首页，请把公示栏二维码里的文字完整粘贴过来")
	text = strings.TrimLeft(strings.ReplaceAll(text, "\r\n", "\n"), "\n ")
	lines := strings.Split(text, "\n")
	if len(lines) < 5 || !strings.HasPrefix(lines[0], "cunwu/") {
		return Held{}, unreadable
	}
	var h Held
	h.VillageID = strings.TrimPrefix(lines[0], "cunwu/")
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(hash) != len(h.Hash) {
		return Held{}, unreadable
	}
	copy(h.Hash[:], hash)
	if h.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || h.Size < 1 {
		return Held{}, unreadable
	}
	if h.At, err = time.Parse(timeForm, lines[3]); err != nil {
		return Held{}, unreadable
	}
	if h.Previous, err = strconv.ParseInt(lines[4], 10, 64); err != nil || h.Previous < 0 || h.Previous >= h.Size {
		return Held{}, unreadable
	}
	h.text = strings.Join(lines[:5], "\n") + "\n"
	return h, nil
}
