package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"cunwu/model"
)

type keysCommands struct {
	Reseal keysReseal `cmd:"" help:"换总密钥之后：把加密的内容和检索码全部改用新密钥；不用停服，可以中断再来"`
}

type keysReseal struct{}

// Run seals and indexes everything anew under the current secret key.
func (keysReseal) Run(ctx context.Context, all *commands, w world) error {
	return all.atKeys(ctx, w, func(ctx context.Context, store *model.Store, keys *model.Keyring) error {
		done, err := store.Reseal(ctx, keys, func(table string, rows int) { fmt.Fprintf(w.err, "%s：%d\n", table, rows) })
		total := 0
		for _, table := range slices.Sorted(maps.Keys(done.Rows)) {
			total += done.Rows[table]
		}
		fmt.Fprintf(w.out, "已改用新密钥：%d行\n", total)
		if err != nil {
			return err
		}
		for table, n := range done.Stuck {
			fmt.Fprintf(w.out, "%s 还有%d行离不开旧密钥（没有留底的邀请码），等它们过期再运行一次\n", table, n)
		}
		if len(done.Stuck) == 0 {
			fmt.Fprintln(w.out, "所有服务器都换上新密钥后，可以去掉 CUNWU_OLD_SECRET_KEYS 里的旧密钥；离线的备份要和当时的密钥一起保管")
		}
		return nil
	})
}
