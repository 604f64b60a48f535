package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// A token is the owner's mark, so that all sessions of one owner lie on one node
// of a Redis cluster, and 32 random bytes.
const (
	ownerSize  = 12
	secretSize = 32
)

// ownerOf marks a WeChat identity. It tells nothing: openids are random.
func ownerOf(account, openid string) string {
	sum := sha256.Sum256([]byte("session owner\x00" + account + "\x00" + openid))
	return hex.EncodeToString(sum[:ownerSize])
}

func newToken(owner string) string {
	mark, _ := hex.DecodeString(owner) // ownerOf made it
	token := append(mark, make([]byte, secretSize)...)
	_, _ = rand.Read(token[ownerSize:]) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(token)
}

// ownerIn reads whose session a token may be of.
func ownerIn(token string) (owner string, ok bool) {
	if len(token) > 2*(ownerSize+secretSize) {
		return "", false
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != ownerSize+secretSize {
		return "", false
	}
	return hex.EncodeToString(raw[:ownerSize]), true
}

// idOf is what is kept of a token.
func idOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
