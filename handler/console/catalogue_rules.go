package console

import (
	"strconv"
	"strings"
)

// ruleName is what a rule of the table says, as people read it.
func ruleName(name string) string {
	part, _, _ := strings.Cut(name, ".")
	if title, ok := ruleNames(part)[name]; ok {
		return title
	}
	if rest, ok := strings.CutPrefix(name, "poll."); ok {
		for organ, title := range ruleOrgans() {
			if part, ok := strings.CutPrefix(rest, organ+"."); ok && ruleParts()[part] != "" {
				return title + "：" + ruleParts()[part]
			}
		}
	}
	return name
}

// ruleUnit is what a rule's number counts.
func ruleUnit(unit string, value int64) string {
	switch unit {
	case "yes":
		if value == 0 {
			return "不"
		}
		return "要"
	case "fraction":
		return strconv.FormatInt(value, 10)
	}
	return strconv.FormatInt(value, 10) + map[string]string{"hours": "小时", "minutes": "分钟", "days": "天", "working_days": "个工作日", "months": "个月", "years": "年", "count": "", "mebibytes": "MB"}[unit]
}

func ruleOrgans() map[string]string {
	return map[string]string{
		"assembly_persons":    "村民会议（按人）",
		"assembly_households": "村民会议（按户）",
		"representatives":     "村民代表会议",
		"group":               "村民小组会议",
		"collective":          "集体成员大会",
		"consultation":        "协商",
	}
}

func ruleParts() map[string]string {
	return map[string]string{
		"quorum.num":  "参加人数线：分子",
		"quorum.den":  "参加人数线：分母",
		"quorum.over": "参加人数要不要超过这条线",
		"pass.num":    "通过线：分子",
		"pass.den":    "通过线：分母",
		"pass.over":   "赞成要不要超过这条线",
		"pass.of_all": "按全体算，不按参加的算",
		"notice":      "提前几天通知",
	}
}

func ruleNames(part string) map[string]string {
	switch part {
	case "disclosure", "poll", "proposal":
		return publicRules()
	case "merit":
		return meritRules()
	case "mediation":
		return mediationRules()
	case "retain", "erasure", "export", "upload":
		return keptRules()
	}
	return caseRules()
}

func caseRules() map[string]string {
	return map[string]string{
		"case.contact":            "先回话的时限",
		"case.reply":              "答复的时限",
		"case.extension":          "能延期多久",
		"case.remind_before":      "到期前多久提醒",
		"case.reopen_max":         "能说几次“没解决”",
		"case.unconfirmed_after":  "本人不回话，多久算办完（未确认）",
		"case.join_within":        "多久以内可以附议",
		"case.handler_call_after": "多久没送到，要打电话给办的人",
		"case.asker_call_after":   "多久没送到，要打电话给提问人",
		"invitation.life":         "邀请码有效期",
		"invitation.misses":       "邀请码一小时能试错几次",
		"request.open_max":        "一个微信能有几个等确认的请求",
		"request.life":            "绑定请求多久没人确认就作废",
		"help.months_max":         "代办最长多久",
		"help.persons_max":        "一个人最多替几个人代办",
		"cluster.printer":         "一个人发的码，一小时绑定几个要核对",
		"cluster.persons":         "一个微信绑定几个人要核对",
		"cluster.bindings":        "一个村一小时绑定几个人要核对",
	}
}

func publicRules() map[string]string {
	return map[string]string{
		"disclosure.every.finance":   "财务多久公开一次",
		"disclosure.every.village":   "村务多久公开一次",
		"disclosure.every.asset":     "集体资产多久公开一次",
		"disclosure.every.land":      "土地多久公开一次",
		"disclosure.every.party":     "党务多久公开一次",
		"disclosure.every.decision":  "决定事项多久公开一次",
		"disclosure.every.execution": "决定实施情况多久公开一次",
		"disclosure.due":             "一期过后几天内公开",
		"disclosure.due_event":       "事情发生后几天内公开",
		"disclosure.very_late":       "逾期几天算严重",
		"disclosure.remind_before":   "到期前几天提醒",
		"disclosure.posted":          "张贴不少于几天",
		"poll.age":                   "几岁可以投票",
		"poll.objection":             "名册可以提几天意见",
		"poll.decision":              "名册意见几天内处理",
		"poll.extension_max":         "最多延长几天",
		"poll.remind_before":         "截止前多久提醒",
		"poll.proxy_max":             "一人最多受托几票",
		"poll.subgroup_min":          "少于几人不单独列出",
		"poll.link_life":             "一次性投票地址有效多久",
		"proposal.signers":           "联名几人可以提议",
		"proposal.answer":            "提议几天内答复",
	}
}

func meritRules() map[string]string {
	return map[string]string{
		"merit.reviewers":        "积分由几人评议",
		"merit.review_within":    "积分多久评完",
		"merit.notice":           "积分公示几个工作日",
		"merit.back_dated":       "能补报多久以前的事",
		"merit.claims_a_day":     "一人一天能报几次",
		"merit.appeal":           "多久以内可以提异议",
		"merit.hold":             "兑换预留几天",
		"merit.close_notice":     "年度清零提前几天通知",
		"merit.photo_wait":       "照片审核最多等几天",
		"merit.sheet_kept":       "登记单保存多久",
		"merit.pattern_reviewer": "同一评议员几次要核对",
		"merit.pattern_family":   "同一家几次要核对",
		"merit.pattern_hour":     "一小时内几次要核对",
		"merit.pattern_keeper":   "同一管理员几次要核对",
	}
}

func mediationRules() map[string]string {
	return map[string]string{
		"mediation.accept":              "受理调解的时限",
		"mediation.consent_visit":       "对方几天不回话就上门",
		"mediation.consent_end":         "对方几天不同意就结束",
		"mediation.lawyer_consent":      "律师介入几天内要回话",
		"mediation.tier":                "每一级调解多久",
		"mediation.extension":           "调解能延长多久",
		"mediation.remind_before":       "到期前几天提醒",
		"mediation.session_remind":      "开会前多久提醒",
		"mediation.promise_remind":      "履行前几天提醒",
		"mediation.promise_silence":     "几天不说就问履行了没有",
		"mediation.confirmation":        "多久以内可以申请司法确认",
		"mediation.confirmation_remind": "司法确认到期前几天提醒",
		"mediation.land_arbitration":    "土地仲裁的时效",
		"mediation.adult":               "几岁算成年",
		"mediation.smallest_group":      "少于几件不单独列出",
	}
}

func keptRules() map[string]string {
	return map[string]string{
		"retain.case":            "留言保存多久",
		"retain.audit":           "办事记录保存多久",
		"retain.delivery":        "微信来信原文保存多久",
		"retain.delivery_failed": "没处理成的来信保存多久",
		"retain.dialogue":        "没说完的话保存多久",
		"retain.notice":          "通知保存多久",
		"retain.invitation":      "过期的邀请码保存多久",
		"erasure.confirm":        "要求删除后多久内可以反悔",
		"export.bytes":           "一次导出最大多大",
		"upload.per_day":         "一人一天能传几个文件",
		"upload.loose":           "传了没用的文件保留多久",
	}
}
