package mediation

import "cunwu/model"

// AidMatter is a matter that legal aid may be for (法律援助法 第三十一条、第三十二条).
type AidMatter struct {
	Name    string
	Article string
	// AlwaysFree: whoever asks for it needn't show that they are poor.
	AlwaysFree bool
	None       bool // none of the listed ones
}

// AidMatters are the matters, in the order of their numbers in chat.
func AidMatters() []AidMatter {
	return []AidMatter{
		{Name: "要工资、确认劳动关系", Article: "第三十一条"},
		{Name: "工伤、交通、食品药品、医疗事故的人身伤害", Article: "第三十一条"},
		{Name: "要赡养费、抚养费、扶养费", Article: "第三十一条"},
		{Name: "家庭暴力、虐待、遗弃", Article: "第三十二条", AlwaysFree: true},
		{Name: "见义勇为引起的", Article: "第三十二条", AlwaysFree: true},
		{Name: "社会保险、社会救助、抚恤金、国家赔偿", Article: "第三十一条"},
		{Name: "环境污染、生态破坏的损害", Article: "第三十一条"},
		{Name: "刑事案件的被告人或被害人", Article: "第二十四条、第二十五条、第二十九条"},
		{Name: "别的事", None: true},
	}
}

// AidPerson says whom somebody must be not to have to show that they are poor
// (法律援助法 第四十二条).
type AidPerson struct {
	Name string
	Free bool
}

// AidPersons are the answers, in the order of their numbers in chat.
func AidPersons() []AidPerson {
	return []AidPerson{
		{"低保、特困、优抚对象", true},
		{"没有固定收入的老人、未成年人、残疾人", true},
		{"外出务工，为工资或工伤", true},
		{"家里困难，但不是上面几种", false},
		{"都不是", false},
	}
}

// Aid is what a triage finds: not a decision, which is the legal aid centre's.
type Aid struct {
	Likely bool
	Why    string
	Next   string
}

const (
	aidNext    = "请带身份证和相关材料，到镇司法所或县法律援助中心申请，也可以打12348。是否给予援助由法律援助中心决定。"
	aidNone    = "这件事一般不在法律援助的范围里。可以先问公益律师（回“调解”选2），或打12348，都不收费。"
	aidProof   = "家里困难的，申请时要写一份经济困难情况说明，由法律援助中心核查（第四十一条）。"
	aidNotPoor = "要家庭经济困难才能申请；您的情况一般不符合。可以问公益律师或打12348，不收费。"
)

// Triage says whether legal aid is likely, and what to do next. matter and person
// are numbers from 1.
func Triage(matter, person int) (Aid, error) {
	matters, persons := AidMatters(), AidPersons()
	if matter < 1 || matter > len(matters) || person < 1 || person > len(persons) {
		return Aid{}, model.Errorf(model.Invalid, "请从名单里选一个数字")
	}
	m, p := matters[matter-1], persons[person-1]
	switch {
	case m.None:
		return Aid{Why: aidNone}, nil
	case m.AlwaysFree:
		return Aid{Likely: true, Why: "“" + m.Name + "”可以申请法律援助，不看家里困不困难（法律援助法" + m.Article + "）。", Next: aidNext}, nil
	case p.Free:
		return Aid{Likely: true, Why: "“" + m.Name + "”可以申请法律援助（法律援助法" + m.Article + "）；" + p.Name + "不用核查经济困难（第四十二条）。", Next: aidNext}, nil
	case person == len(persons):
		return Aid{Why: aidNotPoor}, nil
	}
	return Aid{Likely: true, Why: "“" + m.Name + "”可以申请法律援助（法律援助法" + m.Article + "）。" + aidProof, Next: aidNext}, nil
}
