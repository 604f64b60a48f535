package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// Load reads defaults, then the YAML file at path (none if empty), then the environment, each over
// the one before, and checks what the given needs ask for (none given: NeedAll). A wrong setting
// gives an *Error that lists all of them.
func Load(path string, getenv func(string) string, needs ...Need) (*Config, error) {
	l := &loader{getenv: getenv, need: join(needs)}
	file := l.readFile(path)
	c := Default()
	c.fromFile = map[string]bool{}
	for _, f := range fieldsOf(c, "") {
		if source := l.fill(f, file, ""); source == fromYAML {
			c.fromFile[f.tag] = true
		}
	}
	l.unknown(file, fieldsOf(c, ""), "", "accounts", "mini")
	if l.need&NeedWeChat != 0 {
		c.Accounts = l.accounts(file)
		c.Mini = l.mini(file)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	c.WeChatAPIURL = strings.TrimRight(c.WeChatAPIURL, "/")
	c.check(l.need, &l.problems)
	if err := l.err(); err != nil {
		return nil, err
	}
	return c, nil
}

func join(needs []Need) Need {
	if len(needs) == 0 {
		return NeedAll
	}
	var all Need
	for _, n := range needs {
		all |= n
	}
	return all
}

type loader struct {
	problems
	getenv func(string) string
	need   Need
}

type source int

const (
	fromNowhere source = iota
	fromEnv
	fromYAML
)

// readFile gives the YAML file's top mapping, or nil. The parser's own message is left out where it
// could quote a line with a secret in it: only the line's number is kept.
func (l *loader) readFile(path string) map[string]any {
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		l.add("--config", "读不了配置文件：%v", err)
		return nil
	}
	var top map[string]any
	if err := yaml.Unmarshal(data, &top); err != nil {
		l.add("--config", "%s 不是正确的 YAML%s：检查缩进、冒号后的空格和引号", path, lineOf(err))
		return nil
	}
	return top
}

func lineOf(err error) string {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		return fmt.Sprintf("（第 %d 行附近）", at.GetToken().Position.Line)
	}
	return ""
}

// fill sets one field from the environment or else the file. label names the file's mapping.
func (l *loader) fill(f field, file map[string]any, label string) source {
	if f.need != 0 && l.need&f.need == 0 {
		return fromNowhere
	}
	text, name, from := l.fromEnvironment(f)
	if from == fromNowhere {
		text, name, from = l.fromYAML(f, file, label)
	}
	if text == "" {
		return from
	}
	if err := f.set(text); err != nil {
		l.add(name, "%v", err)
	}
	return from
}

func (l *loader) fromEnvironment(f field) (text, name string, from source) {
	if f.prefix == "" {
		return "", "", fromNowhere
	}
	name = f.variable()
	text = strings.TrimSpace(l.getenv(name))
	path := ""
	if f.secret != "" {
		path = strings.TrimSpace(l.getenv(name + "_FILE"))
	}
	if text == "" && path == "" {
		return "", name, fromNowhere
	}
	return l.pick(name, name+"_FILE", text, path), name, fromEnv
}

func (l *loader) fromYAML(f field, file map[string]any, label string) (text, name string, from source) {
	key := label + f.key()
	name = inFile(key)
	text = l.text(name, file[f.key()])
	path := ""
	if f.secret != "" {
		path = l.text(inFile(key+"_file"), file[f.key()+"_file"])
	}
	if text == "" && path == "" {
		return "", name, fromNowhere
	}
	return l.pick(name, key+"_file", text, path), name, fromYAML
}

// pick takes the value itself or the content of its file; both at once is an error.
func (l *loader) pick(name, fileName, text, path string) string {
	if path == "" {
		return text
	}
	if text != "" {
		l.add(name, "和 %s 只能设置一个", fileName)
		return ""
	}
	data, err := os.ReadFile(path)
	if err != nil {
		l.add(name, "读不了 %s 指的文件：%v", fileName, err)
		return ""
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if len(data) == 0 || !utf8.Valid(data) {
		l.add(name, "%s 指的文件 %s 是空的，或不是文本", fileName, path)
		return ""
	}
	return string(data)
}

// text takes a YAML string or list of strings. A bare 0123 or yes is no string in YAML and would
// silently become another value, so it is refused.
func (l *loader) text(name string, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(v)
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, l.text(name, item))
		}
		return strings.Join(items, ",")
	}
	l.add(name, "请给值加上引号")
	return ""
}

// accounts are the CUNWU_OA_ variables' account, if any of them is set, and the file's.
func (l *loader) accounts(file map[string]any) []Account {
	var list []Account
	var first Account
	set := false
	for _, f := range fieldsOf(&first, "OA_") {
		set = l.fill(f, nil, "") != fromNowhere || set
	}
	if set {
		list = append(list, first)
	}
	entries, ok := file["accounts"].([]any)
	if !ok && file["accounts"] != nil {
		l.add("accounts", "要写成列表，每个公众号以「- app_id: …」开头")
	}
	for i, entry := range entries {
		a := Account{label: fmt.Sprintf("accounts[%d].", i)}
		l.group(entry, fieldsOf(&a, "OA_"), a.label)
		list = append(list, a)
	}
	return list
}

// group fills a nested mapping that no environment variable reaches.
func (l *loader) group(entry any, fields []field, label string) {
	values, ok := entry.(map[string]any)
	if !ok {
		l.add(strings.TrimSuffix(label, "."), "要写成「名称: 值」的几行")
		return
	}
	for _, f := range fields {
		f.prefix = ""
		l.fill(f, values, label)
	}
	l.unknown(values, fields, label)
}

func (l *loader) mini(file map[string]any) Mini {
	var m Mini
	values, ok := file["mini"].(map[string]any)
	if !ok && file["mini"] != nil {
		l.add("mini", "要写成「名称: 值」的几行")
	}
	fields := fieldsOf(&m, "MINI_")
	for _, f := range fields {
		m.fromFile = l.fill(f, values, "mini.") == fromYAML || m.fromFile
	}
	l.unknown(values, fields, "mini.")
	return m
}

// unknown reports the keys that are no setting, in order.
func (l *loader) unknown(values map[string]any, fields []field, label string, also ...string) {
	known := map[string]bool{}
	for _, key := range also {
		known[key] = true
	}
	for _, f := range fields {
		known[f.key()] = true
		known[f.key()+"_file"] = f.secret != ""
	}
	var keys []string
	for key := range values {
		if !known[key] {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	for _, key := range keys {
		l.add(inFile(label+key), "没有这个设置，检查拼写")
	}
}

func inFile(key string) string { return key + "（配置文件）" }
