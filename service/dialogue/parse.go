package dialogue

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cunwu/model"
	"cunwu/service/casework"
)

// normalise makes full-width letters, digits and signs half-width (＃１２， → #12,)
// and trims. Other characters stay as they were written.
func normalise(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '　' || r == '\u00a0':
			return ' '
		}
		return r
	}, text))
}

// numbered is a line that begins with a case's number.
type numbered struct {
	Village string // 云溪, as written; empty: not named
	Number  int64
	Rest    string
}

//nolint:gochecknoglobals // read-only
var (
	numberForm = regexp.MustCompile(`(?s)^#\s*(\p{Han}{0,12}?)\s*(\d{1,12})([\s,.:;、。：；,]*)(.*)$`)
	bareDigit  = regexp.MustCompile(`^([0-9])[\s,.:;!、。]*$`)
	wordyDigit = regexp.MustCompile(`(?s)^([0-9])[\s,]+(.+)$`)
	counted    = regexp.MustCompile(`^[号楼栋幢组户单元队米吨亩条个只块年月日点]`) // a number before these counts something
	joinWords  = regexp.MustCompile(`(?s)^(补充|新事)\s*(?:#?(\d+))?[\s,:]*(.*)$`)
)

// parseNumber reads a line that begins with a case's number, in whatever width
// its signs were typed; what follows stays as it was written.
func parseNumber(text string) (numbered, bool) {
	text = strings.TrimSpace(text)
	m := numberForm.FindStringSubmatch(normalise(text))
	if m == nil {
		return numbered{}, false
	}
	if m[3] == "" && counted.MatchString(m[4]) {
		return numbered{}, false // #3号电线杆
	}
	n, err := strconv.ParseInt(m[2], 10, 64)
	written := []rune(text) // as long as its normal form
	rest := string(written[len(written)-utf8.RuneCountInString(m[4]):])
	return numbered{Village: m[1], Number: n, Rest: strings.TrimSpace(rest)}, err == nil
}

// parseDigit reads a digit, alone or with words beside it; a number that counts
// something (2 号楼) is none.
func parseDigit(text string) (n int, words string, ok bool) {
	if m := bareDigit.FindStringSubmatch(text); m != nil {
		return int(m[1][0] - '0'), "", true
	}
	m := wordyDigit.FindStringSubmatch(text)
	if m == nil || counted.MatchString(m[2]) {
		return 0, "", false
	}
	return int(m[1][0] - '0'), strings.TrimSpace(m[2]), true
}

// digitOf reads an answer to a question: a digit, or the words that the question
// offered.
func (t *turn) digitOf(text string) (n int, words string, ok bool) {
	if n, words, ok := parseDigit(text); ok {
		return n, words, true
	}
	top := t.stack.top()
	if top == nil {
		return 0, "", false
	}
	if m := joinWords.FindStringSubmatch(text); m != nil && top.Kind == askJoin && (m[2] == "" || m[2] == fmt.Sprint(top.Number)) {
		if m[3] != "" {
			top.Messages = append(top.Messages, casework.Said{Text: strings.TrimSpace(m[3])})
		}
		return map[string]int{"补充": 1, "新事": 2}[m[1]], "", true
	}
	for n, alias := range aliases(top.Kind) {
		if text == alias {
			return n, "", true
		}
	}
	for i, o := range top.Options {
		if o.ID != "" && (text == o.Label || text == casework.ShortName(o.Label)) {
			return i + 1, "", true
		}
	}
	return 0, "", false
}

// answerWord says whether a text is nothing but the answer to some question; it
// never opens a case, even when the question is long over.
func answerWord(text string) bool {
	for _, kind := range []string{askAccused, askDanger, askPick, askConfirm, askCast} {
		for _, alias := range aliases(kind) {
			if text == alias {
				return true
			}
		}
	}
	return text == "补充" || text == "新事" || text == "完"
}

// aliases are the words that mean a digit, for a kind of question.
func aliases(kind string) map[int]string {
	switch kind {
	case askAccused:
		return map[int]string{1: "只给镇里", 2: "村里"}
	case askDanger:
		return map[int]string{1: "真的", 2: "不是"}
	case askPick:
		return map[int]string{0: "我自己的留言"}
	case askSide:
		return map[int]string{0: "村里"}
	case askConfirm:
		return map[int]string{1: "发送", 2: "不发"}
	case askCast:
		return map[int]string{1: "投出", 2: "不投"}
	}
	return nil
}

// token splits off the first word of a line.
func token(line string) (first, rest string) {
	if at := strings.IndexFunc(line, unicode.IsSpace); at >= 0 {
		return line[:at], strings.TrimSpace(line[at:])
	}
	return line, ""
}

func locationText(in model.Incoming) string {
	return strings.TrimSpace(fmt.Sprintf("[位置] %s（%.5f, %.5f）", in.Text, in.Latitude, in.Longitude))
}
