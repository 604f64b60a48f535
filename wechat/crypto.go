package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

const (
	// padBlock is WeChat's PKCS#7 block: 32, though AES itself works in 16.
	padBlock = 32
	// headBytes stand before the message: 16 random ones and its length.
	headBytes = 16 + 4
	// aesKeyChars is the length of an EncodingAESKey: 32 bytes of base64
	// without the trailing "=".
	aesKeyChars = 43
)

// Crypter seals and opens the Encrypt element of one account's callbacks:
// AES-256-CBC over random(16) | length(4, big endian) | message | appid.
// It is safe for concurrent use.
type Crypter struct {
	appID string
	token string
	key   []byte
	block cipher.Block
}

// NewCrypter makes the crypter of one account. aesKey is the EncodingAESKey
// of the account's settings page; the error says what is wrong with an
// argument and never contains it.
func NewCrypter(appID, token, aesKey string) (*Crypter, error) {
	if appID == "" {
		return nil, errors.New("wechat: the appid is empty")
	}
	if token == "" {
		return nil, errors.New("wechat: the callback token is empty, anybody could sign with it")
	}
	if len(aesKey) != aesKeyChars {
		return nil, fmt.Errorf("wechat: the EncodingAESKey has %d characters, not %d", len(aesKey), aesKeyChars)
	}
	// The 43rd character carries two bits too many, and WeChat's key
	// generator doesn't clear them: a strict decoder would refuse real keys.
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil {
		return nil, errors.New("wechat: the EncodingAESKey is not base64: only A-Z a-z 0-9 + / may stand in it")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("wechat: the EncodingAESKey: %w", err)
	}
	return &Crypter{appID: appID, token: token, key: key, block: block}, nil
}

// String shows the crypter without its secrets, so that no %v leaks them.
func (c *Crypter) String() string { return "WeChat crypter of " + c.appID }

// Sign is WeChat's signature: the hex SHA-1 of token and parts, sorted and
// joined without a separator.
func Sign(token string, parts ...string) string {
	words := make([]string, 0, 4)
	words = append(append(words, token), parts...)
	slices.Sort(words)
	size := 0
	for _, word := range words {
		size += len(word)
	}
	joined := make([]byte, 0, size)
	for _, word := range words {
		joined = append(joined, word...)
	}
	sum := sha1.Sum(joined)
	return hex.EncodeToString(sum[:])
}

// Signature is the msg_signature of a sealed message: it covers Encrypt,
// which the plain signature of the query doesn't.
func (c *Crypter) Signature(timestamp, nonce, encrypt string) string {
	return Sign(c.token, timestamp, nonce, encrypt)
}

// Seal encrypts message and returns the base64 text of the Encrypt element.
// random must be fresh for each message.
func (c *Crypter) Seal(random [16]byte, message []byte) string {
	content := headBytes + len(message) + len(c.appID)
	padding := padBlock - content%padBlock
	plain := make([]byte, headBytes, content+padding)
	copy(plain, random[:])
	binary.BigEndian.PutUint32(plain[16:], uint32(len(message)))
	plain = append(plain, message...)
	plain = append(plain, c.appID...)
	for range padding {
		plain = append(plain, byte(padding))
	}
	cipher.NewCBCEncrypter(c.block, c.key[:aes.BlockSize]).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain)
}

// Open decrypts an Encrypt element. It checks the block size, every byte of
// the padding, the length and the appid; any mismatch is an error, never a
// panic. Check the signature first: Open alone proves nothing about the sender.
func (c *Crypter) Open(encrypt string) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(encrypt)
	if err != nil {
		return nil, errors.New("wechat: Encrypt is not base64")
	}
	if len(sealed) == 0 || len(sealed)%aes.BlockSize != 0 {
		return nil, fmt.Errorf("wechat: Encrypt has %d bytes, no multiple of %d", len(sealed), aes.BlockSize)
	}
	cipher.NewCBCDecrypter(c.block, c.key[:aes.BlockSize]).CryptBlocks(sealed, sealed)
	plain, err := unpad(sealed)
	if err != nil {
		return nil, err
	}
	if len(plain) < headBytes {
		return nil, errors.New("wechat: the decrypted text is shorter than its head")
	}
	size := uint64(binary.BigEndian.Uint32(plain[16:headBytes]))
	rest := plain[headBytes:]
	if size > uint64(len(rest)) {
		return nil, errors.New("wechat: the message is shorter than its stated length")
	}
	// Whatever follows the message is the appid: a message sealed for another
	// account, or with a wrong length, fails here.
	if !same(string(rest[size:]), c.appID) {
		return nil, errors.New("wechat: the message was sealed for another appid")
	}
	return rest[:size:size], nil
}

// unpad removes the PKCS#7 padding after checking each of its bytes.
func unpad(plain []byte) ([]byte, error) {
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > padBlock || padding > len(plain) {
		return nil, errors.New("wechat: the padding has an impossible length")
	}
	end := len(plain) - padding
	for _, b := range plain[end:] {
		if int(b) != padding {
			return nil, errors.New("wechat: the padding is damaged")
		}
	}
	return plain[:end], nil
}

// same compares without telling by its duration where two strings differ.
func same(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
