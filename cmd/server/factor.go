package main

import (
	"context"
	"fmt"

	"cunwu/model"
	"cunwu/service/village"
)

type factorCommands struct {
	Reset factorReset `cmd:"" help:"手机换了或丢了：重置一个人的动态码，下次登录重新设置"`
}

type factorReset struct{ where }

// Run removes a person's second factor.
func (f factorReset) Run(ctx context.Context, all *commands, w world) error {
	unit, err := f.unit()
	if err != nil {
		return err
	}
	return all.atHouse(ctx, w, func(ctx context.Context, h *house) error {
		who, err := h.people.One(ctx, unit, village.Named{Name: f.Name, HouseholdNo: f.Household})
		if err != nil {
			return err
		}
		if err := h.sessions.ResetSecondFactor(ctx, model.Console(), who.Person()); err != nil {
			return err
		}
		fmt.Fprintf(w.out, "%s的动态码已重置，用旧动态码登录的都不再算数，请他（她）重新登录、重新设置\n", who.Name)
		return nil
	})
}
