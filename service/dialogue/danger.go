package dialogue

import (
	"context"
	"fmt"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

const dangerSilence = 2 * time.Minute // then others were woken

// danger shows the numbers, keeps the message, and has others woken: at once when
// the danger is plain, else by 1 or by silence. The numbers are shown whatever
// becomes of the rest.
func (t *turn) danger(ctx context.Context, heed help.Heed) (string, error) {
	reply, err := t.endangered(ctx, heed)
	if known := model.AsError(err); known != nil {
		return emergencyNumbers + "\n" + known.Message, nil //nolint:nilerr // a refusal is an answer
	}
	return emergencyNumbers + "\n" + reply, err
}

func (t *turn) endangered(ctx context.Context, heed help.Heed) (string, error) {
	switch {
	case t.stack.find(inPrivate) != nil:
		return t.privateDanger(ctx, heed)
	case t.actor.VillageID == "":
		return t.whichVillage(ctx)
	}
	if reply, taken, err := t.mediationDanger(ctx, heed); taken || err != nil {
		return reply, err
	}
	said, err := t.said(ctx, t.actor.VillageID)
	if err != nil {
		return "", err
	}
	if heed.Danger == help.PossibleDanger {
		if reply, taken, err := t.moreDanger(ctx, said); taken || err != nil {
			return reply, err
		}
		if reply, asked, err := t.askAccused(ctx, said, heed); asked || err != nil {
			return reply, err
		}
	}
	accused, err := t.help.Accused(ctx, t.actor.VillageID, said.Text)
	if err != nil {
		return "", err
	}
	out, err := t.help.Say(ctx, t.actor, help.Message{Said: said, Heed: heed, Accused: accused.Named})
	if err != nil {
		return "", err
	}
	return t.alarm(ctx, out, heed)
}

// moreDanger takes further words of danger into what is being asked already.
func (t *turn) moreDanger(ctx context.Context, said casework.Said) (string, bool, error) {
	if f := t.gathering(); f != nil && f.Kind == askAccused {
		f.Messages = append(f.Messages, said)
		return gatheredReply + f.Prompt, true, nil
	}
	f := t.stack.find(askDanger)
	if f == nil {
		return "", false, nil
	}
	_, err := t.cases.Add(ctx, t.as(f.Speaker), f.Case, said, "")
	if model.AsError(err) != nil {
		t.drop(askDanger)     // withdrawn meanwhile
		return "", false, nil //nolint:nilerr // a case of its own then
	}
	return fmt.Sprintf(alarmTaken, f.Number) + f.Prompt, true, err
}

// privateDanger keeps words of danger with the township, and wakes it at once
// when the danger is plain.
func (t *turn) privateDanger(ctx context.Context, heed help.Heed) (string, error) {
	reply, err := t.private(ctx)
	if err != nil || heed.Danger != help.ExplicitDanger {
		return reply, err
	}
	f := t.stack.find(inPrivate)
	_, err = t.cases.Wake(ctx, t.as(f.Speaker), f.Case)
	return reply + "\n" + privateWoken, err
}

func (t *turn) alarm(ctx context.Context, out help.Outcome, heed help.Heed) (string, error) {
	taken := fmt.Sprintf(alarmTaken, out.Case.Number)
	if heed.Danger == help.ExplicitDanger {
		return taken + alarmWoken, t.help.Wake(ctx, t.actor, out.Case)
	}
	return taken + t.ask(frame{Kind: askDanger, Case: casework.RefOf(out.Case), Number: out.Case.Number, Prompt: dangerPrompt}, dangerSilence), nil
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
