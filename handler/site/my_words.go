package site

import (
	"html/template"
	"maps"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/desk"
	"cunwu/service/help"
	"cunwu/service/mediation"
	"cunwu/service/merit"
	"cunwu/service/session"
)

// What whoever is signed in reads here, besides the pages themselves.
const (
	wordsNumbers   = "有危险请马上拨：110（报警）、119（火警）、120（急救），这里不能代替报警。"
	wordsNotYours  = "不是您的村"
	wordsElsewhere = "这是别的村的页面。您自己的事，请在您自己村的页面办"
	wordsChoose    = "请选替谁办。您不在这个村的名册上，只能替同意过您的乡亲办"

	wordsAsk           = "有事问支部"
	wordsMyCases       = "我的留言"
	wordsThanks        = "谢谢您告诉我们"
	wordsCaseWithdrawn = "撤回了。以后有事再留言"
	wordsJoint         = "好，别的乡亲可以联名了。请把编号告诉他们"

	wordsDisputes   = "调解"
	wordsNewDispute = "申请调解"
	wordsLegal      = "问律师、法律援助"
	wordsConsented  = "记下了：您愿意"
	wordsRefused    = "记下了：您不愿意"
	wordsLeft       = "您退出了调解"
	wordsReplaced   = "好，换别人来调解，接手以后会告诉您"
	wordsMoreTime   = "记下了。各方都要求延期，才会延"
	wordsReleased   = "记下了，律师只看得到打了勾的话"
	wordsSigned     = "签好了。大家都签了，调解员最后签，协议就生效"
	wordsPerformed  = "记下了"
	wordsCourt      = "记下了：已经一起向法院申请"
	wordsSaid       = "说的话发出去了"

	wordsClaim = "报积分、夸乡亲"

	wordsMe          = "我的"
	wordsBind        = "用邀请码绑定"
	wordsBindFirst   = "请先绑定，再办这件事"
	wordsCorrections = "名册上写错了"
	wordsHelpers     = "代办"
	wordsHelpAgreed  = "您同意了。随时可以收回"
	wordsHelpRefused = "您没有同意"
	wordsHelpEnded   = "代办停止了"
	wordsSessions    = "在哪些地方登录着"
	wordsConsents    = "我同意过什么"
	wordsErasure     = "删除我的资料"

	wordsObjected   = "交上去了，村里处理以后写在这里"
	wordsProxyGiven = "委托好了。全村看得到谁委托了谁"
	wordsProxyTaken = "收回了，您自己投"
	wordsRemarked   = "说好了。核对过以后，别人就看得到"
	wordsProposals  = "乡亲们的提议"
)

// allWords are those of all pages.
func allWords() template.FuncMap {
	all := words()
	maps.Copy(all, myWords())
	return all
}

// myWords are what these pages write in their own way.
func myWords() template.FuncMap {
	return template.FuncMap{
		"due":          dueWords,
		"disputeState": mediation.StateName,
		"side":         mediation.SideName,
		"promise":      mediation.PromiseName,
		"partyState":   partyState,
		"cause":        merit.CauseName,
		"claimState":   merit.StateName,
		"redemption":   merit.RedemptionName,
		"roleTitle":    model.Role.Title,
		"reviewState":  reviewWords,
		"requestState": requestWords,
		"objection":    objectionWords,
		"proposed":     proposalWords,
		"starWords":    func(n int) string { return strings.Repeat("★", n) },
		"list5":        func() []int { return []int{5, 4, 3, 2, 1} },
		"paged":        func(shown any, page any) map[string]any { return map[string]any{"Shown": shown, "Page": page} },
	}
}

// lastPart is which form of a page it was.
func lastPart(v *web.Visit) string { return v.Path()[strings.LastIndexByte(v.Path(), '/')+1:] }

func addedWords(f desk.Filed) string {
	if f.Danger != help.NoDanger {
		return wordsNumbers + "补充的话加上了"
	}
	return "补充的话加上了"
}

// eventWords names a line of a case's timeline to its asker.
func eventWords(kind string) string {
	switch kind {
	case model.EventSaid:
		return "说"
	case model.EventAsked:
		return "问"
	case model.EventContact:
		return "回话：收到"
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
	case model.EventUrgent:
		return "已通知更多人"
	}
	return ""
}

func partyState(state string) string {
	switch state {
	case model.PartyJoined:
		return "愿意调解"
	case model.PartyRefused:
		return "不愿意"
	}
	return "还没答复"
}

func reviewWords(state string) string {
	switch state {
	case "approved":
		return "同意"
	case "refused":
		return "不同意"
	case "over":
		return "不用评了"
	}
	return "还没评"
}

// requestWords say where something that was asked for stands.
func requestWords(state string) string {
	switch state {
	case model.HelpAgreed:
		return "同意了"
	case model.RequestOpen:
		return "等答复"
	case "confirmed":
		return "改好了"
	case "refused":
		return "没有同意"
	case "ended":
		return "停止了"
	}
	return "过期了"
}

func objectionWords(state string) string {
	switch state {
	case "accepted":
		return "采纳了"
	case "declined":
		return "没有采纳"
	}
	return "正在处理"
}

func proposalWords(state string) string {
	switch state {
	case model.ProposalSubmitted:
		return "联名够了，等两委答复"
	case model.ProposalAccepted:
		return "采纳了"
	case model.ProposalDeclined:
		return "没有采纳"
	}
	return "正在联名"
}

func doorWords(door string) string {
	switch door {
	case session.DoorMini:
		return "小程序"
	case "code":
		return "网页，用登录码"
	case "scan":
		return "网页，扫码"
	}
	return "网页，用微信"
}
