package console

import (
	"html/template"
	"maps"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/disclosure"
	"cunwu/service/notice"
)

// What people read here, besides the pages themselves.
const (
	wordsNoRole     = "这里给村里、镇里办事的人用。您没有职务，看村里的公开和办自己的事，请回村里的页面"
	wordsSpeakFirst = "请先在公众号里回“我是 %s”，再来这里"

	wordsReplied     = "答复发出去了，会问提问人解决了没有"
	wordsAsked       = "问出去了，等提问人回话；时限照算"
	wordsContacted   = "已经回了“收到”，还要答复"
	wordsFinished    = "记下了：办好了。会问提问人解决了没有"
	wordsTransferred = "转出去了，时限照算"
	wordsExtended    = "延期了，已经告诉提问人"
	wordsRejected    = "不受理，原因已经告诉提问人"
	wordsTopic       = "归好类了"
	wordsDecided     = "决定已经告诉提问人"
	wordsHeard       = "记下了"
	wordsHeardNew    = "按新的留言办了"
	wordsJoined      = "并好了，两边一起答复"

	wordsSaved     = "稿子存好了。请村务监督委员会签字（党务由另一位书记审批），签好才能公开"
	wordsSigned    = "签好了"
	wordsApproved  = "审批好了"
	wordsPublished = "公开了。请打印一份贴到公示栏，拍照传上来"
	wordsWithdrawn = "撤下了，记录和原因都留着"
	wordsPosted    = "记下了：贴到公示栏的日子"
	wordsVouchers  = "票据附好了；签过的字作废，要重新签"

	wordsChecks  = "能不能公开"
	wordsPassed  = "可以公开，记下了"
	wordsRefused = "不公开，已经告诉写的人"
)

func words() template.FuncMap {
	all := template.FuncMap{
		"callee":  callee,
		"kind":    disclosure.KindTitle,
		"period":  periodWords,
		"picture": picture,
		"voice":   voice,
		"topics":  topics,
		"channel": channelWords,
		"scope":   scopeWords,
		"scopes":  scopes,
		"neg":     func(n int) int { return -n },
		"slot":    slotWords,
	}
	for _, more := range []template.FuncMap{pollWords(), disputeWords(), meritWords(), rosterWords()} {
		maps.Copy(all, more)
	}
	return all
}

func moment(t time.Time) string {
	if t.IsZero() || t.UnixMilli() == 0 {
		return ""
	}
	return t.In(model.Shanghai).Format("2006-01-02 15:04")
}

func picture(m model.Media) bool { return strings.HasPrefix(m.ContentType, "image/") }

func voice(m model.Media) bool { return strings.HasPrefix(m.ContentType, "audio/") }

func topics() []string {
	return []string{model.TopicHelp, model.TopicQuestion, model.TopicSuggestion, model.TopicComplaint, model.TopicThanks}
}

// stateWords is a case's state as whoever handles it reads it.
func stateWords(c model.Case) string {
	return strings.ReplaceAll(casework.StateName(c), "您", "提问人")
}

// eventWords names a line of a case's timeline.
func eventWords(kind string) string {
	switch kind {
	case model.EventSaid:
		return "说"
	case model.EventAsked:
		return "问提问人"
	case model.EventContact:
		return "回了“收到”"
	case model.EventReplied:
		return "答复"
	case model.EventExtended:
		return "延期"
	case model.EventReopened:
		return "说没解决"
	case model.EventVerdict:
		return "说解决了"
	case model.EventStars:
		return "打分"
	case model.EventRejected:
		return "不受理"
	case model.EventWithdrawn:
		return "撤回了"
	case model.EventSpoken:
		return "用语音说了办得怎么样"
	case model.EventTopic:
		return "归类"
	case model.EventJoined:
		return "联名或合并"
	case model.EventFlag:
		return "备注"
	case model.EventUrgent:
		return "已通知更多人"
	}
	return "经过"
}

// channelWords is how something reached somebody.
func channelWords(channel string) string {
	switch channel {
	case model.ChannelCall:
		return "打电话、上门"
	case notice.ChannelInbox:
		return "小程序里看到"
	}
	return "微信"
}

func scopes() []string {
	return []string{model.ScopePublic, model.ScopeParty, model.ScopeOrganisation, model.ScopeNamed}
}

func scopeWords(scope string) string {
	switch scope {
	case model.ScopeParty:
		return "只给党员看"
	case model.ScopeOrganisation:
		return "只给党组织和村两委看"
	case model.ScopeNamed:
		return "只给指定的人看"
	}
	return "全体村民"
}

func slotWords(state string) string {
	switch state {
	case disclosure.StatePublished:
		return "公开了"
	case disclosure.StateLate:
		return "逾期"
	case disclosure.StateVeryLate:
		return "严重逾期"
	}
	return "该公开了"
}

// periodWords says how the period of a duty is written.
func periodWords(months int) string {
	switch months {
	case 1:
		return "每月一次，期数像 2026-03"
	case 3:
		return "每季一次，期数像 2026-Q1"
	case 12:
		return "每年一次，期数像 2026"
	}
	return "随时公开，期数不用写"
}
