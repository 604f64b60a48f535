package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/publiclog"
)

// The log is checked against a head that somebody kept, on paper or in a file; a
// leaf that was changed is named, and so is a log that was cut.
func TestVerifyLogNamesWhatWasTouched(t *testing.T) {
	i := newInstallation(t)
	i.found()
	store := i.database()
	keys, err := model.NewKeyring([]byte("an installation's secret key 32b"))
	if err != nil {
		t.Fatal(err)
	}
	log := publiclog.New(store, keys)
	for _, subject := range []string{"poll/1", "poll/2"} {
		err := store.Tx(i.ctx, func(ctx context.Context) error {
			return log.Append(ctx, "yunxi", "publication-of-others", subject, []byte("x"))
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := log.SealDue(i.ctx); err != nil {
			t.Fatal(err)
		}
	}
	head, err := log.Head(i.ctx, "yunxi")
	if err != nil {
		t.Fatal(err)
	}
	said := i.command("verify", "log", "--village", "yunxi")
	if !strings.Contains(said, "3条完好") || !strings.Contains(said, strings.TrimSpace(head.Note)) {
		t.Fatal(said)
	}
	i.command("verify", "log")
	i.command("verify", "log", "--against", head.Note)
	kept := i.file("head.txt", head.Note)
	board := i.file("board.png", "")
	if said := i.command("board", "--village", "yunxi", "--out", board); !strings.Contains(said, strings.TrimSpace(head.Note)) {
		t.Errorf("on the board stands\n%s", said)
	}
	if picture, err := os.ReadFile(board); err != nil || !strings.HasPrefix(string(picture), "\x89PNG") {
		t.Errorf("no picture: %v", err)
	}
	i.refused("board", "--village", "nowhere", "--out", board)
	i.command("verify", "log", "--against", kept)
	i.refused("verify", "log", "--against", "cunwu/yunxi 3")

	exec := func(statement string) {
		t.Helper()
		if err := store.DB(i.ctx).Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	exec("UPDATE log_entries SET subject = 'poll/9' WHERE idx = 1")
	if said := i.refused("verify", "log", "--village", "yunxi"); !strings.Contains(said, "第1条或它的校验值") {
		t.Errorf("the leaf isn't named:\n%s", said)
	}
	exec("UPDATE log_entries SET subject = 'poll/1' WHERE idx = 1")
	exec("DELETE FROM log_heads WHERE size = 3")
	exec("DELETE FROM log_entries WHERE idx = 2")
	exec("DELETE FROM log_hashes WHERE idx = 3")
	i.command("verify", "log", "--village", "yunxi") // sound in itself
	if said := i.refused("verify", "log", "--against", kept); !strings.Contains(said, "账本被删短了") {
		t.Errorf("the cut isn't named:\n%s", said)
	}
}
