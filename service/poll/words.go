package poll

import (
	"fmt"
	"strings"
	"time"

	"cunwu/model"
)

// All words of the notices of polls, matters and proposals stand in this file, so
// that a village can review them.

const (
	lateText       = "名册的意见处理完才开始，截止时间顺延"
	closedByHand   = "提前截止"
	boardCode      = "扫码看全部选票的清单：用自己的票据号能找到自己的票，谁都可以重新计票。"
	boardHash      = "选票清单的校验值："
	boardWithheld  = "参加的人太少，为保密不公布各项票数。"
	rollUnverified = "名册还没有经村务监督委员核对，核对以后才能开始投票"
)

// when is a moment as people say it.
func when(t time.Time) string { return t.In(model.Shanghai).Format("1月2日15:04") }

// Decides says who decides a poll, and what it is worth.
func Decides(p model.Poll) string {
	if p.Organ == model.OrganConsultation {
		return "征求大家的意见"
	}
	by := "由" + OrganTitle(p.Organ)
	if p.Organ == model.OrganGroup {
		by += "（" + p.GroupName + "）"
	}
	if p.Effect == model.EffectAdvisory {
		return by + "提意见（不是决定）"
	}
	return by + "表决"
}

// ShareTitle is a part of the turnout as people call it.
func ShareTitle(name string) string {
	switch name {
	case model.ByMini:
		return "小程序"
	case model.ByChat:
		return "公众号"
	case model.ByPaper:
		return "纸票"
	case model.ByPhone:
		return "代办（电话、上门）"
	case ShareHere:
		return "住在村里"
	case ShareAway:
		return "住在外地"
	}
	return "其余合计"
}

func titled(p model.Poll) string { return "《" + p.Title + "》" }

func objectionsLeft(n int64) string {
	return fmt.Sprintf("还有%d条名册意见没有处理，处理完才能开始投票", n)
}

func heldText(p model.Poll, why string) string {
	return titled(p) + "到了开始的时间，但" + why + "。"
}

func voteHow(p model.Poll) string {
	text := "回“投票”就能投"
	if p.Offline != "" {
		text += "；不用手机的，" + p.Offline
	}
	return text + "。"
}

func roundText(p model.Poll, kind string) string {
	switch kind {
	case roundNotice:
		return fmt.Sprintf("投票通知：%s，%s，%s开始，%s截止。您在投票名册上；认为名册漏了谁、多了谁，%s前告诉村委会。到时%s",
			titled(p), Decides(p), when(p.OpensAt.Time), when(p.ClosesAt.Time), when(p.ObjectionsUntil.Time), voteHow(p))
	case roundOpened:
		return fmt.Sprintf("%s开始投票了，%s截止。%s", titled(p), when(p.ClosesAt.Time), voteHow(p))
	case roundRemind:
		return fmt.Sprintf("%s您（或您家）还没有投票，%s截止。%s", titled(p), when(p.ClosesAt.Time), voteHow(p))
	case roundExtended:
		return fmt.Sprintf("%s延长到%s截止，原因：%s。您（或您家）还没有投票。%s", titled(p), when(p.ClosesAt.Time), p.ExtensionReason, voteHow(p))
	}
	return resultText(p)
}

func resultText(p model.Poll) string {
	return fmt.Sprintf("%s投票结束：%s。名册%d票，参加%d票。各项票数和选票清单在小程序“投票”里，每个人都能核对自己的票。", titled(p), outcomeWords(p), p.Electorate, p.Turnout)
}

// outcomeWords say what a counted poll came to.
func outcomeWords(p model.Poll) string {
	switch {
	case p.Passed && p.Effect == model.EffectAdvisory:
		return "多数人同意（征求意见，不是决定）"
	case p.Passed:
		return "通过"
	case !p.QuorumMet:
		return "参加的人不够，没有通过"
	}
	return "没有通过"
}

func turnoutWords(r Result) string {
	least := ""
	if r.Quorum.Needed > 0 {
		least = fmt.Sprintf("（至少要%d票）", r.Quorum.Needed)
	}
	return fmt.Sprintf("名册%d票，参加%d票%s。每项通过至少要%d票。", r.Electorate, r.Turnout, least, r.PassNeeded)
}

func sharesWords(shares []Share) string {
	var parts []string
	for _, share := range shares {
		words := fmt.Sprintf("%s%d票", ShareTitle(share.Name), share.Turnout)
		if share.Electorate > 0 {
			words += fmt.Sprintf("（名册%d票）", share.Electorate)
		}
		parts = append(parts, words)
	}
	return strings.Join(parts, "，")
}

func secretWords(secret bool) string {
	if secret {
		return "不记名"
	}
	return "记名"
}

func objectionText(p model.Poll, o model.PollObjection) string {
	what := "漏了"
	if o.Kind == ObjectWrong {
		what = "不该有"
	}
	return fmt.Sprintf("%s的名册，%s提出%s%s：%s。请在%s前处理。", titled(p), o.ByName, what, o.AboutName, o.Text, when(p.DecideUntil.Time))
}

func decidedText(p model.Poll, o model.PollObjection, accept bool, reason string) string {
	answer := "没有采纳"
	if accept {
		answer = "已经改正"
	}
	return fmt.Sprintf("您对%s名册的意见（%s）%s：%s", titled(p), o.AboutName, answer, reason)
}

func householdText(p model.Poll, name string) string {
	return fmt.Sprintf("%s每户一票，您家的票已由%s投出。", titled(p), name)
}

func proxyUsedText(p model.Poll, name string) string {
	return fmt.Sprintf("%s您的票已由受托人%s投出。", titled(p), name)
}

func proxyHolderText(p model.Poll, voter string) string {
	return fmt.Sprintf("%s委托您在%s中代为投票，%s截止。", voter, titled(p), when(p.ClosesAt.Time))
}

func proxyGivenText(p model.Poll, holder string) string {
	return fmt.Sprintf("您在%s中的票已登记委托给%s。不是您的意思，请告诉村委会收回。", titled(p), holder)
}

func assistedText(p model.Poll, assistant string) string {
	return fmt.Sprintf("%s您的票已由%s按您说的代为投出。不是您的意思，请在%s前回“投票异议”，这张票就作废，您可以重新投。", titled(p), assistant, when(p.ClosesAt.Time))
}

func voidedText(p model.Poll) string {
	return fmt.Sprintf("%s有一张代投的票，本人不认，已经作废。请再问问本人。", titled(p))
}

// MatterTitle is a state of 四议两公开 as people call it.
func MatterTitle(state model.MatterState) string {
	switch state {
	case model.MatterProposed:
		return "党支部会提议"
	case model.MatterDiscussed:
		return "村两委会商议"
	case model.MatterReviewed:
		return "党员大会审议"
	case model.MatterResolved:
		return "村民会议或村民代表会议决议"
	case model.MatterPublished:
		return "决议公开"
	case model.MatterExecuted:
		return "实施结果公开"
	}
	return ""
}

func submittedText(p model.Proposal) string {
	return fmt.Sprintf("村民提议《%s》已有%d人联名，请在%s前答复：列为议题，或说明不列的理由。", p.Title, p.Needed, when(p.DueAt.Time))
}

func overdueText(p model.Proposal) string {
	return fmt.Sprintf("村民联名提议《%s》到期还没有答复，请尽快办理。", p.Title)
}

func answeredText(p model.Proposal, accepted bool) string {
	if accepted {
		return fmt.Sprintf("您联名的提议《%s》已列为议题：%s", p.Title, p.Answer)
	}
	return fmt.Sprintf("您联名的提议《%s》没有列为议题，理由：%s", p.Title, p.Answer)
}
