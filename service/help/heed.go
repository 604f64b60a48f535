package help

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Danger is what a message says of danger.
type Danger int

// The degrees.
const (
	NoDanger       Danger = iota
	PossibleDanger        // a word of danger: the numbers are shown and it is asked
	ExplicitDanger        // danger now: others are woken at once
)

// Heed is what must be heeded in a message before anything else.
type Heed struct {
	Danger   Danger
	Domestic bool // violence at home: nothing may show on a screen
}

// HeedOf reads a message for words of danger (domain.md §3).
func HeedOf(text string) Heed {
	text = strings.Join(strings.Fields(text), "")
	h := Heed{Domestic: domestic.MatchString(phoneCall.ReplaceAllString(text, ""))}
	switch {
	case containsAny(text, explicit()):
		h.Danger = ExplicitDanger
	case h.Domestic || containsAny(text, possible()):
		h.Danger = PossibleDanger
	}
	return h
}

// Violence at home: kin strike, or somebody is struck by kin; 打电话 is a call.
//
//nolint:gochecknoglobals // read-only
var (
	domestic = regexp.MustCompile(`家暴|(老公|丈夫|男人|男朋友|前夫|前妻|老婆|媳妇|爸|妈|儿子|儿媳|女婿|公公|婆婆|他|她).{0,6}打(了)?(我|孩子|老婆|老人|娃)` +
		`|被(我|他|她)?(老公|丈夫|男人|男朋友|前夫|前妻|老婆|媳妇|爸|妈|爸爸|妈妈|儿子|儿媳|女婿|公公|婆婆).{0,4}打|打孩子|打老婆|打老人|不让我出门|把我锁`)
	phoneCall = regexp.MustCompile(`打(了|过|给)?(我|他|她)?(的|们)?(的)?(电话|手机|热线)`)
)

func containsAny(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

func explicit() []string {
	return []string{"着火了", "起火了", "失火了", "救命", "快来救", "救救我", "救救他", "救救她", "救救孩子", "要杀我", "要杀人", "拿刀", "砍人",
		"有人溺水", "孩子溺水", "落水了", "掉水里", "掉河里", "掉井里", "掉塘里", "喝农药", "喝了农药", "喝药了", "喝了药", "不想活", "要自杀", "要跳楼", "晕倒了", "昏倒了", "没气了",
		"没呼吸", "触电了", "煤气中毒", "中毒了", "要打死", "快打死", "往死里打", "塌方了", "房子塌", "山洪来", "决堤", "人被埋", "爆炸了", "孩子丢了", "孩子不见了"}
}

func possible() []string {
	return []string{"着火", "溺水", "跳楼", "持刀", "被埋", "爆炸", "火灾", "失火", "打人", "打架", "被打", "流血", "受伤", "抢劫", "偷东西", "进小偷", "报警", "急救", "昏迷", "自杀", "轻生", "寻死",
		"中毒", "触电", "漏电", "燃气泄漏", "煤气泄漏", "山洪", "泥石流", "滑坡", "塌方", "强奸", "猥亵", "拐卖", "失踪", "走丢", "虐待", "威胁我", "恐吓"}
}

// Courtesy says whether a message is only thanks or a greeting, which opens
// nothing.
func Courtesy(text string) bool {
	bare := bareWords(text)
	if utf8.RuneCountInString(bare) > 14 {
		return false
	}
	for _, polite := range []string{"非常", "十分", "真的", "太", "多", "书记", "村里", "大家", "各位", "你们", "您们", "领导", "同志", "老师", "党支部",
		"谢谢", "感谢", "多谢", "谢", "辛苦了", "辛苦", "麻烦了", "你好", "您好", "早上好", "上午好", "中午好", "下午好", "晚上好", "新年好", "过年好",
		"在吗", "在不在", "有人吗", "好的", "好嘞", "好吧", "收到", "知道了", "明白了", "明白", "嗯嗯", "嗯", "哦", "好", "行", "可以", "没事了", "再见", "拜拜",
		"hello", "hi", "ok", "OK", "了", "啊", "呀", "哈", "您", "你", "的", "啦"} {
		bare = strings.ReplaceAll(bare, polite, "")
	}
	return bare == ""
}

// Wordless says whether a message is nothing but signs, such as a lone ？.
func Wordless(text string) bool { return bareWords(text) == "" }

// bareWords are a text's letters and digits.
func bareWords(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}
