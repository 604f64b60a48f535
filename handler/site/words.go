package site

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/disclosure"
	"cunwu/service/poll"
)

// What people read here, besides the pages themselves.
const (
	wordsNone       = "请先选一项，再往下走"
	wordsMany       = "选多了，请去掉几项"
	wordsNoVillage  = "这里没有这个村的页面，请核对网址"
	wordsNoFile     = "没有找到这个文件，请回到公开的那一页再点一次"
	wordsNoAccounts = "这份公开没有收支明细"
	wordsNoVersion  = "没有这一版，请回到公开的那一页再选"
	wordsNoEntry    = "公开账本里没有这一条"
	wordsInside     = "村里的议题只给本村的人看。您不在这个村的名册上"
	wordsAsked      = "问题交上去了，编号 #%d。村里最晚%s答复，答复以后会告诉您，也会写在这一页"
)

// words are what the pages write in their own way.
func words() template.FuncMap {
	return template.FuncMap{
		"share":   poll.ShareTitle,
		"grouped": grouped,
		"joined":  joined,
		"kind":    disclosure.KindTitle,
		"matter":  poll.MatterTitle,
		"date":    func(t time.Time) string { return t.In(model.Shanghai).Format("2006年1月2日") },
		"month":   func(t time.Time) string { return t.In(model.Shanghai).Format("2006年1月") },
		"span":    daysWords,
		"text":    itoa,
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// entryWords say what a line of the public log stands for.
func entryWords(kind string) string {
	switch kind {
	case "publication":
		return "公开"
	case "correction":
		return "更正"
	case "withdrawal":
		return "撤下"
	case "answer":
		return "答复提问"
	case poll.LogResult:
		return "投票结果"
	case poll.LogBallots:
		return "选票清单"
	case poll.LogTurnout:
		return "参加投票的人数"
	case "merit":
		return "积分入账"
	case "key":
		return "签名用的钥匙"
	case "erased":
		return "按本人要求删去内容"
	}
	return kind
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
