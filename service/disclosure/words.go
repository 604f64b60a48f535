package disclosure

import (
	"fmt"
	"strings"

	"cunwu/model"
)

// All words that notices about disclosures are made of stand in this file, so
// that a village can review them.

const (
	spokenQuestion = "（语音提问）"
	spokenAnswer   = "（语音答复）"
	erasedQuestion = "（提问人已要求删除）"
	digestEmpty    = "上个月没有新的公开内容。"
)

func questionAbout(d model.Disclosure) string { return "【问" + Short(d.Title, 20) + "】" }

func publishedText(d model.Disclosure, v model.DisclosureVersion) string {
	if v.Version > 1 {
		return fmt.Sprintf("村里更正了“%s”：%s\n回“公开”查看，有疑问可以直接问。", d.Title, v.Reason)
	}
	return fmt.Sprintf("村里公开了“%s”。\n回“公开”查看，有疑问可以直接问。", d.Title)
}

func remindText(slot model.DisclosureSlot) string {
	return fmt.Sprintf("提醒：“%s”要在%s前公开。写好后请村务监督委员会签字。", slot.Title, slot.DueAt.Format("1月2日"))
}

func lateText(slot model.DisclosureSlot) string {
	return fmt.Sprintf("“%s”应在%s前公开，现在还没有，公开日历上已经标为“逾期”。请马上办。", slot.Title, slot.DueAt.Format("1月2日"))
}

func veryLateText(unit string, slot model.DisclosureSlot) string {
	return fmt.Sprintf("%s的“%s”应在%s前公开，已经严重逾期，请督促。", unit, slot.Title, slot.DueAt.Format("1月2日"))
}

// digestText is the monthly digest: what was published, what is missing, where
// to read it.
func digestText(unit string, published []model.Disclosure, missing []Slot) string {
	lines := []string{unit + "上月公开："}
	for i, d := range published {
		if i == 8 {
			lines = append(lines, fmt.Sprintf("还有%d份", len(published)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, Short(d.Title, 30)))
	}
	if len(published) == 0 {
		lines = []string{unit + digestEmpty}
	}
	if len(missing) > 0 {
		var titles []string
		for i, slot := range missing {
			if i == 5 {
				break
			}
			titles = append(titles, Short(slot.Title, 20))
		}
		lines = append(lines, fmt.Sprintf("逾期没公开的有%d份：%s", len(missing), strings.Join(titles, "、")))
	}
	return strings.Join(append(lines, "回“公开”查看，有疑问可以直接问。"), "\n")
}

// headText gives the signed head of the public log to whoever keeps one.
func headText(unit string, head model.LogHead) string {
	return fmt.Sprintf("%s公开账本的签名首页（共%d条）。请不要删这条消息：哪天账本被改，拿它就能查出来。\n\n%s", unit, head.Size, head.Note)
}
