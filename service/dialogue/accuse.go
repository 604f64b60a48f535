package dialogue

import (
	"context"
	"fmt"
	"time"

	"cunwu/service/casework"
	"cunwu/service/help"
)

const accusedSilence = 30 * time.Minute // then they went to the township only

// askAccused asks who may see words that accuse an office holder.
func (t *turn) askAccused(ctx context.Context, said casework.Said, heed help.Heed) (string, bool, error) {
	accused, found, err := t.help.Accused(ctx, t.actor.VillageID, said.Text)
	if err != nil || !found {
		return "", false, err
	}
	return t.ask(frame{Kind: askAccused, Messages: []casework.Said{said}, Accused: accused, Heed: heed, Prompt: accusedPrompt}, accusedSilence), true, nil
}

// chose answers who may see an accusation.
func (t *turn) chose(ctx context.Context, f frame, n int) (string, error) {
	m := messageOf(f)
	m.Accused, m.Heed = f.Accused, f.Heed
	switch n {
	case 1:
		m.Private = true
	case 2:
	default:
		return f.Prompt, nil
	}
	t.drop(askAccused)
	out, err := t.help.Open(ctx, t.as(f.Speaker), m)
	if err != nil {
		return "", err
	}
	if f.Heed.Danger != help.NoDanger {
		if err := t.help.Wake(ctx, t.as(f.Speaker), out.Case); err != nil {
			return "", err
		}
	}
	if m.Private {
		return t.then(fmt.Sprintf(privateOpened, out.Case.Number)), nil
	}
	return t.then(takenReply(out)), nil
}
