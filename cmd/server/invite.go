package main

import (
	"context"
	"fmt"
	"os"

	qr "github.com/piglig/go-qr"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/village"
)

type inviteCommand struct {
	where
	PNG string `name:"png" type:"path" help:"把二维码存成图片：已接公众号时扫了就绑定，否则只含邀请码"`
}

// Run prints a one-time invitation code, and draws its QR code if asked.
func (i inviteCommand) Run(ctx context.Context, all *commands, w world) error {
	unit, err := i.unit()
	if err != nil {
		return err
	}
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		code, _, err := r.people.Invite(ctx, model.Console(), village.NewInvitation{Unit: unit, Name: i.Name, HouseholdNo: i.Household})
		if err != nil {
			return err
		}
		fmt.Fprintln(w.out, code)
		if i.PNG == "" {
			return nil
		}
		served, err := r.people.Get(ctx, unit)
		if err != nil {
			return err
		}
		return i.draw(ctx, all, w, served.Account, code)
	})
}

// draw makes the slip's QR: WeChat's own for the scene, which binds whoever
// scans it.
func (i inviteCommand) draw(ctx context.Context, all *commands, w world, account, code string) error {
	cfg, err := all.settings(w, config.NeedWeChat)
	if err != nil {
		return fmt.Errorf("邀请码已生成；画二维码还要公众号的设置：%w", err)
	}
	weixin, err := newWeixin(cfg, nil, nil, logger(w.err, cfg.LogLevel))
	if err != nil {
		return err
	}
	if account == "" {
		account = cfg.Accounts[0].AppID
	}
	client, err := weixin.client(account)
	if err != nil {
		return fmt.Errorf("邀请码已生成；这个村的公众号不在设置里：%w", err)
	}
	made, err := client.CreateQR(ctx, village.SceneOf(code), village.InvitationLife)
	if err != nil {
		return fmt.Errorf("邀请码已生成；微信没有给二维码：%w", err)
	}
	picture, err := qr.EncodeText(made.URL, qr.Medium)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(i.PNG, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := picture.WriteAsPNG(qr.NewQrCodeImgConfig(10, 4), file); err != nil {
		return err
	}
	return file.Close()
}

type menuCommand struct{}

// Run writes the menu to every account of the settings.
func (menuCommand) Run(ctx context.Context, all *commands, w world) error {
	cfg, err := all.settings(w, config.NeedWeChat)
	if err != nil {
		return err
	}
	weixin, err := newWeixin(cfg, nil, nil, logger(w.err, cfg.LogLevel))
	if err != nil {
		return err
	}
	if err := weixin.setMenus(ctx); err != nil {
		return err
	}
	fmt.Fprintln(w.out, "菜单已写到公众号，几分钟后生效")
	return nil
}

type settingsCommand struct{}

// Run lists every setting from the struct itself.
func (settingsCommand) Run(w world) error {
	for _, s := range config.Describe() {
		fmt.Fprintf(w.out, "%s（配置文件里 %s）\n    %s\n", s.Variable, s.Key, s.Meaning)
		if s.Default != "" {
			fmt.Fprintf(w.out, "    默认 %s\n", s.Default)
		}
	}
	return nil
}

type versionCommand struct{}

// Run prints which program this is.
func (versionCommand) Run(w world) error {
	fmt.Fprintln(w.out, version())
	return nil
}
