package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/notice"
	"cunwu/service/village"
)

// atDesk opens the rooms for a bootstrap command.
func (c *commands) atDesk(ctx context.Context, w world, fn func(ctx context.Context, r *rooms) error) error {
	cfg, err := c.settings(w, config.NeedDatabase, config.NeedSecretKey)
	if err != nil {
		return err
	}
	log := logger(w.err, cfg.LogLevel)
	store, err := openStore(cfg, log)
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
	return fn(ctx, buildRooms(cfg, store, keys, notice.New(store, nil, notice.Options{Logger: log}), outside{}, log))
}

type migrateCommand struct{}

// Run brings the database's schema up to this program.
func (migrateCommand) Run(ctx context.Context, all *commands, w world) error {
	cfg, err := all.settings(w, config.NeedDatabase)
	if err != nil {
		return err
	}
	store, err := openStore(cfg, logger(w.err, cfg.LogLevel))
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	done, err := store.Migrate(ctx)
	if err == nil {
		fmt.Fprintf(w.out, "数据库已是最新，做了%d步\n", done)
	}
	return err
}

type villageCommands struct {
	Create villageCreate `cmd:"" help:"新建村（或镇：--kind township）"`
}

type villageCreate struct {
	Code     string `required:"" help:"代号，小写字母和数字，不能再改"`
	Name     string `required:"" help:"名称，如 云溪村"`
	Township string `help:"所属镇的代号"`
	Kind     string `default:"village" enum:"village,township" help:"village 村，township 镇"`
	Account  string `help:"由哪个公众号服务（AppID），不填就是第一个"`
	Phone    string `help:"村办公电话，紧急时告诉村民"`
}

// Run creates a village or township.
func (v villageCreate) Run(ctx context.Context, all *commands, w world) error {
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		unit, err := r.people.Create(ctx, model.Console(), village.NewUnit{Code: v.Code, Name: v.Name, Kind: v.Kind, Township: v.Township, Account: v.Account, Phone: v.Phone})
		if err == nil {
			fmt.Fprintf(w.out, "已建立%s（%s）\n", unit.Name, unit.ID)
		}
		return err
	})
}

type rosterCommands struct {
	Mark   rosterMark   `cmd:"" help:"记为去世、迁出：职务、绑定、登录随之结束"`
	Import rosterImport `cmd:"" help:"导入花名册（.csv 或 .xlsx），有一行不对就都不导入"`
}

type rosterImport struct {
	Village string `required:"" help:"村的代号"`
	File    string `arg:"" type:"existingfile" help:"花名册文件"`
}

// Run imports a roster, all or nothing.
func (i rosterImport) Run(ctx context.Context, all *commands, w world) error {
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		file, err := os.Open(i.File)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		done, err := r.people.Import(ctx, model.Console(), i.Village, filepath.Base(i.File), file)
		if err != nil {
			return badRoster(w.err, err)
		}
		fmt.Fprintf(w.out, "已导入：%d户，新增%d人，更新%d人\n", done.Households, done.Villagers, done.Updated)
		if done.Withheld > 0 {
			fmt.Fprintf(w.out, "有%d人要求删除过个人信息，没有写入他们的手机号；本人可以自己再登记\n", done.Withheld)
		}
		return nil
	})
}

type rosterMark struct {
	Village   string `required:"" help:"村的代号"`
	Name      string `required:"" help:"姓名"`
	Household string `help:"户号：重名时用"`
	State     string `required:"" enum:"dead,moved,living" help:"dead 去世，moved 迁出，living 记错了、还在"`
}

// Run marks somebody who died or moved away.
func (m rosterMark) Run(ctx context.Context, all *commands, w world) error {
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		who, err := r.people.MarkState(ctx, model.Console(), m.Village, village.Named{Name: m.Name, HouseholdNo: m.Household}, m.State)
		if err == nil {
			fmt.Fprintf(w.out, "%s已记为%s\n", who.Name, map[string]string{"dead": "去世", "moved": "迁出", "living": "在村"}[m.State])
		}
		return err
	})
}

// badRoster lists the bad rows before the error that sums them up.
func badRoster(out io.Writer, err error) error {
	var bad *village.BadRoster
	if errors.As(err, &bad) {
		for _, row := range bad.Rows {
			fmt.Fprintln(out, row)
		}
	}
	return err
}

type roleCommands struct {
	Grant roleGrant `cmd:"" help:"任职"`
	End   roleEnd   `cmd:"" help:"免职：在办的事转给接手的人，期限照算"`
}

// where names the unit and the person that a command is about.
type where struct {
	Village   string `help:"村的代号" xor:"unit"`
	Township  string `help:"镇的代号" xor:"unit"`
	Name      string `help:"姓名"`
	Household string `help:"户号：重名时、或按户发邀请码时用"`
}

func (u where) unit() (string, error) {
	if u.Village+u.Township == "" {
		return "", model.Errorf(model.Invalid, "请写 --village 村的代号 或 --township 镇的代号")
	}
	return u.Village + u.Township, nil
}

type roleGrant struct {
	where
	Role     string `required:"" help:"职务，如 branch_secretary"`
	Outsider bool   `help:"不在花名册上的人（驻村第一书记、律师等）"`
}

// Run gives a role.
func (g roleGrant) Run(ctx context.Context, all *commands, w world) error {
	unit, err := g.unit()
	if err != nil {
		return err
	}
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		who, err := r.people.Grant(ctx, model.Console(), village.GrantRole{Unit: unit, Name: g.Name, HouseholdNo: g.Household, Role: model.Role(g.Role), Outsider: g.Outsider})
		if err == nil {
			fmt.Fprintf(w.out, "%s已任%s\n", who.Name, model.Role(g.Role).Title())
		}
		return err
	})
}

type roleEnd struct {
	where
	Role string `required:"" help:"职务，如 branch_secretary"`
}

// Run ends a role.
func (e roleEnd) Run(ctx context.Context, all *commands, w world) error {
	unit, err := e.unit()
	if err != nil {
		return err
	}
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		who, err := r.people.End(ctx, model.Console(), village.EndRole{Unit: unit, Name: e.Name, HouseholdNo: e.Household, Role: model.Role(e.Role)})
		if err == nil {
			fmt.Fprintf(w.out, "%s不再任%s，在办的事已转给接手的人\n", who.Name, model.Role(e.Role).Title())
		}
		return err
	})
}

type kinCommands struct {
	Add kinAdd `cmd:"" help:"登记两人是近亲属"`
}

type kinAdd struct {
	Village        string `required:"" help:"村的代号"`
	Name           string `required:"" help:"一人的姓名"`
	Household      string `help:"他（她）的户号"`
	OtherName      string `required:"" help:"另一人的姓名"`
	OtherHousehold string `help:"他（她）的户号"`
	Relation       string `required:"" help:"关系，如 兄弟"`
}

// Run records a kinship.
func (k kinAdd) Run(ctx context.Context, all *commands, w world) error {
	return all.atDesk(ctx, w, func(ctx context.Context, r *rooms) error {
		err := r.people.AddKin(ctx, model.Console(), k.Village, village.Named{Name: k.Name, HouseholdNo: k.Household},
			village.Named{Name: k.OtherName, HouseholdNo: k.OtherHousehold}, k.Relation)
		if err == nil {
			fmt.Fprintln(w.out, "已登记")
		}
		return err
	})
}
