package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// field is one setting of a struct, seen through its tags.
type field struct {
	tag    string // ADDR
	prefix string // CUNWU_, or CUNWU_OA_
	need   Need
	def    string
	secret string
	about  string
	value  reflect.Value
}

const envPrefix = "CUNWU_"

func (f field) variable() string { return f.prefix + f.tag }
func (f field) key() string      { return strings.ToLower(f.tag) }

// fieldsOf lists the plain settings of a pointer to Config, Account or Mini; nested groups, whose
// tag ends in "_", are for the caller.
func fieldsOf(pointer any, group string) []field {
	v := reflect.ValueOf(pointer).Elem()
	var list []field
	for i := range v.NumField() {
		t := v.Type().Field(i)
		tag := t.Tag.Get("env")
		if tag == "" || strings.HasSuffix(tag, "_") {
			continue
		}
		f := field{tag: tag, prefix: envPrefix + group, def: t.Tag.Get("default"), secret: t.Tag.Get("secret"), about: t.Tag.Get("about"), value: v.Field(i)}
		f.need = needOf(t.Tag.Get("need"))
		if group != "" {
			f.need = NeedWeChat
		}
		list = append(list, f)
	}
	return list
}

func needOf(tag string) Need {
	switch tag {
	case "database":
		return NeedDatabase
	case "secret":
		return NeedSecretKey
	case "data":
		return NeedDataDir
	case "redis":
		return NeedRedis
	case "http":
		return NeedHTTP
	case "wechat":
		return NeedWeChat
	}
	return 0
}

// set parses text into the field. Its error says what to do and holds none of the text.
func (f field) set(text string) error {
	var err error
	switch p := f.value.Addr().Interface().(type) {
	case *string:
		*p = text
	case *[]string:
		*p = splitList(text)
	case *[]byte:
		*p, err = parseKey(text)
	case *[][]byte:
		*p, err = parseKeys(text)
	case *time.Duration:
		if *p, err = time.ParseDuration(text); err != nil {
			err = errors.New("请写带单位的时长，例如 20s、5m、1h")
		}
	case *int64:
		*p, err = parseSize(text)
	case *slog.Level:
		*p, err = parseLevel(text)
	default:
		err = fmt.Errorf("不支持的类型 %T", p)
	}
	return err
}

// splitList takes commas, also Chinese ones, and line breaks (a _FILE may hold one item a line).
func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，\r\n\t ", r) })
}

var errKey = errors.New("不是有效的 base64。请用 openssl rand -base64 32 生成，整行复制")

func parseKey(text string) ([]byte, error) {
	text = strings.TrimRight(text, "=")
	text = strings.NewReplacer("-", "+", "_", "/").Replace(text)
	key, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, errKey
	}
	return key, nil
}

func parseKeys(text string) ([][]byte, error) {
	var keys [][]byte
	for _, item := range splitList(text) {
		key, err := parseKey(item)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

var errSize = errors.New("请写大小，例如 512KB、256MB、2GB")

func parseSize(text string) (int64, error) {
	text = strings.ToUpper(text)
	unit := int64(1)
	for suffix, size := range map[string]int64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30} {
		if number, ok := strings.CutSuffix(text, suffix); ok {
			text, unit = number, size
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return 0, errSize
	}
	return n * unit, nil
}

func parseLevel(text string) (slog.Level, error) {
	switch strings.ToLower(text) {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return 0, errors.New("只能是 debug、info、warn、error 之一")
}
