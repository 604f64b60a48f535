package wechat

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPhoneAndChecks(t *testing.T) {
	api := newTestAPI(t)
	useSDK(t, api.URL)
	api.handle("POST /wxa/business/getuserphonenumber", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"errcode":0,"errmsg":"ok","phone_info":{"phoneNumber":"13800000000","purePhoneNumber":"13800000000","countryCode":"86","watermark":{"timestamp":1,"appid":"%s"}}}`, officialAppID)
	})
	c := api.client(nil)
	if p, err := c.PhoneNumber(bg(), "abc"); err != nil || *p != (Phone{"13800000000", "86"}) {
		t.Errorf("%+v, %v", p, err)
	}
	stranger := api.client(func(o *Options) { o.Account.AppID = "wx2" })
	if _, err := stranger.PhoneNumber(bg(), "abc"); ClassOf(err) != ClassUserAgain {
		t.Error(err)
	}
	suggest := []string{"pass", "risky", "review"}
	pieces := 0
	api.handle("POST /wxa/msg_sec_check", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"errcode":0,"errmsg":"ok","result":{"suggest":"%s","label":20002},"trace_id":"t%d"}`, suggest[pieces%3], pieces)
		pieces++
	})
	got, err := c.CheckText(bg(), "oMini", SceneForum, strings.Repeat("长", 5001))
	if err != nil || pieces != 3 || *got != (TextCheck{SuggestRisky, "20002", "t1"}) {
		t.Errorf("%+v, %v after %d pieces", got, err, pieces)
	}
	suggest = []string{"strange", "strange", "strange"}
	if got, err := c.CheckText(bg(), "oMini", SceneForum, "x"); err != nil || got.Suggest != SuggestReview {
		t.Errorf("%+v, %v", got, err)
	}
	equalJSON(t, api.last().body, `{"openid":"oMini","scene":3,"content":"x","nickname":"","title":"","signature":"","version":2}`)
	api.says("POST /wxa/media_check_async", `{"errcode":0,"errmsg":"ok","trace_id":"tr"}`)
	if trace, err := c.CheckMediaAsync(bg(), "oMini", SceneForum, MediaImage, "http://v/a.jpg"); trace != "tr" || err != nil {
		t.Error(trace, err)
	}
	if _, err := c.CheckText(bg(), "", SceneForum, "x"); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
}

func TestUserInfo(t *testing.T) {
	api := newTestAPI(t)
	api.says("GET /cgi-bin/user/info", `{"subscribe":1,"openid":"oAbC","language":"zh_CN","subscribe_time":4102444800,"unionid":"u","remark":"","subscribe_scene":"ADD_SCENE_QR_CODE","qr_scene":0,"qr_scene_str":"bind_1"}`)
	c := api.client(nil)
	want := User{OpenID: "oAbC", UnionID: "u", Subscribed: true, SubscribedAt: time.Unix(4102444800, 0), Source: "ADD_SCENE_QR_CODE", Scene: "bind_1", Language: "zh_CN"}
	if u, err := c.UserInfo(bg(), "oAbC"); err != nil || *u != want {
		t.Errorf("%+v, %v", u, err)
	}
}
