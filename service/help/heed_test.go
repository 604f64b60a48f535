package help_test

import (
	"testing"

	"cunwu/service/help"
)

func TestHeed(t *testing.T) {
	for text, want := range map[string]help.Heed{
		"我家门口的路灯坏了":   {},
		"着 火 了，快 来 人": {Danger: help.ExplicitDanger},
		"邻居在打架":       {Danger: help.PossibleDanger},
		"老公打我":        {Danger: help.PossibleDanger, Domestic: true},
		"老公拿刀，他打我":    {Danger: help.ExplicitDanger, Domestic: true},
		"打人的事已经过去了":   {Danger: help.PossibleDanger},
		"":            {},
		"老公又打我了":      {Danger: help.PossibleDanger, Domestic: true},
		"我被老公打了":      {Danger: help.PossibleDanger, Domestic: true},
		"前夫又来打我":      {Danger: help.PossibleDanger, Domestic: true},
		"孩子被他爸打":      {Danger: help.PossibleDanger, Domestic: true},
		"他打我电话不接":     {},
		"老公打我手机没人接":   {},
		"防溺水宣传牌倒了":    {Danger: help.PossibleDanger},
		"水管被埋在土里":     {Danger: help.PossibleDanger},
		"我妈喝药了":       {Danger: help.ExplicitDanger},
		"我不想活":        {Danger: help.ExplicitDanger},
		"请打村里的电话":     {},
	} {
		if got := help.HeedOf(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestCourtesy(t *testing.T) {
	for _, text := range []string{"谢谢", "谢谢书记！", "您好", "在吗？", "好的，谢谢", "辛苦了辛苦了", "OK", "非常感谢你们"} {
		if !help.Courtesy(text) {
			t.Errorf("%q opens a case", text)
		}
	}
	for _, text := range []string{"谢谢，路灯还是不亮", "您好我要反映问题", "好大的雨", "停电了", "没水了", "桥", "可以修路吗", "感谢信"} {
		if help.Courtesy(text) {
			t.Errorf("%q is taken for a courtesy", text)
		}
	}
	if !help.Wordless("？！🙏") || help.Wordless("水") {
		t.Error("wordless is wrong")
	}
}
