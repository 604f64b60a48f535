package api

import (
	"net/http"

	"cunwu/model"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
	put  = http.MethodPut
	del  = http.MethodDelete
)

// routes is the whole JSON API. A capability adds its lines here and its handlers
// in a file of its own.
//
//nolint:funlen // one screen is what it is for
func (a *API) routes() []route {
	d, m := a.Desk, a.Disputes
	return []route{
		{Public, "", post, "/login", untraced | strict, "登录：用小程序的 code 换 token", open(a.login)},
		{Session, own, post, "/logout", untraced, "退出这一次登录", signed(a.logout)},
		{Session, own, get, "/sessions", 0, "我在哪些地方登录着", signed(a.sessions)},
		{Session, own, del, "/sessions", untraced, "全部退出", signed(a.endSessions)},
		{Session, own, del, "/sessions/{id}", untraced, "退出某一次登录", signed(a.endSession)},
		{Session, own, post, "/bindings", untraced | strict, "绑定：邀请码，或手机号加姓名", signed(a.bind)},
		{Session, own, get, "/me", 0, "我是谁", signed(a.me)},
		{Session, own, post, "/me/speaker", 0, "换一个人说话，或换一个村", signed(a.speaker)},
		{Session, own, get, "/me/corrections", 0, "我申请过的更正", signed(a.corrections)},
		{Session, own, post, "/me/corrections", creates, "名册上我的信息不对，申请更正", signed(a.askCorrection)},
		{Session, own, get, "/me/consents", 0, "我同意过什么", signed(a.consents)},
		{Session, own, post, "/me/consents", 0, "同意或收回同意", signed(a.consent)},
		{Session, own, get, "/me/export", sends, "导出我的全部资料（zip）", signed(a.export)},
		{Session, own, get, "/me/erasure", 0, "删除我的资料：会删什么、留什么、办到哪一步", signed(a.erasure)},
		{Session, own, post, "/me/erasure", 0, "要求删除我的资料（还要再确认一次）", signed(a.askErasure)},
		{Session, own, post, "/me/erasure/confirm", untraced, "确认删除", signed(a.confirmErasure)},
		{Session, own, post, "/me/erasure/withdraw", 0, "不删了", signed(a.withdrawErasure)},

		{Session, own, get, "/helpers", 0, "谁替我代办，我替谁代办", signed(a.helpers)},
		{Session, own, post, "/helpers", creates, "请求替老人代办", signed(a.askHelp)},
		{Session, own, post, "/helpers/{id}/agree", 0, "老人本人同意", signed(helped(a.Members.Agree))},
		{Session, own, post, "/helpers/{id}/disagree", 0, "老人本人不同意", signed(helped(a.Members.Disagree))},
		{Session, model.VerbBindOthers, post, "/helpers/{id}/end", 0, "停止代办", signed(helped(a.Members.EndHelp))},
		{Session, model.VerbBindOthers, get, "/requests", 0, "等着当面确认的请求", signed(a.requests)},
		{Session, model.VerbBindOthers, post, "/requests/confirm", 0, "当面确认了", signed(a.confirmRequest)},
		{Session, model.VerbBindOthers, post, "/requests/refuse", 0, "不予确认", signed(a.refuseRequest)},

		{Session, model.VerbUpload, post, "/uploads", untraced | creates | upload, "上传照片、录音或 PDF", signed(a.upload)},
		{Session, model.VerbHandle, get, "/uploads/{id}", sends, "看文件", signed(a.see)},

		{Session, own, get, "/cases", 0, "我提的或我办的留言", signed(a.cases)},
		{Session, model.VerbAsk, post, "/cases", creates, "给党支部留言", signed(a.newCase)},
		{Session, model.VerbHandle, get, "/cases/{id}", 0, "一件留言：经过、时限、谁在办", signed(a.oneCase)},
		{Session, own, post, "/cases/{id}/messages", 0, "补充", signed(a.addWords)},
		{Session, own, post, "/cases/{id}/danger", 0, "回答是不是真有危险", signed(a.danger)},
		{Session, own, post, "/cases/{id}/verdict", 0, "解决了没有", signed(a.verdict)},
		{Session, own, post, "/cases/{id}/stars", 0, "打分", signed(a.stars)},
		{Session, own, post, "/cases/{id}/withdraw", 0, "撤回", signed(moved(a.Cases.Withdraw))},
		{Session, own, post, "/cases/{id}/swap", 0, "换一个人办（一次）", signed(moved(a.Cases.Swap))},
		{Session, own, post, "/cases/{id}/joint", 0, "同意别人联名", signed(moved(a.Cases.OpenForSigners))},
		{Session, model.VerbAsk, post, "/cases/{id}/sign", 0, "附议", signed(a.sign)},
		{Session, model.VerbHandle, post, "/cases/{id}/contact", 0, "先回个话：收到", signed(a.contact)},
		{Session, model.VerbHandle, post, "/cases/{id}/reply", 0, "答复", signed(spoken(d.Reply))},
		{Session, model.VerbHandle, post, "/cases/{id}/ask", 0, "问提问人", signed(spoken(d.Ask))},
		{Session, model.VerbHandle, post, "/cases/{id}/transfer", 0, "转给别人办", signed(a.transfer)},
		{Session, model.VerbHandle, post, "/cases/{id}/extend", 0, "延期（一次）", signed(reasoned(a.Cases.Extend))},
		{Session, model.VerbHandle, post, "/cases/{id}/reject", 0, "不受理", signed(reasoned(a.Cases.Reject))},
		{Session, model.VerbHandle, post, "/cases/{id}/decide", 0, "采纳或不采纳", signed(a.decide)},
		{Session, model.VerbHandle, post, "/cases/{id}/topic", 0, "归类", signed(a.topic)},
		{Session, model.VerbHandle, post, "/cases/{id}/close", 0, "办结", signed(moved(a.Cases.Finish))},
		{Session, model.VerbHear, post, "/cases/{id}/heard", 0, "替语音回访的人记下结果", signed(a.heard)},

		{Public, "", get, "/disputes/kinds", 0, "纠纷有哪几类；已经在别处办的去哪里", open(a.disputeKinds)},
		{Session, own, get, "/disputes", 0, "和我有关的调解案", signed(a.disputes)},
		{Session, model.VerbAsk, post, "/disputes", creates, "申请调解", signed(a.newDispute)},
		{Session, model.VerbSupervise, get, "/disputes/{id}", 0, "一件调解案：只给当事人、经手的人和镇司法所，各看各的", signed(a.oneDispute)},
		{Session, own, post, "/disputes/{id}/consent", 0, "同意调解，或同意请律师", signed(consenting(m.Consent))},
		{Session, own, post, "/disputes/{id}/refuse", 0, "不同意调解，或不请律师", signed(consenting(m.Refuse))},
		{Session, own, post, "/disputes/{id}/withdraw", 0, "退出调解", signed(perhapsReasoned(m.Withdraw))},
		{Session, own, post, "/disputes/{id}/replace", 0, "换一位调解员", signed(disputed(m.Replace))},
		{Session, own, post, "/disputes/{id}/extension", 0, "要求延期（双方都要求才延）", signed(a.askExtension)},
		{Session, own, post, "/disputes/{id}/messages", 0, "说话：当事人对调解员或自己的律师，调解员对一方或双方", signed(a.sayInDispute)},
		{Session, own, post, "/disputes/{id}/release", 0, "选自己的哪些话给律师看", signed(a.release)},
		{Session, own, post, "/disputes/{id}/sign", 0, "签协议：当事人先签，调解员最后签", signed(a.signAgreement)},
		{Session, own, post, "/disputes/{id}/performance", 0, "对方照协议做了没有", signed(a.performance)},
		{Session, model.VerbSupervise, get, "/disputes/{id}/confirmation", 0, "司法确认申请书，还剩几天", signed(a.confirmation)},
		{Session, own, post, "/disputes/{id}/confirmation", 0, "登记：已经一起向法院申请司法确认", signed(disputed(m.Confirmed))},
		{Session, model.VerbSupervise, get, "/disputes/{id}/paper", 0, "盖了章的协议书（PDF）", signed(a.paper)},
		{Session, model.VerbSupervise, get, "/disputes/{id}/seal", 0, "协议书的印章校验码", signed(a.seal)},
		{Session, model.VerbMediate, post, "/disputes/{id}/accept", 0, "接手", signed(disputed(m.Accept))},
		{Session, model.VerbMediate, post, "/disputes/{id}/decline", 0, "回避，或不能接", signed(perhapsReasoned(m.Decline))},
		{Session, model.VerbMediate, post, "/disputes/{id}/answer", 0, "登记对方上门、电话、书面的答复", signed(a.recordAnswer)},
		{Session, model.VerbMediate, post, "/disputes/{id}/sessions", creates, "约调解会", signed(a.planSession)},
		{Session, model.VerbMediate, post, "/disputes/{id}/sessions/record", 0, "记录调解会", signed(a.recordSession)},
		{Session, model.VerbMediate, post, "/disputes/{id}/agreement", creates, "写协议书；重写了，以前的签名作废", signed(a.writeAgreement)},
		{Session, model.VerbMediate, post, "/disputes/{id}/paper", 0, "登记在纸上签好的协议", signed(a.recordPaper)},
		{Session, model.VerbMediate, post, "/disputes/{id}/refer", 0, "往上转：请公益律师，或交镇司法所", signed(a.refer)},
		{Session, model.VerbMediate, post, "/disputes/{id}/fail", 0, "调解不成", signed(disputeReasoned(m.Fail))},
		{Session, model.VerbMediate, post, "/disputes/{id}/reject", 0, "不属于调解的事", signed(disputeReasoned(m.Reject))},
		{Session, model.VerbMediate, post, "/disputes/{id}/guardian", 0, "登记未成年人的监护人", signed(a.setGuardian)},
		{Session, model.VerbCounsel, post, "/disputes/{id}/side", 0, "律师声明为哪一方服务", signed(a.declareSide)},
		{Session, model.VerbSupervise, post, "/disputes/{id}/report", 0, "登记人身危险报告给了谁", signed(a.report)},
		{Session, model.VerbSupervise, get, "/disputes/flags", 0, "有人身危险、还没有登记报告的", signed(a.flags)},
		{Session, model.VerbDisputeCount, get, "/disputes/figures", 0, "不出村率、不出乡率等；少于5件的不给出", signed(a.figures)},
		{Session, model.VerbSupervise, get, "/disputes/archive", 0, "一年的调解卷宗（zip）", signed(a.archive)},
		{Session, own, get, "/mediators", 0, "可以请的调解员", signed(a.mediators)},
		{Session, model.VerbSupervise, post, "/mediators/{id}/kinds", 0, "调解员擅长哪几类", signed(a.setKinds)},
		{Session, model.VerbAsk, post, "/legal/questions", creates, "问公益律师", signed(a.consult)},
		{Session, own, get, "/legal/duty", 0, "今天哪位律师值班", signed(a.lawyerDuty)},
		{Session, model.VerbCounsel, post, "/legal/duty", 0, "排律师值班", signed(a.setLawyerDuty)},
		{Public, "", get, "/legal/aid", 0, "法律援助：要问的两个问题", open(a.aidQuestions)},
		{Public, "", get, "/legal/aid/triage", 0, "法律援助：大概能不能得到（不记录）", open(a.triage)},

		{Public, "", get, "/disclosures", 0, "村里公开了什么", shown(a.disclosures)},
		{Session, model.VerbDisclose, post, "/disclosures", creates, "写一份要公开的稿子", prepared(a.readDraft, a.draft)},
		{Public, "", get, "/disclosures/calendar", 0, "公开日历：该公开的，公开了没有，逾期没有", shown(a.calendar)},
		{Public, "", get, "/disclosures/catalogue", 0, "公开目录：哪些事多久公开一次", shown(a.catalogue)},
		{Session, model.VerbCatalogue, put, "/disclosures/catalogue/{duty}", 0, "镇里改公开目录的一项，或加一项", signed(a.setDuty)},
		{Public, "", get, "/disclosures/search", 0, "在公开的内容里查找", shown(a.searchDisclosures)},
		{Public, "", get, "/disclosures/year", 0, "一年各月的收支；没公开的月份看得见", shown(a.year)},
		{Public, "", get, "/disclosures/chart", sends, "一年收支的图（SVG）", shown(a.chart)},
		{Public, "", get, "/disclosures/template", sends, "收支明细表的模板（Excel）", shown(a.template)},
		{Public, "", get, "/disclosures/{id}", 0, "一份公开：内容、签字、各版、问答", shown(a.oneDisclosure)},
		{Session, model.VerbDisclose, put, "/disclosures/{id}", 0, "改没公开的稿子；签过的字作废", prepared(a.readEdit, a.edit)},
		{Public, "", get, "/disclosures/{id}/diff", 0, "两版有什么不同", shown(a.difference)},
		{Public, "", get, "/disclosures/{id}/files/{upload}", sends, "看附件、票据、公示栏的照片", shown(a.attachment)},
		{Public, "", get, "/disclosures/{id}/items", 0, "收支明细，一笔一笔", shown(a.items)},
		{Public, "", get, "/disclosures/{id}/categories", 0, "按类别合计", shown(a.categories)},
		{Public, "", get, "/disclosures/{id}/export", sends, "下载收支明细（csv 或 xlsx）", shown(a.exportAccounts)},
		{Public, "", get, "/disclosures/{id}/questions", 0, "答复过的提问", shown(a.questions)},
		{Public, "", get, "/disclosures/{id}/proof", 0, "核对：看到的就是公开账本里记下的", shown(a.logged)},
		{Session, model.VerbAsk, post, "/disclosures/{id}/questions", creates, "对公开的内容提问", signed(a.askAbout)},
		{Session, model.VerbSignOff, post, "/disclosures/{id}/sign", 0, "村务监督委员会签字", signed(a.signOff)},
		{Session, model.VerbApprove, post, "/disclosures/{id}/approve", 0, "审批党务公开", signed(a.approve)},
		{Session, model.VerbDisclose, post, "/disclosures/{id}/publish", 0, "公开", signed(a.publish)},
		{Session, model.VerbDisclose, post, "/disclosures/{id}/correct", 0, "更正：写新的一版", prepared(a.readCorrection, a.correct)},
		{Session, model.VerbDisclose, post, "/disclosures/{id}/withdraw", 0, "撤下，记录和原因留着", signed(a.takeDown)},
		{Session, model.VerbDisclose, post, "/disclosures/{id}/post", 0, "已贴到公示栏，附照片", signed(a.posted)},
		{Session, model.VerbDisclose, post, "/disclosures/{id}/items/{seq}/vouchers", 0, "给一笔收支附票据照片", signed(a.vouchers)},
		{Session, model.VerbReach, get, "/disclosures/{id}/reach", 0, "通知到了谁，谁还不知道", signed(a.reach)},
		{Session, model.VerbHandle, post, "/cases/{id}/join", 0, "两件问的是同一份公开的同一件事，并成一件", signed(a.joined)},

		{Public, "", get, "/log/head", 0, "公开账本的签名首页", shown(a.logHead)},
		{Public, "", get, "/log/entries/{n}", 0, "公开账本的第几条", shown(a.logEntry)},
		{Public, "", get, "/log/proof", 0, "证明某一条在账本里", shown(a.logProof)},
		{Public, "", get, "/log/consistency", 0, "证明账本只加没改", shown(a.logConsistency)},
		{Session, own, post, "/log/subscription", 0, "每月收一次签名首页", signed(a.keepHeads)},
		{Session, own, del, "/log/subscription", 0, "不收了", signed(a.endHeads)},

		{Session, own, get, "/notices", 0, "我的通知", signed(a.notices)},
		{Session, model.VerbCallList, post, "/notices/{id}/told", 0, "打过电话了，已经告诉他", signed(a.toldInPerson)},
		{Session, own, post, "/notices/{id}/read", 0, "读过了", signed(a.readNotice)},
		{Session, own, get, "/subscriptions", 0, "可以订阅的模板", signed(a.templates)},
		{Session, own, post, "/subscriptions", 0, "记下订阅了哪些模板", signed(a.subscribe)},

		{Session, model.VerbReview, get, "/checks", 0, "等着人看能不能公开的内容", signed(a.checks)},
		{Session, model.VerbReview, post, "/checks/{id}/decide", 0, "公开或不公开", signed(a.decideCheck)},
	}
}
