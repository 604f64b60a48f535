package site

import (
	"html/template"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
)

// What people read here, besides the pages themselves.
const (
	wordsProblem = "没办成"
	wordsForm    = "没有看懂您的选择，请回到上一页再选一次"
	wordsNone    = "请先选一项，再往下走"
	wordsMany    = "选多了，请去掉几项"
)

// words are what the pages write in their own way.
func words() template.FuncMap {
	return template.FuncMap{
		"when":    func(t time.Time) string { return t.In(model.Shanghai).Format("2006年1月2日 15:04") },
		"moment":  func(t model.Time) string { return t.In(model.Shanghai).Format("1月2日 15:04") },
		"share":   poll.ShareTitle,
		"grouped": grouped,
		"joined":  joined,
	}
}

// grouped writes a receipt in fours, which one can copy by hand.
func grouped(receipt string) string {
	var parts []string
	for i := 0; i < len(receipt); i += 4 {
		parts = append(parts, receipt[i:min(i+4, len(receipt))])
	}
	return strings.Join(parts, " ")
}

// joined names what a ballot chose.
func joined(options []poll.OptionResult, choices []int) string {
	var texts []string
	for _, n := range choices {
		if n >= 1 && n <= len(options) {
			texts = append(texts, options[n-1].Text)
		}
	}
	if len(texts) == 0 {
		return "空白或写坏"
	}
	return strings.Join(texts, "、")
}
