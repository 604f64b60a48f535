package moderation_test

import (
	"context"
	"testing"

	"cunwu/model"
)

// Whoever answers a question has read it, and says by that that it may be read.
func TestWhoeverAnswersMayPublishWhatWaits(t *testing.T) {
	w := newWorld(t)
	chat := wang()
	chat.Account = "wxoa"
	vouch := func(actor model.Actor, subject string) {
		t.Helper()
		w.must(w.store.Tx(w.ctx, func(ctx context.Context) error { return w.Vouch(ctx, actor, home, subject) }))
	}
	w.want(chat, text("question/1", "路是谁修的"))
	w.want(wang(), text("question/2", "去赌"), text("question/3", "路修好了"))
	w.want(w.actors[model.RoleCommittee], text("question/4", "我自己问"))
	vouch(chat, "question/1") // decides nothing
	w.shown("question/1", false)
	vouch(w.actors[model.RoleCommittee], "question/1")
	w.shown("question/1", true)
	if c := w.row("question/1"); c.DecidedName == "" || c.Text != "" {
		t.Errorf("decided by %q, keeps %q", c.DecidedName, c.Text)
	}
	vouch(w.actors[model.RoleCommittee], "question/3")
	w.shown("question/3", false) // WeChat hasn't said anything yet
	w.check()
	w.shown("question/3", true)
	vouch(w.actors[model.RoleCommittee], "question/2")
	w.shown("question/2", false) // risky: needs a reason
	vouch(w.actors[model.RoleCommittee], "question/4")
	w.shown("question/4", false)
	if err := w.Vouch(w.ctx, w.actors[model.RoleCommittee], home, "question/2"); err == nil {
		t.Error("outside a transaction")
	}
}
