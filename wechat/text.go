package wechat

import (
	"strings"
	"unicode/utf8"
)

// MaxTextBytes is where WeChat cuts a text, in bytes of UTF-8 [U].
const MaxTextBytes = 2048

// CutText shortens text to at most limit bytes, never inside a character, and
// ends it with "…" when something was lost. A limit below the three bytes of
// "…" cuts without it.
func CutText(text string, limit int) string {
	const mark = "…"
	if len(text) <= limit {
		return text
	}
	tail := mark
	if limit < len(mark) {
		tail = ""
	}
	end := max(limit-len(tail), 0)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + tail
}

// cutRunes shortens text to at most limit characters, the last being "…" when
// something was lost.
func cutRunes(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}

// cleanText drops what neither XML nor a database column takes: control
// characters except tab and line feed, the two non-characters U+FFFE and
// U+FFFF, and broken UTF-8. Carriage returns become line feeds.
func cleanText(text string) string {
	if isPlain(text) {
		return text
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' || r == 0x7F || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, text)
}

// isPlain reports whether cleanText would change nothing. It is also what the
// fast scan asks of a whole document: everything that encoding/xml refuses or
// rewrites in character data makes it false.
func isPlain(text string) bool {
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case b >= 0x20 && b < 0x7F: // nearly all of a document: asked first
		case b < 0x20 && b != '\t' && b != '\n', b == 0x7F:
			return false
		case b == 0xEF && i+2 < len(text) && text[i+1] == 0xBF && text[i+2] >= 0xBE:
			return false
		}
	}
	return utf8.ValidString(text)
}
