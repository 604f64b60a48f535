package mediation

import "cunwu/model"

// Matter is a kind of dispute, and what the law says of its agreements.
type Matter struct {
	Name string
	// Ink: the agreement needs pen and ink (电子签名法 第三条: 婚姻、收养、继承).
	Ink bool
	// Confirm says when a court may confirm the agreement (人民调解法 第三十三条;
	// 最高法关于人民调解协议司法确认程序的若干规定 第四条: not identity, adoption, marriage).
	Confirm Confirmable
	// Basis stands in the agreement's text.
	Basis string
	// Hint is told at the filing.
	Hint string
}

// Confirmable says whether agreements of a kind may be confirmed by a court.
type Confirmable int

// When a court may confirm.
const (
	ConfirmYes      Confirmable = iota
	ConfirmProperty             // only what is about property
	ConfirmNo
)

// Matters are the kinds of dispute, in the order of their numbers in chat.
func Matters() []Matter {
	return []Matter{
		{Name: "婚姻家庭", Ink: true, Confirm: ConfirmProperty, Basis: "《中华人民共和国民法典》婚姻家庭编"},
		{Name: "继承", Ink: true, Confirm: ConfirmProperty, Basis: "《中华人民共和国民法典》继承编"},
		{Name: "邻里", Basis: "《中华人民共和国民法典》物权编关于相邻关系的规定"},
		{Name: "房屋宅基地", Basis: "《中华人民共和国民法典》物权编、《中华人民共和国土地管理法》"},
		{Name: "损害赔偿", Basis: "《中华人民共和国民法典》侵权责任编"},
		{Name: "合同", Basis: "《中华人民共和国民法典》合同编"},
		{Name: "山林土地承包", Basis: "《中华人民共和国农村土地承包法》", Hint: hintLand},
		{Name: "征地拆迁", Confirm: ConfirmNo, Basis: "《中华人民共和国土地管理法》", Hint: hintTaking},
		{Name: "劳动争议", Basis: "《中华人民共和国劳动争议调解仲裁法》", Hint: hintLabour},
		{Name: "村务管理", Confirm: ConfirmNo, Basis: "《中华人民共和国村民委员会组织法》"},
		{Name: "环境", Basis: "《中华人民共和国民法典》侵权责任编、《中华人民共和国环境保护法》"},
		{Name: "交通事故", Basis: "《中华人民共和国道路交通安全法》、《中华人民共和国民法典》侵权责任编"},
		{Name: "医患", Basis: "《医疗纠纷预防和处理条例》", Hint: hintMedical},
		{Name: "物业", Basis: "《中华人民共和国民法典》合同编"},
		{Name: "其他", Basis: "《中华人民共和国民法典》"},
	}
}

func matterOf(name string) (Matter, error) {
	for _, m := range Matters() {
		if m.Name == name {
			return m, nil
		}
	}
	return Matter{}, model.Errorf(model.Invalid, "没有“%s”这类纠纷，请从名单里选", name)
}

// Elsewhere says where a matter is dealt with already; then it isn't one for
// mediation (人民调解委员会组织条例、全国人民调解工作规范：不予受理).
type Elsewhere struct {
	Code   string // "", court, police, authority, arbitration
	Choice string // as the question offers it
	Door   string // the refusal, with the right door
}

// Elsewheres are the answers to where it is dealt with, in the order of their
// numbers in chat; the first one is nowhere.
func Elsewheres() []Elsewhere {
	return []Elsewhere{
		{"", "没有", ""},
		{"court", "法院已经受理或判决", doorCourt},
		{"arbitration", "仲裁已经受理或裁决", doorArbitration},
		{"police", "派出所在办（可能是犯罪或治安案件）", doorPolice},
		{"authority", "只能由主管机关处理（处罚、发证、补偿标准等）", doorAuthority},
	}
}

func elsewhere(code string) error {
	for _, e := range Elsewheres() {
		switch {
		case e.Code != code:
		case e.Door == "":
			return nil
		default:
			return model.Errorf(model.Forbidden, "%s", e.Door)
		}
	}
	return model.Errorf(model.Invalid, "请选这件事现在在不在别处办")
}
