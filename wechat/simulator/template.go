package simulator

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The kinds of template.
const (
	TemplateMessage = "template" // 模板消息, of a service account
	TemplateOnce    = "once"     // one-time subscription: one accept, one send
	TemplateLong    = "long"     // long-term subscription
)

// Template is a template in an account's library, as its owner picked it on mp.weixin.qq.com.
type Template struct {
	ID    string
	Kind  string
	Title string
	// Content has a line for each field, "名称:{{thing1.DATA}}".
	Content string
}

type quotaKey struct{ person, template string }

// sentOnce remembers a client_msg_id for ten minutes.
type sentOnce struct {
	id int64
	at time.Time
}

// templateField is a field in a template's content: the words before it and its name.
var templateField = regexp.MustCompile(`([^\s{}:：]*)[:：]?\s*\{\{(\w+)\.DATA\}\}`)

// AddTemplate puts a template into the account's library.
func (s *Simulator) AddTemplate(appID string, t Template) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[appID]; a != nil {
		a.templates[t.ID] = t
	}
}

// Quota is how many one-time sends of the template the person has accepted and not yet received.
func (s *Simulator) Quota(appID, personKey, templateID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[appID]; a != nil {
		return a.quota[quotaKey{personKey, templateID}]
	}
	return 0
}

// BlockTemplates makes the person refuse the account's template messages: they are accepted by the API
// and end as "failed:user block".
func (s *Simulator) BlockTemplates(appID, personKey string, block bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[appID]; a != nil {
		a.blocked[personKey] = block
	}
}

// fields fills a template's lines. Missing and wrong values are an error when strict, as they are for
// subscriptions; template messages cut them to 20 characters.
func (t Template) fields(data map[string]templateValue, strict bool) ([]Field, *apiError) {
	var out []Field
	for _, match := range templateField.FindAllStringSubmatch(t.Content, -1) {
		label, name := match[1], match[2]
		value := data[name].text()
		if strict {
			if why := wrongValue(name, value); why != "" {
				return nil, failure(47003, "argument invalid! data."+name+".value "+why)
			}
		} else {
			value = cutRunes(value, 20)
		}
		out = append(out, Field{Name: label, Value: value})
	}
	return out, nil
}

type templateValue struct {
	Value any `json:"value"`
}

func (v templateValue) text() string { return scalar(v.Value) }

// scalar is a JSON string or number as text.
func scalar(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case json.Number:
		return v.String()
	}
	return ""
}

// valueLimits are the longest values by the kind of a subscription's field, in characters.
func valueLimits() map[string]int {
	return map[string]int{
		"thing": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "phone_number": 17,
		"car_number": 8, "name": 10, "phrase": 5, "const": 20, "time": 40, "date": 40, "amount": 14,
	}
}

var (
	numberValue = regexp.MustCompile(`^[0-9.]+$`)
	asciiValue  = regexp.MustCompile(`^[\x21-\x7e]+$`)
	trailing    = regexp.MustCompile(`\d+$`)
	dateValue   = regexp.MustCompile(`^(\d{4}年\d{1,2}月|\d{4}[-/.]\d{1,2}|\d{1,2}月\d{1,2}日|\d{1,2}:\d{2})[0-9年月日:：~至/. -]*$`)
	phoneValue  = regexp.MustCompile(`^[+0-9-]+$`)
)

// wrongValue says what is wrong with a subscription's field, empty when nothing is.
func wrongValue(name, value string) string {
	kind := trailing.ReplaceAllString(name, "")
	limit, known := valueLimits()[kind]
	switch {
	case strings.TrimSpace(value) == "":
		return "is empty"
	case known && utf8.RuneCountInString(value) > limit:
		return "invalid"
	case kind == "number" && !numberValue.MatchString(value),
		kind == "character_string" && !asciiValue.MatchString(value),
		kind == "phone_number" && !phoneValue.MatchString(value),
		(kind == "time" || kind == "date") && !dateValue.MatchString(value):
		return "invalid"
	case kind == "phrase" && !allOf(value, func(r rune) bool { return r >= 0x3400 }):
		return "invalid"
	}
	return ""
}

func cutRunes(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n-1]) + "…"
}
