package mediation

import (
	"fmt"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
)

// All words that people read of a dispute outside of its agreement stand in this
// file, so that a village can review them.

const (
	// newsText is all that a notice ever says.
	newsText = "您的调解案有新进展，请回“%s”查看。"

	// RightToSue is shown at each step (人民调解法 第三条).
	RightToSue = "调解自愿、不收费，随时可以退出；您也可以直接起诉，或申请仲裁。"
	// Remedies are told when it ends without an agreement (人民调解法 第二十六条).
	Remedies = "您还可以：向法院起诉（打12368问）；属于劳动、土地承包的，可以申请仲裁；请律师或申请法律援助打12348。"

	hintLand    = "提醒：农村土地承包纠纷申请仲裁的期限是%d年，从知道权利被侵害那天算起，请不要错过。"
	hintTaking  = "提醒：补偿标准、征收决定本身由政府决定，不服可以申请行政复议或起诉；这里调解的是乡亲之间的分配和相邻事情。"
	hintLabour  = "提醒：劳动争议要先仲裁才能起诉，申请仲裁的期限一般是1年。"
	hintMedical = "提醒：医疗纠纷也可以找县里的医疗纠纷人民调解委员会。"

	doorCourt       = "法院已经受理或判决的，这里不能再调解。请按法院的通知办，可以在法院申请调解；打12368可以问。"
	doorArbitration = "仲裁已经受理或裁决的，这里不能再调解。请按仲裁机构的通知办；对裁决不服的，看裁决书上写的起诉期限。"
	doorPolice      = "可能是犯罪或治安案件的，请由派出所处理，打110。派出所办完后，赔偿的事还可以来调解。"
	doorAuthority   = "只能由主管机关处理的，请向该机关提出；对决定不服的，可以在60日内申请行政复议，打12345或12348可以问。"
	doorOffice      = "您说的是村干部办事的问题，不是两家的纠纷，不能在村里调解。请回“保密”只交给镇里，村里看不到。要是与他的职务无关、只是两家的私事，请选“私事”再提。"
	doorMinor       = "%s还没满%d岁，要由监护人来办。请监护人用自己的微信来提。"
)

// StateName says where a dispute stands, as people do.
func StateName(d model.Dispute) string {
	switch d.State {
	case model.DisputeAccepting:
		return "等调解员接手"
	case model.DisputeConsent:
		return "等对方答复愿不愿意调解"
	case model.DisputeMediating:
		return []string{"人民调解员正在调解", "公益律师正在帮忙", "镇司法所正在调解"}[d.Tier]
	case model.DisputeAgreed:
		return "已达成协议，正在履行"
	}
	return map[string]string{
		model.DisputeKept:      "协议已履行，结束了",
		model.DisputeFailed:    "没有调解成，结束了",
		model.DisputeRefused:   "对方不愿意调解，结束了",
		model.DisputeSilent:    "对方一直没有答复，结束了",
		model.DisputeWithdrawn: "有一方退出，结束了",
		model.DisputeRejected:  "不属于调解的事，没有受理",
	}[d.Outcome]
}

// SideName is how a side is called in chat and agreement.
func SideName(side string) string {
	switch side {
	case model.PartApplicant:
		return "甲方"
	case model.PartRespondent:
		return "乙方"
	case model.PartBoth:
		return "双方"
	case model.PartMediator:
		return "调解员"
	case model.PartLawyer:
		return "律师"
	}
	return "司法所"
}

// Text tells the dispute to whoever looks at it in chat: where it stands, what
// is asked of them, and the latest words that are theirs to read.
func (v View) Text() string {
	d := v.Dispute
	lines := []string{fmt.Sprintf("#%d 调解（%s）：%s", d.Number, d.Kind, StateName(d)), v.people()}
	if d.Flagged() && !isParty(v.Part) {
		lines = append(lines, "【红旗】有人身危险的迹象，登记报告前不能办结。请核实，该打110就打110，再回：#"+fmt.Sprint(d.Number)+" 报告 情况")
	}
	if !d.DueAt.IsZero() && d.State == model.DisputeMediating {
		lines = append(lines, "期限："+casework.When(d.DueAt.Time)+"前")
	}
	for _, session := range v.Sessions {
		if session.HeldAt.IsZero() {
			lines = append(lines, fmt.Sprintf("调解会：%s，%s", casework.When(session.PlannedAt.Time), session.Place))
		}
	}
	lines = append(lines, v.latest()...)
	if v.Agreement != nil && v.Agreement.EffectiveAt.IsZero() {
		lines = append(lines, "协议书已写好，请在小程序里看全文、签名（聊天里不能签）。")
	}
	if v.Next != "" {
		lines = append(lines, v.Next)
	}
	if d.State == model.DisputeClosed && d.Outcome != model.DisputeKept {
		lines = append(lines, strings.TrimSpace(d.Reason), Remedies)
	} else if isParty(v.Part) && d.State != model.DisputeClosed {
		lines = append(lines, RightToSue)
	}
	return strings.Join(nonEmpty(lines), "\n")
}

