package main

import (
	"context"
	"fmt"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/inbox"
)

const operatorPage = 50

type noticeCommands struct {
	Dead    noticeDead    `cmd:"" help:"列出发不出去的通知"`
	Resend  noticeResend  `cmd:"" help:"重发一条"`
	Release noticeRelease `cmd:"" help:"从备份恢复后，放行当时还没发的通知"`
}

type noticeDead struct {
	After string `help:"从哪一条之后列（上一页最后一条的编号）"`
}

// Run lists dead letters; private ones without their words.
func (d noticeDead) Run(ctx context.Context, all *commands, w world) error {
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		dead, next, err := r.notices.Dead(ctx, model.Console(), d.After, operatorPage)
		for _, n := range dead {
			fmt.Fprintf(w.out, "%s  %s  错误码%d  试了%d次  %s\n", model.PublicID(n.VillageID, n.NoticeID), n.At.Format("2006-01-02 15:04"), n.ErrCode, n.Attempts, n.Text)
		}
		if next != "" {
			fmt.Fprintln(w.out, "下一页：--after", next)
		}
		if err == nil && len(dead) == 0 {
			fmt.Fprintln(w.out, "没有发不出去的通知")
		}
		return err
	})
}

type noticeResend struct {
	ID string `arg:"" help:"编号，如 yunxi-0193…"`
}

// Run sends a dead letter again.
func (n noticeResend) Run(ctx context.Context, all *commands, w world) error {
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		unit, id, err := model.ParsePublicID(n.ID)
		if err != nil {
			return err
		}
		if err := r.notices.Resend(ctx, model.Console(), unit, id); err != nil {
			return err
		}
		fmt.Fprintln(w.out, "已放回待发")
		return nil
	})
}

type noticeRelease struct{}

// Run lets the notices of a restored backup go.
func (noticeRelease) Run(ctx context.Context, all *commands, w world) error {
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		n, err := r.notices.ReleaseRestored(ctx, model.Console())
		if err == nil {
			fmt.Fprintf(w.out, "已放行%d条\n", n)
		}
		return err
	})
}

type incomingCommands struct {
	Failed incomingFailed `cmd:"" help:"列出没办成的来信"`
	Retry  incomingRetry  `cmd:"" help:"再办一次"`
}

type incomingFailed struct {
	After string `help:"从哪一页之后列"`
}

// Run lists the deliveries whose turn failed; not what they say.
func (f incomingFailed) Run(ctx context.Context, all *commands, w world) error {
	return all.atInbox(ctx, w, func(ctx context.Context, s *inbox.Desk) error {
		rows, next, err := s.Failed(ctx, model.Console(), f.After, operatorPage)
		for _, d := range rows {
			fmt.Fprintf(w.out, "%s  %s  %s  %s\n", d.Account, d.Key, d.Kind, d.ReceivedAt.Format("2006-01-02 15:04"))
		}
		if err == nil && len(rows) == 0 {
			fmt.Fprintln(w.out, "没有没办成的来信")
		}
		if next != "" {
			fmt.Fprintln(w.out, "下一页：--after", next)
		}
		return err
	})
}

type incomingRetry struct {
	Account string `arg:"" help:"公众号 AppID"`
	Key     string `arg:"" help:"来信的编号"`
}

// Run handles a failed delivery again.
func (i incomingRetry) Run(ctx context.Context, all *commands, w world) error {
	return all.atInbox(ctx, w, func(ctx context.Context, s *inbox.Desk) error {
		if err := s.Retry(ctx, model.Console(), i.Account, i.Key); err != nil {
			return err
		}
		fmt.Fprintln(w.out, "已办")
		return nil
	})
}

// atInbox opens the house for a command about deliveries: all but the spool, which
// is the running server's.
func (c *commands) atInbox(ctx context.Context, w world, fn func(ctx context.Context, s *inbox.Desk) error) error {
	cfg, err := c.settings(w, config.NeedAll)
	if err != nil {
		return err
	}
	h, err := buildDesk(cfg, logger(w.err, cfg.LogLevel))
	if err != nil {
		return err
	}
	defer func() { _ = h.close() }()
	return fn(ctx, inbox.NewDesk(h.store, h.dialogue.Turn, inbox.Options{Late: h.dialogue.Late, Logger: h.log}))
}
