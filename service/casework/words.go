package casework

import (
	"fmt"
	"strings"
	"time"

	"cunwu/model"
)

// All words that notices about cases are made of stand in this file, so that a
// village can review them.

const (
	maxAnswer    = 1500 // bytes of words; a message holds 2,048 with all that stands around them
	finishedText = "这件事已经办好了"
	verdictAsk   = "解决了吗？回1解决，回2没解决"
)

func said(s Said) string {
	switch {
	case s.Text != "":
		return s.Text
	case s.Voice:
		return "[语音]"
	case s.MediaID != "":
		return "[图片]"
	}
	return ""
}

func summary(s Said) string { return clip(strings.Join(strings.Fields(said(s)), " "), 60) }

func asker(c *model.Case) string {
	if c.AskerName == "" {
		return "一位还没登记的乡亲"
	}
	return c.AskerName
}

func orNobody(name string) string {
	if name == "" {
		return "（暂无人）"
	}
	return name
}

// when says a moment as people do: 3月9日 17:30, and 3月9日 for the end of a day.
func when(t time.Time) string {
	t = t.In(model.Shanghai)
	if t.Hour() == 23 && t.Minute() == 59 {
		return t.Format("1月2日")
	}
	return t.Format("1月2日 15:04")
}

func newsText(c *model.Case, s Said) line {
	return func(label string) string {
		text := fmt.Sprintf("%s %s：%s\n请在%s前先回个话，%s前答复。", label, writtenBy(c), clip(said(s), 500), when(c.ContactDue.Time), when(c.DueAt.Time))
		if s.Voice {
			return text + fmt.Sprintf("\n对方发的是语音，请也用语音答复：先回“%s”，再发语音。", label)
		}
		return text + fmt.Sprintf("\n回“%s 内容”答复，回“%s 问 内容”追问。", label, label)
	}
}

// openedNews is newsText, or for a kind that wants a yes or no how to give it.
func openedNews(kind Kind, c *model.Case, s Said) line {
	if kind.Decision == nil {
		return newsText(c, s)
	}
	return func(label string) string {
		return fmt.Sprintf("%s %s：%s\n请在%s前先回个话，%s前核实。\n回“%s 采纳 理由”或“%s 不采纳 理由”，回“%s 问 内容”追问。",
			label, writtenBy(c), clip(said(s), 500), when(c.ContactDue.Time), when(c.DueAt.Time), label, label, label)
	}
}

func additionText(c *model.Case, s Said) line {
	return func(label string) string {
		return fmt.Sprintf("%s %s补充：%s", label, asker(c), clip(said(s), 500))
	}
}

func urgentText(c *model.Case) line {
	return func(label string) string {
		if hidden(c) {
			return fmt.Sprintf("【急】%s 有一件急事，请马上回“%s”查看。看时请避开旁人。", label, label)
		}
		return fmt.Sprintf("【急】%s %s：%s\n请马上核实、赶到现场，需要时拨110、119、120。", label, asker(c), c.Summary)
	}
}

// hiddenText is all that a notice says of a case whose words must not stand on a
// screen.
func hiddenText(c *model.Case, role, label string) string {
	switch {
	case role == "asker":
		return fmt.Sprintf("您的%s有新进展，方便时回“%s”查看。", label, label)
	case c.Confidential:
		return fmt.Sprintf("%s 有一件只给镇里看的留言，请回“%s”查看。", label, label)
	}
	return fmt.Sprintf("%s 有一件事要您办，请回“%s”查看。看时请避开旁人。", label, label)
}

func by(c *model.Case, actor model.Actor) string {
	if c.Confidential {
		return "镇里"
	}
	return actor.Name
}

// answerText is an answer; what a message can't hold is read by its number.
func answerText(c *model.Case, actor model.Actor, s Said) line {
	return func(label string) string {
		words := said(s)
		if len(words) > maxAnswer {
			words = clip(words, maxAnswer/3) + fmt.Sprintf("（回“%s”看全文）", label)
		}
		return fmt.Sprintf("%s %s答复：%s", label, by(c, actor), words)
	}
}

func replyText(c *model.Case, actor model.Actor, s Said) line {
	return func(label string) string { return answerText(c, actor, s)(label) + "\n" + verdictAsk }
}

func answeredText(actor model.Actor) line {
	return func(label string) string { return fmt.Sprintf("%s 已由%s答复。", label, actor.Name) }
}

func readOutText(c *model.Case, s Said) string {
	return fmt.Sprintf("%s发的是语音，请打电话把#%d的答复念给他（她）听：%s", asker(c), c.Number, said(s))
}

func askedBackText(c *model.Case, actor model.Actor, s Said) line {
	return func(label string) string {
		return fmt.Sprintf("%s %s想问您：%s\n直接回话就行。", label, by(c, actor), said(s))
	}
}