func nonEmpty(lines []string) []string {
	kept := lines[:0:0]
	for _, line := range lines {
		if line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

func (v View) people() string {
	var names []string
	for _, p := range v.Parties {
		names = append(names, SideName(p.Side)+p.Name)
	}
	switch {
	case v.Dispute.MediatorName != "" && v.Dispute.Tier != model.TierTownship:
		names = append(names, "调解员"+v.Dispute.MediatorName)
	case v.Dispute.OfficerName != "":
		names = append(names, "司法所"+v.Dispute.OfficerName)
	}
	if v.Dispute.LawyerName != "" {
		names = append(names, "律师"+v.Dispute.LawyerName)
	}
	return strings.Join(names, "，")
}

const (
	shownWords = 5
	shownRunes = 120
)

func (v View) latest() []string {
	var lines []string
	from := max(0, len(v.Words)-shownWords)
	for _, w := range v.Words[from:] {
		text := clip(w.Text, shownRunes)
		if text == "" {
			text = "[语音或图片]"
		}
		to := ""
		if w.Audience != model.PartMediator {
			to = "对" + SideName(w.Audience)
		}
		lines = append(lines, fmt.Sprintf("%s %s%s：%s", w.At.Format("1-2"), w.ByName, to, text))
	}
	return lines
}

func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}

// nextFor says what the reader can do now.
func nextFor(d model.Dispute, part string, mine []*model.DisputeParty) string {
	n := d.Number
	asked := false
	for _, p := range mine {
		asked = asked || p.State == model.PartyAsked
	}
	switch {
	case d.State == model.DisputeClosed:
		return ""
	case isParty(part) && asked:
		return fmt.Sprintf("想请您一起参加调解，您愿意吗？回“#%d 同意”或“#%d 不同意”。", n, n)
	case isParty(part) && d.Asking == askLawyer:
		return fmt.Sprintf("要不要请公益律师帮忙？不收费。双方都同意后，律师能看到您以前说过的话，并只帮其中一方（可能是对方）。回“#%d 同意”或“#%d 不同意”。", n, n)
	case isParty(part) && d.State == model.DisputeAgreed:
		return fmt.Sprintf("对方没照协议做，回“#%d 没履行”；做到了，回“#%d 履行了”。", n, n)
	case isParty(part) && part == d.LawyerSide:
		return fmt.Sprintf("有话对律师说，回“#%d 律师 内容”；对调解员说，回“#%d 内容”；不想调了，回“#%d 撤回”。", n, n, n)
	case isParty(part):
		return fmt.Sprintf("有话对调解员说，回“#%d 内容”；要多些时间，回“#%d 延期”；要换调解员，回“#%d 换人”；不想调了，回“#%d 撤回”。", n, n, n, n)
	case d.State == model.DisputeAccepting:
		return fmt.Sprintf("请接手：回“#%d 接”；不能接，回“#%d 回避 原因”。", n, n)
	case part == model.PartLawyer && d.LawyerSide == "":
		return fmt.Sprintf("请先声明为哪一方服务（不能为双方）：回“#%d 服务甲”或“#%d 服务乙”。", n, n)
	case part == model.PartLawyer:
		return fmt.Sprintf("回“#%d %s 内容”。帮不上了，回“#%d 交镇里 原因”。", n, shortSide(d.LawyerSide), n)
	case d.State == model.DisputeConsent:
		return fmt.Sprintf("上门或打电话问到了，回“#%d 对方同意”或“#%d 对方不同意”。", n, n)
	}
	return fmt.Sprintf("回“#%d 甲|乙|双方 内容”说话；“#%d 开会 9月3日 15:00 村委会”约时间；“#%d 请律师”；“#%d 交镇里 原因”；“#%d 调解不成 原因”。协议书在小程序里写。", n, n, n, n, n)
}

func shortSide(side string) string {
	return strings.TrimSuffix(SideName(side), "方")
}
