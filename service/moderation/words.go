package moderation

import "cunwu/model"

// What people read here.
const (
	wordsOutside = "不是在小程序里写的，微信不能自动检查"
	wordsFile    = "这种文件微信不能自动检查"
	wordsFailed  = "微信没能检查（错误%d）"
	wordsUnread  = "微信没能打开文件（错误%s）"
	wordsSilent  = "微信一直没有给出结果"

	wordsQueue   = "有内容等您审核，审核后才会公开。请打开小程序的「待审内容」看一看。"
	wordsRefused = "您发的内容没有公开，原因：%s。您反映的事照样办理。可以改一改再发，有疑问请问村里。"

	wordsNone    = "没有找到这条内容，可能已经处理了"
	wordsOwn     = "这是您自己发的，请让别的干部来审核"
	wordsDecided = "这条内容已经有人处理了"
	wordsReason  = "请写明理由"
	wordsLong    = "理由太长，最多%d个字"
	wordsCursor  = "翻页标记不对，请从第一页重新看"
)

// labelWords are WeChat's kinds of trouble (msgSecCheck, label).
func labelWords(label string) string {
	switch label {
	case "10001":
		return "可能是广告"
	case "20001":
		return "可能涉及时政"
	case "20002":
		return "可能涉及色情"
	case "20003":
		return "可能是辱骂"
	case "20006":
		return "可能涉及违法犯罪"
	case "20008":
		return "可能是欺诈"
	case "20012":
		return "可能低俗"
	case "20013":
		return "可能侵犯版权"
	}
	return "请人工看一看"
}

func whyWords(c model.ContentCheck) string {
	if c.Why != "" {
		return c.Why
	}
	return "微信提示：" + labelWords(c.Label)
}
