package dialogue

import (
	"context"
	"fmt"
	"time"

	"cunwu/service/casework"
	"cunwu/service/help"
)

const dangerSilence = 2 * time.Minute // then others were woken

// danger shows the numbers, keeps the message, and has others woken: at once when
// the danger is plain, else by 1 or by silence.
func (t *turn) danger(ctx context.Context, heed help.Heed) (string, error) {
	if t.stack.find(inPrivate) != nil {
		reply, err := t.private(ctx)
		if err != nil || heed.Danger != help.ExplicitDanger {
			return emergencyNumbers + "\n" + reply, err
		}
		private := t.stack.find(inPrivate)
		_, err = t.cases.Wake(ctx, t.as(private.Speaker), private.Case)
		return emergencyNumbers + "\n" + reply, err
	}
	if t.actor.VillageID == "" {
		reply, err := t.whichVillage(ctx)
		return emergencyNumbers + "\n" + reply, err
	}
	said, err := t.said(ctx, t.actor.VillageID)
	if err != nil {
		return "", err
	}
	if heed.Danger == help.PossibleDanger {
		if reply, asked, err := t.askAccused(ctx, said, heed); asked || err != nil {
			return emergencyNumbers + "\n" + reply, err
		}
	}
	accused, _, err := t.help.Accused(ctx, t.actor.VillageID, said.Text)
	if err != nil {
		return "", err
	}
	out, err := t.help.Say(ctx, t.actor, help.Message{Said: said, Heed: heed, Accused: accused, Private: len(accused) > 0})
	if err != nil {
		return "", err
	}
	return t.alarm(ctx, out, heed)
}

func (t *turn) alarm(ctx context.Context, out help.Outcome, heed help.Heed) (string, error) {
	taken := fmt.Sprintf(alarmTaken, out.Case.Number)
	if heed.Danger == help.ExplicitDanger {
		return emergencyNumbers + "\n" + taken + alarmWoken, t.help.Wake(ctx, t.actor, out.Case)
	}
	if f := t.stack.find(askDanger); f != nil && f.Case == casework.RefOf(out.Case) {
		return emergencyNumbers + "\n" + taken + f.Prompt, nil
	}
	prompt := t.ask(frame{Kind: askDanger, Case: casework.RefOf(out.Case), Number: out.Case.Number, Prompt: dangerPrompt}, dangerSilence)
	return emergencyNumbers + "\n" + taken + prompt, nil
}

// sure answers whether the danger is real.
func (t *turn) sure(ctx context.Context, f frame, n int) (string, error) {
	switch n {
	case 1:
		t.drop(askDanger)
		_, err := t.cases.Wake(ctx, t.as(f.Speaker), f.Case)
		return t.then(emergencyNumbers + "\n" + fmt.Sprintf(alarmTaken, f.Number) + alarmWoken), err
	case 2:
		t.drop(askDanger)
		return t.then(fmt.Sprintf(noDangerReply, f.Number)), nil
	}
	return emergencyNumbers + "\n" + f.Prompt, nil
}
