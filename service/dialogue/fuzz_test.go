package dialogue_test

import "testing"

// FuzzTurn says anything to the village: no text may break a turn or be answered
// with nothing.
func FuzzTurn(f *testing.F) {
	for _, text := range []string{"#1", "＃１２，好", "#云溪3 转 张明", "1", "5 快", "绑定 12345678", "保密", "完", "我是 王小草", "#9999999999999 x", "补充#1", "#\x00", "取消", "𠮷🐑"} {
		f.Add("王小草", text)
		f.Add("张明", text)
	}
	f.Fuzz(func(t *testing.T, who, text string) {
		if who != "王小草" && who != "张明" || len(text) > 4000 {
			return
		}
		p := newPlace(t)
		p.play("王小草: 路灯坏了")
		p.say(who, text)
		if p.last.Text == "" {
			t.Errorf("%s: %q is answered with nothing", who, text)
		}
	})
}
