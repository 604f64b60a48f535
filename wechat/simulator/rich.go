package simulator

import (
	"html"
	"net/url"
	"regexp"
	"strings"
)

// part is a stretch of a text: plain, a link, or a tappable answer (weixin://bizmsgmenu).
type part struct {
	Text   string
	URL    string
	MenuID string
	Tap    string // what a tappable answer says
}

var (
	anchor  = regexp.MustCompile(`(?s)<a\s[^>]*?href=["']([^"']*)["'][^>]*>(.*?)</a>`)
	address = regexp.MustCompile(`https?://[^\s<>"'，。；！？、（）【】《》「」]+`)
)

// parts splits a text as WeChat shows it: <a href> and bare addresses are links, all else is text.
func parts(text string) []part {
	var out []part
	at := 0
	for _, m := range anchor.FindAllStringSubmatchIndex(text, -1) {
		out = append(out, plainParts(text[at:m[0]])...)
		out = append(out, anchorPart(html.UnescapeString(text[m[2]:m[3]]), text[m[4]:m[5]]))
		at = m[1]
	}
	return append(out, plainParts(text[at:])...)
}

func anchorPart(target, words string) part {
	if query, menu := strings.CutPrefix(target, "weixin://bizmsgmenu?"); menu {
		if values, err := url.ParseQuery(query); err == nil {
			return part{Text: words, MenuID: values.Get("msgmenuid"), Tap: values.Get("msgmenucontent")}
		}
	}
	if !isWeb(target) {
		return part{Text: words}
	}
	return part{Text: words, URL: target}
}

func plainParts(text string) []part {
	var out []part
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		if m[0] > at {
			out = append(out, part{Text: text[at:m[0]]})
		}
		link := text[m[0]:m[1]]
		out = append(out, part{Text: link, URL: link})
		at = m[1]
	}
	if at < len(text) {
		out = append(out, part{Text: text[at:]})
	}
	return out
}
