package membership

import (
	"fmt"

	"cunwu/model"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// All words of this room's notices stand in this file, so that a village can
// review them.

const (
	noSuchRequest  = "没有第%d号请求，请回“待确认”看名单"
	alreadyDecided = "第%d号请求已经有结果了，不用再办"
	refuseHow      = "请写上原因，例如：拒绝 %d 姓名写错了"
	severalOfName  = "%s\n请回：确认 %d 户号"
	nobodyOfName   = "名册里没有“%s”。名字写错了，请回：拒绝 %d 姓名写错了，请重新填；人是对的，请先把他（她）登记到名册"
	sharedPhone    = "这个微信也是%s在用，不能算您本人同意。请当面告诉网格员或村干部，由他们回：确认 %d"
	requestLapsed  = "您的绑定请求一直没有人当面确认，已经作废。请再提一次，或当面找网格员。"
)

func requestText(number int64, name, phone string) string {
	return fmt.Sprintf("【待确认 %d】有人要绑定：%s，手机%s，名册里对不上。\n请当面或打电话核实。是本人，回：确认 %d\n不是，回：拒绝 %d 原因", number, name, model.MaskPhone(phone), number, number)
}

func boundAgainText(name string) string {
	return fmt.Sprintf("又有一个微信绑定了%s。是您本人或家里人绑的，不用管；不是，请马上告诉村干部，请他们回：解绑 %s", name, name)
}

func confirmedText(name string) string {
	return fmt.Sprintf("村里已当面确认，您绑定为%s。以后您说的话村里知道是您。", name)
}

func refusedText(reason string) string {
	return fmt.Sprintf("村里没有确认您的绑定：%s\n请核对后再填一次，或当面找网格员。", reason)
}

func askElderNote(row model.Helper) notice.Note {
	text := fmt.Sprintf("%s想替您代办：%s，为期%d个月。投票不能代办，您随时可以取消。\n同意，回：同意代办 %d\n不同意，回：不同意代办 %d",
		row.HelperName, scopeOf(row).Words(), row.Months, row.Number, row.Number)
	return notice.Note{VillageID: row.VillageID, To: row.Elder(), Event: "help/" + row.ID, Role: notice.RoleAsker, Text: text}
}

func askInPersonText(row model.Helper) string {
	return fmt.Sprintf("【待确认 %d】%s想替%s代办：%s，为期%d个月。%s没有自己的微信，请当面问本人。\n同意，回：确认 %d\n不同意，回：拒绝 %d 原因",
		row.Number, row.HelperName, row.ElderName, scopeOf(row).Words(), row.Months, row.ElderName, row.Number, row.Number)
}

func agreedText(row model.Helper) string {
	return fmt.Sprintf("%s同意您代办：%s，到%s为止。每次代办都有记录。不再代办，回：取消代办 %d", row.ElderName, scopeOf(row).Words(), day(row.LapsesAt), row.Number)
}

func agreedForYouText(row model.Helper) string {
	return fmt.Sprintf("村干部已记下您当面同意%s代办：%s，到%s为止。不是您的意思，回：取消代办 %d", row.HelperName, scopeOf(row).Words(), day(row.LapsesAt), row.Number)
}

func notAgreedText(row model.Helper, reason string) string {
	return fmt.Sprintf("您替%s代办的请求没有成：%s。", row.ElderName, reason)
}

func endedText(row model.Helper, how string) string {
	return fmt.Sprintf("%s替%s代办%s。", row.HelperName, row.ElderName, how)
}

func day(t model.Time) string { return t.Format("2006年1月2日") }

func correctionText(field village.Field, value, evidence string) string {
	text := fmt.Sprintf("申请更正名册：我的%s应该是“%s”。", field.Title(), value)
	if evidence != "" {
		text += "\n说明：" + evidence
	}
	return text
}

func correctedWords(adopted bool, reason string) string {
	if adopted {
		return "您申请更正的内容，名册已经改好：" + reason
	}
	return "您申请更正的内容没有改：" + reason + "\n不同意的话，可以向镇里反映。"
}
