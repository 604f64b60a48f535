package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/notice"
	"cunwu/wechat"
)

const sdkTimeout = 3 * time.Second

// weixin is WeChat as the services want it: the small adapters between wechat's
// types and the interfaces that services own.
type weixin struct {
	clients  map[string]*wechat.Client
	accounts map[string]config.Account
	mini     string // the mini-program's app id; its client stands among the others
}

func account(a config.Account) wechat.Account {
	return wechat.Account{AppID: a.AppID, Secret: a.Secret, Token: a.Token, AESKey: a.AESKey}
}

func newWeixin(cfg *config.Config, shared redis.UniversalClient, now func() time.Time, log *slog.Logger) (*weixin, error) {
	if err := wechat.UseForSDK(cfg.WeChatAPIURL, sdkTimeout); err != nil {
		return nil, err
	}
	w := &weixin{clients: map[string]*wechat.Client{}, accounts: map[string]config.Account{}}
	for _, a := range cfg.Accounts {
		w.accounts[a.AppID] = a
		w.clients[a.AppID] = wechat.NewClient(wechat.Options{BaseURL: cfg.WeChatAPIURL, Account: account(a), Redis: shared, Now: now, Logger: log})
	}
	if m := cfg.Mini; m.Enabled() {
		w.mini = m.AppID
		w.accounts[m.AppID] = config.Account{AppID: m.AppID, SubscribeTemplateIDs: m.SubscribeTemplateIDs}
		w.clients[m.AppID] = wechat.NewClient(wechat.Options{BaseURL: cfg.WeChatAPIURL, Account: wechat.Account{AppID: m.AppID, Secret: m.Secret}, Redis: shared, Now: now, Logger: log})
	}
	return w, nil
}

// home is the village of whoever isn't bound, by the account's settings.
func (w *weixin) home(appID string) string { return w.accounts[appID].DefaultVillage }

func (w *weixin) templates(appID string) notice.Templates {
	a := w.accounts[appID]
	t := notice.Templates{Template: a.TemplateID}
	if len(a.SubscribeTemplateIDs) > 0 {
		t.Subscribe = a.SubscribeTemplateIDs[0]
	}
	return t
}

func (w *weixin) client(appID string) (*wechat.Client, error) {
	c := w.clients[appID]
	if c == nil {
		return nil, &model.SendError{Class: model.SendFault, Cause: fmt.Errorf("no account %s in the settings", appID)}
	}
	return c, nil
}

// Send implements notice.Sender.
func (w *weixin) Send(ctx context.Context, o notice.Outgoing) error {
	c, err := w.client(o.Account)
	if err != nil {
		return err
	}
	switch {
	case o.Channel == model.ChannelTemplate:
		err = c.SendTemplate(ctx, wechat.Template{OpenID: o.OpenID, TemplateID: o.TemplateID, ClientMsgID: o.NoticeID, Fields: fields(o)})
	case o.Channel == model.ChannelSubscribe && o.Account == w.mini:
		err = c.SendMiniSubscribe(ctx, wechat.Subscription{OpenID: o.OpenID, TemplateID: o.TemplateID, Fields: fields(o)})
	case o.Channel == model.ChannelSubscribe:
		err = c.SendSubscribe(ctx, wechat.Subscription{OpenID: o.OpenID, TemplateID: o.TemplateID, Fields: fields(o)})
	case o.Media != nil:
		err = sendFile(ctx, c, o)
	default:
		err = c.SendText(ctx, o.OpenID, o.Text)
	}
	return sendError(err)
}

// fields fill the template that the README has the operator choose.
func fields(o notice.Outgoing) map[string]string {
	number := strings.TrimPrefix(o.CaseNumber, "#")
	if number == "" {
		number = "0"
	}
	return map[string]string{"thing1": o.Text, "character_string2": number, "time3": o.At.In(model.Shanghai).Format("2006-01-02 15:04")}
}

func sendFile(ctx context.Context, c *wechat.Client, o notice.Outgoing) error {
	if o.Media.Kind == model.InVideo { // WeChat wants a cover picture with it, which we don't have
		return c.SendText(ctx, o.OpenID, "[视频] 对方发来一段视频，请到村里看。")
	}
	kind := o.Media.Kind
	if kind == model.InPicture {
		kind = "image"
	}
	id, err := c.UploadMedia(ctx, kind, o.Media.Filename, o.Media.Body)
	if err != nil {
		return err
	}
	if kind == "voice" {
		return c.SendVoice(ctx, o.OpenID, id)
	}
	return c.SendImage(ctx, o.OpenID, id)
}

// sendError is wechat's class in the model's words.
func sendError(err error) error {
	if err == nil {
		return nil
	}
	var api *wechat.APIError
	if !errors.As(err, &api) {
		return &model.SendError{Class: model.SendUnknown, Cause: err}
	}
	class := model.SendFault
	switch api.Class {
	case wechat.ClassRetry, wechat.ClassToken:
		class = model.SendRetry
	case wechat.ClassQuota:
		class = model.SendQuota
	case wechat.ClassRecipient:
		class = model.SendRecipient
	case wechat.ClassUnknownOutcome:
		class = model.SendUnknown
	}
	return &model.SendError{Class: class, Code: api.Code, Cause: err}
}

// Fetch implements media.Fetcher.
func (w *weixin) Fetch(ctx context.Context, appID, wechatID string, limit int64) (string, []byte, error) {
	c, err := w.client(appID)
	if err != nil {
		return "", nil, err
	}
	found, err := c.FetchMedia(ctx, wechatID, limit)
	if err != nil {
		return "", nil, sendError(err)
	}
	return found.ContentType, found.Body, nil
}

// union asks WeChat for a follower's unionid; empty when there is none. Of a
// mini-program's people it is told when they sign in, and never asked.
func (w *weixin) union(ctx context.Context, appID, openid string) (string, error) {
	if appID == w.mini {
		return "", nil
	}
	c, err := w.client(appID)
	if err != nil {
		return "", err
	}
	user, err := c.UserInfo(ctx, openid)
	if err != nil {
		return "", sendError(err)
	}
	return user.UnionID, nil
}

// menu is the account's menu; its keys are the contract's.
func menu() []wechat.Button {
	tap := func(name, key string) wechat.Button { return wechat.Button{Name: name, Type: "click", Key: key} }
	return []wechat.Button{
		{Name: "找村里", Sub: []wechat.Button{tap("怎么留言", "HELP"), tap("我的", "ME")}},
		{Name: "公开投票", Sub: []wechat.Button{tap("村务公开", "DISCLOSURE"), tap("投票", "VOTE")}},
		{Name: "调解积分", Sub: []wechat.Button{tap("调解", "MEDIATION"), tap("积分", "MERIT")}},
	}
}

// setMenus writes the menu to every account.
func (w *weixin) setMenus(ctx context.Context) error {
	for appID, c := range w.clients {
		if appID == w.mini {
			continue
		}
		if err := c.SetMenu(ctx, menu()); err != nil {
			return fmt.Errorf("公众号 %s：%w", appID, err)
		}
	}
	return nil
}
