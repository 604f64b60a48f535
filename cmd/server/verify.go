package main

import (
	"context"
	"fmt"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/audit"
)

// verifyCommands check what must not have been tampered with; the exit code is 1
// when something was.
type verifyCommands struct {
	Audit verifyAudit `cmd:"" default:"withargs" help:"审计记录：有没有被改过、删过、插过"`
	Log   verifyLog   `cmd:"" help:"公开账本：有没有被改过、删过、换过"`
	Merit verifyMerit `cmd:"" help:"积分账：余额和流水对不对得上"`
	Poll  verifyPoll  `cmd:"" help:"投票：只用公布的文件重新计票"`
}

type verifyAudit struct {
	Village string `help:"村（或镇）的代号，不写就全部"`
	Head    string `help:"上次打印的链头（村代号:序号:校验码）：有它才看得出链尾有没有被截断"`
}

// Run checks the audit chains and prints their heads, which belong outside: on
// paper, in another's mail.
func (v verifyAudit) Run(ctx context.Context, all *commands, w world) error {
	var held audit.Head
	if v.Head != "" {
		var err error
		if held, err = audit.ParseHead(v.Head); err != nil {
			return err
		}
		if v.Village == "" {
			v.Village = held.VillageID
		}
		if v.Village != held.VillageID {
			return model.Errorf(model.Invalid, "这个链头是%s的，不是%s的", held.VillageID, v.Village)
		}
	}
	return all.atKeys(ctx, w, func(ctx context.Context, store *model.Store, keys *model.Keyring) error {
		return v.check(ctx, audit.NewChain(store, keys), held, w)
	})
}

func (v verifyAudit) check(ctx context.Context, chain *audit.Chain, held audit.Head, w world) error {
	villages, err := chain.Villages(ctx)
	if err != nil {
		return err
	}
	if v.Village != "" {
		villages = []string{v.Village}
	}
	broken := 0
	for _, village := range villages {
		r, err := chain.Verify(ctx, village, held)
		if err != nil {
			return err
		}
		if r.Broken != "" {
			broken++
			fmt.Fprintf(w.out, "%s：审计链断了：%s\n", village, r.Broken)
			continue
		}
		fmt.Fprintf(w.out, "%s：%d条完好，%d条已过保存期，%d条还没入链\n", village, r.Sealed-r.Removed, r.Removed, r.Waiting)
		if r.Head != "" {
			fmt.Fprintln(w.out, "链头（抄在服务器以外，下次用 --head 核对）：", r.Head)
		}
	}
	if broken > 0 {
		return model.Errorf(model.Conflict, "有%d条审计链断了，请保留现场并报告上级", broken)
	}
	return nil
}

// atKeys opens the database and the keys for a command that needs no room.
func (c *commands) atKeys(ctx context.Context, w world, fn func(ctx context.Context, store *model.Store, keys *model.Keyring) error) error {
	cfg, err := c.settings(w, config.NeedDatabase, config.NeedSecretKey)
	if err != nil {
		return err
	}
	store, err := openStore(cfg, logger(w.err, cfg.LogLevel))
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if err := store.Migrated(ctx); err != nil {
		return err
	}
	keys, err := keyring(cfg)
	if err != nil {
		return err
	}
	return fn(ctx, store, keys)
}
