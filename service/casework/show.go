package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cunwu/model"
)

// Shown is a case's summary for a list, which never tells what a hidden one says.
func Shown(c model.Case) string {
	if hidden(&c) {
		return "（内容不显示）"
	}
	return clip(c.Summary, 20)
}

// Hidden says whether lists and screens must not show what the case says.
func Hidden(c model.Case) bool { return hidden(&c) }

// When says a moment as people do: 3月9日 17:30.
func When(t time.Time) string { return when(t) }

// StateName is the case's state in the asker's words.
func StateName(c model.Case) string {
	switch {
	case c.State == model.CaseSubmitted:
		return "等村里回话"
	case c.State == model.CaseInProgress:
		return "办理中"
	case c.State == model.CaseReplied:
		return "已答复，等您说解决没有"
	case c.ClosedHow == model.ClosedByAsker:
		return "已解决"
	case c.ClosedHow == model.ClosedUnconfirmed:
		return "您没有回话，先按办好了算"
	case c.ClosedHow == model.ClosedWithdrawn:
		return "已撤回"
	case c.ClosedHow == model.ClosedDecided && c.Topic == model.TopicSuggestion:
		return "意见建议已答复"
	case c.ClosedHow == model.ClosedDecided:
		return "已有结果"
	case c.ClosedHow == model.ClosedOver:
		return "已结束"
	case c.ClosedHow == model.ClosedJoined:
		return "并到另一件，一起答复"
	}
	return "不受理"
}

// DueWords says how pressing a case is.
func DueWords(c model.Case, now time.Time) string {
	d := deadline(&c)
	what := "答复"
	if c.ContactedAt.IsZero() {
		what = "先回话"
	}
	if d.Before(now) {
		return "已超期"
	}
	return when(d.Time) + "前" + what
}

// Course tells the course of a case, the latest lines whole.
func Course(v View) string {
	c := v.Case
	lines := []string{fmt.Sprintf("#%d %s", c.Number, StateName(c))}
	if v.Side == SideHandler {
		lines[0] = fmt.Sprintf("#%d %s（%s）", c.Number, asker(&c), strings.Replace(StateName(c), "您", "提问人", 1))
		if c.Confidential {
			lines[0] = fmt.Sprintf("#%d 保密留言，请勿转告村里", c.Number)
		}
	}
	var course []string // the newest first, as much as a message holds
	room := maxAnswer
	for i := len(v.Events) - 1; i >= 0; i-- {
		text := eventText(&c, v.Events[i])
		if text == "" {
			continue
		}
		line := v.Events[i].At.Format("1-2 15:04") + " " + text
		if room -= len(line); room < 0 {
			lines = append(lines, "（更早的这里写不下）")
			break
		}
		course = append(course, line)
	}
	slices.Reverse(course)
	return strings.Join(append(lines, course...), "\n")
}

func eventText(c *model.Case, e model.CaseEvent) string {
	words := clip(e.Text, 300)
	if words == "" && e.MediaID != "" {
		words = "[语音或图片]"
	}
	switch e.Kind {
	case model.EventSaid:
		if byHelper(c, e) {
			return e.ByName + "代说：" + words
		}
		return "说：" + words
	case model.EventAsked:
		return e.ByName + "问：" + words
	case model.EventReplied:
		return "答复：" + words
	case model.EventContact:
		return e.ByName + "看到了"
	case model.EventExtended:
		return "延期：" + words
	case model.EventMoved:
		return words
	case model.EventReopened:
		return strings.TrimSuffix("说没解决："+words, "：")
	case model.EventVerdict:
		return strings.TrimSuffix("说解决了："+words, "：")
	case model.EventStars:
		return "打分：" + words
	case model.EventRejected:
		return "不受理：" + words
	case model.EventWithdrawn:
		return "撤回了"
	case model.EventClosed:
		return words
	case model.EventSpoken:
		return "用语音说了办得怎么样"
	case model.EventUrgent:
		return "已通知更多人"
	}
	return ""
}

// AnswerShownAt is when the case's last answer reached the asker; zero: not yet.
func (s *Service) AnswerShownAt(ctx context.Context, c model.Case) (time.Time, error) {
	if hidden(&c) {
		return time.Time{}, nil // its notice asked nothing
	}
	return s.notices.ShownAt(ctx, c.VillageID, repliedEvent(&c), c.Asker())
}
