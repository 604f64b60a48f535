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
