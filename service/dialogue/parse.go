package dialogue

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cunwu/model"
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
	numberForm = regexp.MustCompile(`(?s)^#\s*(\p{Han}{0,12}?)\s*(\d{1,12})[\s,.:;、。：；,]*(.*)$`)
	digitForm  = regexp.MustCompile(`(?s)^([0-9])(?:[\s,.:;!、。]+(.*))?$`)
)

// parseNumber reads a line that begins with a case's number, in whatever width
// its signs were typed; what follows stays as it was written.
func parseNumber(text string) (numbered, bool) {
	text = strings.TrimSpace(text)
	m := numberForm.FindStringSubmatch(normalise(text))
	if m == nil {
		return numbered{}, false
	}
	n, err := strconv.ParseInt(m[2], 10, 64)
	written := []rune(text) // as long as its normal form
	rest := string(written[len(written)-utf8.RuneCountInString(m[3]):])
	return numbered{Village: m[1], Number: n, Rest: strings.TrimSpace(rest)}, err == nil
}

// digitOf reads an answer to a question: a digit, alone or with words beside it,
// or the words that the question offered.
func (t *turn) digitOf(text string) (n int, words string, ok bool) {
	if m := digitForm.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		return n, strings.TrimSpace(m[2]), err == nil
	}
	top := t.stack.top()
	if top == nil {
		return 0, "", false
	}
	for n, alias := range aliases(top.Kind) {
		if text == alias || alias == "补充" && strings.HasPrefix(text, fmt.Sprintf("补充#%d", top.Number)) {
			return n, "", true
		}
	}
	return 0, "", false
}

// aliases are the words that mean a digit, for a kind of question.
func aliases(kind string) map[int]string {
	switch kind {
	case askJoin:
		return map[int]string{1: "补充", 2: "新事"}
	case askAccused:
		return map[int]string{1: "只给镇里", 2: "村里"}
	case askDanger:
		return map[int]string{1: "真的", 2: "不是"}
	case askPick:
		return map[int]string{0: "我自己的留言"}
	case askConfirm:
		return map[int]string{1: "发送", 2: "不发"}
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
