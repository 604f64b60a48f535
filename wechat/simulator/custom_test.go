package simulator_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/wechat/simulator"
)

func TestCustomMessageErrors(t *testing.T) {
	w := newWorld(t, setup{})
	w.follow("wang")
	_, err := w.sim.Say(w.ctx, oaID, "wang", "你好")
	w.must(err)
	voice := w.upload(oaID, "voice", "a.amr", simulator.SampleVoice(1))
	openid := w.sim.OpenID(oaID, "wang")
	message := func(kind string, content any) map[string]any {
		return map[string]any{"touser": openid, "msgtype": kind, kind: content}
	}
	type m = map[string]any
	for _, tc := range []struct {
		name string
		body any
		want int
	}{
		{"not JSON", "{", 47001},
		{"no openid", m{"msgtype": "text"}, 41009},
		{"wrong openid", m{"touser": "oNobody", "msgtype": "text", "text": m{"content": "hi"}}, 40003},
		{"openid of the other account", w.text(miniID, "wang", "hi"), 40003},
		{"not a follower", w.text(oaID, "zhang", "hi"), 43004},
		{"empty", message("text", m{"content": " "}), 44004},
		{"too long", message("text", m{"content": strings.Repeat("村", 683)}), 45002},
		{"type", message("video", m{}), 40008},
		{"no media", message("image", m{"media_id": "nothing"}), 40007},
		{"a voice is no image", message("image", m{"media_id": voice}), 40007},
		{"menu without answers", message("msgmenu", m{"head_content": "?"}), 44004},
		{"two articles", message("news", m{"articles": []m{{"title": "1"}, {"title": "2"}}}), 45008},
		{"longest text", message("text", m{"content": strings.Repeat("村", 682)}), 0},
		{"voice", message("voice", m{"media_id": voice}), 0},
		{"menu", message("msgmenu", m{"head_content": "解决了吗？", "list": []m{{"id": "101", "content": "解决"}, {"id": 102, "content": "没解决"}}, "tail_content": "谢谢"}), 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := w.post(oaID, "cgi-bin/message/custom/send", tc.body); errcode(got) != tc.want {
				t.Errorf("%v, want %d", got, tc.want)
			}
		})
	}
	phone := w.sim.Phone(oaID, "wang")
	menu := phone[len(phone)-1]
	if menu.Kind != simulator.KindMenu || menu.Channel != "custom" || len(menu.Choices) != 2 || menu.Choices[1] != (simulator.Choice{ID: "102", Content: "没解决"}) {
		t.Errorf("menu on the phone: %+v", menu)
	}
	if !strings.Contains(menu.Text, "没解决") || !strings.Contains(menu.Text, "谢谢") {
		t.Errorf("menu's text: %q", menu.Text)
	}
}

func TestWindows(t *testing.T) {
	day := 24 * time.Hour
	for _, tc := range []struct {
		name string
		do   func(w *world) error
		wait time.Duration
		want []int // the errcodes of sends that follow each other
	}{
		{"nothing opened one", nil, 0, []int{45015}},
		{"a message opens five", func(w *world) error { _, err := w.sim.Say(w.ctx, oaID, "wang", "在吗"); return err }, 0, []int{0, 0, 0, 0, 0, 45047}},
		{"for 48 h", func(w *world) error { _, err := w.sim.Say(w.ctx, oaID, "wang", "在吗"); return err }, 2*day - time.Second, []int{0}},
		{"and no longer", func(w *world) error { _, err := w.sim.Say(w.ctx, oaID, "wang", "在吗"); return err }, 2 * day, []int{45015}},
		{"a menu click opens three", func(w *world) error { _, err := w.sim.TapMenu(w.ctx, oaID, "wang", "HELP"); return err }, 0, []int{0, 0, 0, 45047}},
		{"for a minute", func(w *world) error { _, err := w.sim.TapMenu(w.ctx, oaID, "wang", "HELP"); return err }, time.Minute, []int{45015}},
		{"a scan opens three", func(w *world) error { _, err := w.sim.Scan(w.ctx, oaID, "wang", "door"); return err }, 0, []int{0, 0, 0, 45047}},
		{"a link in the menu opens none", func(w *world) error {
			w.expect(w.post(oaID, "cgi-bin/menu/create", map[string]any{"button": []any{map[string]any{"type": "view", "name": "村网", "url": "https://example.com/"}}}), 0)
			_, err := w.sim.TapMenu(w.ctx, oaID, "wang", "https://example.com/")
			return err
		}, 0, []int{45015}},
		{"both add up", func(w *world) error {
			_, err := w.sim.Say(w.ctx, oaID, "wang", "在吗")
			w.must(err)
			_, err = w.sim.TapMenu(w.ctx, oaID, "wang", "HELP")
			return err
		}, 0, []int{0, 0, 0, 0, 0, 0, 0, 0, 45047}},
		{"the minute's go first", func(w *world) error {
			_, err := w.sim.Say(w.ctx, oaID, "wang", "在吗")
			w.must(err)
			_, err = w.sim.TapMenu(w.ctx, oaID, "wang", "HELP")
			w.must(err)
			w.expect(w.post(oaID, "cgi-bin/message/custom/send", w.text(oaID, "wang", "first")), 0)
			return nil
		}, time.Minute, []int{0, 0, 0, 0, 0, 45047}},
		{"a re-follow opens three anew", func(w *world) error {
			_, err := w.sim.Unfollow(w.ctx, oaID, "wang")
			w.must(err)
			w.expect(w.post(oaID, "cgi-bin/message/custom/send", w.text(oaID, "wang", "hi")), 43004)
			_, err = w.sim.Follow(w.ctx, oaID, "wang", "")
			return err
		}, 0, []int{0, 0, 0, 45047}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, setup{})
			w.follow("wang")
			if tc.do != nil {
				w.must(tc.do(w))
			}
			w.sim.Advance(tc.wait)
			for i, want := range tc.want {
				if got := w.post(oaID, "cgi-bin/message/custom/send", w.text(oaID, "wang", "hi")); errcode(got) != want {
					t.Errorf("send %d: %v, want %d", i+1, got, want)
				}
			}
		})
	}
}

func TestUnverifiedAccount(t *testing.T) {
	w := newWorld(t, setup{option: func(o *simulator.Options) { o.Accounts[0].Unverified = true }})
	w.follow("wang")
	w.expect(w.post(oaID, "cgi-bin/message/custom/send", w.text(oaID, "wang", "hi")), 48001)
}
