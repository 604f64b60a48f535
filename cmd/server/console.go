package main

import (
	"context"

	"cunwu/handler/console"
	"cunwu/service/audit"
	"cunwu/service/village"
)

// console is what the cadres' pages open on.
func (h *house) console() console.Deps {
	return console.Deps{
		People: h.people, Cases: h.cases, Desk: h.desk, Public: h.public, Notices: h.notices, Checks: h.checks, Media: h.media, Polls: h.polls,
		Disputes: h.disputes, Merit: h.merit, Members: h.members, Audit: audit.New(h.store), Ledger: h.ledger, Now: h.store.Now,
		Chain: h.chain, InviteQR: h.inviteQR,
	}
}

// inviteQR is what the QR code on a slip holds: WeChat's own for the scene, which
// binds whoever scans it.
func (h *house) inviteQR(ctx context.Context, villageID, code string) (content string, err error) {
	unit, err := h.people.Get(ctx, villageID)
	if err != nil {
		return "", err
	}
	account := unit.Account
	if account == "" && len(h.cfg.Accounts) > 0 {
		account = h.cfg.Accounts[0].AppID
	}
	client, err := h.weixin.client(account)
	if err != nil {
		return "", err
	}
	made, err := client.CreateQR(ctx, village.SceneOf(code), village.InvitationLife)
	if err != nil {
		return "", sendError(err)
	}
	return made.URL, nil
}
