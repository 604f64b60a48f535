package wechat

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// encryptRaw encrypts plain blocks as they are: frames and paddings that Seal
// would never make.
func encryptRaw(c *Crypter, plain []byte) string {
	sealed := make([]byte, len(plain))
	cipher.NewCBCEncrypter(c.block, c.key[:aes.BlockSize]).CryptBlocks(sealed, plain)
	return base64.StdEncoding.EncodeToString(sealed)
}

// framed is random | length | message | appid, padded by pad.
func framed(size uint32, message, appID string, pad ...byte) []byte {
	plain := make([]byte, 16, 128)
	plain = binary.BigEndian.AppendUint32(plain, size)
	return append(append(append(plain, message...), appID...), pad...)
}

func TestOpenRefuses(t *testing.T) {
	c, err := NewCrypter("wx12345678", "t", officialKey())
	if err != nil {
		t.Fatal(err)
	}
	pad := func(n, times int) []byte { return bytes.Repeat([]byte{byte(n)}, times) }
	// 16 + 4 + 2 + 10 bytes: a whole block of 32 is padded.
	if got, err := c.Open(encryptRaw(c, framed(2, "hi", "wx12345678", pad(32, 32)...))); err != nil || string(got) != "hi" {
		t.Fatalf("the sound frame: %q, %v", got, err)
	}
	damaged := pad(32, 32)
	damaged[0] = 31
	for name, plain := range map[string][]byte{
		"padding 0":            framed(2, "hi", "wx12345678", pad(0, 32)...),
		"padding 33":           framed(2, "hi", "wx12345678", pad(33, 32)...),
		"padding 255":          framed(2, "hi", "wx12345678", pad(255, 32)...),
		"one padding byte off": framed(2, "hi", "wx12345678", damaged...),
		"no padding":           framed(2, "hi", "wx12345678"),
		"another appid":        framed(2, "hi", "wx12345679", pad(32, 32)...),
		"no appid":             framed(12, "hihihihihihi", "", pad(32, 32)...),
		"appid and more":       framed(0, "", "wx12345678xx", pad(32, 32)...),
		"length too small":     framed(1, "hi", "wx12345678", pad(32, 32)...),
		"length too large":     framed(3, "hi", "wx12345678", pad(32, 32)...),
		"length of 4 GiB":      framed(0xFFFFFFFF, "hi", "wx12345678", pad(32, 32)...),
		"only padding":         pad(32, 32),
		"padding too long":     pad(32, 16),
		"shorter than a head":  append(make([]byte, 15), 1),
	} {
		if got, err := c.Open(encryptRaw(c, plain)); err == nil {
			t.Errorf("%s: opened %q", name, got)
		}
	}
	for _, text := range []string{"", "=", "==", "A", "QUFB", "*", strings.Repeat("A", 24) + "!", officialSeal[:40]} {
		if got, err := c.Open(text); err == nil {
			t.Errorf("%q: opened %q", text, got)
		}
	}
}

func TestAccountHidesSecrets(t *testing.T) {
	a := Account{AppID: "wx1", Secret: "s3cret", Token: "t0ken", AESKey: "k3y"}
	for _, text := range []string{fmt.Sprint(a), fmt.Sprintf("%+v", a), fmt.Sprintf("%#v", a), a.LogValue().String(),
		fmt.Sprintf("%v", struct{ A Account }{a}), fmt.Sprintf("%+v", NewClient(Options{Account: a})),
		fmt.Sprintf("%+v", struct{ c *Client }{NewClient(Options{Account: a})}), fmt.Sprintf("%+v", Options{Account: a}), fmt.Sprintf("%+v", &a)} {
		if strings.Contains(text, "s3cret") || strings.Contains(text, "t0ken") || strings.Contains(text, "k3y") {
			t.Error(text)
		}
	}
}
