package dialogue

import (
	"context"
	"fmt"
	"time"

	"cunwu/service/casework"
	"cunwu/service/help"
)

const (
	accusedSilence = 30 * time.Minute // then they went to the township only
	privateStays   = 24 * time.Hour   // how long, after that, further words stay with the township
)

// askAccused asks who may see words that accuse an office holder; until then
// nobody is told. Every way that words can take to a case leads through here.
func (t *turn) askAccused(ctx context.Context, said casework.Said, heed help.Heed) (string, bool, error) {
	if said.Text == "" {
		return "", false, nil
	}
	found, err := t.help.Accused(ctx, t.actor.VillageID, said.Text)
	if err != nil || !found.Any {
		return "", false, err
	}
	silence := accusedSilence
	if heed.Danger != help.NoDanger {
		silence = dangerSilence
	}
	return t.ask(frame{Kind: askAccused, Messages: []casework.Said{said}, Accused: found.All, Heed: heed, Prompt: accusedPrompt}, silence), true, nil
}

// chose answers who may see an accusation. What is said after "only the township"
// stays there too, until 完.
func (t *turn) chose(ctx context.Context, f frame, n int) (string, error) {
	if n != 1 && n != 2 {
		return f.Prompt, nil
	}
	t.drop(askAccused)
	out, err := t.accuse(ctx, f, n == 1)
	if err != nil {
		return "", err
	}
	if n == 1 {
		t.ask(frame{Kind: inPrivate, Speaker: f.Speaker, Case: casework.RefOf(out.Case), Number: out.Case.Number}, privateStays)
		return fmt.Sprintf(privateTaken, out.Case.Number), nil
	}
	return t.then(takenReply(out)), nil
}

// accuse opens the case of an accusation, and has others woken if it speaks of
// danger.
func (t *turn) accuse(ctx context.Context, f frame, private bool) (help.Outcome, error) {
	m := messageOf(f)
	m.Accused, m.Heed, m.Private = f.Accused, f.Heed, private
	out, err := t.help.Open(ctx, t.as(f.Speaker), m)
	if err == nil && f.Heed.Danger != help.NoDanger {
		err = t.help.Wake(ctx, t.as(f.Speaker), out.Case)
	}
	return out, err
}
