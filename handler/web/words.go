package web

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"cunwu/model"
)

// What people read on every page, besides the pages themselves.
const (
	wordsProblem  = "没办成"
	wordsForm     = "没有看懂填的内容，请回到上一页再试一次"
	wordsForged   = "这个页面放得太久，或者不是从本站打开的。请回到上一页，刷新以后再试"
	wordsSignIn   = "请先登录"
	wordsTooOften = "操作太频繁了，请过一会儿再试"
	wordsStranger = "还没有绑定的乡亲"
	wordsSignedIn = "登录好了"
	wordsSignOut  = "已退出登录"
	wordsNoWeChat = "这个村的公众号还没有接好，请改用登录码登录"
	wordsState    = "登录没有成功：请从这个页面重新点一次“用微信登录”"
	wordsScanned  = "还没有扫码，请用微信扫一扫上面的二维码"
	wordsSecond   = "再验证一次"
	wordsProved   = "验证码对了"
)

// words are what every page may write with.
func words() template.FuncMap {
	return template.FuncMap{
		"when":   func(t time.Time) string { return china(t, "2006年1月2日 15:04") },
		"moment": func(t model.Time) string { return china(t.Time, "1月2日 15:04") },
		"full":   func(t model.Time) string { return china(t.Time, "2006年1月2日 15:04") },
		"day":    func(t model.Time) string { return china(t.Time, "2006年1月2日") },
		"yuan":   Yuan,
		"public": model.PublicID,
		"q":      address,
		"list":   func(parts ...string) string { return strings.Join(parts, "、") },
		"percent": func(part, whole int) string {
			if whole == 0 {
				return "—"
			}
			return fmt.Sprintf("%d%%", (part*100+whole/2)/whole)
		},
		"add": func(a, b int) int { return a + b },
	}
}

// address is query for a template, which would escape its signs once more.
func address(pairs ...string) template.URL {
	return template.URL(query(pairs...)) //nolint:gosec // url.Values leaves nothing unescaped
}

func china(t time.Time, layout string) string {
	if t.IsZero() || t.UnixMilli() == 0 {
		return "—"
	}
	return t.In(model.Shanghai).Format(layout)
}

// Yuan writes an amount of fen as people do: 12,345.60.
func Yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign = "-"
	}
	n := uint64(fen)
	if fen < 0 {
		n = uint64(-(fen + 1)) + 1
	}
	whole := fmt.Sprint(n / 100)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s%s.%02d", sign, whole, n%100)
}

func inWeChat(agent string) bool { return strings.Contains(agent, "MicroMessenger/") }
