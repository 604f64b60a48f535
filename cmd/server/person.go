package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/village"
)

// personCommands are what somebody may ask of their own data, for whoever comes in
// person because they have no WeChat.
type personCommands struct {
	Export personExport `cmd:"" help:"本人到场时：导出他（她）的全部资料（zip），只能交给本人"`
	Erase  personErase  `cmd:"" help:"本人到场时：申请删除他（她）的资料；7天内再用 --confirm 确认"`
}

type whom struct {
	Village   string `required:"" help:"村的代号"`
	Name      string `required:"" help:"姓名"`
	Household string `help:"户号：重名时用"`
}

// at opens the house and finds the person.
func (p whom) at(ctx context.Context, all *commands, w world, fn func(ctx context.Context, h *house, who model.Person) error) error {
	return all.atHouse(ctx, w, func(ctx context.Context, h *house) error {
		who, err := h.people.One(ctx, p.Village, village.Named{Name: p.Name, HouseholdNo: p.Household})
		if err != nil {
			return err
		}
		return fn(ctx, h, who.Person())
	})
}

type personExport struct {
	whom
	File string `arg:"" type:"path" help:"写到哪个文件（.zip），不能是已有的"`
}

// Run writes a person's data into a file that only this user may read.
func (p personExport) Run(ctx context.Context, all *commands, w world) error {
	return p.at(ctx, all, w, func(ctx context.Context, h *house, who model.Person) error {
		bundle, err := h.privacy.Export(ctx, model.Console(), who)
		if err != nil {
			return err
		}
		file, err := os.OpenFile(p.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			return model.Errorf(model.Conflict, "%s 已经有了，请换一个文件名", p.File)
		}
		if err != nil {
			return err
		}
		if err := errors.Join(bundle.WriteTo(ctx, file), file.Close()); err != nil {
			return errors.Join(err, os.Remove(p.File)) // nobody takes half of it for the whole
		}
		fmt.Fprintf(w.out, "已写入 %s。里面有完整的身份证号和手机号，请只交给本人，然后删掉\n", p.File)
		return nil
	})
}

type personErase struct {
	whom
	Confirm  bool `help:"本人再次确认：现在就删" xor:"step"`
	Withdraw bool `help:"本人不删了" xor:"step"`
}

// Run takes down the wish, or its confirmation.
func (p personErase) Run(ctx context.Context, all *commands, w world) error {
	return p.at(ctx, all, w, func(ctx context.Context, h *house, who model.Person) error {
		if p.Withdraw {
			err := h.privacy.WithdrawErasure(ctx, model.Console(), who)
			if err == nil {
				fmt.Fprintln(w.out, "已撤回，没有删除")
			}
			return err
		}
		do := h.privacy.AskErasure
		if p.Confirm {
			do = h.privacy.ConfirmErasure
		}
		answer, err := do(ctx, model.Console(), who)
		if err == nil {
			fmt.Fprint(w.out, answer.Text())
		}
		return err
	})
}

// atHouse opens the house for a command that needs more than the database: all but
// the spool, which is the running server's.
func (c *commands) atHouse(ctx context.Context, w world, fn func(ctx context.Context, h *house) error) error {
	cfg, err := c.settings(w, config.NeedAll)
	if err != nil {
		return err
	}
	h, err := buildDesk(cfg, logger(w.err, cfg.LogLevel))
	if err != nil {
		return err
	}
	defer func() { _ = h.close() }()
	if err := h.store.Migrated(ctx); err != nil {
		return err
	}
	return fn(ctx, h)
}
