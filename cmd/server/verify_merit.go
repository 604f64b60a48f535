package main

import (
	"context"
	"fmt"

	"cunwu/model"
	"cunwu/service/merit"
)

type verifyMerit struct{}

// Run adds up the merit ledgers of all villages.
func (verifyMerit) Run(ctx context.Context, all *commands, w world) error {
	return all.atKeys(ctx, w, func(ctx context.Context, store *model.Store, _ *model.Keyring) error {
		reports, err := merit.New(store, merit.Rooms{}, merit.Options{}).VerifyLedgers(ctx)
		if err != nil {
			return err
		}
		broken := 0
		for _, r := range reports {
			if len(r.Faults) == 0 {
				fmt.Fprintf(w.out, "%s：积分账%d个账户、%d笔流水，都对得上\n", r.VillageID, r.Accounts, r.Entries)
				continue
			}
			broken++
			fmt.Fprintf(w.out, "%s：积分账有问题：\n", r.VillageID)
			for _, fault := range r.Faults {
				fmt.Fprintln(w.out, "  "+fault)
			}
		}
		if broken > 0 {
			return model.Errorf(model.Conflict, "有%d个村的积分账对不上，请保留现场并报告上级", broken)
		}
		return nil
	})
}