func contactText(c *model.Case, actor model.Actor) line {
	return func(label string) string {
		return fmt.Sprintf("%s %s已经看到您的留言，会在%s前答复您。", label, by(c, actor), when(c.DueAt.Time))
	}
}

func extendedText(c *model.Case, reason string) line {
	return func(label string) string {
		return fmt.Sprintf("%s 要多等几天：%s。最晚%s前答复您。", label, strings.TrimRight(reason, "。"), when(c.DueAt.Time))
	}
}

func rejectedText(c *model.Case, reason string) line {
	return func(label string) string {
		return fmt.Sprintf("%s 这件事村里不能受理：%s\n不同意的话，可以直接留言说明，也可以向镇里反映或依法信访。", label, reason)
	}
}

func movedText(c *model.Case) line {
	return func(label string) string {
		if c.HandlerName == "" {
			return label + " 原来的经办人不在了，一有人接手就告诉您。"
		}
		return fmt.Sprintf("%s 改由%s办理，%s前答复您。", label, c.HandlerName, when(c.DueAt.Time))
	}
}

func movedToYou(c *model.Case, how string) line {
	return func(label string) string {
		return fmt.Sprintf("%s %s：%s说“%s”。\n请在%s前答复。回“%s 内容”答复，回“%s”看经过。", label, how, asker(c), c.Summary, when(deadline(c).Time), label, label)
	}
}

func leftText(before, c *model.Case) line {
	return func(label string) string {
		return fmt.Sprintf("%s 没有按时办，已上交给%s。", label, c.HandlerName)
	}
}

func remindText(c *model.Case) line {
	what := "先回个话"
	if !c.ContactedAt.IsZero() {
		what = "答复"
	}
	return func(label string) string {
		return fmt.Sprintf("提醒：%s（%s：%s）要在%s前%s。", label, asker(c), c.Summary, when(deadline(c).Time), what)
	}
}

func lateText(c *model.Case) line {
	return func(label string) string {
		return fmt.Sprintf("%s（%s：%s）已经超过期限，请今天就办。", label, asker(c), c.Summary)
	}
}

func solvedText(c *model.Case) line {
	return func(label string) string { return fmt.Sprintf("%s %s说：解决了。", label, asker(c)) }
}

func reopenedText(c *model.Case, text string) line {
	return func(label string) string {
		words := ""
		if text != "" {
			words = "，说：" + clip(text, 300)
		}
		return fmt.Sprintf("%s 未解决：%s回了2%s。\n接着原来的期限，请在%s前再答复。", label, asker(c), words, when(c.DueAt.Time))
	}
}

func starsEvent(stars int, text string) string {
	return strings.TrimSpace(fmt.Sprintf("%d星 %s", stars, text))
}

func starsText(c *model.Case) line {
	return func(label string) string {
		return fmt.Sprintf("%s %s打了%s", label, asker(c), starsEvent(c.Stars, c.StarsText))
	}
}

func spokenText(c *model.Case) string {
	return fmt.Sprintf("#%d 的提问人用语音说了办得怎么样，请听完后回：“#%d 代录 1”（解决了）或“#%d 代录 2”（没解决）；说的是别的事，回“#%d 代录 新事”。", c.Number, c.Number, c.Number, c.Number)
}

func withdrawnText(c *model.Case) line {
	return func(label string) string { return fmt.Sprintf("%s %s撤回了，不用再办。", label, asker(c)) }
}

func wantsToSignText(c *model.Case, actor model.Actor) line {
	return func(label string) string {
		return fmt.Sprintf("%s想和您一起提%s这件事。同意请回“%s 联名”，您就是代表，答复会同时告诉联名的人。", actor.Name, label, label)
	}
}

func signedText(c *model.Case, actor model.Actor) line {
	return func(label string) string {
		return fmt.Sprintf("%s 又有一位乡亲附议：%s。", label, actor.Name)
	}
}

func mergedText(other *model.Case) line {
	return func(label string) string {
		return fmt.Sprintf("%s 和 #%d 问的是同一件事，合在一起答复，有答复时一样告诉您。", label, other.Number)
	}
}

func enteredText(solved bool) line {
	return func(label string) string {
		if solved {
			return fmt.Sprintf("%s 您用语音说的已记为：解决了。记错了请回“%s 2”。", label, label)
		}
		return fmt.Sprintf("%s 您用语音说的已记为：没解决，已退回重新办。", label)
	}
}

func decidedText(adopted bool, reason string) line {
	word := "不采纳"
	if adopted {
		word = "采纳"
	}
	return func(label string) string {
		return fmt.Sprintf("%s 您的意见建议，村里%s：%s\n谢谢您关心村里的事。", label, word, reason)
	}
}

func openedText(c *model.Case) line {
	return func(label string) string {
		return fmt.Sprintf("您用语音说的新事已开为 %s，由%s办理，%s前答复您。", label, orNobody(c.HandlerName), when(c.DueAt.Time))
	}
}
