package village

import (
	"strings"
	"unicode"
)

const (
	nameMax  = 64 // characters, as the columns are
	shortMax = 32
)

// cleanCell makes what somebody typed comparable: full-width letters and digits
// become ordinary ones, invisible characters go, and white space (the
// ideographic and non-breaking spaces too) is single and not at the ends.
func cleanCell(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～': // full-width ASCII
			return r - '！' + '!'
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf): // controls, BOM, zero-width joiners
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Join(strings.Fields(text), " ")
}

// cleanName is cleanCell for a person's name: 「张　明」 is 张明, and every dot
// inside 阿依·买买提 is the same dot. Names in Latin letters keep their spaces.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch r {
		case '•', '‧', '∙', '⋅', '・', '･', '．':
			return '·'
		}
		return r
	}, name)
	name = cleanCell(name)
	if strings.IndexFunc(name, func(r rune) bool { return unicode.In(r, unicode.Latin) }) < 0 {
		name = strings.NewReplacer(" ", "", ".", "·").Replace(name)
	}
	return name
}

// cleanDigits is cleanCell without any space: for numbers and codes.
func cleanDigits(text string) string {
	return strings.ReplaceAll(cleanCell(text), " ", "")
}
