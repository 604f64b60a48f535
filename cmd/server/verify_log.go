package main

import (
	"context"
	"fmt"
	"os"

	"cunwu/model"
	"cunwu/service/disclosure"
	"cunwu/service/merit"
	"cunwu/service/poll"
	"cunwu/service/publiclog"
)

type verifyLog struct {
	Village string `help:"村的代号，不写就全部"`
	Against string `help:"手里的签名首页（公示栏二维码里的文字），或存着它的文件：有它才看得出账本有没有被删短、换过"`
}

// Run recomputes the public logs, compares them with what is shown today and
// with a head from outside, and prints the heads.
func (v verifyLog) Run(ctx context.Context, all *commands, w world) error {
	head, err := v.held()
	if err != nil {
		return err
	}
	return all.atKeys(ctx, w, func(ctx context.Context, store *model.Store, keys *model.Keyring) error {
		villages := []string{v.Village}
		log := publiclog.New(store, keys)
		if v.Village == "" {
			if villages, err = log.Villages(ctx); err != nil {
				return err
			}
		}
		if head != "" {
			held, err := publiclog.ParseHead(head)
			if err != nil {
				return err
			}
			villages = []string{held.VillageID}
		}
		return v.check(ctx, log, villages, head, w, disclosure.New(store, disclosure.Rooms{}).LogSource(), poll.New(store, keys, poll.Rooms{}, poll.Options{}).LogSource(),
			merit.New(store, merit.Rooms{}, merit.Options{}).LogSource())
	})
}

func (v verifyLog) held() (string, error) {
	if v.Against == "" {
		return "", nil
	}
	if content, err := os.ReadFile(v.Against); err == nil {
		return string(content), nil
	}
	_, err := publiclog.ParseHead(v.Against)
	return v.Against, err
}

func (v verifyLog) check(ctx context.Context, log *publiclog.Service, villages []string, head string, w world, sources ...publiclog.Source) error {
	broken := 0
	for _, village := range villages {
		r, err := log.VerifyLog(ctx, village, head, sources...)
		if err != nil {
			return err
		}
		if r.OK() {
			fmt.Fprintf(w.out, "%s：公开账本%d条完好，%d条和现在公开的内容一致，%d条按要求删除了内容，%d条还没入账\n", village, r.Entries, r.Checked, r.Erased, r.Pending)
		} else {
			broken++
			fmt.Fprintf(w.out, "%s：公开账本有问题：\n", village)
			for _, fault := range r.Faults {
				fmt.Fprintln(w.out, "  "+fault)
			}
		}
		if r.Head != "" {
			fmt.Fprintf(w.out, "签名首页（抄在服务器以外，下次用 --against 核对）：\n%s", r.Head)
		}
	}
	if broken > 0 {
		return model.Errorf(model.Conflict, "有%d个村的公开账本被动过，请保留现场并报告上级", broken)
	}
	return nil
}
