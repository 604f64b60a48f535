package dialogue

import (
	"context"
	"fmt"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

// openPrivate begins what only the township reads.
func (t *turn) openPrivate(ctx context.Context, words string) (string, error) {
	if t.actor.VillageID == "" {
		return t.whichVillage(ctx)
	}
	t.ask(frame{Kind: inPrivate}, 0)
	if words == "" {
		return privatePrompt, nil
	}
	t.in.Text, t.text = words, normalise(words)
	return t.private(ctx)
}

// private takes words that only the township reads; nothing joins across it.
func (t *turn) private(ctx context.Context) (string, error) {
	f := t.stack.find(inPrivate)
	said, err := t.said(ctx, t.actor.VillageID)
	if err != nil {
		return "", err
	}
	if f.Case != (casework.Ref{}) {
		_, err = t.cases.Add(ctx, t.as(f.Speaker), f.Case, said, "")
		if err == nil {
			return fmt.Sprintf(privateMore, f.Number), nil
		}
		if model.AsError(err) == nil {
			return "", err
		}
	} // none yet, or closed meanwhile: what is said now is a case of its own
	out, err := t.help.Open(ctx, t.as(f.Speaker), help.Message{Said: said, Private: true})
	if err != nil {
		return "", err
	}
	f.Case, f.Number = casework.RefOf(out.Case), out.Case.Number
	return fmt.Sprintf(privateTaken, f.Number), nil
}

// closePrivate ends it with 完.
func (t *turn) closePrivate() string {
	f := *t.stack.find(inPrivate)
	t.drop(inPrivate)
	if f.Number == 0 {
		return t.then(privateEmpty)
	}
	return t.then(fmt.Sprintf(privateDone, f.Number))
}
