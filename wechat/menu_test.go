package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

func TestMenuAndQR(t *testing.T) {
	api := newTestAPI(t)
	c := api.client(nil)
	used := util.DefaultHTTPClient
	util.DefaultHTTPClient = http.DefaultClient
	err := c.SetMenu(bg(), []Button{{Name: "a"}})
	util.DefaultHTTPClient = used
	if ClassOf(err) != ClassOurFault || !strings.Contains(err.Error(), "UseForSDK") {
		t.Fatalf("the SDK was used unprepared: %v", err)
	}
	useSDK(t, api.URL)
	api.says("POST /cgi-bin/menu/create", `{"errcode":0,"errmsg":"ok"}`)
	menu := []Button{{Name: "找支部", Type: "click", Key: "HELP"}, {Name: "村务", Sub: []Button{
		{Name: "公开", Type: "view", URL: "http://v/?a=1&b=2"}, {Name: "小程序", Type: "miniprogram", URL: "http://v", AppID: "wx2", PagePath: "p"}}}}
	if err := c.SetMenu(bg(), menu); err != nil {
		t.Error(err)
	}
	equalJSON(t, api.last().body, `{"button":[{"type":"click","name":"找支部","key":"HELP"},{"name":"村务","sub_button":[{"type":"view","name":"公开","url":"http://v/?a=1&b=2"},{"type":"miniprogram","name":"小程序","url":"http://v","appid":"wx2","pagepath":"p"}]}]}`)
	if err := c.SetMenu(bg(), make([]Button, 4)); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
	answer := `{"ticket":"T/+=","expire_seconds":3600,"url":"http://weixin.qq.com/q/x"}`
	api.handle("POST /cgi-bin/qrcode/create", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, answer) })
	at := time.Unix(1714112445, 0)
	c.now = func() time.Time { return at }
	qr, err := c.CreateQR(bg(), "bind_12345678", time.Hour)
	if err != nil || *qr != (QR{"T/+=", "http://weixin.qq.com/q/x", api.URL + qrImagePath + "T%2F%2B%3D", at.Add(time.Hour)}) {
		t.Errorf("%+v, %v", qr, err)
	}
	equalJSON(t, api.last().body, `{"expire_seconds":3600,"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":"bind_12345678"}}}`)
	api.revoke() // the SDK's error is only a text, and still refreshes the token
	if qr, err := c.CreateQR(bg(), "s", 0); err != nil || !qr.ExpiresAt.IsZero() {
		t.Errorf("%+v, %v", qr, err)
	}
	equalJSON(t, api.last().body, `{"action_name":"QR_LIMIT_STR_SCENE","action_info":{"scene":{"scene_str":"s"}}}`)
	answer = `{"errcode":45029,"errmsg":"qrcode count out of limit"}`
	var full *APIError
	if _, err := c.CreateQR(bg(), "s", 0); !errors.As(err, &full) || full.Code != 45029 || full.Message != "qrcode count out of limit" {
		t.Errorf("%v", err)
	}
	for scene, life := range map[string]time.Duration{"": 0, strings.Repeat("x", 65): 0, "a": 31 * 24 * time.Hour, "b": -1, "c": time.Millisecond} {
		if _, err := c.CreateQR(bg(), scene, life); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q %v: %v", scene, life, err)
		}
	}
	ctx, cancel := context.WithCancel(bg())
	cancel()
	if _, err := c.CreateQR(ctx, "s", 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
