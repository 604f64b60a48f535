package privacy

import "slices"

// Purpose is what data is used for with a person's consent, and the text that they
// agree to. A changed text gets a new version: who agreed to the old one is asked
// again.
type Purpose struct {
	Name    string
	Title   string
	Version string // the day from which the text is used
	Text    string
	Needed  bool // without it, the thing itself can't be done
}

// Purposes is every purpose with the text of today.
func Purposes() []Purpose {
	return []Purpose{
		{"roll", "核对您的身份", "2026-03-01",
			"为了知道您是本村村民，村里用花名册上的姓名、户号和手机号核对您的微信。身份证号和手机号加密保存，别人看不到完整号码。不同意就不能绑定。", true},
		{"cases", "办理您的留言", "2026-03-01",
			"您的留言、语音和图片给办理的村干部看；到期没办的，按规定上交镇里。办结后按村级档案规定保存。", true},
		{"notices", "用微信给您发通知", "2026-03-01",
			"留言有答复、有公示和表决时，用微信告诉您。收不到的，村干部会打电话或上门。", false},
		{"voice", "保存您的语音", "2026-03-01",
			"您发的语音原样保存，给办理的人听，也用语音答复您。", false},
		{"story", "讲您的好人好事", "2026-03-01",
			"评上榜样的，把您的姓名、照片和事迹在村里公开。不同意不影响评分。", false},
		{"helper", "由亲友代您办事", "2026-03-01",
			"您同意的亲友可以在约定的范围和期限内替您留言、查看进度。每次都有记录，您随时可以收回。投票不能代办。", false},
	}
}

func purposeOf(name string) (Purpose, bool) {
	all := Purposes()
	at := slices.IndexFunc(all, func(p Purpose) bool { return p.Name == name })
	if at < 0 {
		return Purpose{}, false
	}
	return all[at], true
}
