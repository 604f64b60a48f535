package console

import (
	"strings"

	"cunwu/model"
)

// auditParts are what the log can be narrowed to: the beginnings of its verbs.
func auditParts() []choice {
	return []choice{{Text: "全部"}, {Value: "data.", Text: "看别人的资料"}, {Value: "roster.", Text: "名册"}, {Value: "binding.", Text: "绑定"}, {Value: "invitation.", Text: "邀请码"},
		{Value: "role.", Text: "职务"}, {Value: "disclosure.", Text: "公开"}, {Value: "poll.", Text: "投票"}, {Value: "matter.", Text: "议事"}, {Value: "merit.", Text: "积分"},
		{Value: "person.", Text: "个人信息"}, {Value: "content.", Text: "审核"}}
}

// didWords say what an entry of the log tells was done.
func didWords(e model.AuditEntry) string {
	if said, ok := didWhat()[e.Verb]; ok {
		return said
	}
	part, _, _ := strings.Cut(e.Verb, ".")
	for _, known := range auditParts() {
		if known.Value == part+"." {
			return known.Text
		}
	}
	return "办了一件事"
}

func didWhat() map[string]string {
	return map[string]string{
		"data.read": "看了资料", "roster.import": "导入名册", "roster.export": "导出名册", "roster.state": "改了在册状态", "roster.correct": "更正名册", "correction.ask": "申请更正名册",
		"kin.add": "登记近亲属", "kin.drop": "去掉近亲属", "invitation.create": "发邀请码", "binding.redeem": "用邀请码绑定", "binding.phone": "用手机号绑定", "binding.in_person": "当面绑定",
		"binding.confirm": "当面确认本人", "binding.end": "解绑微信", "request.refuse": "拒绝绑定请求", "request.read": "看了绑定请求", "role.grant": "任命", "role.end": "卸任",
		"village.create": "建村、建镇", "session.end": "退出登录", "second_factor.enrol": "登记验证器", "second_factor.lock": "验证码错太多，锁住", "second_factor.reset": "重置验证器",
		"content.review": "审核内容", "help.agree": "同意代办", "help.refuse": "不同意代办", "help.use": "代办了一件事", "help.end": "结束代办",
		"case.read": "看了留言", "dispute.read": "看了调解", "dispute.answer": "记下对方的答复", "dispute.sign": "签了调解协议", "dispute.agreement": "写了调解协议", "dispute.declare": "说明利害关系",
		"dispute.decline": "不接调解", "dispute.flag": "标了危险", "dispute.report": "报了危险", "dispute.flags": "看了危险名单", "dispute.lawyer_dismissed": "换了律师",
		"disclosure.draft": "写公开", "disclosure.sign": "监委会签字", "disclosure.approve": "书记批准", "disclosure.publish": "公开", "disclosure.correct": "更正公开", "disclosure.withdraw": "撤回公开", "disclosure.post": "张贴", "disclosure.catalogue": "改公开目录",
		"poll.create": "起草投票", "poll.notice": "发投票通知", "poll.verify_roll": "核对投票名册", "poll.open": "开始投票", "poll.close": "结束投票", "poll.extend": "延长投票", "poll.cancel": "取消投票", "poll.count": "计票",
		"poll.assist": "替人录票", "poll.void": "作废一票", "poll.objection": "处理名册意见", "poll.proxy": "登记委托", "poll.proxy_revoke": "取消委托", "poll.sheet": "录纸票",
		"organ.enrol": "登记代表、成员", "organ.dismiss": "去掉代表、成员", "matter.end": "结束议题", "remark.hide": "隐藏发言",
		"merit.book": "改积分规则", "merit.review": "评议积分", "merit.read": "看了积分申报", "merit.reverse": "冲回积分", "merit.goods": "改兑换物品", "merit.card": "发积分卡", "merit.sheet": "录登记单", "merit.close": "年度结算", "merit.honour": "上不上光荣榜", "story.withdraw": "撤下好人好事",
		"person.export": "导出个人资料", "person.erase_asked": "要求删除资料", "person.erase_withdrawn": "不删了", "person.erase": "删除资料", "person.erase_roll": "从名册删除资料", "consent.give": "同意", "consent.withdraw": "撤回同意",
	}
}

// subjectWords say what it was done to; a person by name, when the page knows it.
func subjectWords(subject string, names map[string]string) string {
	kind, id, _ := strings.Cut(subject, "/")
	switch kind {
	case "villager", "voter":
		if names[id] != "" {
			return names[id]
		}
		return "一位村民"
	case "roster", "cases", "corrections", "requests", "audit", "organ", "sessions":
		return map[string]string{"roster": "名册", "cases": "留言清单", "corrections": "更正申请", "requests": "绑定请求", "audit": "办事记录", "organ": "代表、成员名单", "sessions": "登录"}[kind]
	}
	return map[string]string{"unit": "本村", "household": "一户人家", "case": "一件留言", "disclosure": "一份公开", "poll": "一次投票", "matter": "一个议题", "proposal": "一个提议", "merit": "积分",
		"goods": "一件物品", "sheet": "一张登记单", "story": "一则好人好事", "check": "一份内容", "request": "一个绑定请求", "correction": "一个更正申请", "helper": "一个代办", "duty": "目录里的一项", "consent": "一项同意", "remark": "一条发言"}[kind]
}

func noticeStateWords(state model.NoticeState) string {
	if state == model.NoticeRestore {
		return "从备份恢复，没有再送"
	}
	return "送不出去"
}
