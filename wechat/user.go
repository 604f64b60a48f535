package wechat

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

const userPath = "/cgi-bin/user/info"

// User is what an official account may know of a person. WeChat no longer
// gives names or pictures.
type User struct {
	OpenID string
	// UnionID joins the person's openids, but only if the accounts hang under
	// one Open Platform account; else it is empty.
	UnionID      string
	Subscribed   bool // false: nothing below is known
	SubscribedAt time.Time
	Source       string // subscribe_scene, e.g. ADD_SCENE_QR_CODE
	Scene        string // qr_scene_str of the code that brought the person
	Language     string
	Remark       string
}

// UserInfo asks about one person of an official account. It is our own call:
// the SDK's takes no context, gives errcode only as a text, and its int32
// subscribe_time ends in 2038.
func (c *Client) UserInfo(ctx context.Context, openID string) (*User, error) {
	if openID == "" {
		return nil, invalid(userPath, "no openid")
	}
	var out struct {
		Subscribe      int    `json:"subscribe"`
		OpenID         string `json:"openid"`
		UnionID        string `json:"unionid"`
		SubscribeTime  int64  `json:"subscribe_time"`
		SubscribeScene string `json:"subscribe_scene"`
		QRScene        string `json:"qr_scene_str"`
		Language       string `json:"language"`
		Remark         string `json:"remark"`
	}
	query := url.Values{"openid": {openID}, "lang": {"zh_CN"}}
	if err := c.callJSON(ctx, call{method: http.MethodGet, path: userPath, query: query}, &out); err != nil {
		return nil, err
	}
	user := &User{OpenID: out.OpenID, UnionID: out.UnionID, Subscribed: out.Subscribe == 1,
		Source: out.SubscribeScene, Scene: out.QRScene, Language: out.Language, Remark: cleanText(out.Remark)}
	if out.SubscribeTime > 0 {
		user.SubscribedAt = time.Unix(out.SubscribeTime, 0)
	}
	return user, nil
}
