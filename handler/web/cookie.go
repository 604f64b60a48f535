package web

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// The cookies. Scripts read none of them, and other sites' forms don't bring them.
const (
	cookieSession = "cunwu"       // the session's token
	cookieSaid    = "cunwu_said"  // what the next page says first
	cookieSize    = "cunwu_size"  // of the type
	cookieOAuth   = "cunwu_oauth" // the state that WeChat must bring back
	cookieScan    = "cunwu_scan"  // the secret of a code being scanned
)

const (
	sessionLife = 30 * 24 * time.Hour
	sizeLife    = 365 * 24 * time.Hour
	saidLife    = time.Minute
	signInLife  = 10 * time.Minute
	maxSaid     = 600 // bytes
)

// secured is the cookie's name: under https no other host of the domain can set it.
func (v *Visit) secured(name string) string {
	if v.frame.HTTPS {
		return "__Host-" + name
	}
	return name
}

func (v *Visit) cookie(name string) string {
	c, err := v.c.Request.Cookie(v.secured(name))
	if err != nil {
		return ""
	}
	return c.Value
}

func (v *Visit) setCookie(name, value string, life time.Duration) {
	http.SetCookie(v.c.Writer, &http.Cookie{Name: v.secured(name), Value: value, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: v.frame.HTTPS, SameSite: http.SameSiteLaxMode})
}

func (v *Visit) dropCookie(name string) { v.setCookie(name, "", -time.Second) }

// tell keeps words for the page that comes next.
func (v *Visit) tell(said string) {
	if len(said) > maxSaid {
		said = strings.ToValidUTF8(said[:maxSaid], "")
	}
	v.setCookie(cookieSaid, base64.RawURLEncoding.EncodeToString([]byte(said)), saidLife)
}

// told takes the words that the page before left.
func (v *Visit) told() string {
	kept := v.cookie(cookieSaid)
	if kept == "" {
		return ""
	}
	v.dropCookie(cookieSaid)
	said, err := base64.RawURLEncoding.DecodeString(kept)
	if err != nil {
		return ""
	}
	return string(said)
}

// size is how large this browser wants the type: "", "2" or "3".
func (v *Visit) size() string {
	if size := v.cookie(cookieSize); size == "2" || size == "3" {
		return size
	}
	return ""
}
