package main

import (
	"context"
	"errors"

	"cunwu/model"
	"cunwu/service/moderation"
	"cunwu/service/session"
	"cunwu/wechat"
)

// What the mini-program needs of WeChat: weixin implements session.Weixin and
// moderation.Weixin.
var (
	_ session.Weixin    = (*weixin)(nil)
	_ moderation.Weixin = (*weixin)(nil)
)

// MiniLogin implements session.Weixin. WeChat's session_key ends in wechat.
func (w *weixin) MiniLogin(ctx context.Context, code string) (session.Identity, error) {
	c, err := w.client(w.mini)
	if err != nil {
		return session.Identity{}, err
	}
	got, err := c.Code2Session(ctx, code)
	if err != nil {
		return session.Identity{}, codeError(err)
	}
	return session.Identity{Account: w.mini, OpenID: got.OpenID, UnionID: got.UnionID}, nil
}

// PageLogin implements session.Weixin.
func (w *weixin) PageLogin(ctx context.Context, appID, code string) (session.Identity, error) {
	c, err := w.client(appID)
	if err != nil || appID == w.mini {
		return session.Identity{}, model.Errorf(model.Invalid, "这个网页不能登录，请从公众号里打开").Because(err)
	}
	got, err := c.OAuthUser(ctx, code)
	if errors.Is(err, wechat.ErrSnapshotUser) {
		return session.Identity{Account: appID, Snapshot: true}, nil
	}
	if err != nil {
		return session.Identity{}, codeError(err)
	}
	return session.Identity{Account: appID, OpenID: got.OpenID, UnionID: got.UnionID}, nil
}

// SignInQR makes the account's QR code for a browser's sign-in and returns what its
// picture encodes; it works as long as the sign-in may be scanned.
func (w *weixin) SignInQR(ctx context.Context, appID, scene string) (content string, err error) {
	c, err := w.client(appID)
	if err != nil || appID == w.mini {
		return "", model.Errorf(model.Invalid, "这个网页不能扫码登录，请从公众号里打开").Because(err)
	}
	made, err := c.CreateQR(ctx, scene, session.SignInLife)
	if err != nil {
		return "", sendError(err)
	}
	return made.URL, nil
}

// Phone implements session.Weixin. The roll has telephone numbers of the mainland.
func (w *weixin) Phone(ctx context.Context, code string) (string, error) {
	c, err := w.client(w.mini)
	if err != nil {
		return "", err
	}
	got, err := c.PhoneNumber(ctx, code)
	if wechat.ClassOf(err) == wechat.ClassUserAgain {
		return "", model.Errorf(model.Invalid, "没有取到您的手机号，请再点一次“用手机号绑定”").Because(err)
	}
	if err != nil {
		return "", sendError(err)
	}
	if got.Country != "86" {
		return "", model.Errorf(model.Invalid, "请用大陆的手机号，或当面找网格员绑定")
	}
	return got.Number, nil
}

// codeError is the error of a code that a phone brought.
func codeError(err error) error {
	if wechat.ClassOf(err) == wechat.ClassUserAgain {
		return model.Errorf(model.Invalid, "这次登录没有成功，请退出后重新打开再试").Because(err)
	}
	return sendError(err)
}

// CanCheck implements moderation.Weixin.
func (w *weixin) CanCheck(appID string) bool { return w.mini != "" && appID == w.mini }

// CheckText implements moderation.Weixin.
func (w *weixin) CheckText(ctx context.Context, appID, openid string, scene moderation.Scene, text string) (moderation.Advice, error) {
	c, err := w.client(appID)
	if err != nil {
		return moderation.Advice{}, err
	}
	got, err := c.CheckText(ctx, openid, wechat.CheckScene(scene), text)
	if err != nil {
		return moderation.Advice{}, sendError(err)
	}
	return moderation.Advice{Suggest: string(got.Suggest), Label: got.Label}, nil
}

// CheckFile implements moderation.Weixin.
func (w *weixin) CheckFile(ctx context.Context, appID, openid string, scene moderation.Scene, kind moderation.FileKind, address string) (string, error) {
	c, err := w.client(appID)
	if err != nil {
		return "", err
	}
	what := wechat.MediaImage
	if kind == moderation.Sound {
		what = wechat.MediaAudio
	}
	trace, err := c.CheckMediaAsync(ctx, openid, wechat.CheckScene(scene), what, address)
	return trace, sendError(err)
}
