package config

import (
	"encoding/json"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Config, an Account and a Mini can be printed, logged and marshalled without showing a secret:
// each goes through attrs.

const hidden = "（已设置）"

func attrs(pointer any, group string) []slog.Attr {
	var list []slog.Attr
	for _, f := range fieldsOf(pointer, group) {
		if !f.value.IsZero() {
			list = append(list, slog.String(f.key(), f.show()))
		}
	}
	return list
}

func (f field) show() string {
	if f.secret == "value" {
		return hidden
	}
	switch v := f.value.Interface().(type) {
	case string:
		if f.secret == "url" && v != "embedded" {
			return maskURL(v)
		}
		return v
	case []string:
		return strings.Join(v, ",")
	case time.Duration:
		return v.String()
	case int64:
		return strconv.FormatInt(v, 10)
	case slog.Level:
		return v.String()
	}
	return hidden
}

// A Redis list has one password an address. In a mysql address even a comma belongs to the
// password, so all up to the last @ goes.
var userInfo = regexp.MustCompile(`://[^,]*@`)

func maskURL(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return hidden
	}
	if at := strings.LastIndex(rest, "@"); scheme == "mysql" && at >= 0 {
		return "mysql://***" + rest[at:]
	}
	return userInfo.ReplaceAllString(text, "://***@")
}

// LogValue shows the settings without their secrets.
func (c Config) LogValue() slog.Value {
	list := attrs(&c, "")
	for i, a := range c.Accounts {
		list = append(list, slog.Attr{Key: "accounts." + strconv.Itoa(i), Value: a.LogValue()})
	}
	if c.Mini.Enabled() {
		list = append(list, slog.Attr{Key: "mini", Value: c.Mini.LogValue()})
	}
	return slog.GroupValue(list...)
}

// LogValue shows the account without its secrets.
func (a Account) LogValue() slog.Value { return slog.GroupValue(attrs(&a, "OA_")...) }

// LogValue shows the mini-program without its secrets.
func (m Mini) LogValue() slog.Value { return slog.GroupValue(attrs(&m, "MINI_")...) }

func (c Config) String() string  { return c.LogValue().String() }
func (a Account) String() string { return a.LogValue().String() }
func (m Mini) String() string    { return m.LogValue().String() }

// GoString keeps %#v from showing the fields.
func (c Config) GoString() string { return c.String() }

// GoString keeps %#v from showing the fields.
func (a Account) GoString() string { return a.String() }

// GoString keeps %#v from showing the fields.
func (m Mini) GoString() string { return m.String() }

// MarshalJSON keeps a Config that was put into some larger value from showing its secrets.
func (c Config) MarshalJSON() ([]byte, error) { return json.Marshal(c.String()) }

// MarshalJSON is as for Config.
func (a Account) MarshalJSON() ([]byte, error) { return json.Marshal(a.String()) }

// MarshalJSON is as for Config.
func (m Mini) MarshalJSON() ([]byte, error) { return json.Marshal(m.String()) }
