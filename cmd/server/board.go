package main

import (
	"context"
	"fmt"
	"os"

	qr "github.com/piglig/go-qr"
)

type boardCommand struct {
	Village string `required:"" help:"村的代号"`
	Out     string `required:"" type:"path" help:"二维码存成哪个图片（.png），打印出来贴在公示栏"`
}

// Run draws the signed head of the village's public log for the physical board:
// whoever photographs it holds it.
func (b boardCommand) Run(ctx context.Context, all *commands, w world) error {
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		text, at, err := r.public.BoardText(ctx, b.Village)
		if err != nil {
			return err
		}
		picture, err := qr.EncodeText(text, qr.Medium)
		if err != nil {
			return err
		}
		file, err := os.OpenFile(b.Out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		if err := picture.WriteAsPNG(qr.NewQrCodeImgConfig(10, 4), file); err != nil {
			_ = file.Close()
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
		fmt.Fprintf(w.out, "%s的签名首页：\n%s", at.Format("2006年1月2日15:04"), text)
		return nil
	})
}
