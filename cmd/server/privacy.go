package main

import (
	"context"

	"cunwu/service/audit"
	"cunwu/service/privacy"
	"cunwu/service/village"
)

// privacyRoom knows of every room that keeps personal data.
func (h *house) privacyRoom(chain *audit.Chain) *privacy.Service {
	return privacy.New(h.store, privacy.Rooms{
		People: h.people, Cases: h.cases, Notices: h.notices, Media: h.media, Audit: audit.New(h.store), Chain: chain, Disputes: h.disputes, Members: h.members, Merit: h.merit, Polls: h.polls, Sessions: h.sessions,
		Forget: []func(ctx context.Context, f village.Forgotten) error{h.forgetChat, h.forgetQuestions, h.signOut},
		Retain: []privacy.Retainer{
			{Name: "deliveries", Run: func(ctx context.Context) (int, error) { return h.inbox.RetainDue(ctx) }},
			{Name: "dialogues", Run: h.dialogue.RetainDue},
			{Name: "answers", Run: h.once.SweepDue},
		},
	})
}

func (h *house) forgetChat(ctx context.Context, f village.Forgotten) error {
	for _, sender := range f.Senders {
		if err := h.dialogue.Forget(ctx, sender.Account, sender.OpenID); err != nil {
			return err
		}
	}
	return nil
}

// forgetQuestions takes their words out of the public questions. While an answer
// still waits for its place in the public log it is refused, and with it the whole
// erasure: the person is told to confirm again in a minute.
func (h *house) forgetQuestions(ctx context.Context, f village.Forgotten) error {
	return h.public.Forget(ctx, f.Person)
}

// signOut ends the sessions of whoever was forgotten, once that is committed, and
// drops the second factor.
func (h *house) signOut(ctx context.Context, f village.Forgotten) error {
	if err := h.sessions.ForgetPerson(ctx, f.Person); err != nil {
		return err
	}
	for _, sender := range f.Senders {
		if err := h.sessions.Forget(ctx, sender.Account, sender.OpenID); err != nil {
			return err
		}
	}
	return nil
}
