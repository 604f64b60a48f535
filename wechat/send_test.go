package wechat

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// equalJSON compares two JSON texts by content.
func equalJSON(t *testing.T, got, want string) {
	t.Helper()
	var a, b any
	if json.Unmarshal([]byte(got), &a) != nil || json.Unmarshal([]byte(want), &b) != nil ||
		fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSends(t *testing.T) {
	api := newTestAPI(t)
	for _, path := range []string{"message/custom/send", "message/template/send", "message/subscribe/bizsend", "message/subscribe/send"} {
		api.says("POST /cgi-bin/"+path, `{"errcode":0,"errmsg":"ok","msgid":1}`)
	}
	c := api.client(nil)
	long := strings.Repeat("长", 30)
	for name, s := range map[string]struct {
		send func() error
		path string
		want string
	}{
		"text": {func() error { return c.SendText(bg(), "o", "你好 <a>&\x01") }, "/cgi-bin/message/custom/send",
			`{"touser":"o","msgtype":"text","text":{"content":"你好 <a>&"}}`},
		"menu": {func() error {
			return c.SendMenu(bg(), "o", "解决了吗？", []MenuItem{{"1", "解决"}, {"2", "没解决"}}, "回数字也行")
		}, "/cgi-bin/message/custom/send",
			`{"touser":"o","msgtype":"msgmenu","msgmenu":{"head_content":"解决了吗？","list":[{"id":"1","content":"解决"},{"id":"2","content":"没解决"}],"tail_content":"回数字也行"}}`},
		"voice": {func() error { return c.SendVoice(bg(), "o", "m") }, "/cgi-bin/message/custom/send",
			`{"touser":"o","msgtype":"voice","voice":{"media_id":"m"}}`},
		"image": {func() error { return c.SendImage(bg(), "o", "m") }, "/cgi-bin/message/custom/send",
			`{"touser":"o","msgtype":"image","image":{"media_id":"m"}}`},
		"template": {func() error {
			return c.SendTemplate(bg(), Template{OpenID: "o", TemplateID: "T", URL: "http://v", MiniAppID: "wx2", MiniPagePath: "p", ClientMsgID: "c1",
				Fields: map[string]string{"thing1": long, "phrase2": long, "time3": "2026年11月24日 08:00:00之后很长很长", "name4": "张明"}})
		}, "/cgi-bin/message/template/send",
			`{"touser":"o","template_id":"T","url":"http://v","miniprogram":{"appid":"wx2","pagepath":"p"},"client_msg_id":"c1","data":{"thing1":{"value":"` +
				strings.Repeat("长", 19) + `…"},"phrase2":{"value":"长长长长…"},"time3":{"value":"2026年11月24日 08:00:00之后很长很长"},"name4":{"value":"张明"}}}`},
		"subscribe": {func() error {
			return c.SendSubscribe(bg(), Subscription{OpenID: "o", TemplateID: "T", Page: "http://v", Fields: map[string]string{"thing1": "a"}})
		}, "/cgi-bin/message/subscribe/bizsend", `{"touser":"o","template_id":"T","page":"http://v","data":{"thing1":{"value":"a"}}}`},
		"mini subscribe": {func() error {
			return c.SendMiniSubscribe(bg(), Subscription{OpenID: "o", TemplateID: "T", Page: "pages/a", State: "trial", Fields: map[string]string{"thing1": "a"}})
		}, "/cgi-bin/message/subscribe/send",
			`{"touser":"o","template_id":"T","page":"pages/a","miniprogram_state":"trial","data":{"thing1":{"value":"a"}}}`},
	} {
		if err := s.send(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if last := api.last(); last.path != s.path || strings.Contains(last.body, `\u00`) {
			t.Errorf("%s: %+v", name, last)
		} else {
			equalJSON(t, last.body, s.want)
		}
	}
	before := api.count()
	for _, err := range []error{
		c.SendText(bg(), "", "x"), c.SendText(bg(), "o", " "), c.SendMenu(bg(), "o", "h", nil, ""), c.SendVoice(bg(), "o", ""),
		c.SendMenu(bg(), "o", "h", []MenuItem{{"", "x"}}, ""), c.SendTemplate(bg(), Template{OpenID: "o"}),
		c.SendSubscribe(bg(), Subscription{OpenID: "o"}), c.SendMiniSubscribe(bg(), Subscription{TemplateID: "T"}),
	} {
		if !errors.Is(err, ErrInvalid) || ClassOf(err) != ClassOurFault {
			t.Error(err)
		}
	}
	if api.count() != before {
		t.Error("an invalid send was made")
	}
	if c.SendText(bg(), "o", strings.Repeat("长", 2000)) != nil || len(api.last().body) > MaxTextBytes+80 {
		t.Error("a long text wasn't cut")
	}
}
