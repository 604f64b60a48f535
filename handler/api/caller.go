package api

import (
	"context"
	"strings"

	"cunwu/model"
	"cunwu/service/session"
	"cunwu/service/village"
)

// Caller is who asks: the session, its WeChat sender, and the person speaking.
type Caller struct {
	Session model.Session
	Sender  *village.Sender
	Actor   model.Actor
}

// whoIs is the signed-in person of an Authorization header.
func (a *API) whoIs(ctx context.Context, authorization string) (Caller, error) {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return Caller{}, model.Errorf(model.SignedOut, "请先登录")
	}
	kept, sender, err := a.Sessions.Who(ctx, strings.TrimSpace(token))
	if err != nil {
		return Caller{}, err
	}
	who := Caller{Session: kept, Sender: sender, Actor: sender.Actor}
	if kept.Door != session.DoorMini { // a browser's session, borne by a program
		who.Actor = sender.Actor.Proved(kept, sender.Actor)
	}
	return who, nil
}
